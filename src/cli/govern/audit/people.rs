use crate::failure::{Failure, Outcome};
use crate::input::project::ProjectFiles;
use crate::report::Reporter;
use std::path::Path;
use tidegate::model::Governance;

/// Whom a project names, who may review what was closed in an emergency; nobody where there are no settings at all.
pub(super) fn named(project: &Path, reporter: &Reporter) -> Outcome<Governance> {
    if !project.is_dir() {
        return Ok(Governance::default());
    }
    let files = ProjectFiles::read(project)?;
    if !files.has_settings() {
        return Ok(Governance::default());
    }
    let (found, problems) = files.check();
    match found.filter(|found| !found.left_out.iter().any(|path| path == "tidegate")) {
        Some(found) => Ok(found.governance),
        None => {
            // Whoever breaks the settings does not become a reviewer by that.
            reporter.diagnostics(&problems, &files.sources());
            Err(Failure::Told)
        }
    }
}
