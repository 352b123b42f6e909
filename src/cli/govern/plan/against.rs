use crate::failure::{Failure, Outcome};
use crate::git::Repository;
use crate::project::ProjectFiles;
use crate::report::{Reporter, count};
use std::path::Path;
use tidegate::delivery::change::sound;
use tidegate::model::{Project, Severity};

/// What a project's files are compared with.
#[derive(Debug)]
pub(super) struct Against {
    /// In words, for the head of what is told.
    pub(super) described: String,
    /// The project as it was, without what cannot be read of it.
    pub(super) project: Project,
}

impl Against {
    pub(super) fn open(given: &str, folder: &Path, reporter: &Reporter) -> Outcome<Self> {
        let repository = Repository::of(folder)?;
        let commit = repository.commit(given)?;
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
            reporter.warn(&Failure::new("before-incomplete", message));
        }
        let short = commit.id.get(..12).unwrap_or(&commit.id);
        Ok(Self {
            described: format!("{given} ({short})"),
            project,
        })
    }
}
