//! Reading everything that a matrix is made of.

use crate::audit::history;
use crate::destination::wait;
use crate::distribute::publish::session::Session;
use crate::failure::{Failure, Outcome};
use crate::input::anchor;
use crate::release::advance::LookFile;
use crate::report::Reporter;
use crate::scopes;
use std::collections::BTreeMap;
use std::path::Path;
use tidegate::compile::Audience;
use tidegate::delivery::judge::Look;
use tidegate::delivery::status::{self, Facts, Matrix, NotCompared, Published};
use tidegate::model::Project;

/// The matrix of a project; a destination is named with what clients of it trust.
pub(super) fn matrix(
    folder: &Path,
    project: &Project,
    destination: Option<(&str, &str)>,
    now_ms: i64,
    reporter: &Reporter,
) -> Outcome<Matrix> {
    let published = match destination {
        Some(named) => published(project, named, now_ms, reporter)?,
        None => Vec::new(),
    };
    Ok(status::matrix(&Facts {
        project,
        looks: &looks(folder, project, reporter),
        published: &published,
        chain: &history(folder, reporter)?,
        now_ms,
    }))
}

/// The looks at flags with plans. A file that is damaged is told of, and the rest is shown.
fn looks(folder: &Path, project: &Project, reporter: &Reporter) -> BTreeMap<(String, String), Vec<Look>> {
    let mut looks = BTreeMap::new();
    let planned = project.flags.iter().filter(|flag| !flag.rollouts.is_empty());
    for flag in planned {
        let key = &flag.key.value;
        for environment in project.environments.iter().map(|name| &name.value) {
            match LookFile::read(folder, environment, key) {
                Ok(file) if file.looks.is_empty() => {}
                Ok(file) => drop(looks.insert((environment.clone(), key.clone()), file.looks)),
                Err(failure) => reporter.warn(&failure),
            }
        }
    }
    looks
}

/// What is published of the project's environments.
fn published(
    project: &Project,
    (destination, trust): (&str, &str),
    now_ms: i64,
    reporter: &Reporter,
) -> Outcome<Vec<Published>> {
    let session = Session::to_read(destination, anchor::trust(trust)?, now_ms)?;
    wait(async {
        let mut published = Vec::new();
        for environment in &project.environments {
            let environment = environment.value.as_str();
            for folder in scopes::published(&session.destination, environment, None).await? {
                let current = session.current(&folder).await?;
                let audience = match folder.ends_with("/client") {
                    true => Audience::Client,
                    false => Audience::Server,
                };
                let Some(payload) = current.snapshot_payload() else {
                    continue;
                };
                let compared =
                    Published::compare(project, (environment, audience), &payload, current.kills.clone());
                published.push(compared.map_err(|error| refused(error, &folder))?);
            }
        }
        if published.is_empty() {
            let message = format!("nothing is published at `{}`", session.destination.full(""));
            reporter.warn(&Failure::new("not-published", message));
        }
        Ok(published)
    })
}

fn refused(error: NotCompared, folder: &str) -> Failure {
    match error {
        NotCompared::Unreadable(error) => Failure::new(error.code(), format!("`{folder}`: {error}")),
        NotCompared::Files(problems) => match problems.first() {
            Some(problem) => Failure::new(problem.code, problem.message.clone()),
            None => Failure::Told,
        },
    }
}
