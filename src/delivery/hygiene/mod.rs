#![doc = include_str!("HYGIENE.md")]

mod age;
mod outcome;
mod removal;
mod segments;
mod stale;
mod truth;

pub use age::{Age, Dated, History, Source};
pub use outcome::{Outcome, View};
pub use removal::{Dependant, Removal};
pub use stale::{Facts, OneSided, Reason, Verdict, judge};
