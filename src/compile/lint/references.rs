use super::names::{Names, unknown};
use super::walk::{condition_of, conditions, serves, template_rings, visit};
use crate::model::{Condition, Diagnostic, Experiment, Flag, Place, Serve, Spanned};
use std::collections::HashSet;

/// Names that lead nowhere.
pub(super) fn check(names: &Names<'_>, found: &mut Vec<Diagnostic>) {
    holdout_layers(names, found);
    for segment in &names.project.segments {
        condition_of(segment)
            .into_iter()
            .for_each(|condition| segments(names, condition, found));
    }
    template_rings(names.project).for_each(|condition| segments(names, condition, found));
    for flag in &names.project.flags {
        conditions(flag).for_each(|condition| segments(names, condition, found));
        prerequisites(names, flag, found);
        environments(names, flag, found);
        let mut references = References::new(flag, found);
        references.variant(&flag.off_variant);
        flag.targets
            .iter()
            .for_each(|target| references.variant(&target.variant));
        serves(flag).for_each(|serve| references.serve(serve));
        for (_, rollout) in &flag.rollouts {
            references.variant(&rollout.from);
            references.variant(&rollout.to);
        }
        for (_, experiment) in &flag.experiments {
            experiment
                .arms
                .iter()
                .for_each(|(variant, _)| references.variant(variant));
            experiment
                .from
                .iter()
                .for_each(|variant| references.variant(variant));
            layer(names, experiment, references.found);
        }
        for (_, state) in &flag.environments {
            state
                .rollouts
                .iter()
                .for_each(|(id, _)| references.rollout(&id.value, &id.place));
            state
                .experiments
                .iter()
                .for_each(|(id, _)| references.experiment(&id.value, &id.place));
        }
    }
}

/// What the parts of one flag refer to within it.
struct References<'f> {
    variants: Vec<&'f str>,
    rollouts: Vec<&'f str>,
    experiments: Vec<&'f str>,
    found: &'f mut Vec<Diagnostic>,
}

impl<'f> References<'f> {
    fn new(flag: &'f Flag, found: &'f mut Vec<Diagnostic>) -> Self {
        Self {
            variants: variants(flag),
            rollouts: flag.rollouts.iter().map(|(id, _)| id.value.as_str()).collect(),
            experiments: flag.experiments.iter().map(|(id, _)| id.value.as_str()).collect(),
            found,
        }
    }

    fn variant(&mut self, name: &Spanned<String>) {
        self.variant_at(&name.value, &name.place);
    }

    fn variant_at(&mut self, name: &str, place: &Place) {
        if !self.variants.contains(&name) {
            self.found
                .push(unknown("unknown-variant", "variant", name, place, &self.variants));
        }
    }

    fn rollout(&mut self, id: &str, place: &Place) {
        if !self.rollouts.contains(&id) {
            self.found
                .push(unknown("unknown-rollout", "rollout", id, place, &self.rollouts));
        }
    }

    fn experiment(&mut self, id: &str, place: &Place) {
        if !self.experiments.contains(&id) {
            self.found.push(unknown(
                "unknown-experiment",
                "experiment",
                id,
                place,
                &self.experiments,
            ));
        }
    }

    fn serve(&mut self, serve: &Spanned<Serve>) {
        match &serve.value {
            Serve::Variant(name) => self.variant_at(name, &serve.place),
            Serve::Split(split) => split.shares.iter().for_each(|(variant, _)| self.variant(variant)),
            Serve::Rollout(id) => self.rollout(id, &serve.place),
            Serve::Share { to, from, .. } => {
                self.variant(to);
                from.iter().for_each(|variant| self.variant(variant));
            }
            Serve::Experiment(id) => self.experiment(id, &serve.place),
        }
    }
}

fn variants(flag: &Flag) -> Vec<&str> {
    flag.variants
        .iter()
        .map(|variant| variant.name.value.as_str())
        .collect()
}

fn segments(names: &Names<'_>, condition: &Spanned<Condition>, found: &mut Vec<Diagnostic>) {
    visit(condition, &mut |part| {
        let Condition::Segment(name) = &part.value else {
            return;
        };
        found.extend(missing_segment(names, name));
    });
}

fn prerequisites(names: &Names<'_>, flag: &Flag, found: &mut Vec<Diagnostic>) {
    for prerequisite in &flag.prerequisites {
        let Some(other) = names.flag(&prerequisite.flag.value) else {
            let known = names.project.flags.iter().map(|flag| flag.key.value.as_str());
            found.extend(missing_file(
                names,
                "unknown-flag",
                "flag",
                &prerequisite.flag,
                known.collect(),
            ));
            continue;
        };
        let known = variants(other);
        let mut seen = HashSet::new();
        for variant in &prerequisite.variants {
            if !known.contains(&variant.value.as_str()) {
                let what = format!("in `{}` the variant", other.key.value);
                found.push(unknown(
                    "unknown-variant",
                    &what,
                    &variant.value,
                    &variant.place,
                    &known,
                ));
            }
            if !seen.insert(&variant.value) {
                let message = format!("the variant `{}` is already in the list", variant.value);
                found.push(Diagnostic::error("duplicate-name", &variant.place, message));
            }
        }
    }
}

/// What is wrong with naming a segment, where it is not there.
pub(super) fn missing_segment(names: &Names<'_>, name: &Spanned<String>) -> Option<Diagnostic> {
    if names.segment_number(&name.value).is_some() {
        return None;
    }
    let segments = names.project.segments.iter();
    let known = segments.map(|segment| segment.name.value.as_str()).collect();
    missing_file(names, "unknown-segment", "segment", name, known)
}

/// Tells of a flag or segment without a file; one whose file has errors is told of there.
pub(super) fn missing_file(
    names: &Names<'_>,
    code: &'static str,
    what: &str,
    name: &Spanned<String>,
    known: Vec<&str>,
) -> Option<Diagnostic> {
    let folder = match what {
        "policy" => "policies",
        "segment" => "segments",
        _ => "flags",
    };
    let path = format!("{folder}/{}", name.value);
    if names.was_left_out(&path) {
        return None;
    }
    let message = format!(
        "{what} `{}` does not exist, there is no file `{path}.yaml`",
        name.value
    );
    let diagnostic = unknown(code, what, &name.value, &name.place, &known);
    Some(Diagnostic {
        message,
        ..diagnostic
    })
}

fn environments(names: &Names<'_>, flag: &Flag, found: &mut Vec<Diagnostic>) {
    let known: Vec<&str> = names
        .project
        .environments
        .iter()
        .map(|name| name.value.as_str())
        .collect();
    for (name, _) in &flag.environments {
        if !known.contains(&name.value.as_str()) {
            found.push(unknown(
                "unknown-environment",
                "environment",
                &name.value,
                &name.place,
                &known,
            ));
        }
    }
}

fn layer(names: &Names<'_>, experiment: &Experiment, found: &mut Vec<Diagnostic>) {
    if let Some((id, _)) = &experiment.layer {
        known_layer(names, id, found);
    }
}

fn holdout_layers(names: &Names<'_>, found: &mut Vec<Diagnostic>) {
    for (_, holdout) in &names.project.holdouts {
        holdout
            .layers
            .iter()
            .flatten()
            .for_each(|id| known_layer(names, id, found));
    }
}

fn known_layer(names: &Names<'_>, id: &Spanned<String>, found: &mut Vec<Diagnostic>) {
    let known: Vec<&str> = names
        .project
        .layers
        .iter()
        .map(|(id, _)| id.value.as_str())
        .collect();
    if !known.contains(&id.value.as_str()) && !names.was_left_out("tidegate") {
        found.push(unknown("unknown-layer", "layer", &id.value, &id.place, &known));
    }
}
