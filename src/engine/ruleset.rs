use super::check;
use super::evaluate::Evaluator;
use super::evaluation::Evaluation;
use super::observer::Observer;
use super::slots::Slots;
use crate::snapshot::{Flag, Header, Snapshot};
use core::ops::Range;

/// A snapshot that was checked flag by flag and can be evaluated.
#[derive(Debug)]
pub(crate) struct Ruleset {
    snapshot: Snapshot,
    /// Where the record of each flag stands; empty for one that cannot be read.
    flags: Vec<Range<u32>>,
}

impl Ruleset {
    /// Looks at every record of a snapshot once.
    pub(crate) fn check(snapshot: Snapshot) -> Self {
        let flags = (0..)
            .zip(check::readable_flags(&snapshot))
            .map(|(flag, readable)| match readable {
                true => snapshot.flag_place(flag).unwrap_or_default(),
                false => 0..0,
            })
            .collect();
        Self { snapshot, flags }
    }

    pub(crate) fn snapshot(&self) -> &Snapshot {
        &self.snapshot
    }

    pub(crate) fn header(&self) -> &Header {
        &self.snapshot.header
    }

    /// The number of flags, readable or not.
    pub(crate) fn len(&self) -> usize {
        self.flags.len()
    }

    /// Does any flag's answer depend on time?
    #[cfg_attr(
        not(target_arch = "wasm32"),
        allow(dead_code, reason = "natively the clock is always given")
    )]
    pub(crate) fn depends_on_time(&self) -> bool {
        (0..self.flags.len() as u32).any(|flag| self.flag(flag).is_some_and(|flag| flag.depends_on_time()))
    }

    /// A flag; `None` when there is none or it cannot be read.
    pub(crate) fn flag(&self, flag: u32) -> Option<Flag<'_>> {
        Flag::read(self.record(flag)?)
    }

    /// The bytes of a flag's record; empty when it cannot be read.
    #[inline]
    pub(crate) fn record(&self, flag: u32) -> Option<&[u8]> {
        let Range { start, end } = *self.flags.get(flag as usize)?;
        self.snapshot.bytes().get(start as usize..end as usize)
    }

    /// Decides a flag for a packed context at a moment, in epoch milliseconds.
    #[inline]
    pub(crate) fn evaluate(&self, flag: u32, slots: Slots<'_>, now: i64) -> Evaluation {
        *self.evaluator(slots, now, ()).evaluate(flag)
    }

    /// An evaluator that tells an observer what it does.
    #[inline]
    pub(crate) fn evaluator<'a, O: Observer>(
        &'a self,
        slots: Slots<'a>,
        now: i64,
        observer: O,
    ) -> Evaluator<'a, O> {
        Evaluator::new(self, slots, now, observer)
    }
}
