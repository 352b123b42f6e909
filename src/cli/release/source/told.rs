use tidegate::delivery::judge::Counts;
use tidegate::delivery::stats::Moments;
use tidegate::model::{MetricType, Quantity};

/// What a source told of one arm.
#[derive(Debug, Clone, PartialEq, Default)]
pub(super) struct Told {
    /// Nothing for what has no value yet.
    pub(super) numbers: Vec<(Quantity, Option<f64>)>,
    pub(super) until_ms: Option<i64>,
    pub(super) unit: Option<String>,
}

impl Told {
    pub(super) fn number(&self, quantity: Quantity) -> Option<f64> {
        let found = self.numbers.iter().find(|(known, _)| *known == quantity);
        found.and_then(|(_, number)| *number)
    }
}

/// The counts of a metric, where all of them are there.
pub(super) fn counts(kind: MetricType, told: &Told) -> Option<Counts> {
    let moments = |sum, squares| {
        Some(Moments {
            sum: told.number(sum)?,
            squares: told.number(squares)?,
        })
    };
    let units = told.number(Quantity::Total)?;
    Some(match kind {
        MetricType::Proportion => Counts::Proportion {
            units,
            events: told.number(Quantity::Events)?,
        },
        MetricType::Mean => Counts::Mean {
            units,
            values: moments(Quantity::Sum, Quantity::Squares)?,
        },
        MetricType::Ratio => Counts::Ratio {
            units,
            numerators: moments(Quantity::Numerator, Quantity::NumeratorSquares)?,
            denominators: moments(Quantity::Denominator, Quantity::DenominatorSquares)?,
            products: told.number(Quantity::Product)?,
        },
    })
}
