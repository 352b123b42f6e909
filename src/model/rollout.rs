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
    /// The last slots of the ruler, which keep `from` whatever the stage, even when the plan is completed; rings do not.
    pub holdback: Percent,
    /// The template that the stages come from; nothing where the plan has its own, or those of the standard one.
    pub template: Option<Spanned<String>>,
    /// Before this epoch millisecond everybody gets `from`.
    pub start: Option<i64>,
    /// From this epoch millisecond on everybody gets `from`.
    pub end: Option<i64>,
    /// What the gate of every stage asks for where it does not say otherwise itself.
    pub gate: Gate,
    /// The steps, in order; at least one.
    pub stages: Vec<Stage>,
}

impl Rollout {
    /// What must hold to leave a stage: what its own gate says, else the plan's.
    pub fn gate_of(&self, stage: &Stage) -> Gate {
        stage.gate.clone().or(&self.gate)
    }

    /// Are the metrics of a policy watched during a stage? By default where it has a share and a policy applies.
    pub fn is_monitored(&self, stage: &Stage) -> bool {
        let has_share = stage.share.is_some() || stage.ramp.is_some();
        stage
            .monitored
            .unwrap_or_else(|| has_share && self.gate_of(stage).policy.is_some())
    }

    /// The share that a stage ends with: that of the last stage up to it that says any.
    pub fn final_share(&self, stage: usize) -> Percent {
        let reached = self.stages.iter().take(stage.saturating_add(1)).rev();
        let mut said = reached.filter_map(|stage| stage.share.or(stage.ramp.as_ref().map(|ramp| ramp.to)));
        said.next().unwrap_or(0)
    }

    /// The highest share of a stage, which for a ramp that falls is that of its start.
    pub fn highest_share(&self, stage: usize) -> Percent {
        let ramp = self.stages.get(stage).and_then(|stage| stage.ramp.as_ref());
        let start = ramp.map_or(0, |ramp| {
            let before = stage.checked_sub(1).map_or(0, |before| self.final_share(before));
            ramp.from.unwrap_or(before)
        });
        start.max(self.final_share(stage))
    }
}

/// Stages that several plans have in common: `rollouts/<name>.yaml`.
#[derive(Debug, Clone, PartialEq)]
pub struct Template {
    /// The file's name without its ending, at the start of the file.
    pub name: Spanned<String>,
    /// What kind of release it is for.
    pub description: Option<String>,
    /// What plans say of `control` that do not say it themselves.
    pub control: Option<bool>,
    /// What plans say of `holdback` that do not say it themselves.
    pub holdback: Option<Percent>,
    /// What a plan's own gate leaves open.
    pub gate: Gate,
    /// The steps, in order; at least one.
    pub stages: Vec<Stage>,
}

/// What must hold before a stage is left. What is not said is asked by nobody.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Gate {
    /// How long the stage lasts at least, in milliseconds.
    pub min_hold_ms: Option<i64>,
    /// How many units each arm must have.
    pub min_sample: Option<u64>,
    /// How many people must agree.
    pub approvals: Option<u32>,
    /// The policy whose metrics must not be worse: `policies/<name>.yaml`.
    pub policy: Option<Spanned<String>>,
}

impl Gate {
    /// This gate, and what another asks for where this one says nothing.
    #[must_use]
    pub fn or(self, other: &Self) -> Self {
        Self {
            min_hold_ms: self.min_hold_ms.or(other.min_hold_ms),
            min_sample: self.min_sample.or(other.min_sample),
            approvals: self.approvals.or(other.approvals),
            policy: self.policy.or_else(|| other.policy.clone()),
        }
    }
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
    /// Are metrics watched? See [`Rollout::is_monitored`].
    pub monitored: Option<bool>,
    /// What must hold to leave it; see [`Rollout::gate_of`].
    pub gate: Gate,
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

impl Ramp {
    /// When it runs in an environment, in epoch milliseconds; no start where it depends on when the stage was entered,
    /// and that is not said.
    pub fn window_ms(&self, state: &RolloutState) -> (Option<i64>, i64) {
        let start = self.start.map(|start| start.saturating_add(state.delay_ms));
        (
            start.or(state.entered_at),
            self.end.saturating_add(state.delay_ms),
        )
    }
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
    /// How much later than written the current stage's ramp runs, in milliseconds: for as long as it stood still.
    pub delay_ms: i64,
    /// Why it is as it is, as whoever changed it last wrote.
    pub reason: Option<String>,
    /// Who agrees to leaving the current stage.
    pub approvals: Vec<String>,
}

impl RolloutState {
    /// Of a plan that has not begun.
    pub fn draft() -> Self {
        Self {
            place: Place::default(),
            status: Status::Draft,
            stage: None,
            entered_at: None,
            ceiling: None,
            paused_at: None,
            delay_ms: 0,
            reason: None,
            approvals: Vec::new(),
        }
    }

    /// Does another say the same, wherever it is written?
    pub fn says_the_same_as(&self, other: &Self) -> bool {
        let place = Place::default();
        let placeless = |state: &Self| Self {
            place: place.clone(),
            stage: state
                .stage
                .as_ref()
                .map(|stage| Spanned::new(stage.value.clone(), place.clone())),
            ..state.clone()
        };
        placeless(self) == placeless(other)
    }
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
    /// Everybody gets `to` but those held back.
    Completed,
    /// Everybody gets `from`.
    RolledBack,
}

impl Status {
    /// All of them, in the order of a plan's life.
    pub const ALL: [Self; 5] = [
        Self::Draft,
        Self::Running,
        Self::Paused,
        Self::Completed,
        Self::RolledBack,
    ];

    /// The word for it in files.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Draft => "draft",
            Self::Running => "running",
            Self::Paused => "paused",
            Self::Completed => "completed",
            Self::RolledBack => "rolled_back",
        }
    }

    /// The word for people.
    pub const fn said(self) -> &'static str {
        match self {
            Self::RolledBack => "rolled back",
            other => other.word(),
        }
    }

    /// Does somebody get `to` by a stage?
    pub const fn is_under_way(self) -> bool {
        matches!(self, Self::Running | Self::Paused)
    }
}
