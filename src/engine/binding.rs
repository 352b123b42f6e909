use super::answer::Answer;
use super::context::Context;
use super::names::Names;
use super::packed::Packed;
use super::ruleset::Ruleset;

/// A context packed for the snapshot in force, for many evaluations.
#[derive(Debug)]
pub struct Binding<'c> {
    ruleset: &'c Ruleset,
    names: &'c Names,
    packed: Packed,
}

impl<'c> Binding<'c> {
    pub(super) fn new(ruleset: &'c Ruleset, names: &'c Names, context: &Context) -> Self {
        Self {
            ruleset,
            names,
            packed: Packed::whole(names, context),
        }
    }

    /// Decides a flag at a moment in epoch milliseconds; `None` when there is no such flag.
    pub fn evaluate(&self, flag: &str, now_ms: i64) -> Option<Answer<'c>> {
        Some(self.evaluate_at(*self.names.flags.get(flag)?, now_ms))
    }

    /// Decides every flag, in the order of their keys in the snapshot.
    pub fn evaluate_all(&self, now_ms: i64) -> impl Iterator<Item = Answer<'c>> {
        (0..self.ruleset.len() as u32).map(move |flag| self.evaluate_at(flag, now_ms))
    }

    /// Decides a flag and tells how, by the same evaluator; `None` when there is no such flag.
    #[cfg(feature = "compile")]
    pub fn explain(&self, flag: &str, now_ms: i64) -> Option<super::Explanation<'c>> {
        let flag = *self.names.flags.get(flag)?;
        Some(super::explain::explain(
            self.ruleset,
            self.names,
            self.packed.slots(),
            flag,
            now_ms,
        ))
    }

    fn evaluate_at(&self, flag: u32, now_ms: i64) -> Answer<'c> {
        let evaluation = self.ruleset.evaluate(flag, self.packed.slots(), now_ms);
        Answer::new(self.ruleset, self.names, flag, evaluation)
    }
}
