use crate::model::{Status, alternatives};
use std::fmt;

/// Why a step is not done.
///
#[doc = include_str!("CODES.md")]
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Refusal {
    /// The flag has no rollouts.
    NoPlan,
    /// The flag has no rollout of this id.
    UnknownPlan {
        /// The id.
        plan: String,
        /// Those that it has.
        known: Vec<String>,
    },
    /// Nothing says which of several rollouts is meant.
    SeveralPlans {
        /// Their ids.
        known: Vec<String>,
    },
    /// The plan has no stage of this name.
    UnknownStage {
        /// The name.
        stage: String,
        /// The stages in order.
        known: Vec<String>,
    },
    /// The stage lies before the one that the plan is at.
    StageBackwards {
        /// The stage that was asked for.
        stage: String,
        /// Where the plan is.
        current: String,
    },
    /// The step is not for a plan that does this.
    Status {
        /// The step.
        step: &'static str,
        /// What the plan does.
        status: Status,
    },
    /// The ramp of the stage is over before the stage is entered.
    RampOver {
        /// The stage.
        stage: String,
    },
    /// The time lies before the moment that the state tells of.
    ClockWentBack {
        /// The key of the state with that moment.
        key: &'static str,
    },
    /// Nobody can be called so.
    BadName {
        /// The name.
        name: String,
    },
}

impl Refusal {
    /// A stable code in kebab-case.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::NoPlan => "no-plan",
            Self::UnknownPlan { .. } => "unknown-plan",
            Self::SeveralPlans { .. } => "several-plans",
            Self::UnknownStage { .. } => "unknown-stage",
            Self::StageBackwards { .. } => "stage-backwards",
            Self::Status { .. } => "wrong-status",
            Self::RampOver { .. } => "ramp-over",
            Self::ClockWentBack { .. } => "clock-went-back",
            Self::BadName { .. } => "bad-name",
        }
    }

    /// How to mend it.
    pub fn help(&self) -> Option<&'static str> {
        match self {
            Self::NoPlan => Some("`rollouts` in its file defines one"),
            Self::SeveralPlans { .. } => Some("--plan names one"),
            Self::StageBackwards { .. } => {
                Some("a plan is rolled back, and promoted again from its first stage")
            }
            Self::Status { step, status } => Some(match (*step, status) {
                ("promote", Status::Paused) => "`tidegate resume` comes first",
                ("promote", _) => "it has no stage left",
                (_, Status::Draft) => "`tidegate promote` begins it",
                (_, Status::RolledBack) => "`tidegate promote` begins it again, at its first stage",
                _ => "it is all done",
            }),
            Self::RampOver { .. } => Some("give the ramp a later `end`, or a `start` of its own"),
            Self::ClockWentBack { .. } => Some("look at the clock of this machine, and at --now"),
            Self::BadName { .. } => Some("use 1 to 100 characters, none of them a control character"),
            Self::UnknownPlan { .. } | Self::UnknownStage { .. } => None,
        }
    }
}

impl fmt::Display for Refusal {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let list = |names: &[String]| {
            let names: Vec<&str> = names.iter().map(String::as_str).collect();
            alternatives(&names)
        };
        match self {
            Self::NoPlan => write!(formatter, "the flag has no rollout"),
            Self::UnknownPlan { plan, known } if known.is_empty() => {
                write!(formatter, "rollout `{plan}` does not exist, there is none")
            }
            Self::UnknownPlan { plan, known } => {
                write!(
                    formatter,
                    "rollout `{plan}` does not exist, expected {}",
                    list(known)
                )
            }
            Self::SeveralPlans { known } => {
                write!(formatter, "the flag has several rollouts: {}", list(known))
            }
            Self::UnknownStage { stage, known } => {
                write!(
                    formatter,
                    "stage `{stage}` does not exist, expected {}",
                    list(known)
                )
            }
            Self::StageBackwards { stage, current } => {
                write!(
                    formatter,
                    "the stage `{stage}` lies before `{current}`, where the rollout is"
                )
            }
            Self::Status { step, status } => {
                write!(formatter, "cannot {step} a rollout that is {}", status.said())
            }
            Self::RampOver { stage } => {
                write!(
                    formatter,
                    "the ramp of the stage `{stage}` is over before the stage is entered"
                )
            }
            Self::ClockWentBack { key } => {
                write!(
                    formatter,
                    "the time lies before the `{key}` of the rollout's state"
                )
            }
            Self::BadName { name } => {
                write!(formatter, "`{}` cannot be somebody's name", name.escape_debug())
            }
        }
    }
}

impl std::error::Error for Refusal {}
