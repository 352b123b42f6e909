use super::graph::Graph;
use super::names::Names;
use crate::model::{Diagnostic, Place};
use crate::snapshot::limits;

/// Ways through prerequisites and segments that lead back to where they began, or too far.
pub(super) fn check(names: &Names<'_>, found: &mut Vec<Diagnostic>) {
    let flags = |number| names.flag_at(number).map(|flag| &flag.key);
    for (cycle, place) in &names.flag_graph.cycles {
        let way = way_back(
            cycle
                .iter()
                .filter_map(|number| Some(flags(*number)?.value.as_str())),
        );
        let message = format!("a prerequisite must not lead back to its own flag, found {way}");
        found.push(Diagnostic::error("prerequisite-cycle", place, message));
    }
    let segments = |number| names.segment_at(number).map(|segment| &segment.name);
    for (cycle, place) in &names.segment_graph.cycles {
        let way = way_back(
            cycle
                .iter()
                .filter_map(|number| Some(segments(*number)?.value.as_str())),
        );
        let message = format!("a segment must not lead back to itself, found {way}");
        found.push(Diagnostic::error("segment-cycle", place, message));
    }

    // A flag without prerequisites has the depth 0, a segment that names no other the depth 1.
    let deepest = limits::PREREQUISITE_DEPTH + 1;
    for way in too_deep(&names.flag_graph, deepest) {
        let (first, way) = described(&way, flags);
        let message = format!(
            "prerequisites of prerequisites go at most {} deep, found {way}",
            limits::PREREQUISITE_DEPTH
        );
        found.extend(first.map(|place| Diagnostic::error("prerequisites-too-deep", place, message)));
    }
    for way in too_deep(&names.segment_graph, limits::SEGMENT_DEPTH) {
        let (first, way) = described(&way, segments);
        let message = format!(
            "segments within segments go at most {} deep, found {way}",
            limits::SEGMENT_DEPTH
        );
        found.extend(first.map(|place| Diagnostic::error("segments-too-deep", place, message)));
    }
}

/// The ways of more steps than allowed; of those that go on even further only the first steps too many are told.
fn too_deep(graph: &Graph<'_>, most: u32) -> Vec<Vec<usize>> {
    let depths = graph.fold(|number, known: &[Option<(u32, Option<usize>)>]| {
        let deepest = graph
            .references(number)
            .filter_map(|other| Some((known.get(other)?.as_ref()?.0, other)))
            .max_by_key(|(depth, _)| *depth);
        deepest.map_or((1, None), |(depth, other)| (depth.saturating_add(1), Some(other)))
    });
    let next = |number: &usize| depths.get(*number)?.as_ref()?.1;
    let too_many = |number: &usize| {
        depths
            .get(*number)
            .and_then(Option::as_ref)
            .is_some_and(|(depth, _)| *depth == most + 1)
    };
    (0..depths.len())
        .filter(too_many)
        .map(|start| std::iter::successors(Some(start), next).collect())
        .collect()
}

fn described<'n>(
    way: &[usize],
    name: impl Fn(usize) -> Option<&'n crate::model::Spanned<String>>,
) -> (Option<&'n Place>, String) {
    let names: Vec<_> = way.iter().filter_map(|number| name(*number)).collect();
    let first = names.first().map(|name| &name.place);
    (first, arrows(names.iter().map(|name| name.value.as_str())))
}

fn way_back<'n>(names: impl Iterator<Item = &'n str>) -> String {
    let names: Vec<&str> = names.collect();
    arrows(names.iter().chain(names.first()).copied())
}

fn arrows<'n>(names: impl Iterator<Item = &'n str>) -> String {
    names
        .map(|name| format!("`{name}`"))
        .collect::<Vec<_>>()
        .join(" → ")
}
