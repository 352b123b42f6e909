use super::answer::Answer;
use super::binding::Binding;
use super::context::Context;
use super::names::Names;
use super::ruleset::Ruleset;
use crate::error::{Error, ErrorKind};
use crate::snapshot::{Header, Scope, Snapshot, limits};
use crate::trust::{Frame, Trust, verify};
use std::sync::OnceLock;

/// Holds the snapshot in force: verifies what it is given, and decides flags.
///
/// What is refused changes nothing. Thread-safe to share once loaded.
#[derive(Debug)]
pub struct Client {
    trust: Trust,
    scope: Option<Scope>,
    in_force: Option<InForce>,
}

#[derive(Debug)]
struct InForce {
    ruleset: Ruleset,
    names: OnceLock<Names>,
}

/// What became of a snapshot that was not refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Loaded {
    /// It is now in force.
    Applied,
    /// The very same bytes were in force already.
    Unchanged,
}

impl Client {
    /// A client for one scope; without one, it keeps to the scope of the first snapshot that it takes.
    pub fn new(trust: Trust, scope: Option<Scope>) -> Self {
        Self {
            trust,
            scope,
            in_force: None,
        }
    }

    /// Verifies a frame and puts its snapshot in force; `now_ms` is the host's clock in epoch milliseconds.
    ///
    /// In this order: length, signature, format, scope, version, time, and only then the records. An expired snapshot
    /// is taken: it serves, and its ramps stand still.
    pub fn load(&mut self, frame: Vec<u8>, now_ms: i64) -> Result<Loaded, Error> {
        let parts = Frame::read(&frame)?;
        verify(&parts, &self.trust)?;
        let payload = parts.payload_range();
        if let Some(current) = &self.in_force
            && current.ruleset.snapshot().bytes() == frame
        {
            return Ok(Loaded::Unchanged);
        }
        let snapshot = Snapshot::open(frame, payload)?;
        let header = &snapshot.header;
        if self.scope.as_ref().is_some_and(|scope| *scope != header.scope) {
            return Err(ErrorKind::ScopeMismatch.into());
        }
        if let Some(current) = self.header() {
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
        let scope = header.scope.clone();
        self.in_force = Some(InForce {
            ruleset: Ruleset::check(snapshot),
            names: OnceLock::new(),
        });
        self.scope = Some(scope);
        Ok(Loaded::Applied)
    }

    /// What the snapshot in force says of itself.
    pub fn header(&self) -> Option<&Header> {
        self.in_force.as_ref().map(|current| current.ruleset.header())
    }

    /// The keys of all flags, in order.
    pub fn flags(&self) -> impl Iterator<Item = &str> {
        self.parts()
            .into_iter()
            .flat_map(|(_, names)| names.keys.iter().map(AsRef::as_ref))
    }

    /// Packs a context for many evaluations; `None` before the first snapshot.
    pub fn bind(&self, context: &Context) -> Option<Binding<'_>> {
        let (ruleset, names) = self.parts()?;
        Some(Binding::new(ruleset, names, context))
    }

    /// Decides one flag; `None` before the first snapshot and for a flag that is not in it.
    pub fn evaluate(&self, flag: &str, context: &Context, now_ms: i64) -> Option<Answer<'_>> {
        self.bind(context)?.evaluate(flag, now_ms)
    }

    #[cfg(any(feature = "compile", target_arch = "wasm32"))]
    pub(crate) fn ruleset(&self) -> Option<&Ruleset> {
        self.in_force.as_ref().map(|current| &current.ruleset)
    }

    fn parts(&self) -> Option<(&Ruleset, &Names)> {
        let InForce { ruleset, names } = self.in_force.as_ref()?;
        Some((ruleset, names.get_or_init(|| Names::read(ruleset.snapshot()))))
    }
}
