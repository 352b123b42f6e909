use crate::model::{Condition, Flag, Project, Segment, SegmentKind, Spanned};
use std::collections::BTreeSet;

/// The segments that only one flag leads to, by name: without it nothing uses them.
pub(super) fn only_of<'p>(project: &'p Project, flag: &Flag) -> Vec<&'p Segment> {
    let all = used(project, project.flags.iter());
    let others = project
        .flags
        .iter()
        .filter(|other| other.key.value != flag.key.value);
    let kept = used(project, others);
    let segments = project.segments.iter();
    segments
        .filter(|segment| {
            let name = segment.name.value.as_str();
            all.contains(name) && !kept.contains(name)
        })
        .collect()
}

/// The segments that flags, templates and the project lead to, also through other segments.
fn used<'p>(project: &'p Project, flags: impl Iterator<Item = &'p Flag>) -> BTreeSet<&'p str> {
    let mut found = BTreeSet::new();
    for flag in flags {
        let own = flag.rules.iter();
        let elsewhere = flag
            .environments
            .iter()
            .filter_map(|(_, state)| state.rules.as_ref());
        for rule in own.chain(elsewhere.flatten()) {
            rule.value
                .condition
                .iter()
                .for_each(|part| named(part, &mut found));
        }
        let stages = flag.rollouts.iter().flat_map(|(_, rollout)| &rollout.stages);
        let rings = stages.filter_map(|stage| stage.ring.as_ref());
        rings.for_each(|ring| named(&ring.condition, &mut found));
    }
    let stages = project.templates.iter().flat_map(|template| &template.stages);
    let rings = stages.filter_map(|stage| stage.ring.as_ref());
    rings.for_each(|ring| named(&ring.condition, &mut found));
    let qa = project.hygiene.release.qa.iter();
    found.extend(qa.map(|name| name.value.as_str()));
    loop {
        let before = found.len();
        for segment in &project.segments {
            if found.contains(segment.name.value.as_str())
                && let SegmentKind::Condition(condition) = &segment.kind.value
            {
                named(condition, &mut found);
            }
        }
        if found.len() == before {
            return found;
        }
    }
}

fn named<'p>(condition: &'p Spanned<Condition>, found: &mut BTreeSet<&'p str>) {
    match &condition.value {
        Condition::All(parts) | Condition::Any(parts) => parts.iter().for_each(|part| named(part, found)),
        Condition::Not(part) => named(part, found),
        Condition::Segment(name) => {
            found.insert(&name.value);
        }
        Condition::Percentage { .. } | Condition::Window { .. } | Condition::Attribute { .. } => {}
    }
}
