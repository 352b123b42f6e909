use super::condition::{Condition, Path, Percent};
use super::diagnostic::{Place, Spanned};

/// A staged plan from one variant to another.
#[derive(Debug, Clone, PartialEq)]
pub struct Rollout {
    /// The variant outside the share.
    pub from: Spanned<String>,
    /// The variant inside it.
    pub to: Spanned<String>,
    /// The unit, by default `targetingKey`.
    pub by: Option<Path>,
    /// Mark an equally wide lane at the other end of the ruler as control.
    pub control: bool,
    /// Before this epoch millisecond everybody gets `from`.
    pub start: Option<i64>,
    /// From this epoch millisecond on everybody gets `from`.
    pub end: Option<i64>,
    /// The steps, in order; at least one.
    pub stages: Vec<Stage>,
}

/// One step of a plan.
#[derive(Debug, Clone, PartialEq)]
pub struct Stage {
    /// Its name, unique in the plan.
    pub name: Spanned<String>,
    /// An audience that gets `to` from this stage on.
    pub ring: Option<Ring>,
    /// A fixed share.
    pub share: Option<Percent>,
    /// A share that changes with time.
    pub ramp: Option<Ramp>,
}

/// The audience of a stage.
#[derive(Debug, Clone, PartialEq)]
pub struct Ring {
    /// Who is in; a segment's name becomes [`Condition::Segment`].
    pub condition: Spanned<Condition>,
}

/// A share that moves in a straight line between two moments.
#[derive(Debug, Clone, PartialEq)]
pub struct Ramp {
    /// Where the ramp is written.
    pub place: Place,
    /// Share at the start; by default the previous stage's last share.
    pub from: Option<Percent>,
    /// Share at the end.
    pub to: Percent,
    /// Epoch millisecond of the start; by default when the stage was entered.
    pub start: Option<i64>,
    /// Epoch millisecond of the end.
    pub end: i64,
}

/// Where a rollout stands in an environment.
#[derive(Debug, Clone, PartialEq)]
pub struct RolloutState {
    /// Where the state is written.
    pub place: Place,
    /// What the plan is doing.
    pub status: Status,
    /// The current stage's name.
    pub stage: Option<Spanned<String>>,
    /// When it was entered, in epoch milliseconds.
    pub entered_at: Option<i64>,
    /// The share that the snapshot allows at most.
    pub ceiling: Option<Percent>,
    /// When a paused plan was paused, in epoch milliseconds: its ramp stands still there.
    pub paused_at: Option<i64>,
}

/// What a rollout is doing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Status {
    /// Not begun: everybody gets `from`.
    Draft,
    /// At its current stage.
    Running,
    /// At its current stage, with the ramp standing still.
    Paused,
    /// Everybody gets `to`.
    Completed,
    /// Everybody gets `from`.
    RolledBack,
}
