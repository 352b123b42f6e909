use crate::delivery::stats::{self, Direction, Estimate, Margin, Sequence, Stratum, Sums};

/// Where a value lies, at all looks together.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Interval {
    /// What it is estimated to be.
    pub value: f64,
    /// It is no less than this,
    pub low: f64,
    /// and no more than that.
    pub high: f64,
}

/// What can be said of a difference.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Decision {
    /// The side has more than the control, and nothing says whether that is bad.
    Higher,
    /// It has less.
    Lower,
    /// It differs in the direction that is bad.
    Worse,
    /// It differs in the other one.
    Better,
    /// The interval has 0 in it, or there is none yet.
    Undecided,
    /// Units are lost or counted twice: no difference can be believed.
    SampleRatio,
}

impl Interval {
    fn around(value: f64, radius: f64) -> Option<Self> {
        (value.is_finite() && radius.is_finite()).then_some(Self {
            value,
            low: value - radius,
            high: value + radius,
        })
    }
}

impl Decision {
    /// In one word, or two with a hyphen.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Higher => "higher",
            Self::Lower => "lower",
            Self::Worse => "worse",
            Self::Better => "better",
            Self::Undecided => "undecided",
            Self::SampleRatio => "sample-ratio",
        }
    }

    pub(super) fn of(difference: Option<&Interval>, harm: Option<Direction>) -> Self {
        let more = match difference {
            Some(interval) if interval.low > 0.0 => true,
            Some(interval) if interval.high < 0.0 => false,
            _ => return Self::Undecided,
        };
        match (harm, more) {
            (None, true) => Self::Higher,
            (None, false) => Self::Lower,
            (Some(Direction::Increase), true) | (Some(Direction::Decrease), false) => Self::Worse,
            (Some(_), _) => Self::Better,
        }
    }
}

/// Where one side's value lies, over its stages.
pub(super) fn estimate(stages: &[Sums], sequence: &Sequence) -> Option<Interval> {
    let whole = stages.iter().copied().reduce(|sum, more| sum.plus(&more))?;
    let estimate = Estimate::of(&whole)?;
    Interval::around(
        estimate.value,
        sequence.radius(estimate.standard_error(), estimate.units),
    )
}

/// Where the difference from the control lies, stage by stage.
pub(super) fn difference(strata: &[Stratum], sequence: &Sequence) -> Option<Interval> {
    let comparison = stats::harm(strata, Direction::Increase, Margin::NONE)?;
    Interval::around(
        comparison.excess,
        sequence.radius(comparison.standard_error(), comparison.units),
    )
}

/// Where the difference lies relative to the control.
pub(super) fn lift(strata: &[Stratum], sequence: &Sequence) -> Option<Interval> {
    let treatment = combined(strata, |stratum| &stratum.treatment)?;
    let control = combined(strata, |stratum| &stratum.control)?;
    let (lift, variance) = stats::lift(&treatment, &control)?;
    Interval::around(
        lift,
        sequence.radius(variance.sqrt(), treatment.units + control.units),
    )
}

/// The value of one arm over the strata, each by the size of both arms, as the difference has it.
fn combined(strata: &[Stratum], arm: fn(&Stratum) -> &Sums) -> Option<Estimate> {
    let size = |stratum: &Stratum| stratum.treatment.units() + stratum.control.units();
    let both = |stratum: &&Stratum| {
        Estimate::of(&stratum.treatment).is_some() && Estimate::of(&stratum.control).is_some()
    };
    let all: f64 = strata.iter().filter(both).map(size).sum();
    let mut whole = Estimate {
        units: 0.0,
        value: 0.0,
        variance: 0.0,
    };
    for stratum in strata.iter().filter(both) {
        let weight = size(stratum) / all;
        let estimate = Estimate::of(arm(stratum))?;
        whole.units += estimate.units;
        whole.value += weight * estimate.value;
        whole.variance += (weight * estimate.standard_error()).powi(2);
    }
    // The variance of one unit, of which the error of the whole follows.
    whole.variance *= whole.units;
    (whole.units > 0.0).then_some(whole)
}
