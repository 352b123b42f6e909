//! Everything around a release: what a change does and who must agree to it, whether what it did to people lets the next
//! stage come, what was done by whom, and which flags should go.
//!
//! ```text
//! logs, queries ─ Sums ─ stats::harm ─ Comparison ─ a bound that holds at every look ─▶ promote │ hold │ roll back
//! ```
//!
//! | a reader asks | answered by |
//! | --- | --- |
//! | what does a change do, of what kind, and to whom? | [`change`], [`impact`] |
//! | may it go in, and who is missing? | [`govern`] |
//! | where does a rollout stand, and what may be done with it? | [`plan`], [`edit`] |
//! | what was measured, and how sure is that? | [`exposure`], [`stats`], [`analyze`] |
//! | does it go on, hold, or roll back? | [`judge`], [`simulate`] |
//! | what does every flag do in every environment? | [`status`] |
//! | who did what, when and why, and was the record changed? | [`audit`] |
//! | how often, how fast, how safely is released? | [`dora`] |
//! | which flags should go, and where does code use them? | [`hygiene`], [`references`] |
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
mod words;

pub use words::{about, length, moment, percent, some_of};
