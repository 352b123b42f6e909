use super::xxh64::xxh64;
use crate::snapshot::{Hash, limits};

/// How many slots a unit can land in; a thousandth of a percent each.
pub const BUCKETS: u32 = 100_000;

/// The first scheme: `xxh64(seed 0, utf8(salt ":" unit)) mod 100_000`.
///
/// XXH64 by Yann Collet, <https://github.com/Cyan4973/xxHash/blob/dev/doc/xxhash_spec.md>; chosen because warehouses can
/// recompute it. Another vendor's scheme gets the next number and a line in [`scheme`].
pub(crate) const XXH64: u8 = 1;

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
    (1..=limits::UNIT_BYTES).contains(&unit.len()).then(|| {
        let prefix = Hash::prefix_of(salt);
        in_ruler(xxh64(&prefix, salt.len() + 1, unit.as_bytes()))
    })
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
pub(crate) fn slot(hash: Hash<'_>, unit: &[u8]) -> Option<u32> {
    match hash.scheme {
        XXH64 => Some(in_ruler(xxh64(hash.prefix, hash.prefix_length(), unit))),
        _ => None,
    }
}

#[inline]
fn in_ruler(digest: u64) -> u32 {
    (digest % u64::from(BUCKETS)) as u32
}

#[cfg(test)]
mod tests {
    use super::*;

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
