use super::error::{Kind, StatisticsError};
use super::estimate::Estimate;
use super::sums::{ROUNDING, Sums};

/// The direction of a metric that is bad.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Direction {
    /// More is worse, as of failed orders.
    Increase,
    /// Less is worse, as of finished ones.
    Decrease,
}

/// How much worse the treatment may be before it counts as harm: the margin of non-inferiority.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Margin {
    relative: f64,
    absolute: f64,
}

/// Both arms at one stage of a plan.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Stratum {
    /// Who got what is new.
    pub treatment: Sums,
    /// Who got what was there before.
    pub control: Sums,
}

/// By how much the treatment is worse than the margin allows.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Comparison {
    /// The harm beyond the margin: above 0 is worse than allowed.
    pub excess: f64,
    /// The variance of `excess`.
    pub variance: f64,
    /// The units of both arms.
    pub units: f64,
    /// The value of the treatment, over the strata by their size.
    pub treatment: f64,
    /// The value of the control, over the strata by their size.
    pub control: f64,
    /// Half a step of what is counted in whole units, and 0 of what is not.
    pub continuity: f64,
}

/// What a comparison needs of a stratum.
struct Difference {
    excess: f64,
    variance: f64,
    units: f64,
    treatment: f64,
    control: f64,
    continuity: f64,
}

impl Margin {
    /// Nothing worse is allowed.
    pub const NONE: Self = Self {
        relative: 0.0,
        absolute: 0.0,
    };

    /// A share of the control's value: 0.05 allows 5% more, or less, of it.
    pub fn relative(share: f64) -> Result<Self, StatisticsError> {
        Ok(Self {
            relative: margin(share)?,
            absolute: 0.0,
        })
    }

    /// In the metric's own unit.
    pub fn absolute(value: f64) -> Result<Self, StatisticsError> {
        Ok(Self {
            relative: 0.0,
            absolute: margin(value)?,
        })
    }
}

/// Compares the arms within each stratum, and combines the differences by the number of units.
///
/// A share that grows from stage to stage makes early days small in the treatment and large in the control; within a stage the
/// lanes are equally wide, so that a good day or a bad one is the same for both. `None` while no stratum has two units an arm.
pub fn harm(strata: &[Stratum], direction: Direction, margin: Margin) -> Option<Comparison> {
    let differences: Vec<Difference> = strata
        .iter()
        .filter_map(|stratum| Difference::of(stratum, direction, margin))
        .collect();
    let units: f64 = differences.iter().map(|difference| difference.units).sum();
    let weighted = |part: fn(&Difference) -> f64| -> f64 {
        differences
            .iter()
            .map(|each| each.units / units * part(each))
            .sum()
    };
    (units > 0.0).then(|| Comparison {
        excess: weighted(|each| each.excess),
        variance: differences
            .iter()
            .map(|each| (each.units / units).powi(2) * each.variance)
            .sum(),
        units,
        treatment: weighted(|each| each.treatment),
        control: weighted(|each| each.control),
        continuity: weighted(|each| each.continuity),
    })
}

/// The treatment's value relative to the control's, less 1, and its variance by the delta method: `(lift, variance)`.
///
/// `None` for a control of 0.
pub fn lift(treatment: &Estimate, control: &Estimate) -> Option<(f64, f64)> {
    let relative = treatment.value / control.value;
    let variance = (treatment.squared_error() + relative * relative * control.squared_error())
        / (control.value * control.value);
    (relative.is_finite() && variance.is_finite()).then_some((relative - 1.0, variance))
}

impl Comparison {
    /// The standard error of the excess.
    pub fn standard_error(&self) -> f64 {
        self.variance.sqrt()
    }

    /// The excess in standard errors.
    pub fn z(&self) -> f64 {
        if self.variance > 0.0 {
            self.excess / self.standard_error()
        } else {
            self.excess.min(0.0)
        }
    }

    /// What is left of the excess, which may have been corrected, so far below it.
    ///
    /// Without any spread all units are equal but for rounding, and nobody is worse off.
    pub(super) fn below(&self, excess: f64, radius: f64) -> f64 {
        if self.variance > 0.0 {
            excess - radius
        } else {
            excess.min(0.0)
        }
    }
}

impl Difference {
    fn of(stratum: &Stratum, direction: Direction, margin: Margin) -> Option<Self> {
        let Stratum { treatment, control } = stratum;
        let (of_treatment, of_control) = (spread(treatment, control)?, spread(control, treatment)?);
        // A share of what is below 0 must allow more, too.
        let share = margin.relative * of_control.value.signum();
        let (difference, factor) = match direction {
            Direction::Increase => (of_treatment.value - of_control.value, 1.0 + share),
            Direction::Decrease => (of_control.value - of_treatment.value, 1.0 - share),
        };
        Some(Self {
            excess: difference - margin.relative * of_control.value.abs() - margin.absolute,
            variance: of_treatment.squared_error() + factor * factor * of_control.squared_error(),
            units: treatment.units + control.units,
            treatment: of_treatment.value,
            control: of_control.value,
            continuity: if treatment.counted && control.counted {
                0.5 / treatment.units + 0.5 / control.units
            } else {
                0.0
            },
        })
    }
}

/// The estimate of an arm; one whose units are all equal has the spread of both arms together.
///
/// Nothing is certain because nothing else was seen yet: 3 failures of 3 against none of 3 would be an infinite z.
fn spread(arm: &Sums, other: &Sums) -> Option<Estimate> {
    let estimate = Estimate::of(arm)?;
    if estimate.variance > ROUNDING * estimate.value * estimate.value {
        return Some(estimate);
    }
    let variance = Estimate::of(&arm.plus(other))?.variance;
    Some(Estimate { variance, ..estimate })
}

fn margin(found: f64) -> Result<f64, StatisticsError> {
    if found.is_finite() && found >= 0.0 {
        Ok(found)
    } else {
        Err(Kind::MarginInvalid(found).into())
    }
}
