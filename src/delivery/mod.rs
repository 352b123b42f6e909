//! Measured releases: from what a stage of a plan did to people, to whether the next one may come.
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
pub mod plan;
pub mod references;
pub mod simulate;
pub mod stats;
pub mod status;
