use super::alpha::Alpha;
use statrs::distribution::{ContinuousCDF, Normal};
use std::f64::consts::E;

/// How much of alpha may be spent by when: the functions of Lan and DeMets.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Spending {
    /// Next to nothing at first, as the bounds of O'Brien and Fleming.
    ObrienFleming,
    /// About evenly, as the bounds of Pocock.
    Pocock,
}

impl Spending {
    /// What is spent when a share of the planned units, 0 to 1, was seen.
    pub fn spent(self, alpha: Alpha, fraction: f64) -> f64 {
        let alpha = alpha.share();
        match self {
            Self::ObrienFleming => {
                let normal = Normal::standard();
                2.0 * normal.sf(normal.inverse_cdf(1.0 - alpha / 2.0) / fraction.sqrt())
            }
            Self::Pocock => alpha * ((E - 1.0) * fraction).ln_1p(),
        }
    }
}
