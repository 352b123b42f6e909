//! Which snapshot may come into force.

use super::{Keeper, changed};
use crate::digest::digest;
use crate::engine::accepted::head_in;
use crate::engine::ruleset::Ruleset;
use crate::error::{Error, ErrorKind};
use crate::snapshot::{Header, Snapshot, limits};
use crate::trust::{Frame, RoleRecord, verify};

impl Keeper {
    /// May a snapshot come into force: is it the one that the newest head points to, or where no keys sign heads, newer?
    /// Its header; `None` for the one that is in force. `vouched` is the head before it, if it names the keys of that.
    pub(super) fn judge_snapshot(
        &self,
        parts: &Frame<'_>,
        frame: &[u8],
        vouched: Option<&[u8]>,
        now_ms: i64,
    ) -> Result<Option<Header>, Error> {
        let current = self.ruleset.as_ref();
        if current.is_some_and(|current| current.snapshot().bytes() == frame) {
            return Ok(None);
        }
        let root = self.root();
        if vouched.is_none() {
            verify(parts, root.snapshot)?;
        }
        let header = Header::of(parts.payload())?;
        self.fits(&header.scope)?;
        let alone = self.stands_alone(&header);
        let newest = vouched.map_or_else(|| self.accepted.newest(), head_in);
        match &newest {
            Some(head) if !alone => {
                if head.scope != header.scope.as_str() {
                    return Err(ErrorKind::ScopeMismatch.into());
                }
                head.snapshot.allows(header.version, &digest(&[frame]))?;
                if header.version != head.snapshot.version {
                    return Err(ErrorKind::SnapshotMismatch.into());
                }
            }
            None if !alone => return Err(ErrorKind::HeadRequired.into()),
            _ => self.rises(header.version)?,
        }
        if vouched.is_none() && !alone {
            self.is_proven(&header)?;
        }
        let now_ms = newest.map_or(now_ms, |head| now_ms.max(head.issued_at_ms));
        if header.not_before_ms > now_ms.saturating_add(limits::CLOCK_SKEW_MS) {
            return Err(ErrorKind::SnapshotNotYetValid.into());
        }
        Ok(Some(header))
    }

    /// Refuses the newest head to bring a snapshot when its keys were replaced since, or the snapshot names others: for
    /// somebody who starts with both, nobody vouches for it.
    fn is_proven(&self, header: &Header) -> Result<(), Error> {
        let root = self.root();
        let (frame, counts) = self.accepted.newest_frame().ok_or(ErrorKind::HeadRequired)?;
        let current = self.ruleset.as_ref().map(Ruleset::header);
        let proven = if root.head.keys.is_empty() {
            current.is_some_and(|current| current.head_keys == header.head_keys)
                || verify(&Frame::first(frame)?, RoleRecord::any(&header.head_keys)).is_ok()
        } else {
            counts
        };
        proven.then_some(()).ok_or(ErrorKind::HeadRequired.into())
    }

    /// Puts a snapshot in force that may come, and the head that was `vouched` for.
    pub(super) fn put_in_force(&mut self, snapshot: Snapshot, vouched: Option<Vec<u8>>) -> u32 {
        let alone = self.stands_alone(&snapshot.header);
        if let Some(head) = &vouched {
            self.accepted.replace_heads(head);
        }
        self.accepted.apply(alone);
        self.scope.get_or_insert_with(|| snapshot.header.scope.clone());
        self.ruleset = Some(Ruleset::check(snapshot));
        self.remembers_snapshot = true;
        changed::SNAPSHOT | vouched.map_or(0, |_| changed::HEAD)
    }

    /// Do no keys sign heads to a snapshot?
    fn stands_alone(&self, header: &Header) -> bool {
        self.root().head.keys.is_empty() && header.head_keys.is_empty()
    }

    /// Is a snapshot that stands alone newer than what is in force, and than what heads pointed to?
    fn rises(&self, version: u64) -> Result<(), Error> {
        let current = self.ruleset.as_ref().filter(|_| self.remembers_snapshot);
        let current = current.map(|current| current.header().version);
        let pointed = self.accepted.newest().map(|head| head.snapshot.version);
        match current.max(pointed) {
            Some(known) if version < known => Err(ErrorKind::SnapshotRollback.into()),
            Some(known) if version == known => Err(ErrorKind::SnapshotConflict.into()),
            _ => Ok(()),
        }
    }
}
