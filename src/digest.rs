use sha2::{Digest, Sha512};

/// SHA-512 over parts, one behind the other.
///
/// Out of line: all but the signature's own hash go through here, and the shipped code holds it once.
#[inline(never)]
pub(crate) fn digest(parts: &[&[u8]]) -> [u8; 64] {
    let mut hasher = Sha512::new();
    for part in parts {
        hasher.update(part);
    }
    hasher.finalize().into()
}

/// The first 64 bits of SHA-512 over parts, one behind the other.
pub(crate) fn short_digest(parts: &[&[u8]]) -> [u8; 8] {
    digest(parts).first_chunk().copied().unwrap_or_default()
}
