//! What is published, held against the audit log of the project at hand: whoever has a copy that lacks what others did
//! would undo it.

use crate::audit;
use crate::audit::Known;
use crate::failure::{Failure, Outcome};
use std::cell::RefCell;
use std::path::{Path, PathBuf};
use tidegate::delivery::audit::{Gap, InForce, Lack};
use tidegate::snapshot::AuditTip;

/// The log of the project at hand; of none, where nobody gave one.
#[derive(Debug, Default)]
pub(crate) struct History {
    log: RefCell<Option<Log>>,
}

#[derive(Debug)]
struct Log {
    project: PathBuf,
    known: Known,
    /// Does it replace nothing, or did somebody say that it is to go over what the log lacks?
    passes: bool,
    /// Is it what closes, and waits for no disk?
    closes: bool,
}

impl Log {
    fn gaps(&self, in_force: &InForce<'_>) -> Vec<Gap> {
        let mut gaps = self.known.chain.gaps(in_force);
        // What this copy published itself, and was interrupted before it came to tell of it.
        gaps.retain(|gap| match &gap.lack {
            Lack::Publication(digest) => !self.known.untold.contains(digest),
            Lack::Entries | Lack::Same => true,
        });
        gaps
    }
}

impl History {
    /// Lets what is published vouch for a project's log, and holds it against that.
    pub(crate) fn set(&self, project: &Path, known: Known, passes: bool) {
        *self.log.borrow_mut() = Some(Log {
            project: project.to_path_buf(),
            known,
            passes,
            closes: passes,
        });
    }

    /// The same for what turns a flag off: it waits for no disk.
    pub(crate) fn set_closing(&self, project: &Path, known: Known, passes: bool) {
        self.set(project, known, passes);
        if let Some(log) = self.log.borrow_mut().as_mut() {
            log.closes = true;
        }
    }

    /// Does so for what puts nothing of this copy in force, where the project has a log already.
    pub(crate) fn set_if_any(&self, project: &Path) -> Outcome {
        if let Some(known) = audit::known_if_any(project)? {
            self.set(project, known, true);
        }
        Ok(())
    }

    /// Nothing is known of any log.
    pub(crate) fn forget(&self) {
        *self.log.borrow_mut() = None;
    }

    /// The end of the log; without one what is published goes on vouching for what that before it did.
    pub(super) fn tip(&self) -> Option<AuditTip> {
        self.log.borrow().as_ref().and_then(|log| log.known.tip)
    }

    /// What is in force and the log does not tell of.
    pub(super) fn gaps(&self, in_force: &InForce<'_>) -> Vec<Gap> {
        let mut log = self.log.borrow_mut();
        let Some(log) = log.as_mut() else {
            return Vec::new();
        };
        let gaps = log.gaps(in_force);
        if gaps.is_empty() {
            return gaps;
        }
        // Somebody else may publish from this copy at the same time.
        if let Ok(known) = audit::seen(&log.project) {
            let before = std::mem::replace(&mut log.known, known);
            log.known.untold.extend(before.untold);
            // Of a log that is damaged nothing vouches for the end.
            log.known.tip = before.tip.and(log.known.tip);
        }
        log.gaps(in_force)
    }

    /// Refuses to publish rules over those that the log does not tell of.
    pub(super) fn may_replace(&self, gaps: &[Gap]) -> Outcome {
        let passes = self.log.borrow().as_ref().is_none_or(|log| log.passes);
        match gaps.first().filter(|_| !passes) {
            None => Ok(()),
            Some(first) => {
                let message = format!("{first}; these rules may be older than those that they would replace");
                Err(Failure::new("audit-behind", message)
                    .with_help("pull what others committed, or --over-history publishes over it"))
            }
        }
    }

    /// Notes in the project which snapshot is about to be in force, until its entry tells of it.
    pub(super) fn note(&self, digest: String) -> Outcome {
        let mut log = self.log.borrow_mut();
        let Some(log) = log.as_mut() else {
            return Ok(());
        };
        if !log.known.untold.insert(digest.clone()) {
            return Ok(());
        }
        match audit::note(&log.project, &digest) {
            Err(_) if log.closes => Ok(()),
            noted => noted,
        }
    }
}
