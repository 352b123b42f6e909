//! Public keys and trust anchors on the command line: as text, or as the file that holds it.

use crate::failure::{Failure, Outcome};
use crate::input::file;
use data_encoding::{BASE64, HEXLOWER};
use std::path::Path;
use tidegate::Trust;
use tidegate::trust::{Signer, id_of_key};

const LARGEST_BYTES: u64 = 64 << 10;

/// What clients are given: `ed25519:…`, `ed25519-dev:…` or `root:…`, or a file with one of these, or a root.
pub(crate) fn trust(given: &str) -> Outcome<Trust> {
    if let Ok(trust) = Trust::parse(given) {
        return Ok(trust);
    }
    let refused = |error: &tidegate::Error| Failure::new(error.code(), format!("`{given}`: {error}"));
    let path = Path::new(given);
    if given.contains(':') && !path.exists() {
        return Trust::parse(given).map_err(|error| refused(&error));
    }
    let bytes = file::read(path, LARGEST_BYTES)?;
    let trust = match std::str::from_utf8(&bytes) {
        Ok(text) if text.contains("PRIVATE KEY") => {
            let message = format!("`{given}` is a private key, where its public half is asked for");
            return Err(Failure::new("key-invalid", message).about(path));
        }
        Ok(text) if text.contains(':') => Trust::parse(text.trim()),
        _ => Trust::from_root(bytes),
    };
    trust.map_err(|error| refused(&error).about(path))
}

/// A trust anchor, for the command line's parser.
pub(crate) fn parse(given: &str) -> Result<Trust, String> {
    trust(given).map_err(|failure| failure.to_string())
}

/// What clients trust that are given nothing but a key.
pub(crate) fn of_key(key: &[u8; 32]) -> Outcome<Trust> {
    Trust::from_key(key, false).map_err(|error| Failure::new(error.code(), error.to_string()))
}

/// The public half of one key: `ed25519:…`, or a file with it.
pub(crate) fn public_key(given: &str) -> Outcome<[u8; 32]> {
    let trust = trust(given)?;
    let root = trust.root();
    match root.root.keys.as_slice() {
        [key] if root.version == 0 && !trust.is_development() => Ok(*key),
        _ => Err(Failure::new(
            "key-invalid",
            format!("`{given}` is not the public half of a key for production, `ed25519:…`"),
        )),
    }
}

/// The public halves of several keys.
pub(crate) fn public_keys(given: &[String]) -> Outcome<Vec<[u8; 32]>> {
    given.iter().map(|given| public_key(given)).collect()
}

/// A public key as its trust string.
pub(crate) fn written(key: &[u8; 32]) -> String {
    format!("ed25519:{}", BASE64.encode(key))
}

/// The name that a key goes by in signatures and messages.
pub(crate) fn id(key: &[u8; 32]) -> String {
    HEXLOWER.encode(&id_of_key(key))
}

/// Refuses development keys: what they sign is for development alone.
pub(crate) fn for_production(signers: &[Box<dyn Signer>]) -> Outcome {
    if signers.iter().any(|signer| signer.is_development()) {
        let message = "a development key does not sign for production";
        return Err(Failure::new("key-refused", message)
            .with_help("make a key with `tidegate keygen`, without --development"));
    }
    Ok(())
}
