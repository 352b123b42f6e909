use super::fields::{Fields, entries, every, items};
use super::percent::percent;
use super::problems::Problems;
use super::scalar::{LONGEST_NAME, boolean, check_name, name, text, word};
use super::serve::{rules, serve};
use super::time::{duration, time};
use crate::model::diagnostic::Spanned;
use crate::model::document::{Entry, Node};
use crate::model::experiment::ExperimentState;
use crate::model::flag::EnvironmentState;
use crate::model::rollout::{RolloutState, Status};

pub(super) const ENVIRONMENT_KEYS: &[&str] =
    &["enabled", "killed", "default", "rules", "rollouts", "experiments"];
pub(super) const ROLLOUT_STATE_KEYS: &[&str] = &[
    "status",
    "stage",
    "enteredAt",
    "ceiling",
    "pausedAt",
    "delay",
    "reason",
    "approvals",
];
pub(super) const EXPERIMENT_STATE_KEYS: &[&str] = &["coverage"];

/// What differs in one environment.
pub(super) fn environment(node: &Node, problems: &mut Problems) -> Option<EnvironmentState> {
    let fields = Fields::read(node, "the state of an environment", ENVIRONMENT_KEYS, problems)?;
    let enabled = fields.optional("enabled", problems, boolean);
    let killed = fields.optional("killed", problems, boolean);
    let default = fields.optional("default", problems, serve);
    let rules = fields.optional("rules", problems, rules);
    let rollouts = fields.optional("rollouts", problems, |node, problems| {
        by_id(
            node,
            "the states of rollouts",
            "a rollout's id",
            problems,
            rollout_state,
        )
    });
    let experiments = fields.optional("experiments", problems, |node, problems| {
        by_id(
            node,
            "the states of experiments",
            "an experiment's id",
            problems,
            experiment_state,
        )
    });
    Some(EnvironmentState {
        place: node.place.clone(),
        enabled: enabled?.unwrap_or(true),
        killed: killed?.unwrap_or(false),
        default: default?,
        rules: rules?,
        rollouts: rollouts?.unwrap_or_default(),
        experiments: experiments?.unwrap_or_default(),
    })
}

/// A mapping from ids to one kind of thing, in the order of the file.
pub(super) fn by_id<T>(
    node: &Node,
    what: &str,
    id: &str,
    problems: &mut Problems,
    read: impl Fn(&Node, &mut Problems) -> Option<T>,
) -> Option<Vec<(Spanned<String>, T)>> {
    every(entries(node, what, problems)?, |Entry { key, value }| {
        let named = check_name(key, id, LONGEST_NAME, problems);
        let value = read(value, problems)?;
        named.then(|| (key.clone(), value))
    })
}

pub(super) fn rollout_state(node: &Node, problems: &mut Problems) -> Option<RolloutState> {
    let fields = Fields::read(node, "the state of a rollout", ROLLOUT_STATE_KEYS, problems)?;
    let status = fields.required("status", problems, |node, problems| {
        word(
            node,
            "a status",
            &Status::ALL.map(|status| (status.word(), status)),
            problems,
        )
    });
    let stage = fields.optional("stage", problems, |node, problems| {
        name(node, "a stage's name", problems)
    });
    let entered_at = fields.optional("enteredAt", problems, time);
    let ceiling = fields.optional("ceiling", problems, percent);
    let paused_at = fields.optional("pausedAt", problems, time);
    let delay = fields.optional("delay", problems, duration);
    let reason = fields.optional("reason", problems, text);
    let approvals = fields.optional("approvals", problems, |node, problems| {
        every(items(node, "a list of people", problems)?, |item| {
            text(item, problems).map(|who| who.value)
        })
    });
    Some(RolloutState {
        place: node.place.clone(),
        status: status?,
        stage: stage?,
        entered_at: entered_at?,
        ceiling: ceiling?,
        paused_at: paused_at?,
        delay_ms: delay?.unwrap_or(0),
        reason: reason?.map(|reason| reason.value),
        approvals: approvals?.unwrap_or_default(),
    })
}

fn experiment_state(node: &Node, problems: &mut Problems) -> Option<ExperimentState> {
    let fields = Fields::read(
        node,
        "the state of an experiment",
        EXPERIMENT_STATE_KEYS,
        problems,
    )?;
    let coverage = fields.optional("coverage", problems, percent);
    Some(ExperimentState { coverage: coverage? })
}
