use crate::model::{Diagnostic, Spanned};
use std::collections::{BTreeSet, HashMap};

/// What a piece of a flag or segment reads.
#[derive(Debug, Clone, Default, PartialEq)]
pub(super) struct Reads {
    pub(super) attributes: BTreeSet<u16>,
    pub(super) time: bool,
}

impl Reads {
    pub(super) fn add(&mut self, other: &Self) {
        self.attributes.extend(&other.attributes);
        self.time |= other.time;
    }
}

/// The segments that were lowered already, by name: their numbers and what they read.
#[derive(Debug, Default)]
pub(super) struct KnownSegments {
    segments: HashMap<String, (u32, Reads)>,
}

impl KnownSegments {
    pub(super) fn contains(&self, name: &str) -> bool {
        self.segments.contains_key(name)
    }

    pub(super) fn insert(&mut self, name: &str, number: u32, reads: Reads) {
        self.segments.insert(name.into(), (number, reads));
    }

    pub(super) fn find(&self, name: &Spanned<String>) -> Result<(u32, &Reads), Diagnostic> {
        let found = self
            .segments
            .get(&name.value)
            .map(|(number, reads)| (*number, reads));
        found.ok_or_else(|| unknown_segment(name))
    }
}

pub(super) fn unknown_segment(name: &Spanned<String>) -> Diagnostic {
    Diagnostic::error(
        "unknown-segment",
        &name.place,
        format!("segment `{}` does not exist", name.value),
    )
}
