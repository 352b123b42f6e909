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

/// The environments that are asked for, all of a project's where none is named.
pub(crate) fn environments_asked<'p>(project: &'p Project, asked: &'p [String]) -> Outcome<Vec<&'p str>> {
    asked
        .iter()
        .try_for_each(|name| known_environment(project, name))?;
    let known = project.environments.iter().map(|known| known.value.as_str());
    Ok(match asked.is_empty() {
        true => known.collect(),
        false => asked.iter().map(String::as_str).collect(),
    })
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
