use sha2::block_api::compress512;

/// Bytes that are hashed at a time.
const BLOCK: usize = 128;

/// SHA-512 before anything is hashed: FIPS 180-4, 5.3.5.
const START: [u64; 8] = [
    0x6a09_e667_f3bc_c908,
    0xbb67_ae85_84ca_a73b,
    0x3c6e_f372_fe94_f82b,
    0xa54f_f53a_5f1d_36f1,
    0x510e_527f_ade6_82d1,
    0x9b05_688c_2b3e_6c1f,
    0x1f83_d9ab_fb41_bd6b,
    0x5be0_cd19_137e_2179,
];

/// SHA-512 over parts, one behind the other.
///
/// The padding of FIPS 180-4, 5.1.2, around the compression of `sha2`: what that crate pads with weighs twice as much.
#[inline(never)]
pub(crate) fn digest(parts: &[&[u8]]) -> [u8; 64] {
    let (mut state, mut block, mut filled, mut bits) = (START, [0; BLOCK], 0, 0_u64);
    for part in parts {
        bits += part.len() as u64 * 8;
        fill(&mut state, &mut block, &mut filled, part);
    }
    fill(&mut state, &mut block, &mut filled, &[0x80]);
    while filled != BLOCK - 16 {
        fill(&mut state, &mut block, &mut filled, &[0]);
    }
    fill(
        &mut state,
        &mut block,
        &mut filled,
        &u128::from(bits).to_be_bytes(),
    );
    let mut digest = [0; 64];
    for (bytes, word) in digest.as_chunks_mut().0.iter_mut().zip(state) {
        *bytes = word.to_be_bytes();
    }
    digest
}

/// The first 64 bits of SHA-512 over parts, one behind the other.
pub(crate) fn short_digest(parts: &[&[u8]]) -> [u8; 8] {
    digest(parts).first_chunk().copied().unwrap_or_default()
}

/// Puts bytes into the block, and compresses it each time it is full.
#[inline(never)]
fn fill(state: &mut [u64; 8], block: &mut [u8; BLOCK], filled: &mut usize, mut bytes: &[u8]) {
    while !bytes.is_empty() {
        let room = block.get_mut(*filled..).unwrap_or_default();
        let (taken, rest) = bytes.split_at(bytes.len().min(room.len()));
        if let Some(room) = room.get_mut(..taken.len()) {
            room.copy_from_slice(taken);
        }
        *filled += taken.len();
        bytes = rest;
        if *filled == BLOCK {
            compress512(state, core::slice::from_ref(block));
            *filled = 0;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use sha2::{Digest, Sha512};

    #[test]
    fn parts_of_every_length_around_two_blocks_are_hashed_as_sha2_does() {
        let bytes: Vec<u8> = (0..3 * BLOCK).map(|at| (at * 7 + at / 256) as u8).collect();
        for length in 0..bytes.len() {
            let whole = bytes.get(..length).unwrap_or_default();
            let expected: [u8; 64] = Sha512::digest(whole).into();
            assert_eq!(digest(&[whole]), expected, "{length}");
            let (first, last) = whole.split_at(length * 2 / 3);
            assert_eq!(digest(&[first, &[], last]), expected, "{length}");
        }
    }
}
