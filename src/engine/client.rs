use super::answer::Answer;
use super::binding::Binding;
use super::context::Context;
use super::evaluation::Evaluation;
use super::keeper::{Keeper, Loaded};
use super::names::Names;
use super::packed::Packed;
use super::ruleset::Ruleset;
use crate::error::Error;
use crate::snapshot::{Header, Scope};
use crate::trust::Trust;
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

    /// Verifies a frame and puts its snapshot in force; `now_ms` is the host's clock in epoch milliseconds.
    ///
    /// In this order: length, signature, format, scope, version, time, and only then the records. An expired snapshot
    /// is taken: it serves, and its ramps stand still.
    pub fn load(&mut self, frame: Vec<u8>, now_ms: i64) -> Result<Loaded, Error> {
        let loaded = self.keeper.load(frame, now_ms)?;
        if loaded == Loaded::Applied {
            self.names = OnceLock::new();
        }
        Ok(loaded)
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
