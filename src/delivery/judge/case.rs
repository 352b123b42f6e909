use super::look::Look;
use super::measurement::Measurements;
use crate::delivery::govern::Frozen;
use crate::model::Policy;

/// Everything that a decision is made from.
#[derive(Debug, Clone, Copy)]
pub struct Case<'c> {
    /// Where the plan stands.
    pub position: &'c Position,
    /// What watches the stage; nothing where its gate names none.
    pub policy: Option<&'c Policy>,
    /// What was measured now.
    pub measurements: &'c Measurements,
    /// The looks at this flag in this environment before, the oldest first.
    pub looks: &'c [Look],
    /// The freezes that let it open no further now.
    pub freezes: &'c [Frozen],
    /// The time, in epoch milliseconds.
    pub now_ms: i64,
}

/// Where a running plan stands.
#[derive(Debug, Clone, PartialEq)]
pub struct Position {
    /// The plan's id.
    pub plan: String,
    /// The names of all stages, in order.
    pub stages: Vec<String>,
    /// The current one.
    pub stage: String,
    /// When it was entered, in epoch milliseconds.
    pub entered_at_ms: i64,
    /// When its share stops moving, in epoch milliseconds.
    pub ramp_ends_ms: Option<i64>,
    /// The ceiling, in percent, where the stage would go beyond it.
    pub cut_off_at: Option<f64>,
    /// How wide its lanes are, in any unit.
    pub lanes: Lanes,
    /// What must hold to leave it.
    pub gate: Gate,
    /// The different people who approved of that, by the names that count.
    pub approvals: Vec<String>,
}

/// How wide the lanes of a stage are.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Lanes {
    /// Who gets what is new.
    pub treatment: f64,
    /// Who is compared with them; 0 where nobody is.
    pub control: f64,
    /// They had the same widths for as long as the stage lasts.
    pub steady: bool,
}

/// What must hold to leave a stage.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Gate {
    /// Since the stage was entered, in milliseconds.
    pub min_hold_ms: Option<i64>,
    /// Units in each arm.
    pub min_sample: Option<u64>,
    /// Different people who approve.
    pub approvals: u32,
    /// The policy that it names.
    pub policy: Option<String>,
}
