use super::course::Course;
use crate::model::{EnvironmentState, Flag, Status};

/// What a flag does in an environment; the first that applies.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum State {
    /// Turned off by its file or by a head.
    Killed,
    /// Turned off by its file, which does not name the environment or says `enabled: false`, or by its `disableAt`.
    Disabled,
    /// A plan is under way.
    Running,
    /// A plan stands still.
    Paused,
    /// A plan was rolled back.
    RolledBack,
    /// A plan has not begun.
    Draft,
    /// All plans have come to their end.
    Completed,
    /// It has no plan there.
    On,
}

impl State {
    /// All of them.
    pub const ALL: [Self; 8] = [
        Self::Killed,
        Self::Disabled,
        Self::Running,
        Self::Paused,
        Self::RolledBack,
        Self::Draft,
        Self::Completed,
        Self::On,
    ];

    /// In one word, in kebab-case.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Killed => "killed",
            Self::Disabled => "disabled",
            Self::Running => "running",
            Self::Paused => "paused",
            Self::RolledBack => "rolled-back",
            Self::Draft => "draft",
            Self::Completed => "completed",
            Self::On => "on",
        }
    }

    /// Does everybody get the off variant?
    pub const fn is_closed(self) -> bool {
        matches!(self, Self::Killed | Self::Disabled)
    }
}

pub(super) fn state(
    flag: &Flag,
    state: Option<&EnvironmentState>,
    killed_there: bool,
    plans: &[Course],
    now_ms: i64,
) -> State {
    let over = flag.disable_at.is_some_and(|moment_ms| moment_ms <= now_ms);
    match state {
        _ if killed_there => return State::Killed,
        Some(state) if state.killed => return State::Killed,
        Some(state) if state.enabled && !over => {}
        _ => return State::Disabled,
    }
    let any = |status: Status| plans.iter().any(|plan| plan.status == status);
    [
        (Status::Running, State::Running),
        (Status::Paused, State::Paused),
        (Status::RolledBack, State::RolledBack),
        (Status::Draft, State::Draft),
        (Status::Completed, State::Completed),
    ]
    .into_iter()
    .find_map(|(status, state)| any(status).then_some(state))
    .unwrap_or(State::On)
}
