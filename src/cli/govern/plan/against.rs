use super::arguments::Arguments;
use super::before::{Before, State};
use super::{published, snapshot_file};
use crate::failure::{Failure, Outcome};
use crate::govern::behind;
use crate::govern::gate::is_path;
use crate::input::environment::known_environment;
use crate::input::git::Repository;
use crate::input::project::ProjectFiles;
use crate::report::{Reporter, count};
use std::path::Path;
use tidegate::delivery::change::sound;
use tidegate::model::{Project, Severity};

/// Opens what the project's files are compared with.
pub(super) fn open(
    arguments: &Arguments,
    project: &Project,
    now_ms: i64,
    reporter: &Reporter,
) -> Outcome<Before> {
    let given = arguments.against.as_str();
    if let Some(environment) = &arguments.environment {
        // One that is gone is shown without --environment.
        known_environment(project, environment)?;
    }
    if given == "published" {
        return published::read(arguments, project, now_ms);
    }
    if arguments.at.is_some() {
        let message = format!("--at says where something is published, and `{given}` is not `published`");
        return Err(Failure::misuse("usage", message));
    }
    // A file that is called like a branch comes with whatever change somebody likes.
    if is_path(given) {
        return snapshot_file::read(arguments, project, now_ms);
    }
    of_commit(given, &arguments.project, reporter)
}

fn of_commit(given: &str, folder: &Path, reporter: &Reporter) -> Outcome<Before> {
    let help =
        "`git init` makes one; --against also takes `published`, or a snapshot, which begins with `.` or `/`";
    let repository = Repository::of(folder).map_err(|failure| failure.help_with("not-a-repository", help))?;
    let commit = repository
        .commit(given)
        .map_err(|failure| match Path::new(given).is_file() {
            true => failure.with_help(format!("the file of this name is `./{given}`")),
            false => failure,
        })?;
    let files = ProjectFiles::of_commit(folder, &repository, &commit)?;
    let (project, problems) = files.check();
    let Some(project) = project else {
        reporter.diagnostics(&problems, &files.sources());
        let message = format!("the project cannot be read as it is in `{given}`");
        return Err(Failure::new("before-unreadable", message));
    };
    let project = sound(&project);
    if count(&problems, Severity::Error) > 0 {
        let message = format!(
            "not everything can be read as it is in `{given}`: {}",
            project.left_out.join(", ")
        );
        let help = "flags that cannot be read there are compared as if nobody knew what they did";
        reporter.warn(&Failure::new("before-incomplete", message).with_help(help));
    }
    let behind = behind::behind(&repository, &commit, &files, &[])?;
    behind::warn(behind.as_ref(), reporter);
    let short = commit.id.get(..12).unwrap_or(&commit.id);
    Ok(Before {
        described: format!("{given} ({short})"),
        behind,
        state: State::Project(Box::new(project)),
    })
}
