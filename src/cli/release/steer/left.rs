use super::helm::Helm;
use super::intent::Intent;
use super::lock::Lock;
use super::order::Order;
use super::workspace::Workspace;
use crate::audit;
use crate::failure::Outcome;
use serde_json::json;
use tidegate::delivery::plan::Plan;
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

    /// What was noted of this very order, and is written already. Another one that is written is told to the log: whoever
    /// was interrupted did not come to it.
    pub(super) fn taken_up(
        &self,
        order: &Order<'_>,
        plan: &Plan<'_>,
        project: &Project,
        lock: Option<&mut Lock>,
    ) -> Outcome<Option<Intent>> {
        let noted = lock.map(Lock::intent).transpose()?.flatten();
        let Some(noted) = noted.filter(|noted| noted.is_written(project)) else {
            return Ok(None);
        };
        let is_this = noted.is_about(order.flag, plan.id, self.environment)
            && noted.is_to(order.step.name())
            && order.step.is_met_by(&plan.state);
        if !is_this {
            let entry = noted.entry()?.with("scopes", json!([]));
            audit::append_once(self.project, entry)?;
        }
        Ok(is_this.then_some(noted))
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
