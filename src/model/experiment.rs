use super::condition::{Path, Percent, Range};
use super::diagnostic::Spanned;

/// A measured split.
#[derive(Debug, Clone, PartialEq)]
pub struct Experiment {
    /// Variants and lane widths as written; the widths add up to 100_000.
    pub arms: Vec<(Spanned<String>, Percent)>,
    /// The arm that the others are measured against.
    pub control: Spanned<String>,
    /// Which part of each lane takes part.
    pub coverage: Percent,
    /// What those outside get; by default the off variant.
    pub from: Option<Spanned<String>>,
    /// The unit, by default `targetingKey`.
    pub by: Option<Path>,
    /// Before this epoch millisecond nobody takes part.
    pub start: Option<i64>,
    /// From this epoch millisecond on nobody takes part.
    pub end: Option<i64>,
    /// The layer and the slots of it that this experiment owns.
    pub layer: Option<(Spanned<String>, Range)>,
}

/// What differs for an experiment in one environment.
#[derive(Debug, Clone, PartialEq)]
pub struct ExperimentState {
    /// In place of the experiment's coverage.
    pub coverage: Option<Percent>,
}

/// A set of experiments that never overlap.
#[derive(Debug, Clone, PartialEq)]
pub struct Layer {
    /// What its units are hashed with.
    pub salt: Spanned<String>,
    /// The unit, by default `targetingKey`.
    pub by: Option<Path>,
}

/// Units that are kept out of experiments and get the control variant.
#[derive(Debug, Clone, PartialEq)]
pub struct Holdout {
    /// What its units are hashed with.
    pub salt: Spanned<String>,
    /// How many are kept out.
    pub share: Percent,
    /// The unit, by default `targetingKey`.
    pub by: Option<Path>,
    /// The layers it acts on; every experiment, when left out.
    pub layers: Option<Vec<Spanned<String>>>,
}
