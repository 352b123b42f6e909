use super::error::{Kind, StatisticsError};

/// How often a method may call harm what is none: above 0 and below one half, for one side and all looks together.
#[derive(Debug, Clone, Copy, PartialEq, PartialOrd)]
pub struct Alpha(f64);

impl Alpha {
    /// A share of false alarms, such as 0.05.
    pub fn new(share: f64) -> Result<Self, StatisticsError> {
        if share > 0.0 && share < 0.5 {
            Ok(Self(share))
        } else {
            Err(Kind::AlphaOutOfRange(share).into())
        }
    }

    /// What a confidence leaves: 95 percent leave 0.05.
    pub fn of_confidence(percent: f64) -> Result<Self, StatisticsError> {
        Self::new((100.0 - percent) / 100.0)
    }

    /// The part of one of several metrics, so that all of them together alarm falsely as often as one alone would: Bonferroni.
    pub fn split(self, metrics: usize) -> Result<Self, StatisticsError> {
        match metrics {
            0 => Err(Kind::NothingToSplit.into()),
            _ => Self::new(self.0 / metrics as f64),
        }
    }

    /// The share.
    pub fn share(self) -> f64 {
        self.0
    }
}
