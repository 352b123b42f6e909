//! The blast radius: how many people of a population get another variant, from which to which, by which rules, and why.
//!
//! Both sides are snapshots in clients, and every person is asked about with both, at one moment. Flags that say the same on
//! both sides, and whose prerequisites do, are not asked about: they cannot differ. A flag that one side does not have, or
//! that cannot be read there, has no variant there, as callers then use their own default: whoever gets its `offVariant` on
//! the other side is not moved.
//!
//! The same population gives the same numbers with any number of threads, and people are never all in memory.

mod example;
mod flags;
mod generated;
mod group;
mod literals;
mod measure;
mod outcome;
mod seen;
mod tally;

pub use example::{Example, examples};
pub use flags::Compared;
pub use generated::Generated;
pub use group::{Group, Landing};
pub use measure::measure;
pub use outcome::{FlagImpact, Impact};
pub use seen::seen;
