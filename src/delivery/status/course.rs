//! Where a plan stands in an environment, and what it waits for.

use super::served::Place;
use crate::delivery::govern::{Frozen, People, freezes_on_opening};
use crate::delivery::judge::{self, Case, Code, Look, Measurements, Position, Told, Verdict};
use crate::delivery::plan::Plan;
use crate::model::{Percent, Project, Status};

/// A plan in an environment.
#[derive(Debug, Clone, PartialEq)]
pub struct Course {
    /// Its id.
    pub plan: String,
    /// The variant that it leads away from.
    pub from: String,
    /// The variant that it leads to.
    pub to: String,
    /// What it does.
    pub status: Status,
    /// The stage that it is at, or came to.
    pub stage: Option<Stage>,
    /// How many stages it has.
    pub stages: usize,
    /// The share that gets `to` now, rings apart.
    pub share: Percent,
    /// The share that is signed as the highest.
    pub ceiling: Option<Percent>,
    /// Why it is as it is, as whoever changed it last wrote.
    pub reason: Option<String>,
    /// Who agrees to leaving the stage.
    pub approvals: Vec<String>,
    /// May it leave its stage?
    pub gate: Gate,
    /// What keeps it there, the first to be mended first.
    pub missing: Vec<Missing>,
    /// What the last look at it came to.
    pub verdict: Option<LastLook>,
}

/// A stage of a plan.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stage {
    /// Its name.
    pub name: String,
    /// Its number, from 1.
    pub number: usize,
    /// When it was entered, in epoch milliseconds.
    pub entered_at_ms: Option<i64>,
    /// When its ramp reaches its end, in epoch milliseconds.
    pub ramp_ends_ms: Option<i64>,
    /// The share that it ends with.
    pub final_share: Percent,
}

/// May a plan leave its stage?
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Gate {
    /// All that is asked for is there.
    Open,
    /// Something is missing.
    Holds,
    /// It is at no stage.
    None,
}

/// Something that keeps a plan where it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Missing {
    /// Its stable code: one of the judge's, or one of this module's.
    pub code: String,
    /// For people.
    pub message: String,
}

/// What a look came to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LastLook {
    /// When, in epoch milliseconds.
    pub time_ms: i64,
    /// The stage that the plan was at.
    pub stage: String,
    /// What was decided.
    pub verdict: Verdict,
    /// The reason that decided.
    pub message: String,
    /// It was only told.
    pub dry_run: bool,
}

impl Gate {
    /// In one word.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Holds => "holds",
            Self::None => "none",
        }
    }
}

impl Course {
    /// A plan of a flag in an environment, with the looks at that flag there; nothing for one whose state leads nowhere.
    pub(super) fn of(place: &Place<'_>, id: &str, environment: &str, facts: Known<'_>) -> Option<Self> {
        let plan = Plan::of(place.flag, Some(id), environment).ok()?;
        let (rollout, state) = (plan.rollout, &plan.state);
        let looks = facts.looks.iter().rev();
        let last = looks.clone().find(|look| look.plan == id);
        let governance = &facts.project.governance;
        let freezes = freezes_on_opening(governance, environment, &place.flag.key.value, place.now_ms);
        let missing = missing(&plan, facts, &freezes, place.now_ms);
        Some(Self {
            plan: id.to_owned(),
            from: rollout.from.value.clone(),
            to: rollout.to.value.clone(),
            status: state.status,
            stage: stage(&plan),
            stages: rollout.stages.len(),
            share: place.share(rollout, state),
            ceiling: state.ceiling,
            reason: state.reason.clone(),
            approvals: state.approvals.clone(),
            gate: match (state.status.is_under_way(), missing.is_empty()) {
                (false, _) => Gate::None,
                (true, true) => Gate::Open,
                (true, false) => Gate::Holds,
            },
            missing,
            verdict: last.map(last_look),
        })
    }
}

/// What a plan is judged by.
#[derive(Clone, Copy)]
pub(super) struct Known<'k> {
    /// Its policies, whose approvals count, and when nothing opens.
    pub(super) project: &'k Project,
    /// The looks at the flag in the environment, the oldest first.
    pub(super) looks: &'k [Look],
}

fn stage(plan: &Plan<'_>) -> Option<Stage> {
    let number = plan.current?;
    let name = &plan.rollout.stages.get(number)?.name.value;
    Some(Stage {
        name: name.clone(),
        number: number.saturating_add(1),
        entered_at_ms: plan.state.entered_at,
        ramp_ends_ms: plan.ramp_ends_ms(),
        final_share: plan.rollout.final_share(number),
    })
}

fn missing(plan: &Plan<'_>, known: Known<'_>, freezes: &[Frozen], now_ms: i64) -> Vec<Missing> {
    let said = |code: &str, message: &str| Missing {
        code: code.to_owned(),
        message: message.to_owned(),
    };
    let mut missing = Vec::new();
    match plan.state.status {
        Status::Completed => return missing,
        Status::Draft => missing.push(said("not-begun", "not begun: `tidegate promote` begins it")),
        Status::RolledBack => missing.push(said(
            "rolled-back",
            "rolled back: `tidegate promote` begins it again",
        )),
        Status::Paused => missing.push(said("paused", "paused: `tidegate resume` lets it go on")),
        Status::Running => {}
    }
    if !plan.state.status.is_under_way() {
        missing.extend(freezes.iter().map(|freeze| Missing {
            code: Code::Frozen.name().to_owned(),
            message: freeze.to_string(),
        }));
        return missing;
    }
    match Position::of(plan.id, plan.rollout, &plan.state) {
        Some(mut position) => {
            position.approvals = People::of(&known.project.governance).different(&position.approvals);
            missing.extend(asked(&position, known, freezes, now_ms));
        }
        None => missing.push(said("stage-undated", "it does not say when it entered its stage")),
    }
    missing
}

/// What the gate asks for now, and what the last look at this stage had against leaving it.
fn asked(position: &Position, known: Known<'_>, freezes: &[Frozen], now_ms: i64) -> Vec<Missing> {
    let here = known.looks.iter().rev().find(|look| {
        look.plan == position.plan
            && look.stage == position.stage
            && look.entered_at_ms == position.entered_at_ms
    });
    let nothing = Measurements::default();
    let name = position.gate.policy.as_ref();
    let policy = name.and_then(|name| {
        known
            .project
            .policies
            .iter()
            .find(|policy| policy.name.value == *name)
    });
    let mut missing: Vec<Missing> = Vec::new();
    match (policy, here) {
        (Some(policy), None) => missing.push(Missing {
            code: "not-looked-at".to_owned(),
            message: format!(
                "the policy `{}` was not asked yet: `tidegate advance` measures it",
                policy.name.value
            ),
        }),
        (Some(_), Some(look)) => missing.extend(measured(look)),
        (None, _) => {}
    }
    let gate = judge::asked(&Case {
        position,
        policy,
        measurements: here.map_or(&nothing, |look| &look.measurements),
        looks: known.looks,
        freezes,
        now_ms,
    });
    missing.extend(gate.into_iter().map(|reason| Missing {
        code: reason.code.name().to_owned(),
        message: reason.to_string(),
    }));
    missing
}

/// What a look found in the data; what the gate asked for then may be there by now.
fn measured(look: &Look) -> impl Iterator<Item = Missing> {
    let of_gate = |code: &str| {
        Code::ALL
            .iter()
            .any(|known| known.is_of_gate() && known.name() == code)
    };
    let found = look.reasons.iter().filter(move |told| !of_gate(&told.code));
    found.map(|told| Missing {
        code: told.code.clone(),
        message: told.to_string(),
    })
}

fn last_look(look: &Look) -> LastLook {
    let first = look.reasons.first();
    LastLook {
        time_ms: look.time_ms,
        stage: look.stage.clone(),
        verdict: look.verdict,
        message: first.map_or_else(String::new, Told::to_string),
        dry_run: look.dry_run,
    }
}
