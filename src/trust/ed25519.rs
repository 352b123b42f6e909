use crate::digest::digest;
use curve25519_dalek::constants::ED25519_BASEPOINT_POINT;
use curve25519_dalek::edwards::{CompressedEdwardsY, EdwardsPoint};

/// A public key as a point of the curve. One of small order is none: signatures under it fit any bytes.
pub(super) fn public_point(key: &[u8; 32]) -> Option<EdwardsPoint> {
    let point = CompressedEdwardsY(*key).decompress()?;
    (!point.is_small_order()).then_some(point)
}

/// Is this signature, a point *R* and a number *s*, the key's over some bytes?
///
/// As strict as `verify_strict` of `ed25519-dalek`, with which the tests compare it: *s* is below the order, neither the
/// key's point *A* nor *R* is of small order, and *R* is encoded just as \[s\]B − \[k\]A is, so that it need not be decoded.
/// It does without the tables, the signed digits and the arithmetic of scalars there, which weigh more than all the
/// rest. Everything here is public: the time that it takes may depend on it.
pub(super) fn is_valid(key: &[u8; 32], signature: &[u8; 64], signed: &[u8]) -> bool {
    let ([r, s], _) = signature.as_chunks::<32>() else {
        return false;
    };
    let (Some(point), mut s) = (public_point(key), Number::read(s)) else {
        return false;
    };
    if s.take_order() {
        return false;
    }
    let k = Number::modulo_order(&digest(&[r, key, signed]));
    let sum = sum_of_products([s, k], [&ED25519_BASEPOINT_POINT, &-point]);
    !sum.is_small_order() && sum.compress().as_bytes() == r
}

/// The sum of points that are each taken so many times; the numbers are below 2^255.
///
/// From the highest bits to the lowest, three at a time: the cofactor of the curve, eight, moves a point by three bits.
fn sum_of_products(mut numbers: [Number; 2], points: [&EdwardsPoint; 2]) -> EdwardsPoint {
    let multiples = points.map(multiples);
    let mut sum = EdwardsPoint::default();
    for _ in 0..85 {
        sum = sum.mul_by_cofactor();
        for (number, multiples) in numbers.iter_mut().zip(&multiples) {
            let multiple = number.take_digit().checked_sub(1);
            if let Some(multiple) = multiple.and_then(|nonzero| multiples.get(nonzero)) {
                sum += multiple;
            }
        }
    }
    sum
}

/// A point once, twice, and so on.
#[inline(never)]
fn multiples(point: &EdwardsPoint) -> [EdwardsPoint; 7] {
    let mut multiples = [*point; 7];
    let mut sum = *point;
    for multiple in multiples.iter_mut().skip(1) {
        sum += point;
        *multiple = sum;
    }
    multiples
}

/// A whole number below 2^256, in eight words from the lowest.
#[derive(Clone, Copy)]
struct Number([u32; 8]);

/// The order of the base point, 2^252 + 27742317777372353535851937790883648493.
const ORDER: Number = Number([
    0x5cf5_d3ed,
    0x5812_631a,
    0xa2f7_9cd6,
    0x14de_f9de,
    0,
    0,
    0,
    0x1000_0000,
]);

impl Number {
    fn read(bytes: &[u8; 32]) -> Self {
        let mut words = [0; 8];
        for (word, bytes) in words.iter_mut().zip(bytes.as_chunks().0) {
            *word = u32::from_le_bytes(*bytes);
        }
        Self(words)
    }

    /// What is left of a number of 512 bits when the order was taken off as often as it can be.
    fn modulo_order(bytes: &[u8; 64]) -> Self {
        let mut rest = Self([0; 8]);
        for byte in bytes.iter().rev() {
            for bit in (0..8).rev() {
                rest.add(&rest.clone(), 1, (byte >> bit & 1).into());
                rest.take_order();
            }
        }
        rest
    }

    /// Takes the order off, if the number is not below it.
    fn take_order(&mut self) -> bool {
        let borrow = self.add(&ORDER, -1, 0);
        self.add(&ORDER, -borrow, 0);
        borrow == 0
    }

    /// Adds another number so many times, and a small one. What does not fit is returned.
    #[inline(never)]
    fn add(&mut self, other: &Self, times: i64, mut carry: i64) -> i64 {
        for (word, other) in self.0.iter_mut().zip(other.0) {
            carry += i64::from(*word) + i64::from(other) * times;
            *word = carry as u32;
            carry >>= 32;
        }
        carry
    }

    /// The bits 252 to 254, and moves the next three there.
    fn take_digit(&mut self) -> usize {
        let [.., top] = self.0;
        self.add(&self.clone(), 7, 0);
        (top >> 28 & 7) as usize
    }
}

#[cfg(all(test, feature = "compile"))]
#[allow(clippy::unwrap_used, clippy::indexing_slicing)]
mod tests {
    use super::*;
    use curve25519_dalek::Scalar;
    use curve25519_dalek::constants::EIGHT_TORSION;
    use ed25519_dalek::{Signature, Signer, SigningKey, VerifyingKey};
    use proptest::prelude::*;

    /// What we say of a signature, which is what `ed25519-dalek` says.
    fn verdict(key: &[u8; 32], r: &[u8; 32], s: &[u8; 32], signed: &[u8]) -> bool {
        let mut signature = [*r; 2].concat();
        signature[32..].copy_from_slice(s);
        let ours = is_valid(key, signature.first_chunk().unwrap(), signed);
        let signature = Signature::from_slice(&signature).unwrap();
        let theirs =
            VerifyingKey::from_bytes(key).is_ok_and(|key| key.verify_strict(signed, &signature).is_ok());
        assert_eq!(ours, theirs, "{key:?} {signature:?} {signed:?}");
        ours
    }

    fn challenge(r: &[u8; 32], key: &[u8; 32], signed: &[u8]) -> Scalar {
        Scalar::from_bytes_mod_order_wide(&digest(&[r, key, signed]))
    }

    /// A point's own encoding, and where there are others those as well: *y* with the prime added, and a sign of nothing.
    fn encodings(point: EdwardsPoint) -> Vec<[u8; 32]> {
        let own = point.compress().to_bytes();
        let mut encodings = vec![own];
        if own[1..31].iter().all(|byte| *byte == 0) && own[31] & 0x7f == 0 && own[0] < 19 {
            let mut above = [0xff; 32];
            above[0] = 0xed + own[0];
            above[31] = 0x7f | own[31];
            encodings.push(above);
        }
        for index in 0..encodings.len() {
            let mut other = encodings[index];
            other[31] ^= 0x80;
            if CompressedEdwardsY(other).decompress() == Some(point) {
                encodings.push(other);
            }
        }
        encodings
    }

    /// Two points, each with and without what is of small order, in all their encodings; *s* fits but for that.
    #[test]
    fn points_of_small_order_and_their_encodings_are_judged_as_dalek_does() {
        let (a, r) = (Scalar::from(3_141_592_653_u64), Scalar::from(2_718_281_828_u64));
        let points = |scalar: Scalar| {
            [Scalar::ZERO, scalar].map(|scalar| {
                let point = EdwardsPoint::mul_base(&scalar);
                EIGHT_TORSION.map(|small| (scalar, encodings(point + small)))
            })
        };
        let (mut valid, mut seen) = (0, 0);
        for (a, keys) in points(a).as_flattened() {
            for (r, nonces) in points(r).as_flattened() {
                for (key, nonce) in keys
                    .iter()
                    .flat_map(|key| nonces.iter().map(move |nonce| (key, nonce)))
                {
                    for signed in 0..16_u8 {
                        let s = r + challenge(nonce, key, &[signed]) * a;
                        valid += u32::from(verdict(key, nonce, s.as_bytes(), &[signed]));
                        seen += 1;
                    }
                }
            }
        }
        // A key or R with a part of small order passes by chance, where both parts cancel.
        assert!(
            seen > 4_000 && valid > 64 && valid < seen / 8,
            "{valid} of {seen}"
        );
    }

    #[test]
    fn a_number_that_is_not_below_the_order_is_refused() {
        let key = SigningKey::from_bytes(&[7; 32]);
        let public = key.verifying_key().to_bytes();
        let signature = key.sign(b"signed");
        let (r, s) = (signature.r_bytes(), signature.s_bytes());
        assert!(verdict(&public, r, s, b"signed"));
        assert!(!Number::read((-Scalar::ONE).as_bytes()).take_order());
        assert!(ORDER.clone().take_order());
        let mut above = Number::read(s);
        // All that fit 256 bits.
        for _ in 0..15 {
            assert_eq!(above.add(&ORDER, 1, 0), 0);
            let more = above.0.map(u32::to_le_bytes).concat();
            assert!(!verdict(&public, r, more.first_chunk().unwrap(), b"signed"));
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(256))]

        #[test]
        fn what_is_signed_is_valid_and_nothing_else(
            seed: [u8; 32],
            signed in proptest::collection::vec(any::<u8>(), 0..300),
            flipped in 0_usize..96 * 8,
        ) {
            let key = SigningKey::from_bytes(&seed);
            let signature = key.sign(&signed);
            let mut parts = [key.verifying_key().to_bytes(), *signature.r_bytes(), *signature.s_bytes()];
            prop_assert!(verdict(&parts[0], &parts[1], &parts[2], &signed));
            parts.as_flattened_mut()[flipped / 8] ^= 1 << (flipped % 8);
            prop_assert!(!verdict(&parts[0], &parts[1], &parts[2], &signed));
        }

        #[test]
        fn any_bytes_are_judged_as_dalek_does(key: [u8; 32], r: [u8; 32], s: [u8; 32], signed: [u8; 4]) {
            prop_assert!(!verdict(&key, &r, &s, &signed));
        }

        #[test]
        fn numbers_are_reduced_as_dalek_does(high: [u8; 32], low: [u8; 32]) {
            let bytes = [low, high];
            let wide = bytes.as_flattened().first_chunk().unwrap();
            let ours = Number::modulo_order(wide).0.map(u32::to_le_bytes).concat();
            prop_assert_eq!(ours, Scalar::from_bytes_mod_order_wide(wide).to_bytes());
        }

        #[test]
        fn points_are_multiplied_as_dalek_does(one: [u8; 32], other: [u8; 32], seed: [u8; 32]) {
            let scalars = [one, other].map(Scalar::from_bytes_mod_order);
            let points = [EdwardsPoint::mul_base_clamped(seed) + EIGHT_TORSION[1], ED25519_BASEPOINT_POINT];
            let numbers = scalars.map(|scalar| Number::read(scalar.as_bytes()));
            let sum = sum_of_products(numbers, points.each_ref());
            let theirs = EdwardsPoint::vartime_double_scalar_mul_basepoint(&scalars[0], &points[0], &scalars[1]);
            prop_assert_eq!(sum, theirs);
        }
    }
}
