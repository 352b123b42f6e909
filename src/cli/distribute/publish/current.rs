//! What is published now, read and verified as a client would, but for what a client need not know: which files say so,
//! and whether somebody was interrupted.

mod judge;
mod reading;

use super::history::History;
use super::session::Session;
use crate::destination::Object;
use crate::failure::{Failure, Outcome};
use crate::snapshot;
use judge::Judge;
pub(crate) use judge::head_role;
use std::collections::BTreeMap;
use tidegate::compile::folded_kills;
use tidegate::delivery::audit::{Gap, InForce};
use tidegate::snapshot::AuditTip;
use tidegate::trust::{Document, Head, Kind, Pointer, Role, Root};
use tidegate::{Client, Trust};

/// One `ENVIRONMENT/AUDIENCE` of a destination.
#[derive(Debug)]
pub(crate) struct Current {
    /// With everything in force that is published, and with the roots at hand.
    pub(crate) client: Client,
    /// What clients are pinned to.
    pub(crate) trust: Trust,
    /// The newest root of all.
    pub(crate) root: Root,
    /// The roots that are published, by version.
    pub(crate) roots: BTreeMap<u64, Vec<u8>>,
    pub(crate) head: Option<Object>,
    pub(crate) latest: Option<Object>,
    /// The head in `latest`, where `head` lags behind it: somebody was interrupted between the two.
    pub(crate) unfinished: Option<Unfinished>,
    /// What could not be verified and is to be overwritten.
    pub(crate) passed_over: Vec<String>,
    /// Flags that are killed, in order.
    pub(crate) kills: Vec<String>,
    /// The highest versions that were seen under keys that still count.
    pub(crate) head_floor: u64,
    pub(crate) snapshot_floor: u64,
    /// The end of the audit log that what comes next vouches for.
    pub(crate) tip: Option<AuditTip>,
}

/// A head that is in `latest` and not in `head`.
#[derive(Debug)]
pub(crate) struct Unfinished {
    pub(crate) frame: Vec<u8>,
    pub(crate) head: Head,
}

impl Current {
    /// Reads what is published at `folder`.
    pub(super) async fn read(session: &Session, folder: &str) -> Outcome<Self> {
        let mut current = reading::read(session, folder).await?;
        // What was folded into the snapshot stays killed, even if whoever holds a head key leaves it out.
        let folded = current.snapshot_payload().map(|payload| folded_kills(&payload));
        current
            .kills
            .extend(folded.and_then(Result::ok).unwrap_or_default());
        current.kills.sort();
        current.kills.dedup();
        current.tip = session.history.tip().or_else(|| current.vouches_for());
        Ok(current)
    }

    /// The newest head, which there must be.
    pub(crate) fn head(&self, folder: &str) -> Outcome<Head> {
        self.client.head().ok_or_else(|| {
            let message = format!("no head is published at `{folder}`");
            Failure::new("not-published", message).with_help("`tidegate publish` writes the first one")
        })
    }

    /// Is a head in `latest` that says these kills, after an attempt that was interrupted before it wrote `head`?
    pub(crate) fn lacks_only_the_head(&self, kills: &[String], now_ms: i64) -> bool {
        self.unfinished.as_ref().is_some_and(|unfinished| {
            let head = &unfinished.head;
            head.kills == kills && head.version >= self.head_floor && head.expires_ms > now_ms
        })
    }

    /// Who signs heads: where no root says so, those that the snapshot names.
    pub(crate) fn head_role(&self) -> Role {
        head_role(&self.root, &self.client)
    }

    /// The payload of the snapshot in force.
    pub(crate) fn snapshot_payload(&self) -> Option<Vec<u8>> {
        let state = self.client.state();
        let documents = Document::all(&state).ok()?;
        let snapshot = documents
            .iter()
            .find(|document| document.kind() == Some(Kind::Snapshot))?;
        Some(snapshot.payload().to_vec())
    }

    /// The end of the audit log that the newest head vouches for, or else the snapshot.
    fn vouches_for(&self) -> Option<AuditTip> {
        self.tips().into_iter().next()
    }

    /// What the newest head and the snapshot vouch for.
    pub(crate) fn tips(&self) -> Vec<AuditTip> {
        let state = self.client.state();
        let documents = Document::all(&state).unwrap_or_default();
        let newest = documents.iter().find(|document| {
            let head = Head::decode(document.payload()).ok();
            document.kind() == Some(Kind::Head) && head.is_some() && head == self.client.head()
        });
        let of_head = newest.and_then(|newest| Head::audit_tip(newest.payload()).ok()?);
        of_head.into_iter().chain(self.snapshot_tip()).collect()
    }

    /// What the snapshot alone vouches for.
    pub(crate) fn snapshot_tip(&self) -> Option<AuditTip> {
        let snapshot = self.snapshot_payload();
        snapshot.and_then(|payload| AuditTip::of_snapshot(&payload).ok()?)
    }

    /// What is in force and the log at hand does not tell of.
    pub(super) fn gaps(&self, history: &History) -> Vec<Gap> {
        let Some(head) = self.client.head() else {
            return Vec::new();
        };
        history.gaps(&InForce {
            scope: head.scope.as_str(),
            digest: &snapshot::digest(&head.snapshot),
            tips: &self.tips(),
            snapshot_tip: self.snapshot_tip(),
        })
    }

    /// The payload of the snapshot in force, which there must be.
    pub(crate) fn payload(&self) -> Outcome<Vec<u8>> {
        self.snapshot_payload()
            .ok_or_else(|| Failure::new("not-published", "no snapshot is published there"))
    }

    /// The snapshot that the newest head points to.
    pub(crate) fn pointer(&self) -> Option<Pointer> {
        self.client.head().map(|head| head.snapshot)
    }

    /// A version for the next head: the time, so that two who write at once do not choose the same, but always higher.
    pub(crate) fn next_head(&self, now_ms: i64) -> Outcome<u64> {
        next(self.head_floor, now_ms)
    }

    /// A version for the next snapshot.
    pub(crate) fn next_snapshot(&self, now_ms: i64) -> Outcome<u64> {
        next(self.snapshot_floor, now_ms)
    }
}

impl Session {
    /// What is published in a folder.
    pub(crate) async fn current(&self, folder: &str) -> Outcome<Current> {
        let current = Current::read(self, folder).await?;
        // A folder that was copied from another place would be taken for this one.
        let scope = current.client.head().map(|head| head.scope);
        match scope.or(current.client.header().map(|header| header.scope.clone())) {
            Some(scope) if scope.place() != folder => {
                let message = format!(
                    "what is published at `{}` is for {}",
                    self.destination.full(folder),
                    scope.as_str()
                );
                Err(Failure::new("SCOPE_MISMATCH", message))
            }
            _ => Ok(current),
        }
    }

    /// The roots at hand that are not published yet.
    pub(crate) fn new_roots(&self, current: &Current) -> Vec<(u64, Vec<u8>)> {
        let roots = self.roots.iter();
        let new = roots.filter(|(version, _)| !current.roots.contains_key(version));
        new.map(|(version, frame)| (*version, frame.clone())).collect()
    }
}

fn next(floor: u64, now_ms: i64) -> Outcome<u64> {
    let version = u64::try_from(now_ms).unwrap_or(0).max(floor.saturating_add(1));
    if version <= tidegate::snapshot::limits::VERSION {
        return Ok(version);
    }
    let message = format!("version {floor} is the last one; only another key for the role begins anew");
    Err(Failure::new("version-exhausted", message).with_help("`tidegate root rotate` replaces the key"))
}
