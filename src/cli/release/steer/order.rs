use serde_json::Value;
use tidegate::delivery::plan::{self, Plan, Refusal};
use tidegate::model::RolloutState;

/// What is to become of a rollout.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Order<'o> {
    /// The flag's key.
    pub(crate) flag: &'o str,
    /// The rollout's id, where the flag has several.
    pub(crate) plan: Option<&'o str>,
    pub(crate) step: Move<'o>,
    /// Why.
    pub(crate) reason: Option<&'o str>,
    /// Is a kill of the flag lifted with it? Only by a person's word.
    pub(crate) lifts: bool,
    /// Did a person say that it is to be done in a freeze too?
    pub(crate) during_freeze: bool,
    /// What a controller decided it by, for the audit log.
    pub(crate) evidence: Option<&'o Value>,
}

/// One step of a rollout.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Move<'m> {
    /// To the next stage, or to one by name.
    Promote {
        to: Option<&'m str>,
    },
    Pause,
    Resume,
    RollBack,
    /// Somebody agrees to leaving the stage.
    Approve {
        by: &'m str,
    },
}

impl Move<'_> {
    /// The word for it, in commands and in the audit log.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Promote { .. } => "promote",
            Self::Pause => "pause",
            Self::Resume => "resume",
            Self::RollBack => "rollback",
            Self::Approve { .. } => "approve",
        }
    }

    /// Does a person who asks for it want the flag to decide again?
    pub(crate) fn lifts_by_hand(self) -> bool {
        matches!(self, Self::Promote { .. } | Self::Resume)
    }

    /// Is it meant to show somebody something?
    pub(super) fn opens(self) -> bool {
        matches!(self, Self::Promote { .. } | Self::Resume)
    }

    /// Is it meant to show somebody less?
    pub(super) fn closes(self) -> bool {
        matches!(self, Self::RollBack | Self::Pause)
    }

    pub(super) fn next(
        self,
        plan: &Plan<'_>,
        reason: Option<&str>,
        now_ms: i64,
    ) -> Result<RolloutState, Refusal> {
        match self {
            Self::Promote { to } => plan::promote(plan, to, reason, now_ms),
            Self::Pause => plan::pause(plan, reason, now_ms),
            Self::Resume => plan::resume(plan, reason, now_ms),
            Self::RollBack => plan::roll_back(plan, reason),
            Self::Approve { by } => plan::approve(plan, by),
        }
    }

    /// Would it be done by a plan that came to this state?
    pub(super) fn is_met_by(self, state: &RolloutState) -> bool {
        match self {
            Self::Promote { to: Some(to) } => state.stage.as_ref().is_some_and(|stage| stage.value == to),
            Self::Approve { by } => state.approvals.iter().any(|who| who == by.trim()),
            Self::Promote { to: None } | Self::Pause | Self::Resume | Self::RollBack => true,
        }
    }
}
