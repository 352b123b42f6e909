#![doc = include_str!("METHODS.md")]

mod alpha;
mod boundary;
mod comparison;
mod error;
mod estimate;
mod group;
pub mod sample_ratio;
mod sequence;
mod spending;
mod sums;

pub use alpha::Alpha;
pub use comparison::{Comparison, Direction, Margin, Stratum, harm, lift};
pub use error::StatisticsError;
pub use estimate::Estimate;
pub use group::Group;
pub use sequence::{Sequence, TUNED_AT_UNITS};
pub use spending::Spending;
pub use sums::{Moments, Sums};
