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
    let s = Number::read(s);
    let (Some(point), None) = (public_point(key), s.minus_order()) else {
        return false;
    };
    let k = Number::modulo_order(&digest(&[r, key, signed]));
    let sum = sum_of_products([(s, ED25519_BASEPOINT_POINT), (k, -point)]);
    !sum.is_small_order() && sum.compress().as_bytes() == r
}

/// The sum of points that are each taken so many times; the numbers are below 2^255.
///
/// From the highest bits to the lowest, three at a time: the cofactor of the curve, eight, moves a point by three bits.
fn sum_of_products(mut products: [(Number, EdwardsPoint); 2]) -> EdwardsPoint {
    let multiples = products.map(|(_, point)| multiples(point));
    let mut sum = EdwardsPoint::default();
    for _ in 0..85 {
        sum = sum.mul_by_cofactor();
        for ((number, _), multiples) in products.iter_mut().zip(&multiples) {
            let multiple = number.take_digit().checked_sub(1);
            if let Some(multiple) = multiple.and_then(|nonzero| multiples.get(nonzero)) {
                sum += multiple;
            }
        }
    }
    sum
}

/// A point once, twice, and so on.
fn multiples(point: EdwardsPoint) -> [EdwardsPoint; 7] {
    let mut sum = EdwardsPoint::default();
    [(); 7].map(|()| {
        sum += point;
        sum
    })
}

/// A whole number below 2^256.
#[derive(Clone, Copy)]
struct Number {
    high: u128,
    low: u128,
}

impl Number {
    fn read(bytes: &[u8; 32]) -> Self {
        let [low, high] = [0, 16].map(|at| {
            let half = bytes.get(at..).and_then(|rest| rest.first_chunk());
            half.map_or(0, |half| u128::from_le_bytes(*half))
        });
        Self { high, low }
    }

    /// What is left of a number of 512 bits when the order was taken off as often as it can be.
    fn modulo_order(bytes: &[u8; 64]) -> Self {
        let mut rest = Self { high: 0, low: 0 };
        for byte in bytes.iter().rev() {
            for bit in (0..8).rev() {
                rest.shift(1);
                rest.low |= u128::from(byte >> bit & 1);
                rest = rest.minus_order().unwrap_or(rest);
            }
        }
        rest
    }

    /// Less the order of the base point, 2^252 + 27742317777372353535851937790883648493, if it is not below it.
    fn minus_order(self) -> Option<Self> {
        let (low, borrow) = self
            .low
            .overflowing_sub(27_742_317_777_372_353_535_851_937_790_883_648_493);
        let high = self.high.checked_sub((1 << 124) + u128::from(borrow))?;
        Some(Self { high, low })
    }

    /// Moves all bits up by some.
    fn shift(&mut self, bits: u32) {
        self.high = self.high << bits | self.low >> (128 - bits);
        self.low <<= bits;
    }

    /// The bits 252 to 254, and moves the next three there.
    fn take_digit(&mut self) -> usize {
        let digit = self.high >> 124 & 7;
        self.shift(3);
        digit as usize
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
        let largest = Number::read((-Scalar::ONE).as_bytes());
        assert!(largest.minus_order().is_none());
        let Number { mut high, mut low } = Number::read(s);
        // All that fit 256 bits.
        for _ in 0..15 {
            let (sum, carry) = low.overflowing_add(largest.low + 1);
            (high, low) = (high + largest.high + u128::from(carry), sum);
            let more = [low.to_le_bytes(), high.to_le_bytes()].concat();
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
            let Number { high, low } = Number::modulo_order(wide);
            let ours = [low.to_le_bytes(), high.to_le_bytes()].concat();
            prop_assert_eq!(ours, Scalar::from_bytes_mod_order_wide(wide).to_bytes());
        }

        #[test]
        fn points_are_multiplied_as_dalek_does(one: [u8; 32], other: [u8; 32], seed: [u8; 32]) {
            let scalars = [one, other].map(Scalar::from_bytes_mod_order);
            let points = [EdwardsPoint::mul_base_clamped(seed) + EIGHT_TORSION[1], ED25519_BASEPOINT_POINT];
            let sum = sum_of_products([0, 1].map(|at| (Number::read(scalars[at].as_bytes()), points[at])));
            let theirs = EdwardsPoint::vartime_double_scalar_mul_basepoint(&scalars[0], &points[0], &scalars[1]);
            prop_assert_eq!(sum, theirs);
        }
    }
}
