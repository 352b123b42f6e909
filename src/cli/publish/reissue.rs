//! Published rules under a new version: what lifts a kill, and what goes back to old rules.

use super::current::Current;
use super::terms::{Publisher, Terms};
use crate::audit::{self, Entry};
use crate::failure::{Failure, Outcome};
use crate::scopes::Audience;
use serde_json::Value;
use std::path::PathBuf;
use tidegate::compile::{Reissue, republish};
use tidegate::snapshot::Header;

/// What is published, and whose project is to tell of it when that changes.
#[derive(Debug, clap::Args)]
pub(crate) struct Undo {
    /// Why, for the audit log
    #[arg(long)]
    pub(crate) reason: Option<String>,
    /// The audience; by default every one that is published
    #[arg(long)]
    pub(crate) audience: Option<Audience>,
    /// A project, whose `audit.ndjson` is to tell of it
    #[arg(long, value_name = "DIR")]
    pub(crate) project: Option<PathBuf>,
    #[command(flatten)]
    pub(crate) terms: Terms,
}

impl Undo {
    /// What the audit log is told, and writes it there.
    pub(crate) fn recorded(
        &self,
        entry: &Entry<'_>,
        more: Vec<(&str, Value)>,
        scopes: Vec<Value>,
    ) -> Outcome<Value> {
        let mut entry = entry.json(scopes);
        if let Some(fields) = entry.as_object_mut() {
            fields.extend(more.into_iter().map(|(name, value)| (name.to_owned(), value)));
        }
        if let Some(project) = &self.project
            && !self.terms.dry_run
        {
            audit::append(project, &entry)?;
        }
        Ok(entry)
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
    Ok(Reissued { payload, head_keys })
}
