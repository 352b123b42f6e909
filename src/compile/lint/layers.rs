use super::names::Names;
use crate::model::{Diagnostic, Experiment, Range, Spanned, percent_number};
use std::collections::BTreeMap;

/// Experiments that own the same slots of a layer at the same time.
pub(super) fn check(names: &Names<'_>, found: &mut Vec<Diagnostic>) {
    let mut layers: BTreeMap<&str, Vec<Member<'_>>> = BTreeMap::new();
    for flag in &names.project.flags {
        for (id, experiment) in &flag.experiments {
            if let Some((layer, slots)) = &experiment.layer {
                let members = layers.entry(&layer.value).or_default();
                let member = Member {
                    id,
                    experiment,
                    layer,
                    slots,
                };
                for other in members.iter().filter(|other| other.meets(&member)) {
                    found.push(overlap(other, &member));
                }
                members.push(member);
            }
        }
    }
}

struct Member<'p> {
    id: &'p Spanned<String>,
    experiment: &'p Experiment,
    layer: &'p Spanned<String>,
    slots: &'p Range,
}

impl Member<'_> {
    /// Do both own a slot at some moment? One that ends before the other starts may leave its slots to it.
    fn meets(&self, other: &Self) -> bool {
        let starts_in_time = |one: &Experiment, other: &Experiment| match (one.start, other.end) {
            (Some(start), Some(end)) => start < end,
            _ => true,
        };
        self.slots.from < other.slots.to
            && other.slots.from < self.slots.to
            && starts_in_time(self.experiment, other.experiment)
            && starts_in_time(other.experiment, self.experiment)
    }
}

fn overlap(first: &Member<'_>, second: &Member<'_>) -> Diagnostic {
    let (from, to) = (
        first.slots.from.max(second.slots.from),
        first.slots.to.min(second.slots.to),
    );
    let message = format!(
        "experiments in one layer must not overlap, `{}` and `{}` at {} both own the slots from {} to {} of `{}`",
        second.id.value,
        first.id.value,
        first.layer.place,
        percent_number(from),
        percent_number(to),
        second.layer.value
    );
    Diagnostic::error("overlapping-slots", &second.layer.place, message)
}
