use crate::delivery::stats::{Direction, StatisticsError};
use std::fmt;

/// How joined logs are analysed.
#[derive(Debug, Clone, PartialEq)]
pub struct Settings {
    /// Percent, 95 for one false alarm in twenty analyses without any effect.
    pub confidence: f64,
    /// The variant that the others are compared with; needed where exposures mark no arm.
    pub control: Option<String>,
    /// How many units each variant was designed to get, relative to the others; all alike unless given.
    pub weights: Vec<(String, f64)>,
    /// By metric, the direction that is bad, where one is.
    pub harms: Vec<Option<Direction>>,
    /// Where the probability of the sample ratio is below this, nothing is decided.
    pub sample_ratio_below: f64,
}

#[doc = include_str!("CODES.md")]
#[derive(Debug, Clone, PartialEq)]
pub struct AnalyzeError {
    pub(super) kind: Kind,
}

#[derive(Debug, Clone, PartialEq)]
pub(super) enum Kind {
    NoExposures,
    NoControl { found: Vec<String> },
    ControlUnknown { control: String, found: Vec<String> },
    OneSide,
    WeightMissing { variant: String },
    Impossible { what: String, error: StatisticsError },
    Setting(StatisticsError),
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            confidence: 95.0,
            control: None,
            weights: Vec::new(),
            harms: Vec::new(),
            sample_ratio_below: 0.001,
        }
    }
}

impl AnalyzeError {
    /// The stable name of the reason, such as `no-exposures`.
    pub const fn code(&self) -> &'static str {
        match &self.kind {
            Kind::NoExposures => "no-exposures",
            Kind::NoControl { .. } => "no-control",
            Kind::ControlUnknown { .. } => "control-unknown",
            Kind::OneSide => "one-side",
            Kind::WeightMissing { .. } => "weight-missing",
            Kind::Impossible { .. } => "sums-impossible",
            Kind::Setting(_) => "setting-invalid",
        }
    }
}

impl fmt::Display for AnalyzeError {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.kind {
            Kind::NoExposures => out.write_str("the logs have no exposures to the flag"),
            Kind::NoControl { found } => write!(
                out,
                "nothing says which variant the others are compared with: found {}",
                found.join(", ")
            ),
            Kind::ControlUnknown { control, found } => write!(
                out,
                "nobody was exposed to `{control}`, which the others are compared with: found {}",
                found.join(", ")
            ),
            Kind::OneSide => out.write_str("all exposures are to one side: there is nothing to compare"),
            Kind::WeightMissing { variant } => write!(out, "`{variant}` was exposed and has no weight"),
            Kind::Impossible { what, error } => write!(out, "{what}: {error}"),
            Kind::Setting(error) => error.fmt(out),
        }
    }
}

impl std::error::Error for AnalyzeError {}

impl From<Kind> for AnalyzeError {
    fn from(kind: Kind) -> Self {
        Self { kind }
    }
}

impl From<StatisticsError> for AnalyzeError {
    fn from(error: StatisticsError) -> Self {
        Kind::Setting(error).into()
    }
}
