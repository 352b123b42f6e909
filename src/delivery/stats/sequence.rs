use super::alpha::Alpha;
use super::comparison::Comparison;
use super::error::{Kind, StatisticsError};

/// The number of units, both arms together, at which a sequence is tightest unless it is told another.
pub const TUNED_AT_UNITS: f64 = 20_000.0;

/// A one-sided asymptotic confidence sequence: lower bounds that all hold at once, however often one looks.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Sequence {
    alpha: Alpha,
    /// The square of the mixture's scale ρ, for one unit.
    squared_scale: f64,
}

impl Sequence {
    /// A sequence that is tightest at a number of units, of both arms together, and valid at every other.
    ///
    /// The number is chosen before the first look.
    pub fn new(alpha: Alpha, tuned_at_units: f64) -> Result<Self, StatisticsError> {
        if tuned_at_units.is_finite() && tuned_at_units > 0.0 {
            Ok(Self {
                alpha,
                squared_scale: tightest(alpha) / tuned_at_units,
            })
        } else {
            Err(Kind::TuningInvalid(tuned_at_units).into())
        }
    }

    /// The harm beyond the margin is at least this, at this look and at all others together.
    pub fn lower_bound(&self, comparison: &Comparison) -> f64 {
        let radius = self.radius(comparison.standard_error(), comparison.units);
        comparison.below(comparison.excess, radius)
    }

    /// How far the bound is from an estimate with this standard error.
    ///
    /// For an interval with two sides take half of alpha.
    pub fn radius(&self, standard_error: f64, units: f64) -> f64 {
        let scaled = units * self.squared_scale;
        let logarithm = ((scaled + 1.0).sqrt() / (2.0 * self.alpha.share())).ln_1p();
        standard_error * (2.0 * (scaled + 1.0) / scaled * logarithm).sqrt()
    }
}

/// The `n ρ²` at which the two-sided sequence of twice alpha is tightest: where `v = ln(1 + v) - 2 ln(2 alpha)`.
///
/// Each step comes closer by the factor `1 / (1 + v)` or better, so that a few dozen exhaust a double but next to one half.
fn tightest(alpha: Alpha) -> f64 {
    let logarithm = -2.0 * (2.0 * alpha.share()).ln();
    (0..100).fold(logarithm, |v: f64, _| v.ln_1p() + logarithm)
}
