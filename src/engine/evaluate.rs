use super::evaluation::{Evaluation, Exit, Hashed, Outcome};
use super::observer::{Event, Observer};
use super::resource;
use super::ruleset::Ruleset;
use super::slots::{Digits, Slots};
use crate::snapshot::{Cursor, Flag, Hash, Prerequisite, Rollout, Rule, Serve, Split, SplitArm, Target};

/// One evaluation under way: what it reads, and what it has found out.
pub(crate) struct Evaluator<'a, O> {
    ruleset: &'a Ruleset,
    pub(super) slots: Slots<'a>,
    pub(super) observer: O,
    /// All but the outcome: written down where it is found out, so that nothing large is handed around.
    pub(super) found: Evaluation,
    /// The host's clock in epoch milliseconds.
    now: i64,
}

impl Ruleset {
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

impl<'a, O: Observer> Evaluator<'a, O> {
    #[inline]
    pub(crate) fn new(ruleset: &'a Ruleset, slots: Slots<'a>, now: i64, observer: O) -> Self {
        Self {
            ruleset,
            slots,
            observer,
            found: Evaluation::UNREADABLE,
            now,
        }
    }

    /// Decides a flag. Total: what cannot be read is [`Evaluation::UNREADABLE`].
    #[inline]
    pub(crate) fn evaluate(&mut self, flag: u32) -> &Evaluation {
        self.found = Evaluation::UNREADABLE;
        match self.flag(flag) {
            Some(outcome) => {
                self.found.variant = Some(outcome.variant);
                self.found.exit = outcome.exit;
            }
            None => self.forget(),
        }
        &self.found
    }

    #[cfg(feature = "compile")]
    pub(crate) fn into_observer(self) -> O {
        self.observer
    }

    /// Leaves nothing of what was found, except when it changes.
    fn forget(&mut self) {
        self.found = Evaluation {
            next_change: self.found.next_change,
            ..Evaluation::UNREADABLE
        };
    }

    /// Killed, disabled, expired, prerequisites, targets, rules, default: the first that decides is final.
    fn flag(&mut self, index: u32) -> Option<Outcome> {
        let flag = Flag::read_inlined(self.ruleset.record(index)?)?;
        self.observer.observe(Event::FlagBegins(&flag));
        let off = |exit| Some(Outcome::of(flag.off_variant, exit));
        if self.is_closed(flag.killed() || self.ruleset.is_killed(index)) {
            return off(Exit::Killed);
        }
        let disabled = !flag.enabled()
            || flag
                .disable_at
                .is_some_and(|moment| self.has_passed(moment, false));
        if self.is_closed(disabled) {
            return off(Exit::Disabled);
        }
        if flag.off_when_expired() {
            let max_stale = self.ruleset.header().max_stale_ms;
            let off_at = self.ruleset.expires_ms().saturating_add(max_stale);
            let expired = self.has_passed(off_at, false);
            if self.is_closed(expired) {
                return off(Exit::Expired);
            }
        }
        let mut prerequisites = flag.prerequisites;
        while !prerequisites.is_empty() {
            if !self.is_met(&Prerequisite::read(&mut prerequisites)?) {
                return off(Exit::Prerequisite);
            }
        }
        if let Some(variant) = self.target(flag.targets)? {
            return Some(Outcome::of(variant, Exit::Target));
        }
        let (mut body, exit) = match self.matching(flag.rules)? {
            Some(body) => (body, Exit::Rule),
            None if flag.rules.is_empty() && flag.targets.is_empty() => (flag.default, Exit::Static),
            None => (flag.default, Exit::Default),
        };
        self.serve(&mut body, flag.off_variant, exit)
    }

    fn is_closed(&mut self, closed: bool) -> bool {
        self.observer.observe(Event::Gate { closed });
        closed
    }

    /// Does the other flag, itself open, serve one of the variants? One that lacks its unit is not: nobody is exposed
    /// for want of a unit.
    #[inline(never)]
    fn is_met(&mut self, prerequisite: &Prerequisite<'a>) -> bool {
        self.observer.observe(Event::PrerequisiteBegins {
            flag: prerequisite.flag,
        });
        let outcome = self.flag(prerequisite.flag);
        self.forget();
        let met = outcome.is_some_and(|outcome| {
            let open = !matches!(
                outcome.exit,
                Exit::Killed
                    | Exit::Disabled
                    | Exit::Expired
                    | Exit::Prerequisite
                    | Exit::UnitMissing
                    | Exit::Unreadable
            );
            open && prerequisite
                .variants
                .iter()
                .copied()
                .any(|variant| variant == outcome.variant)
        });
        self.observer.observe(Event::PrerequisiteEnds { outcome, met });
        met
    }

    #[inline]
    fn target(&mut self, mut targets: Cursor<'a>) -> Option<Option<u8>> {
        while !targets.is_empty() {
            let Target {
                variant,
                attribute,
                resource,
            } = Target::read(&mut targets)?;
            let mut digits = Digits::default();
            let listed = match self.unit(attribute, &mut digits) {
                Some(unit) => resource::is_listed(self.resource(resource)?, unit)?,
                None => false,
            };
            self.observer.observe(Event::Target { attribute, listed });
            if listed {
                return Some(Some(variant));
            }
        }
        Some(None)
    }

    /// What the first rule serves whose condition holds.
    #[inline(always)]
    fn matching(&mut self, mut rules: Cursor<'a>) -> Option<Option<Cursor<'a>>> {
        let mut index: u32 = 0;
        while !rules.is_empty() {
            let Rule { mut condition, serve } = Rule::read(&mut rules)?;
            self.observer.observe(Event::RuleBegins);
            let matched = condition.is_empty() || self.holds(&mut condition, false)?;
            self.observer.observe(Event::RuleEnds { matched });
            if matched {
                self.found.rule = index.into();
                return Some(Some(serve));
            }
            index += 1;
        }
        Some(None)
    }

    /// Serves what stands at the cursor; `constant` is the exit when that is one variant for everybody.
    #[inline(always)]
    fn serve(&mut self, cursor: &mut Cursor<'a>, off: u8, constant: Exit) -> Option<Outcome> {
        self.observer.observe(Event::Serves);
        let served = match Serve::read(cursor)? {
            Serve::Variant(variant) => Some(Outcome::of(variant, constant)),
            Serve::Split(arms) => {
                let Split { hash, arms } = Split::read(cursor, arms)?;
                match self.place(hash) {
                    Some(slot) => Some(Outcome::of(self.arm_at(arms, slot)?, Exit::Split)),
                    None => None,
                }
            }
            Serve::Rollout(bits) => self.rollout(Rollout::read(cursor, bits)?)?,
            Serve::Experiment(bits) => self.experiment(cursor, bits)?,
        };
        Some(match served {
            Some(outcome) => outcome,
            None => {
                let rule = self.found.rule;
                self.forget();
                self.found.rule = rule;
                Outcome::of(off, Exit::UnitMissing)
            }
        })
    }

    /// The slot that decides, which the evaluation tells of; `None` when the unit is missing.
    #[inline]
    pub(super) fn place(&mut self, hash: Hash<'a>) -> Option<u32> {
        let slot = self.slot(hash)?;
        self.found.hashed = Hashed::new(slot, hash.attribute);
        Some(slot)
    }

    /// The variant whose part of the ruler holds the slot.
    fn arm_at(&mut self, mut arms: Cursor<'a>, slot: u32) -> Option<u8> {
        loop {
            let SplitArm { variant, end } = SplitArm::read(&mut arms)?;
            if self.is_inside(slot < end) {
                return Some(variant);
            }
        }
    }

    pub(super) fn is_inside(&mut self, inside: bool) -> bool {
        self.observer.observe(Event::Part { inside });
        inside
    }

    /// A table that a condition or target refers to.
    #[inline]
    pub(super) fn resource(&self, resource: u32) -> Option<&'a [u8]> {
        self.ruleset.snapshot().resources().at(resource)
    }

    /// A segment's condition.
    #[inline]
    pub(super) fn segment(&self, segment: u32) -> Option<Cursor<'a>> {
        self.ruleset.snapshot().segments().at(segment).map(Cursor::new)
    }

    /// The reading of the clock: what opens exposure stands still at the expiry; what closes it goes on, and by the newest
    /// head's issue where the clock is behind that.
    pub(super) fn clock(&self, opens: bool) -> i64 {
        if opens {
            self.now.min(self.ruleset.expires_ms())
        } else {
            self.now.max(self.ruleset.issued_at_ms())
        }
    }

    /// Has a moment come? If not, and it will, it is noted as the next change.
    #[inline(never)]
    pub(super) fn has_passed(&mut self, moment: i64, opens: bool) -> bool {
        if self.clock(opens) >= moment {
            return true;
        }
        if !opens || moment <= self.ruleset.expires_ms() {
            self.found.next_change = self.found.next_change.min(moment);
        }
        false
    }
}
