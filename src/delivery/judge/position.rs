use super::case::{Gate, Lanes, Position};
use super::history::History;
use super::look::Look;
use crate::model::{Percent, Rollout, RolloutState};

/// All slots.
const EVERYBODY: Percent = 100_000;

impl Position {
    /// Where a plan stands; nothing for one that is at none of its stages, or does not say since when.
    pub fn of(plan: &str, rollout: &Rollout, state: &RolloutState) -> Option<Self> {
        let name = &state.stage.as_ref()?.value;
        let number = rollout
            .stages
            .iter()
            .position(|stage| stage.name.value == *name)?;
        let stage = rollout.stages.get(number)?;
        let gate = rollout.gate_of(stage);
        let is_monitored = rollout.is_monitored(stage);
        Some(Self {
            plan: plan.to_owned(),
            stages: rollout
                .stages
                .iter()
                .map(|stage| stage.name.value.clone())
                .collect(),
            stage: name.clone(),
            entered_at_ms: state.entered_at?,
            ramp_ends_ms: stage.ramp.as_ref().map(|ramp| ramp.window_ms(state).1),
            cut_off_at: cut_off_at(rollout, number, state.ceiling),
            lanes: lanes(rollout, number, state.ceiling),
            // What is not monitored is not measured either.
            gate: Gate {
                min_hold_ms: gate.min_hold_ms,
                min_sample: gate.min_sample.filter(|_| is_monitored),
                approvals: gate.approvals.unwrap_or(0),
                policy: gate.policy.filter(|_| is_monitored).map(|name| name.value),
            },
            approvals: state.approvals.clone(),
        })
    }
}

impl Position {
    /// Since when the plan is under way, as far as the looks at it tell: units that were seen at an earlier stage since
    /// then count there, and not again.
    pub fn run_since_ms(&self, looks: &[Look]) -> i64 {
        let since_ms = History::of(self, looks).since_ms();
        since_ms.unwrap_or(self.entered_at_ms)
    }
}

fn cut_off_at(rollout: &Rollout, stage: usize, ceiling: Option<Percent>) -> Option<f64> {
    let most = EVERYBODY.saturating_sub(rollout.holdback);
    let ceiling = ceiling.filter(|ceiling| *ceiling < rollout.final_share(stage).min(most))?;
    Some(f64::from(ceiling) / 1_000.0)
}

/// The lane of control is as wide as that of the treatment until they meet; a ramp beyond that has no one ratio.
fn lanes(rollout: &Rollout, stage: usize, ceiling: Option<Percent>) -> Lanes {
    let most = EVERYBODY
        .saturating_sub(rollout.holdback)
        .min(ceiling.unwrap_or(EVERYBODY));
    let treatment = rollout.final_share(stage).min(most);
    let highest = rollout.highest_share(stage).min(most);
    let control = match rollout.control {
        true => treatment.min(EVERYBODY.saturating_sub(treatment)),
        false => 0,
    };
    let moves = rollout
        .stages
        .get(stage)
        .is_some_and(|stage| stage.ramp.is_some());
    Lanes {
        treatment: f64::from(treatment) / 1_000.0,
        control: f64::from(control) / 1_000.0,
        steady: !moves || highest <= EVERYBODY / 2,
    }
}
