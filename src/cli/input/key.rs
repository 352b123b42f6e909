//! Keys as text: the private half as PKCS#8 in PEM, the public one as a trust string.

mod external;
mod source;

pub(crate) use source::{on_the_command_line, read, signer};

use crate::failure::{Failure, Outcome};
use ed25519_dalek::pkcs8::spki::der::pem::LineEnding;
use ed25519_dalek::pkcs8::{DecodePrivateKey, EncodePrivateKey, KeypairBytes};
use tidegate::trust::SigningKey;

/// Stands before the PEM of a development key, where RFC 7468 has room for text that other tools pass over.
const DEVELOPMENT: &str = "tidegate development key";

/// A new random key: its file, and the key itself.
pub(crate) fn generate(development: bool) -> Outcome<(String, SigningKey)> {
    let seed = random_seed()?;
    // Version 1 without the public key: every OpenSSL reads it.
    let pair = KeypairBytes {
        secret_key: seed,
        public_key: None,
    };
    let pem = pair
        .to_pkcs8_pem(LineEnding::LF)
        .map_err(|error| Failure::new("key-unwritable", format!("cannot write the key: {error}")))?;
    let head = if development {
        format!("{DEVELOPMENT}\n")
    } else {
        String::new()
    };
    let text = format!("{head}{}", pem.as_str());
    Ok((text, SigningKey::from_seed(&seed, development)))
}

/// Reads a private key's text; the reason, where it is none, tells nothing of what stands there.
fn parse(text: &str) -> Result<SigningKey, &'static str> {
    if text.trim_start().starts_with("ed25519") {
        return Err("it is a trust string, the public half");
    }
    let pem_start = text
        .find("-----BEGIN ")
        .ok_or("there is no `-----BEGIN PRIVATE KEY-----` in it")?;
    let (head, pem) = text.split_at(pem_start);
    let pair = KeypairBytes::from_pkcs8_pem(pem.trim_end())
        .map_err(|_| "expected an Ed25519 key as PKCS#8 in PEM")?;
    let key =
        ed25519_dalek::SigningKey::try_from(&pair).map_err(|_| "its public half does not belong to it")?;
    let development = head.lines().any(|line| line.trim() == DEVELOPMENT);
    Ok(SigningKey::from_seed(key.as_bytes(), development))
}

/// 32 bytes from the system's source of random numbers.
pub(crate) fn random_seed() -> Outcome<[u8; 32]> {
    let mut seed = [0; 32];
    getrandom::fill(&mut seed)
        .map_err(|error| Failure::new("no-randomness", format!("cannot get random numbers: {error}")))?;
    Ok(seed)
}
