//! The names of environments.

use crate::failure::{Failure, Outcome};
use tidegate::model::Project;

/// Refuses an environment that a project does not have: a slip must not look like a place where nothing is.
pub(crate) fn known_environment(project: &Project, name: &str) -> Outcome {
    let known = project.environments.iter().map(|known| known.value.as_str());
    let known: Vec<&str> = known.collect();
    match known.contains(&name) {
        true => Ok(()),
        false => Err(unknown_environment(name, "the project has", &known)),
    }
}

/// The refusal of an environment that something does not have, with what it has.
pub(crate) fn unknown_environment(name: &str, who_has: &str, known: &[&str]) -> Failure {
    let known = match known.is_empty() {
        true => "none".to_owned(),
        false => known.join(", "),
    };
    let message = format!("environment `{name}` does not exist, {who_has} {known}");
    Failure::new("unknown-environment", message)
}
