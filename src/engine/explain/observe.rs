use super::reading::Reading;
use super::value::{buckets, plain};
use super::{Outcome, Trace, outline};
use crate::engine::authored::{Authored, FlagNames, percent};
use crate::engine::observer::{Event, Observer};
use crate::engine::slots::Slots;
use crate::snapshot::Flag;

/// Walks the outline of a flag along with the evaluator, and writes what it is told into each step.
///
/// The evaluator takes steps in the order of the outline, so the next step told of is the next child of the one that
/// is open; what it leaves out stays marked as not reached.
pub(super) struct Explainer<'x, 'a> {
    authored: &'x Authored<'a>,
    reading: Reading<'x>,
    root: Open,
    /// The open steps below the root, outermost first.
    open: Vec<Open>,
    /// For each prerequisite under way its flag and how many steps were open around it.
    prerequisites: Vec<(u32, usize)>,
}

/// A step that is under way.
struct Open {
    trace: Trace,
    /// The child that comes next.
    next: usize,
    /// A condition, and what was found for it.
    condition: Option<String>,
}

impl Open {
    fn new(trace: Trace) -> Self {
        Self {
            trace,
            next: 0,
            condition: None,
        }
    }
}

impl<'x, 'a> Explainer<'x, 'a> {
    pub(super) fn new(authored: &'x Authored<'a>, slots: Slots<'x>, now_ms: i64) -> Self {
        Self {
            authored,
            reading: Reading { slots, now_ms },
            root: Open::new(Trace::info("")),
            open: Vec::new(),
            prerequisites: Vec::new(),
        }
    }

    /// The whole tree, at the end of the evaluation.
    pub(super) fn into_trace(mut self) -> Trace {
        self.close_to(0);
        self.root.trace
    }

    fn current(&mut self) -> &mut Open {
        self.open.last_mut().unwrap_or(&mut self.root)
    }

    /// Goes down into the next child.
    fn begin(&mut self) {
        let current = self.current();
        let child = current.trace.children.get_mut(current.next);
        let child = child.map(|child| core::mem::replace(child, Trace::info("")));
        current.next += 1;
        self.open
            .push(Open::new(child.unwrap_or_else(|| Trace::info(""))));
    }

    /// Goes back up, leaving the step in its place.
    fn end(&mut self) {
        if let Some(done) = self.open.pop() {
            let current = self.current();
            let position = current.next.checked_sub(1);
            if let Some(place) = position.and_then(|position| current.trace.children.get_mut(position)) {
                *place = done.trace;
            }
        }
    }

    fn close_to(&mut self, depth: usize) {
        while self.open.len() > depth {
            self.end();
        }
    }

    fn conclude(&mut self, outcome: Outcome, found: &str) {
        let trace = &mut self.current().trace;
        trace.outcome = outcome;
        if !found.is_empty() {
            trace.text = format!("{}: {found}", trace.text);
        }
    }

    /// The next child is a step without steps of its own.
    fn step(&mut self, outcome: Outcome, found: &str) {
        self.begin();
        self.conclude(outcome, found);
        self.end();
    }
}

impl Observer for Explainer<'_, '_> {
    fn observe(&mut self, event: Event<'_, '_>) {
        let said = |yes: bool| if yes { Outcome::Holds } else { Outcome::Fails };
        match event {
            Event::FlagBegins(flag) => {
                let steps = outline::flag(self.authored, flag).unwrap_or_default();
                self.current().trace.children = steps;
            }
            Event::Gate { closed } => self.step(said(closed), if closed { "yes" } else { "no" }),
            Event::PrerequisiteBegins { flag } => {
                self.prerequisites.push((flag, self.open.len()));
                self.begin();
            }
            Event::PrerequisiteEnds { outcome, met } => {
                let Some((flag, depth)) = self.prerequisites.pop() else {
                    return;
                };
                self.close_to(depth + 1);
                let named = outcome.and_then(|outcome| {
                    let record = Flag::read(self.authored.snapshot.flags().at(flag)?)?;
                    let variant = FlagNames::read(&record).variant(outcome.variant).to_owned();
                    Some(format!("it serves `{variant}` ({})", outcome.exit.name()))
                });
                let found = named.unwrap_or_else(|| "it cannot be read by this engine".into());
                self.conclude(said(met), &found);
                self.end();
            }
            Event::Target { attribute, listed } => {
                let found = self.reading.unit(attribute);
                self.step(said(listed), &found);
            }
            Event::RuleBegins => self.begin(),
            Event::RuleEnds { matched } => {
                self.conclude(said(matched), "");
                if !matched {
                    self.end();
                }
            }
            Event::ConditionBegins(condition) => {
                let found = self.reading.found(condition);
                self.begin();
                self.current().condition = Some(found);
            }
            Event::ConditionEnds(holds) => {
                let found = self.current().condition.take().unwrap_or_default();
                self.conclude(said(holds), &found);
                self.end();
            }
            Event::Serves => {
                self.begin();
                self.conclude(Outcome::Holds, "");
            }
            Event::Window { window, within } => {
                if window.from.is_some() || window.to.is_some() {
                    let now = self.reading.now();
                    self.step(said(within), &now);
                }
            }
            Event::Hashed { hash, slot } => {
                let landed = self.reading.landed(hash.attribute, slot);
                if let Some(found) = &mut self.current().condition {
                    *found = landed;
                    return;
                }
                let outcome = if slot.is_some() {
                    Outcome::Info
                } else {
                    Outcome::Fails
                };
                self.step(outcome, &landed);
                if slot.is_none() {
                    self.conclude(Outcome::Fails, "");
                }
            }
            Event::Part { inside } => self.step(said(inside), ""),
            Event::Share { from, to, inside } => {
                let width = plain(&percent(to.saturating_sub(from)));
                self.step(said(inside), &format!("now {width}%, {}", buckets(from, to)));
            }
        }
    }
}
