use super::names::Names;
use super::segments::steps;
use super::walk::{condition_of, rings, rule_lists};
use crate::model::{
    Condition, Diagnostic, EnvironmentState, Experiment, Flag, Project, Rollout, Serve, Spanned, Status,
};
use crate::snapshot::limits;

/// What is more or deeper than a snapshot may hold. The engine counts the same way when it loads one.
pub(super) fn check(names: &Names<'_>, found: &mut Vec<Diagnostic>) {
    counts(names.project, found);
    for segment in &names.project.segments {
        condition_of(segment)
            .into_iter()
            .for_each(|condition| depth(condition, 0, found));
        let steps = names
            .segment_facts(&segment.name.value)
            .map_or(0, |facts| facts.steps);
        if steps > u64::from(limits::STEPS) {
            let message = format!(
                "to decide the segment takes up to {steps} steps, more than {}",
                limits::STEPS
            );
            found.push(Diagnostic::error("too-many-steps", &segment.name.place, message));
        }
    }
    for flag in &names.project.flags {
        let rules = rule_lists(flag).flatten();
        rules
            .filter_map(|rule| rule.value.condition.as_ref())
            .for_each(|condition| depth(condition, 0, found));
        // The rings of a plan stand together in one condition that any of them meets.
        rings(flag).for_each(|ring| depth(ring, 1, found));
        if flag.prerequisites.len() > limits::PREREQUISITES {
            let message = format!(
                "{} prerequisites are more than {}",
                flag.prerequisites.len(),
                limits::PREREQUISITES
            );
            found.push(Diagnostic::error("too-many", &flag.key.place, message));
        }
    }
    for environment in &names.project.environments {
        flag_steps(names, &environment.value, found);
    }
}

fn counts(project: &Project, found: &mut Vec<Diagnostic>) {
    for (count, what, most) in [
        (project.flags.len(), "flags", limits::FLAGS),
        (project.segments.len(), "segments", limits::SEGMENTS),
    ] {
        if count > most {
            let message = format!("{count} {what} are more than {most}");
            found.push(Diagnostic::error("too-many", &project.name.place, message));
        }
    }
}

/// Tells of the first conditions that stand too deep.
fn depth(condition: &Spanned<Condition>, level: u32, found: &mut Vec<Diagnostic>) {
    if level >= limits::CONDITION_DEPTH {
        let message = format!(
            "conditions within conditions go at most {} deep",
            limits::CONDITION_DEPTH
        );
        let help = "move a part of it into a segment";
        found.push(Diagnostic::error("condition-too-deep", &condition.place, message).with_help(help));
        return;
    }
    match &condition.value {
        Condition::All(parts) | Condition::Any(parts) => {
            parts.iter().for_each(|part| depth(part, level + 1, found));
        }
        Condition::Not(part) => depth(part, level + 1, found),
        Condition::Segment(_)
        | Condition::Percentage { .. }
        | Condition::Window { .. }
        | Condition::Attribute { .. } => {}
    }
}

/// Tells of the flags whose evaluation is too long in an environment; of those that need them only when they are too
/// long by themselves.
fn flag_steps(names: &Names<'_>, environment: &str, found: &mut Vec<Diagnostic>) {
    let most = u64::from(limits::STEPS);
    let costs = names.flag_graph.fold(|number, known: &[Option<u64>]| {
        let others = names.flag_graph.references(number);
        let others = others.filter_map(|other| known.get(other).copied().flatten());
        // What is too long is told of once.
        let prerequisites = others
            .map(|steps| if steps > most { 1 } else { steps + 1 })
            .sum::<u64>();
        let own = names
            .flag_at(number)
            .map_or(0, |flag| own_steps(names, flag, environment));
        own.saturating_add(prerequisites)
    });
    for (number, steps) in costs.into_iter().enumerate() {
        if let (Some(flag), Some(steps)) = (names.flag_at(number), steps.filter(|steps| *steps > most)) {
            let message =
                format!("to decide the flag in `{environment}` takes up to {steps} steps, more than {most}");
            found.push(Diagnostic::error("too-many-steps", &flag.key.place, message));
        }
    }
}

/// The steps of a flag without those of its prerequisites.
fn own_steps(names: &Names<'_>, flag: &Flag, environment: &str) -> u64 {
    let closed = EnvironmentState::default();
    let state = flag.state_in(environment).unwrap_or(&closed);
    let default = flag.default_in(environment);
    let rules = flag.rules_in(environment).iter().map(|rule| {
        let condition = rule.value.condition.as_ref();
        condition
            .map_or(0, |condition| condition_steps(names, condition))
            .saturating_add(serve_steps(names, flag, state, &rule.value.serve.value))
    });
    rules
        .fold(
            serve_steps(names, flag, state, &default.value),
            u64::saturating_add,
        )
        .saturating_add(flag.targets.len() as u64)
        .saturating_add(1)
}

/// Steps of a segment that is too long itself count as one: it is told of where it stands.
fn condition_steps(names: &Names<'_>, condition: &Spanned<Condition>) -> u64 {
    let find = |name: &str| {
        names
            .segment_facts(name)
            .filter(|facts| facts.steps <= u64::from(limits::STEPS))
    };
    steps(condition, &find)
}

fn serve_steps(names: &Names<'_>, flag: &Flag, state: &EnvironmentState, serve: &Serve) -> u64 {
    match serve {
        Serve::Variant(_) | Serve::Share { .. } => 0,
        Serve::Split(split) => split.shares.len() as u64,
        Serve::Rollout(id) => {
            let rollout = flag.rollouts.iter().find(|(name, _)| name.value == *id);
            rollout.map_or(0, |(_, rollout)| ring_steps(names, rollout, id, state))
        }
        Serve::Experiment(id) => {
            let experiment = flag.experiments.iter().find(|(name, _)| name.value == *id);
            experiment.map_or(0, |(_, experiment)| {
                (experiment.arms.len() + holdouts(names.project, experiment)) as u64
            })
        }
    }
}

/// Only a plan under way has rings, those of the stages that it has reached; a completed one where it holds units back.
fn ring_steps(names: &Names<'_>, rollout: &Rollout, id: &str, state: &EnvironmentState) -> u64 {
    let state = state.rollouts.iter().find(|(name, _)| name.value == id);
    let Some((_, state)) = state else { return 0 };
    let reached = match state.status {
        Status::Running | Status::Paused => state.stage.as_ref().and_then(|stage| {
            let mut stages = rollout.stages.iter();
            stages.position(|other| other.name.value == stage.value)
        }),
        Status::Completed if rollout.holdback > 0 => rollout.stages.len().checked_sub(1),
        Status::Draft | Status::Completed | Status::RolledBack => None,
    };
    let Some(current) = reached else { return 0 };
    let reached = rollout.stages.iter().take(current + 1);
    let rings: Vec<u64> = reached
        .filter_map(|stage| stage.ring.as_ref())
        .map(|ring| condition_steps(names, &ring.condition))
        .collect();
    rings
        .iter()
        .copied()
        .fold(u64::from(!rings.is_empty()), u64::saturating_add)
}

fn holdouts(project: &Project, experiment: &Experiment) -> usize {
    let layer = experiment.layer.as_ref().map(|(id, _)| &id.value);
    let applies = |layers: &Vec<Spanned<String>>| layers.iter().any(|id| Some(&id.value) == layer);
    let holdouts = project.holdouts.iter();
    holdouts
        .filter(|(_, holdout)| holdout.layers.as_ref().is_none_or(applies))
        .count()
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests;
