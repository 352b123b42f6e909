//! What is wrong with a project beyond its shape: names that lead nowhere, cycles, what nobody can reach, what clients
//! must not see.

mod cycles;
mod engine;
mod flags;
mod graph;
mod layers;
mod limits;
mod names;
mod percentages;
mod references;
mod resources;
mod rollouts;
mod rules;
mod salts;
mod schema;
mod segments;
mod unused;
mod visibility;
mod walk;

use crate::model::{Diagnostic, Project};
use names::Names;

/// Everything that is wrong or doubtful in a project, all at once, in the order of files and lines.
///
/// The project's own file comes first, as in [`read`](crate::model::read). A project without errors here can be
/// compiled, and every flag of the snapshot is readable.
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
        visibility::check,
        schema::check,
        resources::check,
        engine::check,
        flags::check,
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
    found
}
