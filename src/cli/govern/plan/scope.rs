use super::Arguments;
use super::against::Against;
use crate::failure::{Failure, Outcome};
use crate::scopes::{self, Audience};
use tidegate::compile;
use tidegate::delivery::change::{Change, Side, of_sides};
use tidegate::model::Project;

/// Everything that changes.
#[derive(Debug)]
pub(super) struct Plan {
    pub(super) against: String,
    pub(super) now_ms: i64,
    pub(super) scopes: Vec<Scope>,
}

/// What changes in one environment for one audience.
#[derive(Debug)]
pub(super) struct Scope {
    pub(super) environment: String,
    pub(super) audience: Audience,
    pub(super) changes: Vec<Change>,
}

pub(super) fn compared(
    against: &Against,
    project: &Project,
    arguments: &Arguments,
    now_ms: i64,
) -> Outcome<Plan> {
    let mut asked = scopes::asked(project, arguments.environment.as_deref(), arguments.audience);
    for scope in scopes::asked(
        &against.project,
        arguments.environment.as_deref(),
        arguments.audience,
    ) {
        if !asked.contains(&scope) {
            asked.push(scope);
        }
    }
    if let Some(environment) = &arguments.environment {
        known(environment, [project, &against.project])?;
    }
    let scopes = asked.into_iter().map(|(environment, audience)| {
        let side = |project| Side::of(project, &environment, compile::Audience::from(audience));
        Scope {
            changes: of_sides(&environment, &side(&against.project), &side(project)),
            environment: environment.clone(),
            audience,
        }
    });
    Ok(Plan {
        against: against.described.clone(),
        now_ms,
        scopes: scopes.collect(),
    })
}

fn known(environment: &str, projects: [&Project; 2]) -> Outcome {
    let mut all = projects.iter().flat_map(|project| &project.environments);
    if all.any(|known| known.value == environment) {
        return Ok(());
    }
    let message = format!("neither side has an environment `{environment}`");
    Err(Failure::new("unknown-environment", message))
}
