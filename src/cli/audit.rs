//! Writing the record of who did what, and why: `audit/` in a project's folder. It never leaves for clients.

mod changes;
mod history;
mod log;
mod schedule;
mod told;
mod who;

use crate::failure::{Failure, Outcome};
use crate::report::Reporter;
use crate::snapshot;
pub(crate) use changes::{changes, once, with_change};
pub(crate) use history::history;
pub(crate) use log::Log;
pub(crate) use schedule::what_took_effect;
use serde_json::{Value, json};
use std::path::Path;
use tidegate::delivery::audit::{Chain, Entry, Fault, Tip, sha256};
use tidegate::trust::Head;
pub(crate) use told::{last_told, tells_of};
pub(crate) use who::Hand;

/// One thing that is done.
#[derive(Debug)]
pub(crate) struct Deed<'d> {
    pub(crate) action: &'static str,
    pub(crate) hand: Hand,
    pub(crate) flag: Option<&'d str>,
    pub(crate) environment: Option<&'d str>,
    pub(crate) reason: Option<&'d str>,
    pub(crate) at_ms: i64,
}

impl Deed<'_> {
    /// The entry that tells of it.
    pub(crate) fn entry(&self) -> Entry {
        let mut entry = Entry::new(self.at_ms, self.hand.actor(), self.action);
        entry.flag = self.flag.map(str::to_owned);
        entry.environment = self.environment.map(str::to_owned);
        match self.reason {
            Some(reason) => entry.with("reason", json!(reason)),
            None => entry,
        }
    }
}

/// SHA-256 of some bytes, as the log names it.
pub(crate) fn digest(bytes: &[u8]) -> String {
    format!("sha256:{}", data_encoding::HEXLOWER.encode(&sha256(bytes)))
}

/// What it came to in a scope, as the log tells it: what is in force, by digest.
pub(crate) fn scope(head: &Head, did: &str) -> Value {
    json!({
        "scope": head.scope.as_str(),
        "did": did,
        "version": head.snapshot.version,
        "digest": snapshot::digest(&head.snapshot),
        "head": { "version": head.version, "kills": head.kills },
    })
}

/// An entry for whoever ran the command.
pub(crate) fn json(entry: &Entry, dry_run: bool, scopes: Vec<Value>) -> Value {
    let mut told = entry.told();
    if let Some(fields) = told.as_object_mut() {
        if dry_run {
            fields.insert("dryRun".into(), json!(true));
        }
        fields.insert("scopes".into(), json!(scopes));
    }
    told
}

/// Adds to an entry what was vouched for where something was published, and is not in the log: it was published from
/// another copy of the project, or somebody rewrote the log.
pub(crate) fn with_unknown<'v>(
    entry: Entry,
    chain: &Chain,
    vouched: impl Iterator<Item = (&'v str, &'v Tip)>,
    reporter: &Reporter,
) -> Entry {
    let mut unknown: Vec<Value> = Vec::new();
    for (scope, tip) in vouched.filter(|(_, tip)| !chain.knows(tip)) {
        let sha256 = data_encoding::HEXLOWER.encode(&tip.digest);
        let over = json!({ "scope": scope, "seq": tip.sequence, "sha256": sha256 });
        if !unknown.contains(&over) {
            unknown.push(over);
        }
    }
    if unknown.is_empty() {
        return entry;
    }
    let message = "what was published before vouches for entries that are not in this log";
    reporter.warn(&Failure::new("audit-behind", message).with_help(
        "it was published from another copy of the project, or the log was rewritten; the log tells of it until \
        `tidegate audit review`",
    ));
    entry.with("over", json!(unknown))
}

/// Adds an entry to a project's log.
pub(crate) fn append(project: &Path, entry: Entry) -> Outcome {
    Log::open(project)?.append(entry).map(drop)
}

/// Adds an entry, unless it is among the last already: whoever was interrupted after adding it adds it again.
pub(crate) fn append_once(project: &Path, entry: Entry) -> Outcome {
    let mut log = Log::open(project)?;
    match log.tells(&entry)? {
        true => Ok(()),
        false => log.append(entry).map(drop),
    }
}

/// All that a project's log tells, and what is wrong with it.
pub(crate) fn read(project: &Path) -> Outcome<(Chain, Vec<Fault>)> {
    log::read(&project.join(log::FOLDER))
}

/// The same for whoever is about to publish: refuses a log that nothing can be written behind.
pub(crate) fn open(project: &Path) -> Outcome<Option<Tip>> {
    Log::open(project)?.tip()
}

/// The last entry of a project's log, for what is published to vouch for; nothing where there is no log.
pub(crate) fn tip(project: &Path) -> Outcome<Option<Tip>> {
    match project.join(log::FOLDER).is_dir() {
        true => Log::open(project)?.tip(),
        false => Ok(None),
    }
}
