use super::frame::Frame;
use super::key::Trust;
use crate::error::{Error, ErrorKind};
use ed25519_dalek::Signature;

/// Checks that the trusted key signed the frame's payload, and that the payload is a snapshot that it may sign.
///
/// Strict verification (RFC 8032 with the checks of <https://eprint.iacr.org/2020/1244>): one signature, one answer, on
/// every host.
pub(crate) fn verify(frame: &Frame<'_>, trust: &Trust) -> Result<(), Error> {
    if frame.payload_type != trust.snapshot_type().as_bytes() {
        return Err(ErrorKind::PayloadTypeUnexpected.into());
    }
    let wanted = trust.key_id();
    let mut known = false;
    for entry in frame.signatures.as_chunks::<72>().0 {
        let Some((id, signature)) = entry.split_first_chunk::<8>() else {
            continue;
        };
        if *id != wanted {
            continue;
        }
        known = true;
        let signature = Signature::from_slice(signature).map_err(|_| ErrorKind::SignatureInvalid)?;
        if trust.key.verify_strict(frame.signed, &signature).is_ok() {
            return Ok(());
        }
    }
    Err(if known {
        ErrorKind::SignatureInvalid
    } else {
        ErrorKind::KeyUnknown
    }
    .into())
}
