//! Published rules under a new version: what lifts a kill, and what goes back to old rules.

use super::current::Current;
use super::issue::Issued;
use super::terms::{Publisher, Terms};
use crate::audit::{self, Deed};
use crate::failure::{Failure, Outcome};
use crate::input::reason::reason;
use crate::report::Reporter;
use crate::scopes::Audience;
use serde_json::Value;
use std::path::{Path, PathBuf};
use tidegate::compile::{Reissue, republish, vouch};
use tidegate::delivery::change::Change;
use tidegate::snapshot::Header;

/// What is published, and whose project is to tell of it when that changes.
#[derive(Debug, clap::Args)]
pub(crate) struct Undo {
    /// Why, for the audit log
    #[arg(long, value_parser = reason)]
    pub(crate) reason: Option<String>,
    /// The audience; by default every one that is published
    #[arg(long)]
    pub(crate) audience: Option<Audience>,
    /// A project, whose audit log is to tell of it
    #[arg(long, value_name = "DIR")]
    pub(crate) project: Option<PathBuf>,
    #[command(flatten)]
    pub(crate) terms: Terms,
}

impl Undo {
    /// Lets what is published vouch for the log of the project, where one is at hand.
    pub(crate) fn vouch(&self, publisher: &Publisher) -> Outcome {
        match self.told_project() {
            Some(project) => publisher.session.history.set_if_any(project),
            None => Ok(()),
        }
    }

    /// Writes to the audit log what was done, and returns it for whoever ran the command.
    pub(crate) fn recorded(
        &self,
        deed: &Deed<'_>,
        more: Vec<(&str, Value)>,
        done: &[Issued],
        scopes: Vec<Value>,
        reporter: &Reporter,
    ) -> Outcome<Value> {
        let mut entry = deed.entry();
        for (name, value) in more {
            entry = entry.with(name, value);
        }
        let changes: Vec<Change> = audit::once(done.iter().map(|done| done.changes.as_slice()));
        entry = match (deed.flag, changes.as_slice()) {
            (Some(_), [change]) => audit::with_change(entry, Some(change)),
            _ => entry.with("changes", audit::changes(&changes, |_| [None, None])),
        };
        if let Some(project) = self.told_project() {
            let came = done.iter().map(Issued::told);
            let told = audit::published(entry.clone(), came, self.terms.over_history, reporter);
            audit::append(project, told).map_err(audit::but_done)?;
        }
        Ok(audit::json(&entry, self.terms.dry_run, scopes))
    }

    fn told_project(&self) -> Option<&Path> {
        self.project.as_deref().filter(|_| !self.terms.dry_run)
    }
}

/// A payload with the rules of another.
pub(crate) struct Reissued {
    pub(crate) payload: Vec<u8>,
    /// The keys that it names for heads.
    pub(crate) head_keys: Vec<[u8; 32]>,
}

/// Makes a payload with the rules of another, and with the kills that are given.
pub(crate) fn reissue(
    publisher: &Publisher,
    current: &Current,
    payload: &[u8],
    kills: &[String],
) -> Outcome<Reissued> {
    let now_ms = publisher.session.now_ms;
    let refused = |error: tidegate::Error| Failure::new(error.code(), error.to_string());
    let old = Header::of(payload).map_err(refused)?;
    // The keys that are named now, and not those of old.
    let head_keys = publisher.head_keys(current);
    let as_before_ms = old.expires_ms.saturating_sub(old.not_before_ms);
    let changes = Reissue {
        version: current.next_snapshot(now_ms)?,
        issued_at_ms: now_ms,
        expires_ms: now_ms.saturating_add(publisher.lifetime_ms.unwrap_or(as_before_ms)),
        head_keys: head_keys.clone(),
        kills: kills.to_vec(),
    };
    let payload = republish(payload, &changes).map_err(refused)?;
    let payload = vouch(&payload, current.tip.as_ref()).map_err(refused)?;
    Ok(Reissued { payload, head_keys })
}
