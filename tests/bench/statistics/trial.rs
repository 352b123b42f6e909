//! A release that is looked at again and again: how often each method calls harm, and when.

use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::SeedableRng;
use rand_distr::{Binomial, Distribution};
use tidegate::delivery::stats::{
    Alpha, Direction, Group, Margin, Sequence, Spending, Stratum, Sums, TUNED_AT_UNITS, harm,
};

/// One-sided, over all looks.
pub(crate) const ALPHA: f64 = 0.05;
/// How many units of the control have an event.
pub(crate) const BASE_RATE: f64 = 0.03;
/// How often one looks.
pub(crate) const LOOKS: usize = 28;
/// How many units come into each arm between two looks.
pub(crate) const UNITS: u64 = 1_000;
/// The methods, in the order of [`Tally::first`].
pub(crate) const METHODS: [&str; 4] = [
    "confidence sequence",
    "group sequential, O'Brien–Fleming type",
    "group sequential, Pocock type",
    "naive z-test at every look",
];

/// What the one-sided z-test of a single look at [`ALPHA`] would call harm.
const NAIVE_BOUND: f64 = 1.644_853_626_951_472_2;

/// At which look, from 1 on, each method first called harm in each run that it called harm in.
pub(crate) struct Tally {
    runs: u64,
    first: [Vec<usize>; METHODS.len()],
}

/// Runs of a release that raises the rate by a share of it; the same runs for the same numbers.
pub(crate) fn run(seeds: std::ops::Range<u64>, raised_by: f64) -> Tally {
    let alpha = Alpha::new(ALPHA).unwrap();
    let sequence = Sequence::new(alpha, TUNED_AT_UNITS).unwrap();
    let units: Vec<f64> = (1..=LOOKS as u64).map(|look| (2 * UNITS * look) as f64).collect();
    let bounds = [Spending::ObrienFleming, Spending::Pocock].map(|spending| {
        let group = Group::new(alpha, spending, LOOKS as u32, units[LOOKS - 1]).unwrap();
        group.bounds(&units).unwrap()
    });
    let treated = Binomial::new(UNITS, BASE_RATE * (1.0 + raised_by)).unwrap();
    let untreated = Binomial::new(UNITS, BASE_RATE).unwrap();
    let mut tally = Tally {
        runs: seeds.end - seeds.start,
        first: Default::default(),
    };
    for seed in seeds {
        let mut random = ChaCha8Rng::seed_from_u64(seed);
        let mut events = [0, 0];
        let mut called = [false; METHODS.len()];
        for look in 1..=LOOKS {
            events[0] += treated.sample(&mut random);
            events[1] += untreated.sample(&mut random);
            let [treatment, control] =
                events.map(|events| Sums::proportion(units[look - 1] / 2.0, events as f64).unwrap());
            let strata = [Stratum { treatment, control }];
            let compared = harm(&strata, Direction::Increase, Margin::NONE).unwrap();
            let corrected = (compared.excess - compared.continuity) / compared.standard_error();
            let calls = [
                sequence.lower_bound(&compared) > 0.0,
                corrected > bounds[0][look - 1],
                corrected > bounds[1][look - 1],
                compared.z() > NAIVE_BOUND,
            ];
            for (method, calls) in calls.into_iter().enumerate() {
                if calls && !called[method] {
                    called[method] = true;
                    tally.first[method].push(look);
                }
            }
        }
    }
    tally
}

impl Tally {
    /// In which share of the runs a method called harm.
    pub(crate) fn share(&self, method: usize) -> f64 {
        self.first[method].len() as f64 / self.runs as f64
    }

    /// The look at which a method called harm, in the middle one of the runs in which it did.
    #[allow(dead_code, reason = "the tests ask only how often")]
    pub(crate) fn median_look(&self, method: usize) -> Option<usize> {
        let mut looks = self.first[method].clone();
        looks.sort_unstable();
        looks.get(looks.len() / 2).copied()
    }
}
