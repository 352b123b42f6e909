#![doc = include_str!("DORA.md")]

mod deed;
mod exposure;
mod measure;
mod period;
mod story;

pub use measure::{Measured, Measures, Spread, measure};
pub use period::{Period, Step};
