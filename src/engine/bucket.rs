use crate::snapshot::{Hash, limits};
use twox_hash::XxHash64;

/// How many slots a unit can land in; a thousandth of a percent each.
pub const BUCKETS: u32 = 100_000;

/// The first scheme: `xxh64(seed 0, utf8(salt ":" unit)) mod 100_000`.
///
/// XXH64 by Yann Collet, <https://github.com/Cyan4973/xxHash/blob/dev/doc/xxhash_spec.md>; chosen because warehouses can
/// recompute it. Another vendor's scheme gets the next number and a line in [`scheme`].
pub(crate) const XXH64: u8 = 1;

/// Salt, colon and unit up to this many bytes are hashed in one piece on the stack.
const ONE_PIECE: usize = 128;

/// Places a unit in one of [`BUCKETS`] slots, the same on every platform.
///
/// The salt keeps flags independent: without it, the first tenth of one rollout would be the first tenth of every
/// rollout. The unit is hashed as its UTF-8 bytes; one that is empty or longer than 4,096 bytes has no bucket.
///
/// ```
/// assert_eq!(tidegate::engine::bucket("k3v9x2", "u-17"), Some(83_425));
/// assert_eq!(tidegate::engine::bucket("k3v9x2", ""), None);
/// ```
pub fn bucket(salt: &str, unit: &str) -> Option<u32> {
    (1..=limits::UNIT_BYTES)
        .contains(&unit.len())
        .then(|| xxh64(salt.as_bytes(), unit.as_bytes()))
}

/// Does this engine know the scheme that a hash names?
pub(crate) fn is_known(hash: &Hash<'_>) -> bool {
    hash.scheme == XXH64
}

/// The name of the scheme that a hash names.
#[cfg(feature = "compile")]
pub(super) fn scheme_name(hash: &Hash<'_>) -> &'static str {
    match hash.scheme {
        XXH64 => "xxh64",
        _ => "unknown",
    }
}

/// The slot of a unit; `None` for a scheme that this engine does not know.
#[inline]
pub(crate) fn slot(hash: &Hash<'_>, unit: &[u8]) -> Option<u32> {
    match hash.scheme {
        XXH64 => Some(xxh64(hash.salt, unit)),
        _ => None,
    }
}

#[inline]
fn xxh64(salt: &[u8], unit: &[u8]) -> u32 {
    let digest = one_piece(salt, unit).unwrap_or_else(|| {
        use core::hash::Hasher;
        let mut hasher = XxHash64::with_seed(0);
        hasher.write(salt);
        hasher.write(b":");
        hasher.write(unit);
        hasher.finish()
    });
    (digest % u64::from(BUCKETS)) as u32
}

#[inline]
fn one_piece(salt: &[u8], unit: &[u8]) -> Option<u64> {
    let mut room = [0; ONE_PIECE];
    let length = salt.len() + 1 + unit.len();
    let piece = room.get_mut(..length)?;
    let (front, back) = piece.split_at_mut_checked(salt.len())?;
    front.copy_from_slice(salt);
    let (colon, back) = back.split_first_mut()?;
    *colon = b':';
    back.copy_from_slice(unit);
    Some(XxHash64::oneshot(0, piece))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn short_and_long_units_are_hashed_alike() {
        use core::hash::Hasher;
        for length in 1..=300 {
            let unit = "u".repeat(length);
            let mut hasher = XxHash64::with_seed(0);
            hasher.write(format!("salt:{unit}").as_bytes());
            let expected = (hasher.finish() % u64::from(BUCKETS)) as u32;
            assert_eq!(bucket("salt", &unit), Some(expected), "{length} bytes");
        }
    }

    #[test]
    fn the_colon_keeps_salt_and_unit_apart() {
        assert_ne!(bucket("ab", "c"), bucket("a", "bc"));
    }

    #[test]
    fn a_unit_that_is_too_long_has_no_bucket() {
        assert!(bucket("salt", &"x".repeat(4_096)).is_some());
        assert_eq!(bucket("salt", &"x".repeat(4_097)), None);
    }
}
