//! A project that is about to be changed.

use crate::failure::{Failure, Outcome};
use crate::input::file;
use crate::input::project::ProjectFiles;
use crate::report::{Reporter, count};
use crate::snapshot::no_flag;
use std::path::{Path, PathBuf};
use tidegate::delivery::edit::set_state;
use tidegate::model::{Flag, Project, RolloutState, Severity};

/// A project as it is read.
pub(crate) struct Workspace {
    folder: PathBuf,
    pub(crate) files: ProjectFiles,
    pub(crate) project: Project,
}

impl Workspace {
    /// Reads a project that must have no errors.
    pub(crate) fn read(folder: &Path, reporter: &Reporter) -> Outcome<Self> {
        Self::of(folder, ProjectFiles::read(folder)?, reporter)
    }

    /// Warnings are for `tidegate lint`; they are told where there are errors too.
    fn of(folder: &Path, files: ProjectFiles, reporter: &Reporter) -> Outcome<Self> {
        let (project, problems) = files.check();
        match project {
            Some(project) if count(&problems, Severity::Error) == 0 => Ok(Self {
                folder: folder.to_path_buf(),
                files,
                project,
            }),
            _ => {
                reporter.diagnostics(&problems, &files.sources());
                Err(Failure::Told)
            }
        }
    }

    pub(crate) fn flag(&self, key: &str) -> Outcome<&Flag> {
        let found = self.project.flags.iter().find(|flag| flag.key.value == key);
        found.ok_or_else(|| {
            let known: Vec<&str> = self
                .project
                .flags
                .iter()
                .map(|flag| flag.key.value.as_str())
                .collect();
            no_flag("the project", key, &known)
        })
    }

    /// The project with another state of a rollout, not written yet; it must have no errors either.
    pub(super) fn with_state(
        &self,
        place: (&str, &str, &str),
        state: &RolloutState,
        reporter: &Reporter,
    ) -> Outcome<Self> {
        let (flag, plan, environment) = place;
        let path = self.flag(flag)?.key.place.file.to_string();
        let text = self.files.text(&path).unwrap_or_default();
        let edited = set_state(&path, text, environment, plan, state).map_err(|error| {
            reporter.diagnostic(error.diagnostic(), &self.files.sources());
            Failure::Told
        })?;
        Self::of(&self.folder, self.files.with_text(&path, edited), reporter)
    }

    /// Writes the file of a flag, if it is not that already.
    pub(super) fn write(&self, flag: &str) -> Outcome {
        let path = self.flag(flag)?.key.place.file.to_string();
        let text = self.files.text(&path).unwrap_or_default();
        // A link stays one: what it leads to is replaced.
        let full = self.folder.join(&path);
        let full = full.canonicalize().unwrap_or(full);
        if file::read(&full, u64::MAX - 1)? == text.as_bytes() {
            return Ok(());
        }
        file::replace(&full, text.as_bytes())
    }
}
