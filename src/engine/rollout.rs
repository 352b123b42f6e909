use super::bucket::BUCKETS;
use super::evaluate::Evaluator;
use super::evaluation::{Arm, Exit, Number, Outcome};
use super::observer::{Event, Observer};
use crate::snapshot::{Rollout, Share, Window};

impl<'a, O: Observer> Evaluator<'a, O> {
    /// Rings first, then the share: below it `to`, above it `from`. No outcome when the unit is missing.
    #[inline(always)]
    pub(super) fn rollout(&mut self, rollout: Rollout<'a>) -> Option<Option<Outcome>> {
        self.found.stage = rollout
            .stage
            .map_or(Number::NONE, |stage| u32::from(stage).into());
        let from = Outcome::of(rollout.from, Exit::Rollout);
        if !self.is_under_way(rollout.window) {
            return Some(Some(from));
        }
        let mut ring = rollout.ring;
        if !ring.is_empty() && self.holds(&mut ring, false)? {
            return Some(Some(Outcome::of(rollout.to, Exit::Ring)));
        }
        let Some(slot) = self.place(rollout.hash) else {
            return Some(None);
        };
        let share = self.share(rollout.share, slot);
        if rollout.control && slot >= BUCKETS / 2 {
            // The control lane mirrors the share, so joining it is a change as well.
            self.share(rollout.share, BUCKETS - 1 - slot);
        }
        if self.is_in_share(slot, 0, share) {
            self.found.arm = Arm::Treatment;
            return Some(Some(Outcome::of(rollout.to, Exit::Rollout)));
        }
        if rollout.control && self.is_in_share(slot, BUCKETS - share.min(BUCKETS - share), BUCKETS) {
            self.found.arm = Arm::Control;
        }
        Some(Some(from))
    }

    /// Does now lie in the window of a rollout or experiment?
    #[inline]
    pub(super) fn is_under_way(&mut self, window: Window) -> bool {
        let within = self.is_within(window, false);
        self.observer.observe(Event::Window {
            window: &window,
            within,
        });
        within
    }

    #[inline]
    fn is_in_share(&mut self, slot: u32, from: u32, to: u32) -> bool {
        let inside = (from..to).contains(&slot);
        self.observer.observe(Event::Share { from, to, inside });
        inside
    }

    /// The share now, noting when a ramp will pass the slot.
    #[inline]
    fn share(&mut self, share: Share, slot: u32) -> u32 {
        match share {
            Share::Fixed(share) => share,
            Share::Ramp {
                from,
                to,
                start,
                end,
                ceiling,
            } => self.ramped(Ramp { from, to, start, end }, ceiling, slot),
        }
    }

    #[inline(never)]
    fn ramped(&mut self, ramp: Ramp, ceiling: u32, slot: u32) -> u32 {
        let crossing = ramp.crossing(slot).filter(|_| slot < ceiling);
        let opens = ramp.from < ramp.to;
        if let Some(crossing) = crossing {
            self.has_passed(crossing, opens);
        }
        ramp.share_at(self.clock(opens)).min(ceiling)
    }
}

/// A share that moves in a straight line, in whole numbers, rounded towards less exposure.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Ramp {
    pub(crate) from: u32,
    pub(crate) to: u32,
    pub(crate) start: i64,
    pub(crate) end: i64,
}

impl Ramp {
    /// The share at a moment; 17-bit shares times 46-bit durations fit 64 bits.
    pub(crate) fn share_at(&self, moment: i64) -> u32 {
        if moment <= self.start {
            return self.from;
        }
        if moment >= self.end {
            return self.to;
        }
        let width = self.end.abs_diff(self.start).max(1);
        let moved = u64::from(self.from.abs_diff(self.to)).saturating_mul(moment.abs_diff(self.start));
        if self.from < self.to {
            self.from.saturating_add((moved / width) as u32)
        } else {
            self.from.saturating_sub(moved.div_ceil(width) as u32)
        }
    }

    /// The first moment at which a slot is on the other side than before the ramp; `None` when it never changes.
    pub(crate) fn crossing(&self, slot: u32) -> Option<i64> {
        let width = self.end.abs_diff(self.start).max(1);
        let height = u64::from(self.from.abs_diff(self.to));
        let after = if (self.from..self.to).contains(&slot) {
            u64::from(slot - self.from + 1)
                .saturating_mul(width)
                .div_ceil(height)
        } else if (self.to..self.from).contains(&slot) {
            u64::from(self.from - slot - 1).saturating_mul(width) / height + 1
        } else {
            return None;
        };
        Some(self.start.saturating_add_unsigned(after).min(self.end))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn a_slot_crosses_exactly_when_the_share_passes_it(
            from in 0..=BUCKETS, to in 0..=BUCKETS, width in 1i64..1_000_000, slot in 0..BUCKETS,
        ) {
            let ramp = Ramp { from, to, start: 1_000, end: 1_000 + width };
            let inside = |moment: i64| slot < ramp.share_at(moment);
            match ramp.crossing(slot) {
                Some(crossing) => {
                    prop_assert_ne!(inside(crossing), inside(crossing - 1));
                    prop_assert_eq!(inside(crossing), inside(ramp.end));
                    prop_assert_eq!(inside(crossing - 1), inside(ramp.start));
                }
                None => prop_assert_eq!(inside(ramp.start), inside(ramp.end)),
            }
        }

        #[test]
        fn a_ramp_never_turns_back(
            from in 0..=BUCKETS, to in 0..=BUCKETS, width in 1i64..1 << 46, steps in 1i64..50,
        ) {
            let ramp = Ramp { from, to, start: 0, end: width };
            let shares: Vec<u32> = (0..=steps).map(|step| ramp.share_at(width / steps * step)).collect();
            prop_assert!(shares.is_sorted() || shares.iter().rev().is_sorted());
            prop_assert!(shares.iter().all(|share| (from.min(to)..=from.max(to)).contains(share)));
        }
    }

    #[test]
    fn a_ramp_is_rounded_towards_less_exposure() {
        let rising = Ramp {
            from: 0,
            to: 10,
            start: 0,
            end: 1_000,
        };
        assert_eq!(
            [rising.share_at(0), rising.share_at(99), rising.share_at(100)],
            [0, 0, 1]
        );
        let falling = Ramp {
            from: 10,
            to: 0,
            start: 0,
            end: 1_000,
        };
        assert_eq!(
            [falling.share_at(0), falling.share_at(1), falling.share_at(100)],
            [10, 9, 9]
        );
        assert_eq!([falling.share_at(101), falling.share_at(1_000)], [8, 0]);
    }
}
