use super::ruleset::Ruleset;
use crate::error::{Error, ErrorKind};
use crate::snapshot::{Scope, Snapshot, limits};
use crate::trust::{Frame, Trust, verify};

/// Verifies what it is given, and keeps the snapshot in force.
#[derive(Debug)]
pub(crate) struct Keeper {
    trust: Trust,
    scope: Option<Scope>,
    ruleset: Option<Ruleset>,
}

/// What became of a snapshot that was not refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Loaded {
    /// It is now in force.
    Applied,
    /// The very same bytes were in force already.
    Unchanged,
}

impl Keeper {
    /// A keeper for one scope; without one, it keeps to the scope of the first snapshot that it takes.
    pub(crate) fn new(trust: Trust, scope: Option<Scope>) -> Self {
        Self {
            trust,
            scope,
            ruleset: None,
        }
    }

    /// Verifies a frame and puts its snapshot in force, as [`Client::load`](super::Client::load) says.
    pub(crate) fn load(&mut self, frame: Vec<u8>, now_ms: i64) -> Result<Loaded, Error> {
        let parts = Frame::read(&frame)?;
        verify(&parts, &self.trust)?;
        let payload = parts.payload_range();
        if let Some(current) = &self.ruleset
            && current.snapshot().bytes() == frame
        {
            return Ok(Loaded::Unchanged);
        }
        let snapshot = Snapshot::open(frame, payload)?;
        let header = &snapshot.header;
        let current = self.ruleset.as_ref().map(Ruleset::header);
        let scope = self.scope.as_ref().or(current.map(|current| &current.scope));
        if scope.is_some_and(|scope| *scope != header.scope) {
            return Err(ErrorKind::ScopeMismatch.into());
        }
        if let Some(current) = current {
            if header.version < current.version {
                return Err(ErrorKind::SnapshotRollback.into());
            }
            if header.version == current.version {
                return Err(ErrorKind::SnapshotConflict.into());
            }
        }
        if header.not_before_ms > now_ms.saturating_add(limits::CLOCK_SKEW_MS) {
            return Err(ErrorKind::SnapshotNotYetValid.into());
        }
        self.ruleset = Some(Ruleset::check(snapshot));
        Ok(Loaded::Applied)
    }

    /// The snapshot in force, ready to be evaluated.
    pub(crate) fn ruleset(&self) -> Option<&Ruleset> {
        self.ruleset.as_ref()
    }
}
