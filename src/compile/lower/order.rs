use crate::compile::Audience;
use crate::model::{Flag, Project};
use std::collections::{HashMap, HashSet};

/// The flags that an audience may see, prerequisites before what needs them, by key otherwise.
pub(super) fn flags(project: &Project, audience: Audience) -> Vec<&Flag> {
    let visible = |flag: &&Flag| audience == Audience::Server || flag.client_visible.value;
    let mut by_key: Vec<&Flag> = project.flags.iter().filter(visible).collect();
    by_key.sort_by(|one, other| one.key.value.cmp(&other.key.value));
    let known: HashMap<&str, &Flag> = by_key
        .iter()
        .map(|flag| (flag.key.value.as_str(), *flag))
        .collect();
    let mut ordered = Vec::with_capacity(by_key.len());
    let mut placed = HashSet::new();
    for flag in by_key {
        place(flag, &known, &mut placed, &mut ordered);
    }
    ordered
}

/// Recursion ends: lint refuses cycles, and a flag is marked before its prerequisites are looked at.
fn place<'p>(
    flag: &'p Flag,
    known: &HashMap<&str, &'p Flag>,
    placed: &mut HashSet<&'p str>,
    ordered: &mut Vec<&'p Flag>,
) {
    if !placed.insert(&flag.key.value) {
        return;
    }
    for prerequisite in &flag.prerequisites {
        if let Some(other) = known.get(prerequisite.flag.value.as_str()) {
            place(other, known, placed, ordered);
        }
    }
    ordered.push(flag);
}
