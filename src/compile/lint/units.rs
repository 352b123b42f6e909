use super::names::Names;
use super::segments::{ruler, unit};
use super::walk::{conditions, serves, visit};
use crate::model::{Condition, Experiment, Flag, Path, Project, Serve};
use std::collections::BTreeSet;

/// The attributes that say who somebody is, as far as one flag is concerned.
pub(super) struct Units(BTreeSet<Path>);

impl Units {
    /// `targetingKey`, and all that the flag hashes: in what it serves, with its layers and holdouts, and in
    /// percentages and hashed lists, with those of the segments that it uses.
    pub(super) fn of(names: &Names<'_>, flag: &Flag) -> Self {
        let mut units = BTreeSet::from([unit(None)]);
        for serve in serves(flag) {
            match &serve.value {
                Serve::Split(split) => units.extend(split.by.clone()),
                Serve::Share { by, .. } => units.extend(by.clone()),
                Serve::Variant(_) | Serve::Rollout(_) | Serve::Experiment(_) => {}
            }
        }
        units.extend(flag.rollouts.iter().filter_map(|(_, rollout)| rollout.by.clone()));
        for (_, experiment) in &flag.experiments {
            units.extend(of_experiment(names.project, experiment).cloned());
        }
        for condition in conditions(flag) {
            visit(condition, &mut |part| match &part.value {
                Condition::Segment(name) => {
                    let facts = names.segment_facts(&name.value).into_iter();
                    units.extend(facts.flat_map(|facts| &facts.units).cloned());
                }
                condition => units.extend(ruler(condition, "").map(|(_, unit)| unit)),
            });
        }
        Self(units)
    }

    /// Are the values of an attribute identifiers? E-mail addresses are, whatever the flag hashes.
    pub(super) fn identify(&self, path: &Path) -> bool {
        let is_address = |step: &String| step.eq_ignore_ascii_case("email");
        self.0.contains(path) || path.last().is_some_and(is_address)
    }
}

/// What an experiment, its layer and the holdouts that apply to it are hashed by.
fn of_experiment<'p>(project: &'p Project, experiment: &'p Experiment) -> impl Iterator<Item = &'p Path> {
    let id = experiment.layer.as_ref().map(|(id, _)| &id.value);
    let layers = project.layers.iter();
    let layer = layers
        .filter(move |(name, _)| Some(&name.value) == id)
        .filter_map(|(_, layer)| layer.by.as_ref());
    let holdouts = project.holdouts.iter().filter_map(move |(_, holdout)| {
        let named = holdout.layers.as_ref();
        let applies = named.is_none_or(|layers| layers.iter().any(|layer| Some(&layer.value) == id));
        holdout.by.as_ref().filter(|_| applies)
    });
    experiment.by.iter().chain(layer).chain(holdouts)
}
