use crate::model::{Condition, Flag, Project, Rule, Segment, SegmentKind, Serve, Spanned, Stage};
use std::iter::once;

/// The lists of rules of a flag: its own, then those that environments put in their place.
pub(super) fn rule_lists(flag: &Flag) -> impl Iterator<Item = &[Spanned<Rule>]> {
    let replaced = flag.environments.iter();
    once(flag.rules.as_slice()).chain(replaced.filter_map(|(_, state)| state.rules.as_deref()))
}

/// Everything that a flag serves anywhere.
pub(super) fn serves(flag: &Flag) -> impl Iterator<Item = &Spanned<Serve>> {
    let defaults = flag.environments.iter();
    rule_lists(flag)
        .flatten()
        .map(|rule| &rule.value.serve)
        .chain(once(&flag.default))
        .chain(defaults.filter_map(|(_, state)| state.default.as_ref()))
}

/// The audiences of all stages of a flag's rollouts.
pub(super) fn rings(flag: &Flag) -> impl Iterator<Item = &Spanned<Condition>> {
    rings_of(flag.rollouts.iter().flat_map(|(_, rollout)| &rollout.stages))
}

/// The audiences of all stages of a project's templates.
pub(super) fn template_rings(project: &Project) -> impl Iterator<Item = &Spanned<Condition>> {
    rings_of(project.templates.iter().flat_map(|template| &template.stages))
}

fn rings_of<'s>(stages: impl Iterator<Item = &'s Stage>) -> impl Iterator<Item = &'s Spanned<Condition>> {
    stages.filter_map(|stage| stage.ring.as_ref().map(|ring| &ring.condition))
}

/// The conditions of all rules and rings of a flag.
pub(super) fn conditions(flag: &Flag) -> impl Iterator<Item = &Spanned<Condition>> {
    rule_lists(flag)
        .flatten()
        .filter_map(|rule| rule.value.condition.as_ref())
        .chain(rings(flag))
}

/// Shows every condition of a project and all their parts.
pub(super) fn visit_all<'p>(project: &'p Project, see: &mut impl FnMut(&'p Spanned<Condition>)) {
    let in_segments = project.segments.iter().filter_map(condition_of);
    let in_flags = project.flags.iter().flat_map(conditions);
    for condition in in_flags.chain(in_segments).chain(template_rings(project)) {
        visit(condition, see);
    }
}

/// The condition of a segment that has one.
pub(super) fn condition_of(segment: &Segment) -> Option<&Spanned<Condition>> {
    match &segment.kind.value {
        SegmentKind::Condition(condition) => Some(condition),
        SegmentKind::Ids { .. } | SegmentKind::Hashed { .. } => None,
    }
}

/// Shows a condition and all its parts, but not what stands in the segments it names.
pub(super) fn visit<'c>(condition: &'c Spanned<Condition>, see: &mut impl FnMut(&'c Spanned<Condition>)) {
    see(condition);
    match &condition.value {
        Condition::All(parts) | Condition::Any(parts) => parts.iter().for_each(|part| visit(part, see)),
        Condition::Not(part) => visit(part, see),
        Condition::Segment(_)
        | Condition::Percentage { .. }
        | Condition::Window { .. }
        | Condition::Attribute { .. } => {}
    }
}
