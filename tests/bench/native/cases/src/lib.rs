//! What is decided, and by whom it is asked for: in words that every subject translates.

mod operators;
mod ruleset;

pub use operators::{FILES, Operator, operators};
pub use ruleset::{
    FLAG, Flag, Rule, Test, Visitor, certain_visitors, checked_visitors, ruleset, three_rules, timed_visitors,
};

/// 2026-11-21T12:00:00Z, when every snapshot was made and every question is asked.
pub const NOW_MS: i64 = 1_795_262_400_000;
/// Numbers of flags in a snapshot of each.
pub const FLAGS: [u32; 5] = [10, 100, 1_000, 10_000, 100_000];
/// Numbers of rules in a flag of each.
pub const RULES: [u32; 3] = [1, 10, 100];
/// Numbers of identifiers in a list of each.
pub const IDS: [u32; 6] = [10, 100, 1_000, 10_000, 100_000, 1_000_000];
