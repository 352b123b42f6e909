use super::evaluation::Outcome;
use crate::snapshot::{Condition, Flag, Hash, Window};

/// Is told each step of an evaluation; the same evaluator runs with and without one.
pub(crate) trait Observer {
    #[inline]
    fn observe(&mut self, _event: Event<'_, '_>) {}
}

/// Nobody is told: nothing of it is left in the code.
impl Observer for () {}

/// A step of an evaluation.
#[derive(Debug)]
#[cfg_attr(not(feature = "compile"), allow(dead_code, reason = "read by the explainer"))]
pub(crate) enum Event<'e, 'a> {
    /// A flag's record was read; a prerequisite's stands within that of the flag that needs it.
    FlagBegins(&'e Flag<'a>),
    /// One of the exits before anything is asked of the context: taken or not.
    Gate {
        closed: bool,
    },
    PrerequisiteBegins {
        flag: u32,
    },
    PrerequisiteEnds {
        /// `None` when it cannot be read.
        outcome: Option<Outcome>,
        met: bool,
    },
    Target {
        attribute: u16,
        listed: bool,
    },
    RuleBegins,
    RuleEnds {
        matched: bool,
    },
    ConditionBegins(&'e Condition<'a>),
    ConditionEnds(bool),
    /// What follows up to the end of the flag is told of this.
    Serves,
    /// The window of a rollout or experiment.
    Window {
        window: &'e Window,
        within: bool,
    },
    /// A unit was hashed; no slot when it is missing.
    Hashed {
        hash: &'e Hash<'a>,
        slot: Option<u32>,
    },
    /// The slot was looked for in a part of the ruler: an arm, a holdout, a layer's part.
    Part {
        inside: bool,
    },
    /// The slot was looked for in a part that depends on the share of now.
    Share {
        from: u32,
        to: u32,
        inside: bool,
    },
}
