use super::helm::Helm;
use super::intent::Intent;
use super::lock::Lock;
use super::workspace::Workspace;
use crate::failure::Outcome;
use tidegate::model::Project;

/// An order that was interrupted after the flag's file was written, as the lock's file tells of it.
#[derive(Debug, Clone)]
pub(crate) struct Left {
    pub(crate) flag: String,
    pub(crate) plan: String,
    /// Its word in the audit log.
    pub(crate) action: String,
    pub(crate) reason: Option<String>,
}

impl Helm<'_> {
    /// What was left half done in this environment; nothing while somebody is at it.
    pub(crate) fn left(&self) -> Outcome<Option<Left>> {
        if self.dry_run {
            return Ok(None);
        }
        let Some(mut lock) = Lock::if_free(self.project)? else {
            return Ok(None);
        };
        let Some(intent) = lock.intent()? else {
            return Ok(None);
        };
        let workspace = Workspace::read(self.project, self.reporter)?;
        Ok(intent.left(&workspace.project, self.environment))
    }
}

impl Intent {
    /// What is left to do where its file is written.
    fn left(&self, project: &Project, environment: &str) -> Option<Left> {
        let is_here = self.word("environment").as_deref() == Some(environment) && self.is_written(project);
        is_here.then_some(())?;
        Some(Left {
            flag: self.word("flag")?,
            plan: self.word("plan")?,
            action: self.word("action")?,
            reason: self.word("reason"),
        })
    }
}
