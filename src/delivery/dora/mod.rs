#![doc = include_str!("DORA.md")]

mod content;
mod deed;
mod exposure;
mod measure;
mod period;
mod story;

pub use measure::{Filed, Measured, Measures, Spread, measure};
pub use period::{Period, Step};
