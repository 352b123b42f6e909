//! Plans and where they stand: what a person or a controller may do next, and what comes of it.
//!
//! A plan is a rollout of one flag in one environment. What the command `tidegate plan` shows, the difference of two projects, is
//! in [`change`](super::change) and [`impact`](super::impact).
//!
//! Every step, a move of a plan, is a function from a [`Plan`] and the time to the next [`RolloutState`], or a [`Refusal`]. A step that was
//! done already gives the state that is there, so that whoever was interrupted may do it again. No step touches a salt:
//! nobody gets another bucket.

mod refusal;
mod step;

pub use refusal::Refusal;
pub use step::{approve, pause, promote, resume, roll_back};

use crate::model::{Flag, Gate, Percent, Rollout, RolloutState, Stage};

/// A rollout of a flag in an environment.
#[derive(Debug, Clone, PartialEq)]
pub struct Plan<'f> {
    /// The flag.
    pub flag: &'f Flag,
    /// The rollout's id.
    pub id: &'f str,
    /// What is written of it.
    pub rollout: &'f Rollout,
    /// The environment.
    pub environment: String,
    /// Where it stands there; a draft where the file says nothing.
    pub state: RolloutState,
    /// The number of the current stage; nothing before the first one.
    pub current: Option<usize>,
}

/// One stage of a plan, with all that applies to it.
#[derive(Debug, Clone, PartialEq)]
pub struct Step<'f> {
    /// What is written of it.
    pub stage: &'f Stage,
    /// What must hold to leave it, by its own gate, the plan's and the template's.
    pub gate: Gate,
    /// Are metrics watched?
    pub is_monitored: bool,
    /// The share that it may come to at most, before what is held back.
    pub highest_share: Percent,
}

impl<'f> Plan<'f> {
    /// The plan of a flag with this id; without one the only plan that it has, or the only one that is under way.
    pub fn of(flag: &'f Flag, id: Option<&str>, environment: &str) -> Result<Self, Refusal> {
        let known = || flag.rollouts.iter().map(|(id, _)| id.value.clone()).collect();
        let state = |id: &str| {
            let there = flag.state_in(environment)?;
            let (_, state) = there.rollouts.iter().find(|(name, _)| name.value == id)?;
            Some(state)
        };
        let under_way = |id: &str| state(id).is_some_and(|state| state.status.is_under_way());
        let mut found = flag.rollouts.iter().filter(|(name, _)| match id {
            Some(id) => name.value == id,
            None => flag.rollouts.len() == 1 || under_way(&name.value),
        });
        let (id, rollout) = match (found.next(), found.next(), id) {
            (Some((name, rollout)), None, _) => (name.value.as_str(), rollout),
            (None, _, Some(id)) => {
                return Err(Refusal::UnknownPlan {
                    plan: id.to_owned(),
                    known: known(),
                });
            }
            _ if flag.rollouts.is_empty() => return Err(Refusal::NoPlan),
            _ => return Err(Refusal::SeveralPlans { known: known() }),
        };
        let state = state(id).cloned().unwrap_or_else(RolloutState::draft);
        let current = match &state.stage {
            None => None,
            Some(name) => Some(stage_number(rollout, &name.value)?),
        };
        Ok(Self {
            flag,
            id,
            rollout,
            environment: environment.to_owned(),
            state,
            current,
        })
    }

    /// The stages in order, with all that applies to each.
    pub fn steps(&self) -> Vec<Step<'f>> {
        let stages = self.rollout.stages.iter().enumerate();
        stages.map(|(number, stage)| self.step(number, stage)).collect()
    }

    /// The current stage.
    pub fn current_step(&self) -> Option<Step<'f>> {
        let number = self.current?;
        Some(self.step(number, self.rollout.stages.get(number)?))
    }

    /// When the current stage's ramp reaches its end, in epoch milliseconds.
    pub fn ramp_ends_ms(&self) -> Option<i64> {
        let ramp = self.current_step()?.stage.ramp.as_ref()?;
        Some(ramp.window_ms(&self.state).1)
    }

    fn step(&self, number: usize, stage: &'f Stage) -> Step<'f> {
        Step {
            stage,
            gate: self.rollout.gate_of(stage),
            is_monitored: self.rollout.is_monitored(stage),
            highest_share: self.rollout.highest_share(number),
        }
    }
}

/// The number of a stage by its name.
fn stage_number(rollout: &Rollout, name: &str) -> Result<usize, Refusal> {
    let mut stages = rollout.stages.iter();
    stages
        .position(|stage| stage.name.value == name)
        .ok_or_else(|| Refusal::UnknownStage {
            stage: name.to_owned(),
            known: rollout
                .stages
                .iter()
                .map(|stage| stage.name.value.clone())
                .collect(),
        })
}
