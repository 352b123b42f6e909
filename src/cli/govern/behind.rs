//! A change that lacks what came into its base since.

use crate::failure::{Failure, Outcome};
use crate::input::git::{Commit, Repository};
use crate::input::project::ProjectFiles;
use crate::output::escape::prose;
use crate::report::Reporter;
use serde_json::{Value, json};
use tidegate::delivery::govern::Behind;

/// What a commit has of a project that is not in what is checked out; `more` are folders beside those that make a project.
pub(crate) fn behind(
    repository: &Repository,
    base: &Commit,
    files: &ProjectFiles,
    more: &[&str],
) -> Outcome<Option<Behind>> {
    let mut paths = files.places();
    paths.extend(more.iter().map(|folder| format!("{folder}/")));
    repository.behind(base, &paths)
}

/// Says so to whoever looks on.
pub(crate) fn warn(behind: Option<&Behind>, reporter: &Reporter) {
    if let Some(behind) = behind {
        reporter.warn(&Failure::new("behind-base", behind.to_string()).with_help(behind.help()));
    }
}

/// The same in a comment at the forge.
pub(crate) fn markdown(behind: &Behind) -> String {
    let (message, help) = (prose(&behind.to_string()), prose(&behind.help()));
    format!("\n> ⚠️ {message}; {help}.\n")
}

/// The same for machines.
pub(crate) fn json(behind: Option<&Behind>) -> Value {
    behind.map_or(Value::Null, |behind| {
        json!({
            "code": Behind::CODE,
            "commits": (!behind.is_cut).then_some(behind.commits),
            "message": behind.to_string(),
            "help": behind.help(),
        })
    })
}
