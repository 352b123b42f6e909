use super::{Plan, Refusal, stage_number};
use crate::model::{Place, RolloutState, Spanned, Status};

const SECOND_MS: i64 = 1_000;
const LONGEST_NAME: usize = 100;

/// Enters a stage: the one that is named, else the first of a plan that has not begun or was rolled back, else the next.
/// Behind the last one lies completion.
pub fn promote(
    plan: &Plan<'_>,
    to: Option<&str>,
    reason: Option<&str>,
    now_ms: i64,
) -> Result<RolloutState, Refusal> {
    let named = to.map(|name| stage_number(plan.rollout, name)).transpose()?;
    let next = match (plan.state.status, plan.current) {
        (Status::Draft | Status::RolledBack, _) => named.unwrap_or(0),
        (Status::Running, Some(current)) => match named {
            Some(named) if named < current => return Err(backwards(plan, named, current)),
            Some(named) if named == current => return Ok(plan.state.clone()),
            Some(named) => named,
            None => current.saturating_add(1),
        },
        (Status::Running, None) => named.unwrap_or(0),
        (status @ (Status::Paused | Status::Completed), _) => {
            return Err(Refusal::Status {
                step: "promote",
                status,
            });
        }
    };
    if plan.state.status == Status::Running {
        not_before(plan.state.entered_at, "enteredAt", now_ms)?;
    }
    let reason = reason.map(str::to_owned);
    let Some(stage) = plan.rollout.stages.get(next) else {
        return Ok(RolloutState {
            status: Status::Completed,
            stage: plan.state.stage.clone(),
            entered_at: Some(now_ms),
            reason,
            ..RolloutState::draft()
        });
    };
    let mut state = RolloutState {
        status: Status::Running,
        stage: Some(Spanned::new(stage.name.value.clone(), Place::default())),
        entered_at: Some(now_ms),
        ceiling: Some(plan.rollout.highest_share(next)),
        reason,
        ..RolloutState::draft()
    };
    if let Some(ramp) = &stage.ramp {
        // Whoever comes late begins at the ramp's beginning all the same: nobody jumps to where it would be by now.
        let late_ms = ramp.start.map_or(0, |start| now_ms.saturating_sub(start).max(0));
        state.delay_ms = whole_seconds(late_ms);
        let (start, end) = ramp.window_ms(&state);
        if start.is_none_or(|start| end <= start) {
            let stage = stage.name.value.clone();
            return Err(Refusal::RampOver { stage });
        }
    }
    Ok(state)
}

/// Lets a plan stand where it is; a ramp stands still.
pub fn pause(plan: &Plan<'_>, reason: Option<&str>, now_ms: i64) -> Result<RolloutState, Refusal> {
    match plan.state.status {
        Status::Paused => Ok(plan.state.clone()),
        Status::Running => {
            not_before(plan.state.entered_at, "enteredAt", now_ms)?;
            Ok(RolloutState {
                status: Status::Paused,
                paused_at: Some(now_ms),
                reason: reason.map(str::to_owned),
                ..plan.state.clone()
            })
        }
        status => Err(Refusal::Status {
            step: "pause",
            status,
        }),
    }
}

/// Lets a paused plan go on, a ramp where it stood: as if the time in between had not been.
pub fn resume(plan: &Plan<'_>, reason: Option<&str>, now_ms: i64) -> Result<RolloutState, Refusal> {
    match plan.state.status {
        Status::Running => Ok(plan.state.clone()),
        Status::Paused => {
            not_before(plan.state.paused_at, "pausedAt", now_ms)?;
            let paused_at = plan.state.paused_at.unwrap_or(now_ms);
            let pause_ms = whole_seconds(now_ms.saturating_sub(paused_at));
            let has_ramp = plan.current_step().is_some_and(|step| step.stage.ramp.is_some());
            let entered_at = plan
                .state
                .entered_at
                .map(|entered| entered.saturating_add(pause_ms).min(now_ms));
            let delay_ms = if has_ramp { pause_ms } else { 0 };
            Ok(RolloutState {
                status: Status::Running,
                entered_at,
                paused_at: None,
                delay_ms: plan.state.delay_ms.saturating_add(delay_ms),
                reason: reason.map(str::to_owned),
                ..plan.state.clone()
            })
        }
        status => Err(Refusal::Status {
            step: "resume",
            status,
        }),
    }
}

/// Gives everybody `from`. The stage stays written, to tell how far it came.
pub fn roll_back(plan: &Plan<'_>, reason: Option<&str>) -> Result<RolloutState, Refusal> {
    match plan.state.status {
        Status::RolledBack => Ok(plan.state.clone()),
        Status::Running | Status::Paused | Status::Completed => Ok(RolloutState {
            status: Status::RolledBack,
            stage: plan.state.stage.clone(),
            entered_at: plan.state.entered_at,
            reason: reason.map(str::to_owned),
            ..RolloutState::draft()
        }),
        status @ Status::Draft => Err(Refusal::Status {
            step: "roll back",
            status,
        }),
    }
}

/// Notes that somebody agrees to leaving the current stage; the same person counts once.
pub fn approve(plan: &Plan<'_>, by: &str) -> Result<RolloutState, Refusal> {
    let by = by.trim();
    if !(1..=LONGEST_NAME).contains(&by.chars().count()) || by.chars().any(char::is_control) {
        return Err(Refusal::BadName { name: by.to_owned() });
    }
    if !plan.state.status.is_under_way() {
        return Err(Refusal::Status {
            step: "approve",
            status: plan.state.status,
        });
    }
    let mut state = plan.state.clone();
    if !state.approvals.iter().any(|known| known == by) {
        state.approvals.push(by.to_owned());
    }
    Ok(state)
}

fn backwards(plan: &Plan<'_>, named: usize, current: usize) -> Refusal {
    let name = |number: usize| {
        let stage = plan.rollout.stages.get(number);
        stage.map_or_else(String::new, |stage| stage.name.value.clone())
    };
    Refusal::StageBackwards {
        stage: name(named),
        current: name(current),
    }
}

/// A clock that went back would make a stage older than it is, or a pause shorter than nothing.
fn not_before(moment_ms: Option<i64>, key: &'static str, now_ms: i64) -> Result<(), Refusal> {
    match moment_ms {
        Some(moment_ms) if now_ms < moment_ms => Err(Refusal::ClockWentBack { key }),
        _ => Ok(()),
    }
}

/// Files tell durations in seconds; rounded up, what rises rises later.
fn whole_seconds(length_ms: i64) -> i64 {
    length_ms
        .div_euclid(SECOND_MS)
        .saturating_add(i64::from(length_ms.rem_euclid(SECOND_MS) > 0))
        .saturating_mul(SECOND_MS)
}
