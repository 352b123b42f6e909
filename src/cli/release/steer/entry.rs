//! What the audit log is told of an order.

use super::helm::Helm;
use super::order::{Move, Order};
use super::record;
use super::workspace::Workspace;
use crate::audit::{self, Deed, Known};
use crate::distribute::publish::batch::Batch;
use crate::distribute::publish::history::History;
use crate::distribute::publish::published::Published;
use crate::distribute::publish::rehead::Reheaded;
use crate::failure::Outcome;
use serde_json::json;
use std::collections::BTreeSet;
use tidegate::compile::Audience;
use tidegate::delivery::audit::Entry;
use tidegate::delivery::change::{Side, of_sides};
use tidegate::delivery::plan::Plan;
use tidegate::model::RolloutState;

impl Helm<'_> {
    /// The entry of the audit log, but for what it comes to.
    pub(super) fn entry(
        &self,
        order: &Order<'_>,
        plan: &Plan<'_>,
        next: &RolloutState,
        sides: [&Workspace; 2],
    ) -> Entry {
        let deed = Deed {
            action: order.step.name(),
            hand: self.hand,
            flag: Some(order.flag),
            environment: Some(self.environment),
            reason: order.reason,
            at_ms: self.now_ms,
        };
        let file = &plan.flag.key.place.file;
        let [from, to] =
            sides.map(|side| audit::digest(side.files.text(file).unwrap_or_default().as_bytes()));
        let mut entry = deed
            .entry()
            .with("plan", json!(plan.id))
            .with("from", json!(from))
            .with("to", json!(to))
            .with(
                "state",
                json!({ "from": record::state(&plan.state), "to": record::state(next) }),
            );
        if let Move::Approve { by } = order.step {
            entry = entry.with("by", json!(by.trim()));
        }
        if !plan.state.approvals.is_empty() {
            entry = entry.with("approvals", json!(plan.state.approvals));
        }
        if let Some(evidence) = order.evidence {
            entry = entry.with("evidence", evidence.clone());
        }
        let [before, after] = sides.map(|side| Side::of(&side.project, self.environment, Audience::Server));
        let changes = of_sides(self.environment, &before, &after);
        let change = changes.iter().find(|change| change.flag == order.flag);
        audit::with_change(entry, change)
    }

    /// Holds what is published against the log, before anything is written: whoever's copy lacks what others did may
    /// roll back what does harm, and nothing else.
    pub(super) async fn may_replace(&self, step: Move<'_>, batch: &Batch<'_>) -> Outcome {
        let known = match self.dry_run {
            true => audit::seen(self.project),
            false => audit::known(self.project),
        };
        self.hold_against(step, known)?;
        match step {
            Move::RollBack => Ok(()),
            // It closes nothing by itself, and would publish all else that is old with it.
            Move::Pause => batch.may_replace().await.map_err(|failure| {
                failure.help_with(
                    "audit-behind",
                    "`tidegate kill` turns the flag off at once; `git pull` gets what others committed, or \
                    --over-history publishes over it",
                )
            }),
            _ => batch.may_replace().await,
        }
    }

    /// Lets what is published vouch for the log up to here. A log that nothing can be written behind keeps nobody from
    /// closing a flag: what was done stays noted in the lock's file, and is told once the log is mended.
    pub(super) fn vouch(&self, step: Move<'_>, workspace: &Workspace) -> Outcome {
        if self.dry_run {
            return Ok(());
        }
        let known = || {
            let (project, nobody) = (&workspace.project, BTreeSet::new());
            audit::what_took_effect(self.project, project, self.environment, &nobody, self.now_ms)?;
            audit::known(self.project)
        };
        self.hold_against(step, known())
    }

    fn hold_against(&self, step: Move<'_>, known: Outcome<Known>) -> Outcome {
        let history = self.publisher.map(|publisher| &publisher.session.history);
        let known = match known {
            Err(_) if step.closes() => {
                history.map(History::forget);
                return Ok(());
            }
            known => known?,
        };
        if let Some(history) = history {
            history.set(
                self.project,
                known,
                matches!(step, Move::RollBack) || self.over_history(),
            );
        }
        Ok(())
    }

    fn over_history(&self) -> bool {
        self.publisher.is_some_and(|publisher| publisher.over_history)
    }

    /// Tells of what was done, once, and of what it came to in each scope.
    pub(super) fn tell(&self, entry: &Entry, kills: &[Reheaded], published: &[Published]) -> Outcome {
        let came = kills.iter().map(|kill| kill.told("killed"));
        let came = came.chain(published.iter().map(|done| done.issued().told()));
        let entry = audit::published(entry.clone(), came, self.over_history(), self.reporter);
        audit::append_once(self.project, entry)
    }
}
