use rand_distr::{Distribution, StandardUniform};
use rand_pcg::Pcg64Mcg;
use rand_pcg::rand_core::SeedableRng;

/// What a person's chance decides; each is drawn by itself, so that another attribute changes nobody's fate.
#[derive(Debug, Clone, Copy)]
pub(super) enum Purpose {
    /// What they are like.
    Attributes,
    /// What happens to them.
    Fate,
}

/// The chance of one person: the same for the same seed, whoever else there is and whoever asks first.
pub(super) fn chance(seed: u64, person: u64, purpose: Purpose) -> Pcg64Mcg {
    let drawn = person.wrapping_mul(2).wrapping_add(purpose as u64);
    Pcg64Mcg::seed_from_u64(mixed(seed ^ mixed(drawn)))
}

/// A number from 0 to below 1.
pub(super) fn uniform(chance: &mut Pcg64Mcg) -> f64 {
    StandardUniform.sample(chance)
}

/// The finaliser of SplitMix64 (Steele, Lea and Flood 2014): numbers in a row come out unlike each other.
const fn mixed(number: u64) -> u64 {
    let mut z = number.wrapping_add(0x9e37_79b9_7f4a_7c15);
    z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ (z >> 31)
}
