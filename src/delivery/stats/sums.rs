use super::error::{Kind, StatisticsError};

/// How far sums may miss what they must fulfil, relatively: they were added up in floating point.
pub(super) const ROUNDING: f64 = 1e-9;

/// What was counted of one metric in one arm; whatever exists can have been.
///
/// A mean is a ratio whose every denominator is 1, and a proportion a mean whose values are 0 and 1.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Sums {
    pub(super) units: f64,
    pub(super) y: f64,
    pub(super) yy: f64,
    pub(super) x: f64,
    pub(super) xx: f64,
    pub(super) xy: f64,
    /// Whether each value is 0 or 1.
    pub(super) counted: bool,
}

/// The sum of a value over all units, and the sum of its squares.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Moments {
    /// The sum of the values.
    pub sum: f64,
    /// The sum of their squares.
    pub squares: f64,
}

impl Sums {
    /// Units, and how many of them had an event.
    ///
    /// Both may have fractions, as counters that are read at other moments than they were written have.
    pub fn proportion(units: f64, events: f64) -> Result<Self, StatisticsError> {
        not_negative("number of units", units)?;
        not_negative("number of events", events)?;
        if events > units {
            return Err(Kind::MoreEventsThanUnits { events, units }.into());
        }
        let values = Moments {
            sum: events,
            squares: events,
        };
        Ok(Self {
            counted: true,
            ..Self::mean(units, values)?
        })
    }

    /// Units, and a value of each.
    pub fn mean(units: f64, values: Moments) -> Result<Self, StatisticsError> {
        let ones = Moments {
            sum: units,
            squares: units,
        };
        Self::ratio(units, values, ones, values.sum)
    }

    /// Units, a numerator and a denominator of each, and the sum of their products.
    pub fn ratio(
        units: f64,
        numerators: Moments,
        denominators: Moments,
        products: f64,
    ) -> Result<Self, StatisticsError> {
        not_negative("number of units", units)?;
        finite("sum of numerators", numerators.sum)?;
        not_negative("sum of squared numerators", numerators.squares)?;
        not_negative("sum of denominators", denominators.sum)?;
        not_negative("sum of squared denominators", denominators.squares)?;
        finite("sum of products", products)?;
        let sums = Self {
            units,
            y: numerators.sum,
            yy: numerators.squares,
            x: denominators.sum,
            xx: denominators.squares,
            xy: products,
            counted: false,
        };
        sums.possible()?;
        Ok(sums)
    }

    /// How many units were counted.
    pub fn units(&self) -> f64 {
        self.units
    }

    /// The sum of the numerators; of a proportion, its events.
    pub fn events(&self) -> f64 {
        self.y
    }

    /// Both together.
    #[must_use]
    pub fn plus(&self, other: &Self) -> Self {
        Self {
            units: self.units + other.units,
            y: self.y + other.y,
            yy: self.yy + other.yy,
            x: self.x + other.x,
            xx: self.xx + other.xx,
            xy: self.xy + other.xy,
            counted: self.counted && other.counted,
        }
    }

    /// Cauchy and Schwarz: no values have a sum, squares and products beyond what each allows the others.
    fn possible(&self) -> Result<(), StatisticsError> {
        let Self {
            units,
            y,
            yy,
            x,
            xx,
            xy,
            ..
        } = *self;
        within(y * y, units * yy, "sum of squared numerators")?;
        within(x * x, units * xx, "sum of squared denominators")?;
        within(xy * xy, xx * yy, "sum of products")
    }
}

fn within(square: f64, limit: f64, what: &'static str) -> Result<(), StatisticsError> {
    finite(what, square)?;
    finite(what, limit)?;
    if square <= limit * (1.0 + ROUNDING) {
        Ok(())
    } else {
        Err(Kind::SquaresImpossible { what }.into())
    }
}

fn finite(what: &'static str, found: f64) -> Result<(), StatisticsError> {
    if found.is_finite() {
        Ok(())
    } else {
        Err(Kind::NotFinite { what, found }.into())
    }
}

fn not_negative(what: &'static str, found: f64) -> Result<(), StatisticsError> {
    finite(what, found)?;
    if found >= 0.0 {
        Ok(())
    } else {
        Err(Kind::Negative { what, found }.into())
    }
}
