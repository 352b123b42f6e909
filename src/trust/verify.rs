use super::ed25519::is_valid;
use super::frame::Frame;
use super::root::RoleRecord;
use crate::digest::short_digest;
use crate::error::{Error, ErrorKind};

/// Checks that as many keys of a role signed the frame's payload as have to.
///
/// Strict verification (RFC 8032 with the checks of <https://eprint.iacr.org/2020/1244>): one signature, one answer, on
/// every host. A key counts once, by the first signature that names it.
#[inline(never)]
pub(crate) fn verify(frame: &Frame<'_>, role: RoleRecord<'_>) -> Result<(), Error> {
    let (mut signed, mut known) = (0, false);
    for key in role.keys {
        let wanted = key_id(key);
        // No more than the first that names the key is looked at: else what anybody can make costs the most.
        let signature = frame.signatures.as_chunks::<72>().0.iter().find_map(|entry| {
            let (id, signature) = entry.split_first_chunk::<8>()?;
            (*id == wanted).then_some(signature.first_chunk()?)
        });
        known |= signature.is_some();
        let valid = signature.is_some_and(|signature| is_valid(key, signature, frame.signed));
        signed += u8::from(valid);
    }
    if signed >= role.threshold {
        return Ok(());
    }
    Err(match (signed, known) {
        (1.., _) => ErrorKind::ThresholdUnmet,
        (0, true) => ErrorKind::SignatureInvalid,
        (0, false) => ErrorKind::KeyUnknown,
    }
    .into())
}

/// The first 8 bytes of SHA-512 of a public key.
pub(super) fn key_id(key: &[u8; 32]) -> [u8; 8] {
    short_digest(&[key])
}
