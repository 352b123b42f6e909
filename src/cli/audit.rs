//! Writing the record of who did what, and why: `audit/` in a project's folder. It never leaves for clients.

mod came;
mod changes;
mod history;
mod known;
mod log;
mod schedule;
mod told;
mod untold;
mod who;

use crate::failure::{Failure, Outcome};
use crate::report::Reporter;
pub(crate) use came::{Came, published};
pub(crate) use changes::{changes, once, with_change};
pub(crate) use history::{existing, history};
pub(crate) use known::{Known, known, known_if_any, seen};
pub(crate) use log::Log;
pub(crate) use schedule::what_took_effect;
use serde_json::{Value, json};
use std::path::Path;
use tidegate::delivery::audit::{Chain, Entry, Fault, sha256};
pub(crate) use told::{file_told, last_told, tells_of};
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

/// Says that no log tells of what was done, where no project was at hand.
pub(crate) fn warn_untold(reporter: &Reporter) {
    let message = "no audit log tells of this, nor why it was done: no project was given";
    reporter.warn(&Failure::new("audit-untold", message).with_help(
        "run it again with `--project DIR`, then commit the `audit/` there; nothing is done twice",
    ));
}

/// Says of what could not be told that it is done all the same: whoever turns something off in a hurry is not to think
/// that it is still on.
pub(crate) fn but_done(failure: Failure) -> Failure {
    failure.with_help(
        "what was killed or published is in force all the same, and clients see it; only the log does not tell of it. \
        `tidegate audit verify` says what is wrong with it, `tidegate audit rejoin` joins branches; then the same command again, or the \
        next `tidegate publish`, tells of it",
    )
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

/// Notes a snapshot that is about to be put in force, until an entry tells of it.
pub(crate) fn note(project: &Path, digest: &str) -> Outcome {
    Log::open(project)?.note(digest)
}
