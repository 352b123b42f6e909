//! What a project's log tells, for whoever is about to publish.

use super::log::{self, Log};
use super::read;
use crate::failure::Outcome;
use std::collections::BTreeSet;
use std::path::Path;
use tidegate::delivery::audit::{Chain, Tip};

/// What it tells, and does not yet.
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
    let log = Log::open(project)?;
    let tip = log.tip()?;
    Ok(Known { tip, ..log.seen()? })
}

/// The same where there is a log already.
pub(crate) fn known_if_any(project: &Path) -> Outcome<Option<Known>> {
    match project.join(log::FOLDER).is_dir() {
        true => known(project).map(Some),
        false => Ok(None),
    }
}

/// What it tells by now, for whoever only looks: what else is published from this copy is told of there, or noted.
pub(crate) fn seen(project: &Path) -> Outcome<Known> {
    // Entries and notes belong together only while nobody writes; without a lock nobody ever did.
    if let Ok(Some(log)) = Log::open_if_any(project) {
        return log.seen();
    }
    let (chain, _) = read(project)?;
    Ok(Known {
        tip: chain.tip(),
        untold: BTreeSet::new(),
        chain,
    })
}
