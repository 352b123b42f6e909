use super::alpha::Alpha;
use super::boundary::Boundary;
use super::comparison::Comparison;
use super::error::{Kind, StatisticsError};
use super::spending::Spending;

/// More looks than these need a finer integration than is worth its time.
const MOST_LOOKS: u32 = 200;

/// A group-sequential test: for a horizon that is known, with bounds by alpha spending.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Group {
    alpha: Alpha,
    spending: Spending,
    looks: u32,
    sample_units: f64,
}

impl Group {
    /// A plan to look about so many times until so many units, of both arms together, were seen.
    pub fn new(
        alpha: Alpha,
        spending: Spending,
        looks: u32,
        sample_units: f64,
    ) -> Result<Self, StatisticsError> {
        if !(1..=MOST_LOOKS).contains(&looks) {
            return Err(Kind::LooksOutOfRange(looks).into());
        }
        if !(sample_units.is_finite() && sample_units > 0.0) {
            return Err(Kind::SampleInvalid(sample_units).into());
        }
        Ok(Self {
            alpha,
            spending,
            looks,
            sample_units,
        })
    }

    /// The bound for z at each look, given the units that each had seen; infinite where a look is none.
    ///
    /// A look counts once a quarter of what lies between two planned looks came in since the last that counted: what is looked at
    /// every minute is not spent by the minute. Nothing is left once the planned units were seen: what goes on after that is
    /// never called harm.
    pub fn bounds(&self, units: &[f64]) -> Result<Vec<f64>, StatisticsError> {
        let closest = 0.25 / f64::from(self.looks);
        let mut boundary = Boundary::new(fineness(self.looks));
        let (mut counted, mut spent, mut before) = (0.0, 0.0, 0.0);
        let mut bounds = Vec::with_capacity(units.len());
        for &seen in units {
            if !(seen.is_finite() && seen >= before) {
                return Err(Kind::UnitsFell {
                    from: before,
                    to: seen,
                }
                .into());
            }
            before = seen;
            let fraction = (seen / self.sample_units).min(1.0);
            let last = fraction >= 1.0 && counted < 1.0;
            let mut bound = None;
            if last || fraction - counted >= closest {
                let allowed = self.spending.spent(self.alpha, fraction);
                bound = boundary.next(fraction, allowed - spent);
                if bound.is_some() {
                    (counted, spent) = (fraction, allowed);
                }
            }
            bounds.push(bound.unwrap_or(f64::INFINITY));
        }
        Ok(bounds)
    }

    /// The harm beyond the margin is at least this, given the units that the looks before this one had seen.
    ///
    /// Counts move in whole steps, and the bounds spend all of alpha: half a step is taken off, as Yates did.
    pub fn lower_bound(&self, comparison: &Comparison, units_before: &[f64]) -> Result<f64, StatisticsError> {
        let units: Vec<f64> = units_before.iter().copied().chain([comparison.units]).collect();
        let bounds = self.bounds(&units)?;
        let bound = bounds.last().copied().unwrap_or(f64::INFINITY);
        let corrected = comparison.excess - comparison.continuity;
        Ok(comparison.below(corrected, bound * comparison.standard_error()))
    }
}

/// Jennison and Turnbull's 18, or more where looks can lie so close that a step is narrower than two points of the grid.
fn fineness(looks: u32) -> u32 {
    let finer = 1.5 * (4.0 * f64::from(looks)).sqrt();
    (finer.ceil() as u32).max(18)
}
