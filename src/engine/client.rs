use super::answer::Answer;
use super::binding::Binding;
use super::context::Context;
use super::evaluation::Evaluation;
use super::keeper::{Keeper, Loaded, changed};
use super::names::Names;
use super::packed::Packed;
use super::ruleset::Ruleset;
use crate::error::Error;
use crate::snapshot::{Header, Scope};
use crate::trust::{Head, Pointer, Trust};
use std::sync::OnceLock;

/// Holds the snapshot in force: verifies what it is given, and decides flags.
///
/// What is refused changes nothing. Thread-safe to share once loaded.
#[derive(Debug)]
pub struct Client {
    keeper: Keeper,
    /// The names in the snapshot in force, once they were asked for.
    names: OnceLock<Names>,
}

impl Client {
    /// A client for one scope; without one, it keeps to the scope of the first snapshot that it takes.
    pub fn new(trust: Trust, scope: Option<Scope>) -> Self {
        Self {
            keeper: Keeper::new(trust, scope),
            names: OnceLock::new(),
        }
    }

    /// Verifies frames that follow one another, and puts in force what they hold: a snapshot alone, `latest` (a head and
    /// its snapshot), a head, a root, or what [`Client::state`] gave. `now_ms` is the host's clock in epoch milliseconds.
    ///
    /// Each is judged by itself, in this order: length, signature, format, scope, version, time, and only then the
    /// records. The first refusal is the error; what came before or behind it may be in force. What is expired is taken:
    /// it serves, and its ramps stand still.
    pub fn load(&mut self, frames: Vec<u8>, now_ms: i64) -> Result<Loaded, Error> {
        let report = self.keeper.load(frames, now_ms);
        if report.changed & changed::SNAPSHOT > 0 {
            self.names = OnceLock::new();
        }
        match (report.error, report.changed) {
            (Some(error), _) => Err(error),
            (None, 0) => Ok(Loaded::Unchanged),
            (None, _) => Ok(Loaded::Applied),
        }
    }

    /// Everything that is in force, as signed frames: to be stored, and loaded again after a restart. Without it, a
    /// client that starts anew can be shown old heads and snapshots.
    pub fn state(&self) -> Vec<u8> {
        let mut state = self.keeper.frames(true);
        if let Some(ruleset) = self.ruleset() {
            state.extend_from_slice(ruleset.snapshot().bytes());
        }
        state.extend(self.keeper.frames(false));
        state
    }

    /// The newest head.
    pub fn head(&self) -> Option<Head> {
        self.keeper.head().and_then(|record| Head::of(&record).ok())
    }

    /// The version of the newest root; 0 where the trust anchor is a bare key and no root came since.
    pub fn root_version(&self) -> u64 {
        self.keeper.root().version
    }

    /// The snapshot that the newest head points to, when it is not the one in force.
    pub fn wanted(&self) -> Option<Pointer> {
        self.keeper.wanted().map(|record| (&record).into())
    }

    /// From when on what is in force is stale, in epoch milliseconds: the snapshot's expiry or the newest head's, the
    /// sooner one.
    pub fn expires_ms(&self) -> Option<i64> {
        self.ruleset().map(Ruleset::expires_ms)
    }

    /// What the snapshot in force says of itself.
    pub fn header(&self) -> Option<&Header> {
        self.ruleset().map(Ruleset::header)
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
        let (ruleset, names) = self.parts()?;
        let flag = *names.flags.get(flag)?;
        let mut answer = Answer::new(ruleset, names, flag, Evaluation::UNREADABLE);
        Packed::for_flag(ruleset, names, flag, context, |slots| {
            answer.evaluation = ruleset.evaluate(flag, slots, now_ms);
        });
        Some(answer)
    }

    pub(super) fn ruleset(&self) -> Option<&Ruleset> {
        self.keeper.ruleset()
    }

    fn parts(&self) -> Option<(&Ruleset, &Names)> {
        let ruleset = self.ruleset()?;
        Some((
            ruleset,
            self.names.get_or_init(|| Names::read(ruleset.snapshot())),
        ))
    }
}
