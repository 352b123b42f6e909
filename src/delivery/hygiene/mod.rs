#![doc = include_str!("HYGIENE.md")]

mod age;
mod outcome;
mod prerequisites;
mod removal;
mod segments;
mod stale;
mod truth;

pub use age::{Age, Dated, History, Source};
pub use outcome::{Outcome, View};
pub use prerequisites::prerequisites_changed_ms;
pub use removal::{Dependant, Removal};
pub use stale::{Facts, OneSided, Reason, Verdict, judge};
