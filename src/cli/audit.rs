//! Writing the record of who did what, and why: `audit/` in a project's folder. It never leaves for clients.

mod came;
mod changes;
mod history;
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
pub(crate) use log::Log;
pub(crate) use schedule::what_took_effect;
use serde_json::{Value, json};
use std::collections::BTreeSet;
use std::path::Path;
use tidegate::delivery::audit::{Chain, Entry, Fault, Tip, sha256};
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
        `tidegate audit verify` says what is wrong with it, `tidegate audit rejoin` joins branches; then run the same command again, \
        which tells of it",
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

/// What a project's log tells, for whoever is about to publish.
#[derive(Debug)]
pub(crate) struct Known {
    pub(crate) chain: Chain,
    /// The last entry, for what is published to vouch for.
    pub(crate) tip: Option<Tip>,
    /// The snapshots that this copy of the project put in force and that no entry tells of yet, by digest.
    pub(crate) untold: BTreeSet<String>,
}

/// Opens a log that is to be written to: refuses one that nothing can be written behind.
pub(crate) fn known(project: &Path) -> Outcome<Known> {
    Log::open(project)?.known()
}

/// The same where there is a log already.
pub(crate) fn known_if_any(project: &Path) -> Outcome<Option<Known>> {
    match project.join(log::FOLDER).is_dir() {
        true => known(project).map(Some),
        false => Ok(None),
    }
}

/// The same for whoever only looks.
pub(crate) fn seen(project: &Path) -> Outcome<Known> {
    let (chain, _) = read(project)?;
    Ok(Known {
        tip: chain.tip(),
        untold: log::noted(&project.join(log::FOLDER)),
        chain,
    })
}

/// What it tells by now: whoever else publishes from this copy tells of it there, or has it noted.
pub(crate) fn seen_again(project: &Path) -> Outcome<Known> {
    // Entries and notes belong together only while nobody writes; without a lock nobody ever did.
    match project.join(log::FOLDER).join(log::LOCK).is_file() {
        true => known(project),
        false => seen(project),
    }
}

/// Notes a snapshot that is about to be put in force, until an entry tells of it.
pub(crate) fn note(project: &Path, digest: &str) -> Outcome {
    Log::open(project)?.note(digest)
}
