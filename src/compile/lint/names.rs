use super::graph::Graph;
use super::segments::Facts;
use super::walk::{condition_of, visit};
use crate::model::{Condition, Diagnostic, Flag, Place, Project, Segment, alternatives, suggest};
use std::collections::HashMap;

/// The most names that a message lists.
const MOST_LISTED: usize = 8;

/// Where a project's flags and segments stand, and which of them refer to which.
pub(super) struct Names<'p> {
    pub(super) project: &'p Project,
    flags: HashMap<&'p str, usize>,
    segments: HashMap<&'p str, usize>,
    pub(super) flag_graph: Graph<'p>,
    pub(super) segment_graph: Graph<'p>,
    segment_facts: Vec<Option<Facts>>,
}

impl<'p> Names<'p> {
    pub(super) fn of(project: &'p Project) -> Self {
        let flags: HashMap<&str, usize> = numbered(project.flags.iter().map(|flag| flag.key.value.as_str()));
        let segments: HashMap<&str, usize> =
            numbered(project.segments.iter().map(|segment| segment.name.value.as_str()));
        let prerequisites = project.flags.iter().map(|flag| {
            let others = flag.prerequisites.iter();
            others
                .filter_map(|other| Some((*flags.get(other.flag.value.as_str())?, &other.flag.place)))
                .collect()
        });
        let references = project.segments.iter().map(|segment| {
            let mut others = Vec::new();
            if let Some(condition) = condition_of(segment) {
                visit(condition, &mut |part| {
                    if let Condition::Segment(name) = &part.value
                        && let Some(other) = segments.get(name.value.as_str())
                    {
                        others.push((*other, &name.place));
                    }
                });
            }
            others
        });
        let flag_graph = Graph::new(prerequisites.collect());
        let segment_graph = Graph::new(references.collect());
        let segment_facts = Facts::of_all(&project.segments, &segment_graph, |name| {
            segments.get(name).copied()
        });
        Self {
            project,
            flag_graph,
            segment_graph,
            segment_facts,
            flags,
            segments,
        }
    }

    pub(super) fn flag_number(&self, key: &str) -> Option<usize> {
        self.flags.get(key).copied()
    }

    pub(super) fn segment_number(&self, name: &str) -> Option<usize> {
        self.segments.get(name).copied()
    }

    pub(super) fn flag(&self, key: &str) -> Option<&'p Flag> {
        self.flag_at(self.flag_number(key)?)
    }

    pub(super) fn flag_at(&self, number: usize) -> Option<&'p Flag> {
        self.project.flags.get(number)
    }

    pub(super) fn segment_at(&self, number: usize) -> Option<&'p Segment> {
        self.project.segments.get(number)
    }

    /// What is known of a segment and all that it refers to.
    pub(super) fn segment_facts(&self, name: &str) -> Option<&Facts> {
        self.segment_facts.get(self.segment_number(name)?)?.as_ref()
    }

    /// Is there a file for this path, though its errors keep it out of the project?
    pub(super) fn was_left_out(&self, path: &str) -> bool {
        self.project.left_out.iter().any(|left_out| left_out == path)
    }
}

fn numbered<'n>(names: impl Iterator<Item = &'n str>) -> HashMap<&'n str, usize> {
    names.enumerate().map(|(number, name)| (name, number)).collect()
}

/// Something that is named and does not exist, with what there is instead.
pub(super) fn unknown(
    code: &'static str,
    what: &str,
    name: &str,
    place: &Place,
    known: &[&str],
) -> Diagnostic {
    let expected = match known.len() {
        0 => String::from(", there is none"),
        1..=MOST_LISTED => format!(", expected {}", alternatives(known)),
        _ => String::new(),
    };
    let diagnostic = Diagnostic::error(code, place, format!("{what} `{name}` does not exist{expected}"));
    match suggest(name, known) {
        Some(meant) => diagnostic.with_help(format!("did you mean `{meant}`?")),
        None => diagnostic,
    }
}
