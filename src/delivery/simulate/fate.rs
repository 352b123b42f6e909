use super::chance::{Purpose, chance, uniform};
use crate::model::{Harm, Outcome};
use rand_distr::{Distribution, Normal, Poisson};
use rand_pcg::Pcg64Mcg;

/// What happens to people in all metrics, with the release and without it.
///
/// Both come of the same chance: whoever is hurt is hurt by the release, and not by the luck of another draw.
#[derive(Debug, Clone)]
pub(super) struct Fates {
    seed: u64,
    metrics: Vec<Metric>,
}

#[derive(Debug, Clone, Copy)]
struct Metric {
    outcome: Drawn,
    /// What the release multiplies rates and values with.
    factor: f64,
    bad: Harm,
}

#[derive(Debug, Clone, Copy)]
enum Drawn {
    Rate(f64),
    Mean(Normal<f64>),
    Ratio {
        rate: f64,
        more_trials: Option<Poisson<f64>>,
    },
}

/// What one metric counts of a person.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Count {
    pub(super) numerator: f64,
    pub(super) denominator: f64,
}

/// What happens to a person in one metric.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Fate {
    pub(super) without: Count,
    pub(super) with: Count,
    /// Worse with the release than without it.
    pub(super) is_worse: bool,
}

impl Fates {
    /// For each metric what happens anyway, by which share the release changes it, and which direction is bad.
    ///
    /// `None` for what cannot be drawn, which the reader lets nobody write.
    pub(super) fn new(seed: u64, metrics: impl IntoIterator<Item = (Outcome, f64, Harm)>) -> Option<Self> {
        let metrics = metrics.into_iter().map(|(outcome, change, bad)| {
            Some(Metric {
                outcome: Drawn::new(outcome)?,
                factor: 1.0 + change,
                bad,
            })
        });
        Some(Self {
            seed,
            metrics: metrics.collect::<Option<_>>()?,
        })
    }

    /// How many metrics there are.
    pub(super) fn len(&self) -> usize {
        self.metrics.len()
    }

    /// What happens to a person, metric by metric.
    pub(super) fn of(&self, person: u64) -> impl Iterator<Item = Fate> {
        let mut chance = chance(self.seed, person, Purpose::Fate);
        self.metrics.iter().map(move |metric| metric.draw(&mut chance))
    }
}

impl Metric {
    fn draw(&self, chance: &mut Pcg64Mcg) -> Fate {
        let (without, with) = self.outcome.draw(self.factor, chance);
        let (before, after) = (without.numerator, with.numerator);
        Fate {
            without,
            with,
            is_worse: match self.bad {
                Harm::Increase => after > before,
                Harm::Decrease => after < before,
            },
        }
    }
}

impl Drawn {
    fn new(outcome: Outcome) -> Option<Self> {
        Some(match outcome {
            Outcome::Rate(rate) => Self::Rate(rate),
            Outcome::Mean { mean, deviation } => Self::Mean(Normal::new(mean, deviation).ok()?),
            Outcome::Ratio { rate, trials } => Self::Ratio {
                rate,
                more_trials: match trials > 1.0 {
                    true => Some(Poisson::new(trials - 1.0).ok()?),
                    false => None,
                },
            },
        })
    }

    fn draw(&self, factor: f64, chance: &mut Pcg64Mcg) -> (Count, Count) {
        let count = |numerator, denominator| Count {
            numerator,
            denominator,
        };
        match self {
            Self::Rate(rate) => {
                let drawn = uniform(chance);
                let happens = |rate| f64::from(u8::from(drawn < rate));
                (count(happens(*rate), 1.0), count(happens(rate * factor), 1.0))
            }
            Self::Mean(normal) => {
                let value = normal.sample(chance);
                (count(value, 1.0), count(value * factor, 1.0))
            }
            Self::Ratio { rate, more_trials } => {
                let trials = 1.0 + more_trials.map_or(0.0, |more| more.sample(chance));
                let (mut without, mut with) = (0.0, 0.0);
                for _ in 0..trials as u32 {
                    let drawn = uniform(chance);
                    without += f64::from(u8::from(drawn < *rate));
                    with += f64::from(u8::from(drawn < rate * factor));
                }
                (count(without, trials), count(with, trials))
            }
        }
    }
}
