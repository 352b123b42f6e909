use super::tally::Reached;
use crate::delivery::judge::Decision;

/// How a simulated release went.
#[derive(Debug, Clone, PartialEq)]
pub struct Course {
    /// The plan's id.
    pub plan: String,
    /// Every look while the plan was under way.
    pub looks: Vec<Glance>,
    /// What it came to.
    pub end: End,
    /// What had happened to people by then.
    pub by_then: People,
    /// What had happened to people once the last of them had come.
    pub in_all: People,
}

/// One look.
#[derive(Debug, Clone, PartialEq)]
pub struct Glance {
    /// How long after the plan was begun, in milliseconds.
    pub after_ms: i64,
    /// The stage.
    pub stage: String,
    /// The share of its lane, in percent.
    pub share: f64,
    /// Units of the treatment since the stage was entered.
    pub treatment: u64,
    /// Units of the control since the stage was entered.
    pub control: u64,
    /// What `advance` would have decided.
    pub decision: Decision,
    /// What had happened to people by then.
    pub people: People,
}

/// What a release did to people.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct People {
    /// How many had come.
    pub came: u64,
    /// Those who got what is new by the plan, and would not have without it.
    pub reached: Reached,
    /// Those who would have got it from a release to everybody at once.
    pub all_at_once: Reached,
}

/// What a release came to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum End {
    /// All stages were passed, so long after the plan was begun, in milliseconds.
    Completed {
        /// How long.
        after_ms: i64,
    },
    /// It was rolled back, so long after the plan was begun, in milliseconds.
    RolledBack {
        /// How long.
        after_ms: i64,
    },
    /// It was still under way when the last person had come.
    UnderWay,
}
