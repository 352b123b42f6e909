use super::fate::Count;
use crate::delivery::judge::Counts;
use crate::delivery::stats::Moments;
use crate::model::MetricType;

/// What was counted of some people.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Tally {
    /// All of them.
    pub(super) people: u64,
    /// Those who got what is new, in the plan and all at once.
    pub(super) reached: Reached,
    pub(super) all_at_once: Reached,
    pub(super) arms: Arms,
}

/// Who got what is new.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Reached {
    /// How many people.
    pub people: u64,
    /// How many of them are worse off than without it, in one metric at least.
    pub hurt: u64,
}

/// What was counted in both arms.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Arms {
    pub(super) treatment: Arm,
    pub(super) control: Arm,
}

#[derive(Debug, Clone, PartialEq)]
pub(super) struct Arm {
    pub(super) units: u64,
    metrics: Vec<Totals>,
}

#[derive(Debug, Clone, Copy, PartialEq, Default)]
struct Totals {
    numerators: f64,
    squared_numerators: f64,
    denominators: f64,
    squared_denominators: f64,
    products: f64,
}

impl Tally {
    pub(super) fn new(metrics: usize) -> Self {
        Self {
            people: 0,
            reached: Reached::default(),
            all_at_once: Reached::default(),
            arms: Arms::new(metrics),
        }
    }
}

impl Reached {
    pub(super) fn count(&mut self, is_hurt: bool) {
        self.people += 1;
        self.hurt += u64::from(is_hurt);
    }

    pub(super) fn add(&mut self, other: Self) {
        self.people += other.people;
        self.hurt += other.hurt;
    }
}

impl Arms {
    pub(super) fn new(metrics: usize) -> Self {
        let arm = Arm {
            units: 0,
            metrics: vec![Totals::default(); metrics],
        };
        Self {
            treatment: arm.clone(),
            control: arm,
        }
    }

    pub(super) fn add(&mut self, other: &Self) {
        self.treatment.add(&other.treatment);
        self.control.add(&other.control);
    }
}

impl Arm {
    /// Counts what one metric counts of a person.
    pub(super) fn count(&mut self, metric: usize, count: Count) {
        let Count {
            numerator,
            denominator,
        } = count;
        if let Some(totals) = self.metrics.get_mut(metric) {
            totals.numerators += numerator;
            totals.squared_numerators += numerator * numerator;
            totals.denominators += denominator;
            totals.squared_denominators += denominator * denominator;
            totals.products += numerator * denominator;
        }
    }

    /// What a source would tell of a metric; nothing of one that is not there.
    pub(super) fn counts(&self, metric: usize, kind: MetricType) -> Option<Counts> {
        let units = self.units as f64;
        let totals = self.metrics.get(metric)?;
        let numerators = Moments {
            sum: totals.numerators,
            squares: totals.squared_numerators,
        };
        Some(match kind {
            MetricType::Proportion => Counts::Proportion {
                units,
                events: totals.numerators,
            },
            MetricType::Mean => Counts::Mean {
                units,
                values: numerators,
            },
            MetricType::Ratio => Counts::Ratio {
                units,
                numerators,
                denominators: Moments {
                    sum: totals.denominators,
                    squares: totals.squared_denominators,
                },
                products: totals.products,
            },
        })
    }

    fn add(&mut self, other: &Self) {
        self.units += other.units;
        for (totals, more) in self.metrics.iter_mut().zip(&other.metrics) {
            totals.numerators += more.numerators;
            totals.squared_numerators += more.squared_numerators;
            totals.denominators += more.denominators;
            totals.squared_denominators += more.squared_denominators;
            totals.products += more.products;
        }
    }
}
