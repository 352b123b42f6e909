//! What the benches share: the snapshots that were made for them, timing, tables.
//!
//! Criterion times, and not Divan: it is the one that is being released, and it leaves its samples as files, of which tables
//! with ratios are made.

mod results;
pub mod snapshots;
mod table;
mod timing;

pub use results::Report;
pub use table::{Table, count, figure};
pub use timing::Timing;

/// What went wrong, in words.
pub type Result<T> = std::result::Result<T, Box<dyn std::error::Error>>;
