//! What is wrong with a project beyond its shape: names that lead nowhere, cycles, what nobody can reach, what clients
//! must not see.

mod cycles;
mod engine;
mod flags;
mod gaps;
mod governance;
mod graph;
mod hygiene;
mod layers;
mod limits;
mod literals;
mod names;
mod percentages;
mod policies;
mod references;
mod resources;
mod rollouts;
mod rules;
mod salts;
mod schema;
mod segments;
mod units;
mod unused;
mod visibility;
mod walk;

use crate::model::{Diagnostic, Project};
use names::Names;

#[doc = include_str!("CODES.md")]
pub fn lint(project: &Project) -> Vec<Diagnostic> {
    let names = Names::of(project);
    let mut found = Vec::new();
    for check in [
        references::check,
        cycles::check,
        limits::check,
        percentages::check,
        rules::check,
        unused::check,
        salts::check,
        layers::check,
        rollouts::check,
        policies::check,
        visibility::check,
        schema::check,
        literals::check,
        resources::check,
        engine::check,
        flags::check,
        hygiene::check,
        governance::check,
        gaps::check,
    ] {
        check(&names, &mut found);
    }
    found.sort_by(|one, other| {
        let key = |diagnostic: &Diagnostic| {
            let place = &diagnostic.place;
            (
                !place.file.starts_with("tidegate."),
                place.file.clone(),
                place.start,
            )
        };
        key(one).cmp(&key(other))
    });
    once_each(found)
}

/// What several plans have from one template is told once, where it stands.
fn once_each(found: Vec<Diagnostic>) -> Vec<Diagnostic> {
    let mut told: Vec<Diagnostic> = Vec::with_capacity(found.len());
    for diagnostic in found {
        let same_place = told
            .iter()
            .rev()
            .take_while(|earlier| earlier.place == diagnostic.place);
        if !same_place.into_iter().any(|earlier| *earlier == diagnostic) {
            told.push(diagnostic);
        }
    }
    told
}
