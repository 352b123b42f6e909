use super::names::Names;
use super::walk::{serves, visit_all};
use crate::model::{Condition, Diagnostic, Flag, Serve};
use std::collections::HashSet;

/// What is defined and leads to nothing.
pub(super) fn check(names: &Names<'_>, found: &mut Vec<Diagnostic>) {
    for flag in &names.project.flags {
        plans(flag, found);
        variants(flag, found);
    }
    // What was left out may use the others.
    if names.project.left_out.is_empty() {
        segments(names, found);
        layers(names, found);
    }
}

fn plans(flag: &Flag, found: &mut Vec<Diagnostic>) {
    let (mut rollouts, mut experiments) = (HashSet::new(), HashSet::new());
    for serve in serves(flag) {
        match &serve.value {
            Serve::Rollout(id) => rollouts.insert(id.as_str()),
            Serve::Experiment(id) => experiments.insert(id.as_str()),
            Serve::Variant(_) | Serve::Split(_) | Serve::Share { .. } => false,
        };
    }
    for (id, _) in flag
        .rollouts
        .iter()
        .filter(|(id, _)| !rollouts.contains(id.value.as_str()))
    {
        let message = format!("the rollout `{}` is not served by any rule or default", id.value);
        found.push(Diagnostic::warning("unused-rollout", &id.place, message));
    }
    for (id, _) in flag
        .experiments
        .iter()
        .filter(|(id, _)| !experiments.contains(id.value.as_str()))
    {
        let message = format!(
            "the experiment `{}` is not served by any rule or default",
            id.value
        );
        found.push(Diagnostic::warning("unused-experiment", &id.place, message));
    }
}

fn variants(flag: &Flag, found: &mut Vec<Diagnostic>) {
    let mut used: HashSet<&str> = HashSet::from([flag.off_variant.value.as_str()]);
    used.extend(flag.targets.iter().map(|target| target.variant.value.as_str()));
    for serve in serves(flag) {
        match &serve.value {
            Serve::Variant(name) => {
                used.insert(name);
            }
            Serve::Split(split) => used.extend(split.shares.iter().map(|(name, _)| name.value.as_str())),
            Serve::Share { to, from, .. } => {
                used.insert(&to.value);
                used.extend(from.iter().map(|from| from.value.as_str()));
            }
            Serve::Rollout(_) | Serve::Experiment(_) => {}
        }
    }
    for (_, rollout) in &flag.rollouts {
        used.extend([rollout.from.value.as_str(), rollout.to.value.as_str()]);
    }
    for (_, experiment) in &flag.experiments {
        used.extend(experiment.arms.iter().map(|(arm, _)| arm.value.as_str()));
        used.extend(experiment.from.iter().map(|from| from.value.as_str()));
    }
    // Variants that are not written stand at the flag's own place.
    let written = flag
        .variants
        .iter()
        .filter(|variant| variant.name.place != flag.key.place);
    for variant in written.filter(|variant| !used.contains(variant.name.value.as_str())) {
        let message = format!("nothing serves the variant `{}`", variant.name.value);
        found.push(Diagnostic::warning(
            "unused-variant",
            &variant.name.place,
            message,
        ));
    }
}

fn segments(names: &Names<'_>, found: &mut Vec<Diagnostic>) {
    let mut used = HashSet::new();
    visit_all(names.project, &mut |part| {
        if let Condition::Segment(name) = &part.value {
            used.insert(name.value.as_str());
        }
    });
    used.extend(
        names
            .project
            .hygiene
            .release
            .qa
            .iter()
            .map(|name| name.value.as_str()),
    );
    for segment in &names.project.segments {
        if !used.contains(segment.name.value.as_str()) {
            let message = format!("nothing uses the segment `{}`", segment.name.value);
            found.push(Diagnostic::warning(
                "unused-segment",
                &segment.name.place,
                message,
            ));
        }
    }
}

fn layers(names: &Names<'_>, found: &mut Vec<Diagnostic>) {
    let experiments = names.project.flags.iter().flat_map(|flag| &flag.experiments);
    let used: HashSet<&str> = experiments
        .filter_map(|(_, experiment)| Some(experiment.layer.as_ref()?.0.value.as_str()))
        .collect();
    for (id, _) in &names.project.layers {
        if !used.contains(id.value.as_str()) {
            let message = format!("no experiment is in the layer `{}`", id.value);
            found.push(Diagnostic::warning("unused-layer", &id.place, message));
        }
    }
}
