//! XXH64 with seed 0, of a prefix and a unit as if they were joined.
//!
//! By Yann Collet, <https://github.com/Cyan4973/xxHash/blob/dev/doc/xxhash_spec.md>. Units are short, and each is hashed
//! with another salt before it: its lanes of eight bytes are put together in registers, so that nothing is copied.

use crate::snapshot::Hash;

const PRIME_1: u64 = 0x9e37_79b1_85eb_ca87;
const PRIME_2: u64 = 0xc2b2_ae3d_27d4_eb4f;
const PRIME_3: u64 = 0x1656_67b1_9e37_79f9;
const PRIME_4: u64 = 0x85eb_ca77_c2b2_ae63;
const PRIME_5: u64 = 0x27d4_eb2f_1656_67c5;

const LANE: usize = Hash::LANE;
/// Bytes of a stripe: a lane for each of four accumulators.
const STRIPE: usize = 4 * LANE;

/// The digest of the first `length` bytes of `prefix`, which zeros fill up to whole lanes, and `unit`.
#[inline]
pub(super) fn xxh64(prefix: &[u8], length: usize, unit: &[u8]) -> u64 {
    let total = length + unit.len();
    if total >= STRIPE {
        return striped(prefix, length, unit);
    }
    let mut digest = PRIME_5.wrapping_add(total as u64);
    let rest = each_lane(prefix, length, unit, |lane| digest = mixed(digest, lane));
    finish(digest, rest)
}

#[inline(never)]
fn striped(prefix: &[u8], length: usize, unit: &[u8]) -> u64 {
    let total = length + unit.len();
    let mut stripes = total / STRIPE * 4;
    let mut accumulators = [PRIME_1.wrapping_add(PRIME_2), PRIME_2, 0, PRIME_1.wrapping_neg()];
    let mut digest = 0;
    let rest = each_lane(prefix, length, unit, |lane| {
        if stripes == 0 {
            digest = mixed(digest, lane);
            return;
        }
        // Every fourth lane is for the same one.
        let [first, second, third, fourth] = accumulators;
        accumulators = [second, third, fourth, round(first, lane)];
        stripes -= 1;
        if stripes == 0 {
            digest = converged(accumulators).wrapping_add(total as u64);
        }
    });
    finish(digest, rest)
}

/// Hands on the lanes of prefix and unit; what is left is less than a lane: its bytes, and how many bits they are.
#[inline]
fn each_lane(prefix: &[u8], length: usize, unit: &[u8], mut each: impl FnMut(u64)) -> (u64, u32) {
    let bits = (length % LANE * 8) as u32;
    let mut lanes = prefix.as_chunks().0.iter().map(|lane| u64::from_le_bytes(*lane));
    lanes.by_ref().take(length / LANE).for_each(&mut each);
    let mut pending = lanes.next().unwrap_or(0);
    let (lanes, rest) = unit.as_chunks::<LANE>();
    // In two shifts, here and below: over whole lanes nothing is left over.
    for lane in lanes {
        let lane = u64::from_le_bytes(*lane);
        each(pending | lane << bits);
        pending = lane >> 1 >> (63 - bits);
    }
    let rest_bits = rest.len() as u32 * 8;
    let tail = match unit.last_chunk() {
        Some(last) => u64::from_le_bytes(*last) >> 1 >> (63 - rest_bits),
        None => rest
            .iter()
            .rev()
            .fold(0, |tail, byte| tail << 8 | u64::from(*byte)),
    };
    pending |= tail << bits;
    if bits + rest_bits < 64 {
        return (pending, bits + rest_bits);
    }
    each(pending);
    (tail >> 1 >> (63 - bits), bits + rest_bits - 64)
}

#[inline]
fn round(accumulator: u64, lane: u64) -> u64 {
    accumulator
        .wrapping_add(lane.wrapping_mul(PRIME_2))
        .rotate_left(31)
        .wrapping_mul(PRIME_1)
}

#[inline]
fn mixed(digest: u64, lane: u64) -> u64 {
    (digest ^ round(0, lane))
        .rotate_left(27)
        .wrapping_mul(PRIME_1)
        .wrapping_add(PRIME_4)
}

fn converged(accumulators: [u64; 4]) -> u64 {
    let mut digest: u64 = 0;
    for (accumulator, turn) in accumulators.into_iter().zip([1, 7, 12, 18]) {
        digest = digest.wrapping_add(accumulator.rotate_left(turn));
    }
    for accumulator in accumulators {
        digest = (digest ^ round(0, accumulator))
            .wrapping_mul(PRIME_1)
            .wrapping_add(PRIME_4);
    }
    digest
}

#[inline]
fn finish(mut digest: u64, (mut rest, mut bits): (u64, u32)) -> u64 {
    if bits >= 32 {
        digest = (digest ^ (rest & 0xffff_ffff).wrapping_mul(PRIME_1))
            .rotate_left(23)
            .wrapping_mul(PRIME_2)
            .wrapping_add(PRIME_3);
        rest >>= 32;
        bits -= 32;
    }
    while bits > 0 {
        digest = (digest ^ (rest & 0xff).wrapping_mul(PRIME_5))
            .rotate_left(11)
            .wrapping_mul(PRIME_1);
        rest >>= 8;
        bits -= 8;
    }
    digest = (digest ^ digest >> 33).wrapping_mul(PRIME_2);
    digest = (digest ^ digest >> 29).wrapping_mul(PRIME_3);
    digest ^ digest >> 32
}

#[cfg(test)]
mod tests {
    use super::*;
    use core::hash::Hasher;
    use proptest::prelude::*;
    use twox_hash::XxHash64;

    proptest! {
        #[test]
        fn a_prefix_and_a_unit_are_hashed_as_if_joined(
            prefix in prop::collection::vec(any::<u8>(), 0..70), unit in prop::collection::vec(any::<u8>(), 0..300),
        ) {
            let mut hasher = XxHash64::with_seed(0);
            hasher.write(&prefix);
            hasher.write(&unit);
            let mut padded = prefix.clone();
            padded.resize(prefix.len().next_multiple_of(LANE), 0);
            prop_assert_eq!(xxh64(&padded, prefix.len(), &unit), hasher.finish());
        }
    }
}
