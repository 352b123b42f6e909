//! Whether the arms have as many units as they were designed to have.

use super::error::{Kind, StatisticsError};
use statrs::distribution::{ChiSquared, ContinuousCDF};

/// How probable counts this far from the designed weights, or farther, are: Pearson's χ² test.
///
/// Weights are relative: 50 and 50 are 1 and 1. A value near 0 says that units are lost or counted twice in one of the arms;
/// nothing that is measured in them can be believed then.
pub fn p_value(observed: &[f64], weights: &[f64]) -> Result<f64, StatisticsError> {
    let arms = observed.len();
    if arms != weights.len() {
        return Err(Kind::ArmsDiffer {
            observed: arms,
            weights: weights.len(),
        }
        .into());
    }
    if arms < 2 {
        return Err(Kind::ArmsTooFew(arms).into());
    }
    if let Some(&weight) = weights
        .iter()
        .find(|weight| !(weight.is_finite() && **weight > 0.0))
    {
        return Err(Kind::WeightInvalid(weight).into());
    }
    let what = "number of units";
    for &found in observed {
        if !found.is_finite() {
            return Err(Kind::NotFinite { what, found }.into());
        }
        if found < 0.0 {
            return Err(Kind::Negative { what, found }.into());
        }
    }
    let (units, weight): (f64, f64) = (observed.iter().sum(), weights.iter().sum());
    if units == 0.0 {
        return Err(Kind::NoUnits.into());
    }
    let statistic: f64 = observed
        .iter()
        .zip(weights)
        .map(|(&found, share)| {
            let expected = units * share / weight;
            (found - expected).powi(2) / expected
        })
        .sum();
    let freedom = (arms - 1) as f64;
    let distribution = ChiSquared::new(freedom).map_err(|_| Kind::ArmsTooFew(arms))?;
    Ok(distribution.sf(statistic))
}
