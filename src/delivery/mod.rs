//! Everything around a release: what a change does and who must agree to it, whether what it did to people lets the next
//! stage come, what was done by whom, and which flags should go.
//!
//! ```text
//! logs, queries ─ Sums ─ stats::harm ─ Comparison ─ a bound that holds at every look ─▶ promote │ hold │ roll back
//! ```
//!
//! Nothing in here reads a clock, a file or the network: the time is an argument, and the binary brings the rest.

pub mod analyze;
pub mod audit;
pub mod change;
pub mod dora;
pub mod edit;
pub mod exposure;
pub mod govern;
pub mod hygiene;
pub mod impact;
pub mod judge;
mod length;
pub mod plan;
pub mod references;
pub mod simulate;
pub mod stats;
pub mod status;

pub use length::length;
