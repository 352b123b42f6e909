use super::sums::Sums;

/// What an arm's sums say of a metric: a proportion, a mean or a ratio.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Estimate {
    /// How many units it comes of.
    pub units: f64,
    /// The value.
    pub value: f64,
    /// The variance that one unit adds; a ratio's is that of the delta method.
    pub variance: f64,
}

impl Estimate {
    /// The estimate of an arm, once it has two units and a denominator that is not 0.
    pub fn of(sums: &Sums) -> Option<Self> {
        let Sums {
            units,
            y,
            yy,
            x,
            xx,
            xy,
            ..
        } = *sums;
        let value = y / x;
        let mean_denominator = x / units;
        // Of `y - value * x`, which is 0 on average; rounding may leave less than nothing of what is constant.
        let residual_squares = (yy - 2.0 * value * xy + value * value * xx).max(0.0);
        let variance = residual_squares / (units - 1.0) / (mean_denominator * mean_denominator);
        (units >= 2.0 && value.is_finite() && variance.is_finite()).then_some(Self {
            units,
            value,
            variance,
        })
    }

    /// How far the value is from the truth, typically.
    pub fn standard_error(&self) -> f64 {
        self.squared_error().sqrt()
    }

    pub(super) fn squared_error(&self) -> f64 {
        self.variance / self.units
    }
}
