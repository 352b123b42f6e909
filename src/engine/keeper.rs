mod judge;

use super::accepted::Accepted;
use super::ruleset::Ruleset;
use crate::digest::digest;
use crate::error::{Error, ErrorKind};
use crate::snapshot::{Header, Scope, Snapshot, limits};
use crate::trust::{Frame, HeadRecord, Kind, PointerRecord, RoleRecord, RootRecord, Trust, verify};

/// Verifies what it is given, and keeps what is trusted: roots, heads, and the snapshot in force.
#[derive(Debug)]
pub(crate) struct Keeper {
    trust: Trust,
    scope: Option<Scope>,
    accepted: Accepted,
    ruleset: Option<Ruleset>,
    /// Is the snapshot in force signed by keys that count still? If not, an older one may follow.
    remembers_snapshot: bool,
}

/// What became of bytes that were not refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Loaded {
    /// Something in them is now in force.
    Applied,
    /// All of it was in force already.
    Unchanged,
}

/// What loading came to: a head may be in force although the snapshot behind it was refused.
#[derive(Debug, Default)]
pub(crate) struct Report {
    /// What is new, a bit of [`changed`] each.
    pub(crate) changed: u32,
    /// The first refusal.
    pub(crate) error: Option<Error>,
}

/// What may change in a [`Report`].
pub(crate) mod changed {
    pub(crate) const ROOT: u32 = 1;
    pub(crate) const HEAD: u32 = 2;
    pub(crate) const SNAPSHOT: u32 = 4;
}

impl Keeper {
    /// A keeper for one scope; without one, it keeps to the scope of the first head or snapshot that it takes.
    pub(crate) fn new(trust: Trust, scope: Option<Scope>) -> Self {
        Self {
            trust,
            scope,
            accepted: Accepted::default(),
            ruleset: None,
            remembers_snapshot: true,
        }
    }

    /// Verifies frames that follow one another and puts them in force, as [`Client::load`](super::Client::load) says.
    pub(crate) fn load(&mut self, mut bytes: Vec<u8>, now_ms: i64) -> Report {
        let mut report = Report::default();
        if let Err(error) = are_frames(&bytes) {
            report.error = Some(error);
            return report;
        }
        let (mut at, mut vouched) = (0, None);
        while at < bytes.len() {
            match self.take_next(&mut bytes, &mut at, &mut vouched, now_ms) {
                Ok(changed) => report.changed |= changed,
                Err(error) => report.error = report.error.or(Some(error)),
            }
        }
        if report.changed > 0 {
            self.govern();
        }
        report
    }

    /// The snapshot in force, ready to be evaluated.
    pub(crate) fn ruleset(&self) -> Option<&Ruleset> {
        self.ruleset.as_ref()
    }

    /// The newest root.
    pub(crate) fn root(&self) -> RootRecord<'_> {
        self.accepted.root().unwrap_or_else(|| self.trust.record())
    }

    /// The newest head.
    pub(crate) fn head(&self) -> Option<HeadRecord<'_>> {
        self.accepted.newest()
    }

    /// The snapshot that the newest head points to, unless it is the one in force.
    pub(crate) fn wanted(&self) -> Option<PointerRecord<'_>> {
        self.accepted.wanted()
    }

    /// The frames to load before the snapshot in force, or after it, to be where we are.
    pub(crate) fn frames(&self, before: bool) -> Vec<u8> {
        self.accepted.frames(before)
    }

    /// Takes the frame at a place, which moves on behind it. Nothing large is moved for a frame that is refused.
    ///
    /// `vouched` is the head before it, if that waits for the snapshot that names its keys.
    fn take_next(
        &mut self,
        bytes: &mut Vec<u8>,
        at: &mut usize,
        vouched: &mut Option<Vec<u8>>,
        now_ms: i64,
    ) -> Result<u32, Error> {
        let start = *at;
        let rest = bytes.get(start..).unwrap_or_default();
        let parts = Frame::first(rest).inspect_err(|_| *at = bytes.len())?;
        *at += parts.len();
        let (frame, behind) = rest.split_at_checked(parts.len()).unwrap_or_default();
        let head = vouched.take();
        match parts.kind(self.trust.is_development()) {
            Some(Kind::Snapshot) => {
                let Some(header) = self.judge_snapshot(&parts, frame, head.as_deref(), now_ms)? else {
                    return Ok(0);
                };
                let payload = parts.payload_range();
                // The snapshot stays in the bytes that it came in: they are large.
                let behind = bytes.split_off(*at);
                let mut frame = core::mem::replace(bytes, behind);
                frame.drain(..start);
                *at = 0;
                Ok(self.put_in_force(Snapshot::open(frame, payload, header)?, head))
            }
            _ if parts.len() > limits::DOCUMENT_BYTES => Err(ErrorKind::LimitExceeded.into()),
            Some(Kind::Root) => self.take_root(&parts, frame),
            Some(Kind::Head) => self.take_head(&parts, frame, behind, vouched),
            None => Err(ErrorKind::PayloadTypeUnexpected.into()),
        }
    }

    /// Takes the next root of the chain. Those before it are passed over: they are trusted or replaced already.
    fn take_root(&mut self, parts: &Frame<'_>, frame: &[u8]) -> Result<u32, Error> {
        let next = RootRecord::read(parts.payload())?;
        let root = self.root();
        let known = self.trust.frame() == frame || self.accepted.holds(frame);
        if known || next.version < root.version {
            return Ok(0);
        }
        if next.version != root.version + 1 {
            return Err(ErrorKind::RootConflict.into());
        }
        verify(parts, root.root)?;
        verify(parts, next.root)?;
        let own = self.scope.as_ref().map_or(root.project, Scope::project);
        if !own.is_empty() && own != next.project {
            return Err(ErrorKind::ScopeMismatch.into());
        }
        let (heads, snapshots) = (next.head != root.head, next.snapshot != root.snapshot);
        if heads {
            self.accepted.forget_heads(next.head);
        }
        if snapshots {
            self.accepted.forget_pointers();
            self.remembers_snapshot = false;
        }
        self.accepted.push_root(frame);
        Ok(changed::ROOT)
    }

    /// Takes a newer head. One whose keys only the snapshot behind it names is `vouched` for, and counts with that.
    fn take_head(
        &mut self,
        parts: &Frame<'_>,
        frame: &[u8],
        behind: &[u8],
        vouched: &mut Option<Vec<u8>>,
    ) -> Result<u32, Error> {
        if self.accepted.holds(frame) {
            return Ok(0);
        }
        let root = self.root();
        let bare = root.head.keys.is_empty();
        let current = self.ruleset.as_ref().map(Ruleset::header);
        let role = match current {
            Some(header) if bare => RoleRecord::any(&header.head_keys),
            _ => root.head,
        };
        let mut signed = verify(parts, role);
        let mut renamed = false;
        // A newer snapshot may name other keys.
        if signed.is_err()
            && bare
            && let Some(next) = self.vouch(behind)
            && current.is_none_or(|current| current.version < next.version)
        {
            renamed = true;
            signed = verify(parts, RoleRecord::any(&next.head_keys));
        }
        signed?;
        let head = HeadRecord::read(parts.payload())?;
        let scope = Scope::read(head.scope).ok_or(ErrorKind::HeadMalformed)?;
        self.fits(&scope)?;
        if !head.is_short_lived(&root) {
            return Err(ErrorKind::HeadMalformed.into());
        }
        self.accepted.judge(&head, renamed)?;
        // A snapshot that stood alone is followed by a newer one, or joined by the head to it once a root says who signs
        // heads.
        let mut joins = false;
        if self.accepted.stands_alone()
            && let Some(current) = &self.ruleset
        {
            let file = current.snapshot().bytes();
            let known = PointerRecord {
                version: current.header().version,
                digest: &digest(&[file]),
                ..head.snapshot
            };
            if self.remembers_snapshot && self.accepted.newest().is_none() {
                known.allows(head.snapshot.version, head.snapshot.digest)?;
            }
            joins = known.version == head.snapshot.version
                && known.digest == head.snapshot.digest
                && verify(&Frame::first(file)?, root.snapshot).is_ok();
        }
        if renamed {
            *vouched = Some(frame.to_vec());
            return Ok(0);
        }
        self.accepted.push_head(frame, &head)?;
        // Kills of other heads are lifted by a newer snapshot only.
        if joins && self.accepted.heads().nth(1).is_none() {
            self.accepted.apply(false);
        }
        self.scope = Some(scope);
        Ok(changed::HEAD)
    }

    /// The header of a snapshot whose signature was verified, if that is what the bytes begin with.
    fn vouch(&self, bytes: &[u8]) -> Option<Header> {
        let parts = Frame::first(bytes).ok()?;
        let kind = parts.kind(self.trust.is_development());
        if kind != Some(Kind::Snapshot) || verify(&parts, self.root().snapshot).is_err() {
            return None;
        }
        Header::of(parts.payload()).ok()
    }

    fn fits(&self, scope: &Scope) -> Result<(), Error> {
        let project = self.root().project;
        if self.scope.as_ref().is_some_and(|own| own != scope)
            || !project.is_empty() && project != scope.project()
        {
            return Err(ErrorKind::ScopeMismatch.into());
        }
        Ok(())
    }

    /// Tells the snapshot in force what the heads since say of it.
    fn govern(&mut self) {
        if let Some(ruleset) = &mut self.ruleset {
            ruleset.govern(&self.accepted);
        }
    }
}

/// Checks the form of all frames before any of them is looked into: what was cut off on its way is not half believed.
fn are_frames(bytes: &[u8]) -> Result<(), Error> {
    let mut rest = bytes;
    for _ in 0..limits::FRAMES {
        let length = Frame::first(rest)?.len();
        rest = rest.get(length..).unwrap_or_default();
        if rest.is_empty() {
            return Ok(());
        }
    }
    Err(ErrorKind::LimitExceeded.into())
}
