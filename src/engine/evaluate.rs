use super::evaluation::{Evaluation, Exit};
use super::observer::{Event, Observer};
use super::resource;
use super::slots::{Digits, Slots};
use crate::snapshot::{Cursor, Flag, Prerequisite, Rule, Serve, SplitArm, Tables, Target};

/// One evaluation under way: what it reads, and what it has found out about time.
pub(crate) struct Evaluator<'a, O> {
    pub(super) tables: Tables<'a>,
    pub(super) slots: Slots<'a>,
    pub(super) observer: O,
    readable: &'a [bool],
    clock: Clock,
    next_change: Option<i64>,
}

/// The two readings of one moment: what opens stands still at the snapshot's expiry, what closes goes on.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Clock {
    pub(crate) now: i64,
    /// The snapshot's expiry.
    pub(crate) expires: i64,
    /// When flags that go off when expired go off.
    pub(crate) off_at: i64,
}

/// What serving comes to.
pub(super) enum Served {
    Variant(Evaluation),
    UnitMissing,
}

impl<'a, O: Observer> Evaluator<'a, O> {
    pub(crate) fn new(
        tables: Tables<'a>,
        readable: &'a [bool],
        slots: Slots<'a>,
        clock: Clock,
        observer: O,
    ) -> Self {
        Self {
            tables,
            slots,
            observer,
            readable,
            clock,
            next_change: None,
        }
    }

    /// Decides a flag. Total: what cannot be read is [`Evaluation::UNREADABLE`].
    pub(crate) fn evaluate(&mut self, flag: u32) -> Evaluation {
        self.next_change = None;
        let evaluation = self.flag(flag).unwrap_or(Evaluation::UNREADABLE);
        Evaluation {
            next_change: self.next_change,
            ..evaluation
        }
    }

    #[cfg(feature = "compile")]
    pub(crate) fn into_observer(self) -> O {
        self.observer
    }

    /// Killed, disabled, expired, prerequisites, targets, rules, default: the first that decides is final.
    fn flag(&mut self, index: u32) -> Option<Evaluation> {
        if !*self.readable.get(index as usize)? {
            return None;
        }
        let flag = Flag::read(self.tables.flags.at(index)?)?;
        self.observer.observe(Event::FlagBegins(&flag));
        let off = |exit| Some(Evaluation::of(Some(flag.off_variant), exit));
        if self.is_closed(flag.killed()) {
            return off(Exit::Killed);
        }
        let disabled = !flag.enabled()
            || flag
                .disable_at()
                .is_some_and(|moment| self.has_passed(moment, false));
        if self.is_closed(disabled) {
            return off(Exit::Disabled);
        }
        if flag.off_when_expired() {
            let expired = self.has_passed(self.clock.off_at, false);
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
            return Some(Evaluation::of(Some(variant), Exit::Target));
        }
        let mut rules = flag.rules;
        let mut index = 0;
        while !rules.is_empty() {
            let rule = Rule::read(&mut rules)?;
            if let Some(serve) = self.rule(rule)? {
                return self.serve(&serve, flag.off_variant, Some(index), Exit::Rule);
            }
            index = index.checked_add(1)?;
        }
        let constant = flag.rules.is_empty() && flag.targets.is_empty();
        let exit = if constant { Exit::Static } else { Exit::Default };
        let mut default = flag.default;
        self.serve(&Serve::read(&mut default)?, flag.off_variant, None, exit)
    }

    fn is_closed(&mut self, closed: bool) -> bool {
        self.observer.observe(Event::Gate { closed });
        closed
    }

    /// Does the other flag, itself open, serve one of the variants? One that lacks its unit is not: nobody is exposed
    /// for want of a unit.
    fn is_met(&mut self, prerequisite: &Prerequisite<'a>) -> bool {
        self.observer.observe(Event::PrerequisiteBegins {
            flag: prerequisite.flag,
        });
        let evaluation = self.flag(prerequisite.flag).unwrap_or(Evaluation::UNREADABLE);
        let open = !matches!(
            evaluation.exit,
            Exit::Killed
                | Exit::Disabled
                | Exit::Expired
                | Exit::Prerequisite
                | Exit::UnitMissing
                | Exit::Unreadable
        );
        let met = open
            && evaluation
                .variant
                .is_some_and(|variant| prerequisite.variants.contains(&variant));
        self.observer.observe(Event::PrerequisiteEnds { evaluation, met });
        met
    }

    fn target(&mut self, mut targets: Cursor<'a>) -> Option<Option<u8>> {
        while !targets.is_empty() {
            let Target {
                variant,
                attribute,
                resource,
            } = Target::read(&mut targets)?;
            let mut digits = Digits::default();
            let listed = match self.slots.unit(attribute, &mut digits) {
                Some(unit) => resource::is_listed(self.tables.resources.at(resource)?, unit)?,
                None => false,
            };
            self.observer.observe(Event::Target { attribute, listed });
            if listed {
                return Some(Some(variant));
            }
        }
        Some(None)
    }

    /// What the rule serves, when its condition holds.
    fn rule(&mut self, rule: Rule<'a>) -> Option<Option<Serve<'a>>> {
        self.observer.observe(Event::RuleBegins);
        let mut body = rule.body;
        let matched = !rule.conditional || self.holds(&mut body, false)?;
        self.observer.observe(Event::RuleEnds { matched });
        Some(if matched {
            Some(Serve::read(&mut body)?)
        } else {
            None
        })
    }

    fn serve(&mut self, serve: &Serve<'a>, off: u8, rule: Option<u16>, constant: Exit) -> Option<Evaluation> {
        self.observer.observe(Event::Serves);
        let served = match serve {
            Serve::Variant(variant) => Served::Variant(Evaluation::of(Some(*variant), constant)),
            Serve::Split { hash, arms } => match self.slot(hash) {
                Some(slot) => Served::Variant(Evaluation {
                    bucket: Some(slot),
                    unit: Some(hash.attribute),
                    ..Evaluation::of(Some(self.arm_at(*arms, slot)?), Exit::Split)
                }),
                None => Served::UnitMissing,
            },
            Serve::Rollout(rollout) => self.rollout(rollout)?,
            Serve::Experiment(experiment) => self.experiment(experiment)?,
        };
        Some(match served {
            Served::Variant(evaluation) => Evaluation { rule, ..evaluation },
            Served::UnitMissing => Evaluation {
                rule,
                ..Evaluation::of(Some(off), Exit::UnitMissing)
            },
        })
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

    /// The reading of the clock for what opens or closes exposure.
    pub(super) fn clock(&self, opens: bool) -> i64 {
        if opens {
            self.clock.now.min(self.clock.expires)
        } else {
            self.clock.now
        }
    }

    /// Has a moment come? If not, and it will, it is noted as the next change.
    pub(super) fn has_passed(&mut self, moment: i64, opens: bool) -> bool {
        if self.clock(opens) >= moment {
            return true;
        }
        if !opens || moment <= self.clock.expires {
            self.next_change = Some(self.next_change.map_or(moment, |known| known.min(moment)));
        }
        false
    }
}
