//! Snapshot files: frames that are verified before anything in them is believed.

use crate::clock;
use crate::failure::{Failure, Outcome};
use crate::input::file;
use crate::layout;
use crate::report::Reporter;
use serde_json::{Value, json};
use std::path::Path;
use tidegate::snapshot::Header;
use tidegate::trust::{Head, Pointer};
use tidegate::{Client, Scope, Trust};

/// Reads the bytes of a frame.
pub(crate) fn read(path: &Path) -> Outcome<Vec<u8>> {
    file::read(path, layout::FRAME_BYTES)
}

/// A client with the snapshot of a file in force.
pub(crate) fn load(path: &Path, trust: &Trust, scope: Option<&Scope>, now_ms: i64) -> Outcome<Client> {
    let frame = read(path)?;
    let mut client = Client::new(trust.clone(), None);
    client
        .load(frame, now_ms)
        .map_err(|error| refused(path, &error, trust))?;
    if let (Some(header), Some(expected)) = (client.header(), scope)
        && header.scope != *expected
    {
        let message = format!(
            "`{}` is a snapshot for {}, not for {}",
            path.display(),
            header.scope.as_str(),
            expected.as_str(),
        );
        return Err(Failure::new("SCOPE_MISMATCH", message).about(path));
    }
    Ok(client)
}

/// Whether a snapshot, or the head that it came with, has expired, which is told as a warning.
pub(crate) fn is_stale(client: &Client, now_ms: i64, reporter: &Reporter) -> bool {
    let expired = client.expires_ms().filter(|expires_ms| *expires_ms <= now_ms);
    if let Some(expires_ms) = expired {
        let message = format!("the snapshot expired at {}", clock::written(expires_ms));
        reporter.warn(&Failure::new("snapshot-expired", message));
    }
    expired.is_some()
}

/// Why the engine does not take a file.
pub(crate) fn refused(path: &Path, error: &tidegate::Error, trust: &Trust) -> Failure {
    let failure = Failure::new(error.code(), format!("`{}`: {error}", path.display())).about(path);
    match error.code() {
        "PAYLOAD_TYPE_UNEXPECTED" if !trust.is_development() => failure
            .with_help("what a development key signed is taken only with its `ed25519-dev:` trust string"),
        "PAYLOAD_TYPE_UNEXPECTED" => {
            failure.with_help("an `ed25519-dev:` trust string takes only what a development key signed")
        }
        _ => failure,
    }
}

/// What a snapshot says of itself, for machines.
pub(crate) fn header_json(header: &Header) -> Value {
    json!({
        "scope": header.scope.as_str(),
        "version": header.version,
        "issuedAt": clock::written(header.issued_at_ms),
        "notBefore": clock::written(header.not_before_ms),
        "expires": clock::written(header.expires_ms),
    })
}

/// What a head says, for machines.
pub(crate) fn head_json(head: &Head) -> Value {
    json!({
        "version": head.version,
        "issuedAt": clock::written(head.issued_at_ms),
        "expires": clock::written(head.expires_ms),
        "snapshot": {
            "version": head.snapshot.version,
            "url": head.snapshot.url,
            "bytes": head.snapshot.length,
        },
        "minimumVersion": head.minimum_version,
        "rootVersion": head.root_version,
        "kills": head.kills,
    })
}

/// SHA-512 of a snapshot's file, as its name has it.
pub(crate) fn digest(snapshot: &Pointer) -> String {
    data_encoding::HEXLOWER.encode(&snapshot.digest)
}

/// A snapshot and its head that were published, for machines.
pub(crate) fn issued_json(header: &Header, head: &Head, files: &[String]) -> Value {
    let mut json = header_json(header);
    if let Some(fields) = json.as_object_mut() {
        fields.insert("head".into(), head_json(head));
        fields.insert("wrote".into(), json!(files));
    }
    json
}

/// The refusal of a flag that is not in a snapshot.
pub(crate) fn unknown_flag(key: &str, known: &[&str]) -> Failure {
    no_flag("the snapshot", key, known)
}

/// The refusal of a flag that something does not have.
pub(crate) fn no_flag(whose: &str, key: &str, known: &[&str]) -> Failure {
    let failure = Failure::misuse("FLAG_NOT_FOUND", format!("{whose} has no flag `{key}`"));
    let near = known
        .iter()
        .map(|name| (strsim::damerau_levenshtein(key, name), name))
        .filter(|(distance, name)| *distance <= name.len().div_ceil(3).min(3))
        .min_by_key(|(distance, _)| *distance);
    match near {
        Some((_, name)) => failure.with_help(format!("did you mean `{name}`?")),
        None => failure,
    }
}
