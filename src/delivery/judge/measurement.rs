use crate::delivery::stats::{Moments, StatisticsError, Sums};
use crate::model::MetricType;

/// What all sources of a policy came to, at one look.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Measurements {
    /// How many units each arm has, where something tells.
    pub exposures: Option<Measurement<Exposed>>,
    /// By the metric's name.
    pub metrics: Vec<(String, Measurement<Reading>)>,
}

/// What one source came to.
#[derive(Debug, Clone, PartialEq)]
pub enum Measurement<T> {
    /// It told something, which may still be nonsense.
    Read(T),
    /// It answered, and there is nothing yet.
    Missing,
    /// It did not answer, or not what was asked: why, for people.
    Failed(String),
}

/// One metric, cumulative since the stage was entered.
#[derive(Debug, Clone, PartialEq)]
pub struct Reading {
    /// Who got what is new; nothing where the source has no such unit.
    pub treatment: Option<Counts>,
    /// Who got what was there before; nothing also where the stage has no such lane.
    pub control: Option<Counts>,
    /// The moment up to which there is data, in epoch milliseconds.
    pub until_ms: i64,
    /// The unit of the numbers, where the source tells it.
    pub unit: Option<String>,
}

/// How many units were exposed since the stage was entered.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Exposed {
    /// Units that got what is new.
    pub treatment: f64,
    /// Units that got what was there before.
    pub control: f64,
    /// Units that got both, where the source can tell.
    pub both: Option<f64>,
    /// The moment up to which there is data, in epoch milliseconds.
    pub until_ms: i64,
}

/// The numbers of one arm as a source told them, not checked.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Counts {
    /// Units, and how many of them it happened to.
    Proportion {
        /// How many units.
        units: f64,
        /// How many of them had an event.
        events: f64,
    },
    /// Units, and a value of each.
    Mean {
        /// How many units.
        units: f64,
        /// Of their values.
        values: Moments,
    },
    /// Units, and a numerator and a denominator of each.
    Ratio {
        /// How many units.
        units: f64,
        /// Of their numerators.
        numerators: Moments,
        /// Of their denominators.
        denominators: Moments,
        /// The sum of numerator times denominator.
        products: f64,
    },
}

impl<T> Measurement<T> {
    /// What it told, if anything.
    pub fn read(&self) -> Option<&T> {
        match self {
            Self::Read(read) => Some(read),
            Self::Missing | Self::Failed(_) => None,
        }
    }
}

impl Measurements {
    /// What was measured of a metric; one that nobody asked for is missing.
    pub fn metric(&self, name: &str) -> &Measurement<Reading> {
        let found = self.metrics.iter().find(|(metric, _)| metric == name);
        found.map_or(&Measurement::Missing, |(_, measurement)| measurement)
    }
}

impl Counts {
    /// How many units were counted.
    pub fn units(&self) -> f64 {
        match self {
            Self::Proportion { units, .. } | Self::Mean { units, .. } | Self::Ratio { units, .. } => *units,
        }
    }

    /// What type of metric they are counts of.
    pub fn kind(&self) -> MetricType {
        match self {
            Self::Proportion { .. } => MetricType::Proportion,
            Self::Mean { .. } => MetricType::Mean,
            Self::Ratio { .. } => MetricType::Ratio,
        }
    }

    /// The sums, where they can have been.
    pub fn sums(&self) -> Result<Sums, StatisticsError> {
        match *self {
            Self::Proportion { units, events } => Sums::proportion(units, events),
            Self::Mean { units, values } => Sums::mean(units, values),
            Self::Ratio {
                units,
                numerators,
                denominators,
                products,
            } => Sums::ratio(units, numerators, denominators, products),
        }
    }
}
