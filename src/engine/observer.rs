use super::evaluation::Evaluation;
use crate::snapshot::{Condition, Hash, Serve};

/// Is told each step of an evaluation; the same evaluator runs with and without one.
pub(crate) trait Observer {
    fn observe(&mut self, _event: Event<'_, '_>) {}
}

/// Nobody is told: nothing of it is left in the code.
impl Observer for () {}

/// A step of an evaluation.
#[derive(Debug)]
#[cfg_attr(not(feature = "compile"), allow(dead_code, reason = "read by the explainer"))]
pub(crate) enum Event<'e, 'a> {
    ConditionBegins(&'e Condition<'a>),
    ConditionEnds(bool),
    /// A unit was hashed; no slot when it is missing.
    Hashed {
        hash: &'e Hash<'a>,
        slot: Option<u32>,
    },
    PrerequisiteBegins {
        flag: u32,
    },
    PrerequisiteEnds {
        evaluation: Evaluation,
        met: bool,
    },
    Target {
        variant: u8,
        attribute: u16,
        listed: bool,
    },
    RuleBegins(u16),
    RuleEnds {
        matched: bool,
    },
    Serves(&'e Serve<'a>),
}
