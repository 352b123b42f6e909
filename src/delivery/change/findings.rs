use super::Kind;
use super::shares::Move;
use crate::model::Percent;
use std::collections::BTreeSet;

/// What is found about a change, one by one.
#[derive(Debug, Default)]
pub(super) struct Findings {
    pub(super) kinds: BTreeSet<Kind>,
    pub(super) step: Percent,
    pub(super) is_targeting: bool,
}

impl Findings {
    pub(super) fn found(&mut self, kind: Kind, rise: Percent) {
        self.kinds.insert(kind);
        self.step = self.step.max(rise);
    }

    pub(super) fn moved(&mut self, moved: Move) {
        if moved.rise > 0 {
            self.found(Kind::Increase, moved.rise.max(moved.opened));
        }
        if moved.shuffles {
            self.found(Kind::Targeting, moved.opened);
        }
        if moved.falls {
            self.found(Kind::Decrease, 0);
        }
    }
}
