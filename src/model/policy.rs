use super::condition::Percent;
use super::diagnostic::{Place, Spanned};
use super::source::{Quantity, Source};

/// What is watched while a plan goes on, and what is done about it: `policies/<name>.yaml`.
#[derive(Debug, Clone, PartialEq)]
pub struct Policy {
    /// The file's name.
    pub name: Spanned<String>,
    /// Text for people.
    pub description: Option<String>,
    /// How sure a verdict is, in thousandths of a percent: 95,000 is a false alarm in one plan of twenty at most.
    pub confidence: Percent,
    /// How repeated looks are paid for.
    pub method: Method,
    /// What is measured, in the order of the file; at least one.
    pub metrics: Vec<Metric>,
    /// Where the numbers of units per arm come from, if not from the metrics.
    pub exposures: Option<Source>,
    /// What is watched of the exposures themselves.
    pub checks: Checks,
    /// How many failures in a row are borne.
    pub errors: ErrorLimit,
    /// Decisions are written down, and nothing is done.
    pub dry_run: bool,
}

/// How repeated looks are paid for.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Method {
    /// One may look whenever one likes, for as long as one likes.
    Sequential {
        /// The number of units in an arm at which the bound is tightest.
        tuned_at: u64,
    },
    /// A number of looks that is known before.
    GroupSequential {
        /// How many.
        looks: u32,
        /// How many units an arm has at the last of them.
        sample: u64,
        /// How the looks share the risk.
        spending: Spending,
    },
}

/// How looks share the risk of a false alarm.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Spending {
    /// Little at first.
    ObrienFleming,
    /// Evenly.
    Pocock,
}

/// One thing that is measured in both arms.
#[derive(Debug, Clone, PartialEq)]
pub struct Metric {
    /// Its name, unique in the policy.
    pub name: Spanned<String>,
    /// What a breach means.
    pub role: Role,
    /// What kind of number it is.
    pub kind: MetricType,
    /// The direction that is bad.
    pub harm: Harm,
    /// How much worse is still taken for as good.
    pub margin: Margin,
    /// What is never waited for.
    pub catastrophic: Option<Catastrophic>,
    /// Without data the stage is held.
    pub must_have_data: bool,
    /// The age in milliseconds from which data counts as stale.
    pub max_age_ms: Option<i64>,
    /// What a breach of a guardrail does.
    pub on_breach: Action,
    /// The unit that a source which tells one must tell.
    pub unit: Option<String>,
    /// Where it comes from.
    pub source: Source,
}

/// What the breach of a metric means.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Role {
    /// It does what `onBreach` says.
    Guardrail,
    /// It holds, and never rolls back.
    Signal,
}

/// What kind of number a metric is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MetricType {
    /// The share of units that something happened to.
    Proportion,
    /// The average over units.
    Mean,
    /// One sum over units divided by another.
    Ratio,
}

impl MetricType {
    /// What must be known of an arm.
    pub const fn quantities(self) -> &'static [Quantity] {
        match self {
            Self::Proportion => &[Quantity::Total, Quantity::Events],
            Self::Mean => &[Quantity::Total, Quantity::Sum, Quantity::Squares],
            Self::Ratio => &[
                Quantity::Total,
                Quantity::Numerator,
                Quantity::NumeratorSquares,
                Quantity::Denominator,
                Quantity::DenominatorSquares,
                Quantity::Product,
            ],
        }
    }
}

/// The direction that is bad.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Harm {
    /// More is worse.
    Increase,
    /// Less is worse.
    Decrease,
}

/// How much worse than control is still taken for as good.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Margin {
    /// A part of control's estimate: 0.05 is five percent of it.
    Relative(f64),
    /// In the metric's own unit.
    Absolute(f64),
}

/// A plain estimate that is acted on at once.
#[derive(Debug, Clone, PartialEq)]
pub struct Catastrophic {
    /// Where it is written.
    pub place: Place,
    /// The estimate of the treatment lane that is not borne, in the metric's own unit.
    pub value: f64,
    /// The least number of events behind it: of units that it happened to for a share that must not rise, of units
    /// otherwise.
    pub min_events: u64,
}

/// What is done.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Action {
    /// The plan stays where it is.
    Hold,
    /// The flag is killed and the plan is rolled back.
    RollBack,
}

/// What is watched of the exposures themselves.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Checks {
    /// Arms of another size than designed.
    pub sample_ratio: SampleRatioCheck,
    /// Nobody comes any more.
    pub no_traffic: NoTrafficCheck,
    /// Units that were in both arms.
    pub multiple_exposures: MultipleExposuresCheck,
}

/// Arms of another size than designed.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct SampleRatioCheck {
    /// What is done.
    pub action: Action,
    /// The probability, by chance alone, below which it is.
    pub below: f64,
}

/// Nobody comes any more.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NoTrafficCheck {
    /// What is done.
    pub action: Action,
    /// After so many milliseconds without a new unit.
    pub within_ms: i64,
}

/// Units that were in both arms.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct MultipleExposuresCheck {
    /// What is done.
    pub action: Action,
    /// Above this part of all units.
    pub above: Percent,
}

/// How many failures in a row are borne; each holds the stage in any case.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ErrorLimit {
    /// So many only hold.
    pub at_most: u32,
    /// What is done about one more.
    pub action: Action,
}

impl Policy {
    /// The risk of a false alarm for all metrics together.
    pub fn alpha(&self) -> f64 {
        f64::from(100_000_u32.saturating_sub(self.confidence)) / 100_000.0
    }
}
