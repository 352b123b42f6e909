use super::names::Names;
use super::references::missing_file;
use crate::model::{Diagnostic, Flag, Gate, Project, Rollout, Spanned, Stage};

/// Gates that name policies which cannot watch over them, and policies that nothing names.
pub(super) fn check(names: &Names<'_>, found: &mut Vec<Diagnostic>) {
    let project = names.project;
    let mut told = Vec::new();
    for name in gates(project).filter_map(|gate| gate.policy.as_ref()) {
        let exists = project
            .policies
            .iter()
            .any(|policy| policy.name.value == name.value);
        // What stands in a template is told once, however many plans have it.
        if !exists && !told.contains(&name) {
            let known = project.policies.iter().map(|policy| policy.name.value.as_str());
            found.extend(missing_file(
                names,
                "unknown-policy",
                "policy",
                name,
                known.collect(),
            ));
            told.push(name);
        }
    }
    for flag in &project.flags {
        for (_, rollout) in &flag.rollouts {
            watched(rollout, found);
        }
    }
    // What was left out may use the others.
    if project.left_out.is_empty() {
        unused(project, found);
    }
}

fn gates(project: &Project) -> impl Iterator<Item = &Gate> {
    let of_plans = project.flags.iter().flat_map(|flag: &Flag| {
        let plans = flag.rollouts.iter();
        plans.flat_map(|(_, rollout)| of_stages(&rollout.gate, &rollout.stages))
    });
    let templates = project.templates.iter();
    of_plans.chain(templates.flat_map(|template| of_stages(&template.gate, &template.stages)))
}

fn of_stages<'g>(gate: &'g Gate, stages: &'g [Stage]) -> impl Iterator<Item = &'g Gate> {
    std::iter::once(gate).chain(stages.iter().map(|stage| &stage.gate))
}

fn watched(rollout: &Rollout, found: &mut Vec<Diagnostic>) {
    let watched = |stage: &&Stage| rollout.is_monitored(stage) && rollout.gate_of(stage).policy.is_some();
    for stage in rollout.stages.iter().filter(watched) {
        let (name, place) = (&stage.name.value, &stage.name.place);
        let gate = rollout.gate_of(stage);
        if gate.min_hold_ms.is_none() && gate.min_sample.is_none() {
            let message = format!(
                "the stage `{name}` is left as soon as there is any data: its gate has neither `minHold` nor `minSample`"
            );
            tell(Diagnostic::warning("hasty-gate", place, message), found);
        }
    }
    if !rollout.control
        && let Some(stage) = rollout.stages.iter().find(watched)
    {
        let policy = rollout.gate_of(stage).policy;
        let policy = policy.map_or_else(String::new, |name| name.value);
        let message = format!("the policy `{policy}` compares with a lane of control, and the plan has none");
        let diagnostic = Diagnostic::error("missing-control", &rollout.to.place, message);
        tell(
            diagnostic.with_help("`control: true` marks a lane as wide as the share"),
            found,
        );
    }
}

fn unused(project: &Project, found: &mut Vec<Diagnostic>) {
    for policy in &project.policies {
        let named = |name: &Spanned<String>| name.value == policy.name.value;
        if !gates(project).any(|gate| gate.policy.as_ref().is_some_and(named)) {
            let message = format!("no gate names the policy `{}`", policy.name.value);
            found.push(Diagnostic::warning("unused-policy", &policy.name.place, message));
        }
    }
}

fn tell(diagnostic: Diagnostic, found: &mut Vec<Diagnostic>) {
    if !found.contains(&diagnostic) {
        found.push(diagnostic);
    }
}
