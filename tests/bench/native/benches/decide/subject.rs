use super::evaluator::Evaluator;
use cases::{FLAG, Flag, Visitor};
use std::hint::black_box;
use tidegate_native_bench::{Result, Timing};

/// What is timed of every subject.
pub(crate) const CASES: [&str; 4] = [SAME, ROTATING, ANEW, ALL];

const SAME: &str = "one flag, the same visitor";
const ROTATING: &str = "one flag, 1,000 visitors in turn";
const ANEW: &str = "one flag, the context made each time";
const ALL: &str = "101 flags, the same visitor";

/// An evaluator that has the ruleset, and those who will ask it.
pub(crate) struct Subject<E: Evaluator> {
    evaluator: E,
    visitors: Vec<Visitor>,
    contexts: Vec<E::Context>,
    keys: Vec<String>,
}

impl<E: Evaluator> Subject<E> {
    pub(crate) fn new(flags: &[Flag]) -> Result<Self> {
        let evaluator = E::load(flags).map_err(|error| format!("{}: {error}", E::NAME))?;
        let visitors = cases::timed_visitors();
        Ok(Self {
            contexts: visitors
                .iter()
                .map(|visitor| evaluator.context(visitor))
                .collect::<Result<_>>()?,
            keys: flags.iter().map(|flag| flag.key.clone()).collect(),
            visitors,
            evaluator,
        })
    }
}

/// A subject, whatever its types.
pub(crate) trait Timed {
    fn name(&self) -> &'static str;

    /// Refuses answers that cannot be right.
    fn check(&self) -> Result<()>;

    fn time(&self, timing: &mut Timing, case: &str, round: usize);
}

impl<E: Evaluator> Timed for Subject<E> {
    fn name(&self) -> &'static str {
        E::NAME
    }

    fn check(&self) -> Result<()> {
        let must = |holds: bool, what: &str| match holds {
            true => Ok(()),
            false => Err(format!("{}: {what}", E::NAME)),
        };
        let (mut eligible, mut on) = (0, 0);
        for visitor in cases::checked_visitors() {
            let context = self.evaluator.context(&visitor)?;
            let answer = self.evaluator.is_on(FLAG, &context);
            let again = self.evaluator.is_on(FLAG, &self.evaluator.context(&visitor)?);
            must(answer == again, "a visitor gets one answer and then another")?;
            must(
                visitor.is_eligible() || !answer,
                "a visitor from elsewhere gets the flag",
            )?;
            eligible += usize::from(visitor.is_eligible());
            on += usize::from(answer);
        }
        // Five standard deviations either side.
        must(
            (on * 2).abs_diff(eligible) < 224,
            &format!("{on} of {eligible} get half a share"),
        )?;
        for context in self.contexts.iter().take(100) {
            let one_by_one = self
                .keys
                .iter()
                .filter(|key| self.evaluator.is_on(key, context))
                .count();
            let at_once = self.evaluator.count_on(&self.keys, context);
            must(
                one_by_one == at_once,
                "all flags at once are not what they are one by one",
            )?;
            must(
                (25..=76).contains(&at_once),
                "half a share of 101 flags is far from half of them",
            )?;
        }
        for visitor in cases::certain_visitors() {
            let on = self
                .evaluator
                .count_on(&self.keys, &self.evaluator.context(&visitor)?);
            must(
                on == 100,
                &format!("an earlier rule decides for 100 flags, and {on} are on"),
            )?;
        }
        Ok(())
    }

    fn time(&self, timing: &mut Timing, case: &str, round: usize) {
        let (evaluator, keys) = (&self.evaluator, &self.keys);
        let Some((visitor, context)) = self.visitors.first().zip(self.contexts.first()) else {
            return;
        };
        match case {
            SAME => timing.time(case, E::NAME, round, || {
                evaluator.is_on(black_box(FLAG), black_box(context))
            }),
            ROTATING => {
                let mut contexts = self.contexts.iter().cycle();
                timing.time(case, E::NAME, round, || {
                    contexts
                        .next()
                        .is_some_and(|context| evaluator.is_on(black_box(FLAG), context))
                });
            }
            ANEW => timing.time(case, E::NAME, round, || {
                let context = evaluator.context(black_box(visitor));
                context.is_ok_and(|context| evaluator.is_on(black_box(FLAG), &context))
            }),
            _ => timing.time(case, E::NAME, round, || {
                evaluator.count_on(black_box(keys), black_box(context))
            }),
        }
    }
}
