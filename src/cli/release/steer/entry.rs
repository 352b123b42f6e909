//! What the audit log is told of an order.

use super::helm::Helm;
use super::order::{Move, Order};
use super::record;
use super::withheld::Withheld;
use super::workspace::Workspace;
use crate::audit::{self, Deed, Known};
use crate::distribute::publish::batch::Batch;
use crate::distribute::publish::published::Published;
use crate::distribute::publish::rehead::Reheaded;
use crate::failure::{Failure, Outcome};
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
    /// turn off what does harm, and replace nothing. Tells why a rollback is to publish nothing but that.
    pub(super) async fn may_replace(&self, step: Move<'_>, batch: &Batch<'_>) -> Outcome<Option<Withheld>> {
        let known = match self.dry_run {
            true => audit::seen(self.project),
            false => audit::known(self.project),
        };
        let unread = self.hold_against(step, known)?;
        match step {
            Move::RollBack => {
                let lacking = batch.may_replace().await.err();
                // Whatever else keeps it from being published is told where it is.
                let lacking = lacking.filter(|failure| failure.is(Withheld::CODE));
                return Ok(unread.or(lacking).map(Withheld));
            }
            // It closes nothing by itself, and would publish all else that is old with it.
            Move::Pause => batch.may_replace().await.map_err(|failure| {
                failure.help_with(
                    "audit-behind",
                    "`tidegate kill` turns the flag off at once; `git pull` gets what others committed, or \
                    --over-history publishes over it",
                )
            }),
            _ => batch.may_replace().await,
        }?;
        Ok(None)
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
        self.hold_against(step, known()).map(drop)
    }

    /// Tells why a log cannot be read where that keeps nobody from turning a flag off.
    fn hold_against(&self, step: Move<'_>, known: Outcome<Known>) -> Outcome<Option<Failure>> {
        let Some(publisher) = self.publisher else {
            return known
                .map(drop)
                .or_else(|failure| match step.closes() {
                    true => Ok(()),
                    false => Err(failure),
                })
                .map(|()| None);
        };
        let history = &publisher.session.history;
        let known = match known {
            // What can be read of it tells what it lacks, and nothing vouches for it.
            Err(_) if step.closes() => audit::seen(self.project).map(|seen| Known { tip: None, ..seen }),
            known => known,
        };
        let is_rollback = matches!(step, Move::RollBack);
        match known {
            Ok(known) if is_rollback => {
                history.set_closing(self.project, known, self.over_history());
            }
            Ok(known) => history.set(self.project, known, self.over_history()),
            Err(failure) if is_rollback => {
                history.forget();
                return Ok((!self.over_history()).then_some(failure));
            }
            Err(failure) => return Err(failure),
        }
        Ok(None)
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
