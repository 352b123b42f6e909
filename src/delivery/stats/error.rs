use std::fmt;

/// Why numbers were refused.
///
/// Opaque: match on [`StatisticsError::code`], whose names are stable.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct StatisticsError {
    kind: Kind,
}

/// The reasons, with what was found.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Kind {
    NotFinite { what: &'static str, found: f64 },
    Negative { what: &'static str, found: f64 },
    MoreEventsThanUnits { events: f64, units: f64 },
    SquaresImpossible { what: &'static str },
    AlphaOutOfRange(f64),
    NothingToSplit,
    MarginInvalid(f64),
    TuningInvalid(f64),
    LooksOutOfRange(u32),
    SampleInvalid(f64),
    UnitsFell { from: f64, to: f64 },
    ArmsDiffer { observed: usize, weights: usize },
    ArmsTooFew(usize),
    WeightInvalid(f64),
    NoUnits,
}

impl StatisticsError {
    /// The stable name of the reason, such as `more-events-than-units`.
    pub fn code(&self) -> &'static str {
        match self.kind {
            Kind::NotFinite { .. } => "not-finite",
            Kind::Negative { .. } => "negative",
            Kind::MoreEventsThanUnits { .. } => "more-events-than-units",
            Kind::SquaresImpossible { .. } => "squares-impossible",
            Kind::AlphaOutOfRange(_) => "alpha-out-of-range",
            Kind::NothingToSplit => "nothing-to-split",
            Kind::MarginInvalid(_) => "margin-invalid",
            Kind::TuningInvalid(_) => "tuning-invalid",
            Kind::LooksOutOfRange(_) => "looks-out-of-range",
            Kind::SampleInvalid(_) => "sample-invalid",
            Kind::UnitsFell { .. } => "units-fell",
            Kind::ArmsDiffer { .. } => "arms-differ",
            Kind::ArmsTooFew(_) => "arms-too-few",
            Kind::WeightInvalid(_) => "weight-invalid",
            Kind::NoUnits => "no-units",
        }
    }
}

impl fmt::Display for StatisticsError {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.kind {
            Kind::NotFinite { what, found } => write!(out, "{what} is {found}, expected a finite number"),
            Kind::Negative { what, found } => write!(out, "{what} is {found}, expected 0 or more"),
            Kind::MoreEventsThanUnits { events, units } => {
                write!(
                    out,
                    "{events} events are more than the {units} units that can have one"
                )
            }
            Kind::SquaresImpossible { what } => {
                write!(out, "{what} cannot come of the units and sums beside it")
            }
            Kind::AlphaOutOfRange(found) => {
                write!(out, "alpha is {found}, expected a share above 0 and below 0.5")
            }
            Kind::NothingToSplit => out.write_str("alpha is split over no metrics, expected one or more"),
            Kind::MarginInvalid(found) => {
                write!(out, "margin is {found}, expected a finite number from 0 on")
            }
            Kind::TuningInvalid(found) => {
                write!(
                    out,
                    "units to tune at are {found}, expected a finite number above 0"
                )
            }
            Kind::LooksOutOfRange(found) => write!(out, "{found} looks, expected 1 to 200"),
            Kind::SampleInvalid(found) => {
                write!(
                    out,
                    "planned sample is {found} units, expected a finite number above 0"
                )
            }
            Kind::UnitsFell { from, to } => write!(out, "units fell from {from} to {to} between two looks"),
            Kind::ArmsDiffer { observed, weights } => {
                write!(out, "{observed} arms were counted and {weights} designed")
            }
            Kind::ArmsTooFew(found) => write!(out, "{found} arms, expected two or more"),
            Kind::WeightInvalid(found) => write!(out, "weight is {found}, expected a finite number above 0"),
            Kind::NoUnits => out.write_str("no unit was counted in any arm"),
        }
    }
}

impl std::error::Error for StatisticsError {}

impl From<Kind> for StatisticsError {
    fn from(kind: Kind) -> Self {
        Self { kind }
    }
}
