use super::helm::Helm;
use super::order::Order;
use crate::failure::{Failure, Outcome};
use serde_json::json;
use tidegate::delivery::audit::Entry;
use tidegate::delivery::govern::{Frozen, freezes_on_opening};
use tidegate::model::Project;

impl Helm<'_> {
    /// The freezes that keep a flag from opening further now, as the project's files say them.
    pub(crate) fn freezes(&self, project: &Project, flag: &str) -> Vec<Frozen> {
        freezes_on_opening(&project.governance, self.environment, flag, self.now_ms)
    }

    /// Refuses to open anything further in a freeze, also what was begun before it; tells the names of those that an
    /// order goes over.
    pub(super) fn may_open_now(&self, project: &Project, order: &Order<'_>) -> Outcome<Vec<String>> {
        if !order.step.opens() {
            return Ok(Vec::new());
        }
        let freezes = self.freezes(project, order.flag);
        if freezes.is_empty() || order.during_freeze {
            return Ok(freezes.into_iter().map(|freeze| freeze.name).collect());
        }
        let freezes: Vec<String> = freezes.iter().map(Frozen::to_string).collect();
        let message = format!(
            "in `{}` nothing opens further by {}",
            self.environment,
            freezes.join(", and by ")
        );
        Err(Failure::new("frozen", message).with_help(
            "`tidegate pause`, `kill` and `rollback` are done all the same; --during-freeze goes over it, which the audit \
            log keeps",
        ))
    }
}

/// Adds to an entry which freezes somebody went over.
pub(super) fn with_freezes(entry: Entry, over: &[String]) -> Entry {
    match over {
        [] => entry,
        over => entry.with("overFreeze", json!(over)),
    }
}
