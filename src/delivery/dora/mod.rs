#![doc = include_str!("DORA.md")]

mod content;
mod deed;
mod exposure;
mod filed;
mod measure;
mod period;
mod story;

pub use filed::Filed;
pub use measure::{Measured, Measures, Spread, measure};
pub use period::{Period, Step};
