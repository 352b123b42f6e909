use super::evaluation::{Arm, Evaluation, Exit};
use super::names::Names;
use super::ruleset::Ruleset;
use crate::snapshot::Flag;
use core::ffi::CStr;

/// The answer for one flag, with the names that the snapshot gives its parts.
#[derive(Debug, Clone, Copy)]
pub struct Answer<'c> {
    ruleset: &'c Ruleset,
    names: &'c Names,
    flag: u32,
    pub(super) evaluation: Evaluation,
}

impl<'c> Answer<'c> {
    pub(super) fn new(ruleset: &'c Ruleset, names: &'c Names, flag: u32, evaluation: Evaluation) -> Self {
        Self {
            ruleset,
            names,
            flag,
            evaluation,
        }
    }

    /// The flag's key.
    pub fn flag(&self) -> &'c str {
        self.names
            .keys
            .get(self.flag as usize)
            .map_or("", |key| key.as_ref())
    }

    /// The variant's name; `None` only when the flag cannot be read, and callers use their default.
    pub fn variant(&self) -> Option<&'c str> {
        self.text(usize::from(self.evaluation.variant?) * 2)
    }

    /// The variant's number, in the order in which variants are written; `None` as for [`Answer::variant`].
    #[cfg(feature = "delivery")]
    pub(crate) fn variant_index(&self) -> Option<u8> {
        self.evaluation.variant
    }

    /// The variant's value as JSON text; `None` as for [`Answer::variant`].
    pub fn value_json(&self) -> Option<&'c str> {
        self.text(usize::from(self.evaluation.variant?) * 2 + 1)
    }

    /// The variant's value; `None` as for [`Answer::variant`].
    #[cfg(feature = "json")]
    pub fn value(&self) -> Option<serde_json::Value> {
        serde_json::from_str(self.value_json()?).ok()
    }

    /// The value of a boolean flag; `None` for other flags, and as for [`Answer::variant`].
    pub fn boolean(&self) -> Option<bool> {
        match self.part(usize::from(self.evaluation.variant?) * 2 + 1)? {
            b"true" => Some(true),
            b"false" => Some(false),
            _ => None,
        }
    }

    /// Where the evaluation ended.
    pub fn exit(&self) -> Exit {
        self.evaluation.exit
    }

    /// The OpenFeature reason.
    pub fn reason(&self) -> &'static str {
        self.evaluation.exit.reason()
    }

    /// The OpenFeature error code, when there is one.
    pub fn error_code(&self) -> Option<&'static str> {
        self.evaluation.exit.error_code()
    }

    /// The index of the rule that decided, from 0.
    pub fn rule_index(&self) -> Option<u16> {
        self.evaluation.rule.get().map(|rule| rule as u16)
    }

    /// The name of the rule that decided, when it has one.
    pub fn rule(&self) -> Option<&'c str> {
        let flag = self.record()?;
        self.text(usize::from(flag.variants) * 2 + self.evaluation.rule.get()? as usize)
            .filter(|name| !name.is_empty())
    }

    /// The side of a comparison that the unit is on.
    pub fn arm(&self) -> Arm {
        self.evaluation.arm
    }

    /// The rollout's stage.
    pub fn stage(&self) -> Option<&'c str> {
        let last_first = u32::from(self.record()?.stages).checked_sub(self.evaluation.stage.get()?)?;
        let text = core::str::from_utf8(self.record()?.text).ok()?;
        text.rsplit('\0').nth(last_first.checked_sub(1)? as usize)
    }

    /// The slot that decided, when one did.
    pub fn bucket(&self) -> Option<u32> {
        self.evaluation.hashed.slot()
    }

    /// The path of the attribute that was hashed, its steps joined by dots.
    pub fn unit_attribute(&self) -> Option<String> {
        let paths = core::str::from_utf8(self.ruleset.snapshot().attributes()).ok()?;
        Some(
            paths
                .split('\0')
                .nth(self.evaluation.hashed.attribute()?.into())?
                .replace('\u{1f}', "."),
        )
    }

    /// May the flag's answer change as time goes by?
    pub fn depends_on_time(&self) -> bool {
        self.record().is_some_and(|flag| flag.depends_on_time())
    }

    /// The first epoch millisecond at which the answer may differ, if time alone can change it.
    pub fn next_change_ms(&self) -> Option<i64> {
        Some(self.evaluation.next_change).filter(|moment| *moment != Evaluation::NEVER)
    }

    fn record(&self) -> Option<Flag<'c>> {
        self.ruleset.flag(self.flag)
    }

    fn text(&self, position: usize) -> Option<&'c str> {
        core::str::from_utf8(self.part(position)?).ok()
    }

    /// One of the texts in the flag's record, and only that: where the ones before it end, C strings find quickest.
    fn part(&self, position: usize) -> Option<&'c [u8]> {
        let mut rest = self.record()?.text;
        for _ in 0..position {
            rest = rest.get(CStr::from_bytes_until_nul(rest).ok()?.count_bytes() + 1..)?;
        }
        Some(CStr::from_bytes_until_nul(rest).map_or(rest, CStr::to_bytes))
    }
}
