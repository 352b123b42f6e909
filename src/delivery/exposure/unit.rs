use super::joined::{LineCounts, Look, Totals};
use super::plan::{Plan, Values};
use super::scratch::{Exposed, Happened};
use std::collections::{BTreeMap, HashSet};

/// What the units of one part come to.
#[derive(Debug)]
pub(super) struct Tally {
    /// By place.
    pub(super) groups: Vec<GroupTally>,
    pub(super) counts: LineCounts,
}

#[derive(Debug, Clone, Default)]
pub(super) struct GroupTally {
    pub(super) multiple: u64,
    /// By how much each look differs from the one before.
    pub(super) looks: Vec<Look>,
    /// By the segment's place.
    pub(super) segments: BTreeMap<u32, Look>,
}

/// Joins what units got and did, one unit at a time.
#[derive(Debug)]
pub(super) struct Joiner<'p> {
    plan: &'p Plan,
    pub(super) tally: Tally,
    /// By event, what the unit at hand has come to; kept for its room.
    values: Vec<f64>,
    /// The same as of the look before.
    before: Vec<f64>,
    /// The ids of its events.
    ids: HashSet<(u16, u64)>,
}

impl Tally {
    pub(super) fn new(plan: &Plan) -> Self {
        let look = Look {
            units: 0,
            totals: vec![Totals::default(); plan.metrics.len()],
        };
        let group = GroupTally {
            looks: vec![look; plan.looks_ms.len()],
            ..GroupTally::default()
        };
        Self {
            groups: vec![group; plan.groups.len()],
            counts: LineCounts::default(),
        }
    }

    pub(super) fn add(&mut self, other: &Self) {
        self.counts.add(&other.counts);
        for (mine, theirs) in self.groups.iter_mut().zip(&other.groups) {
            mine.multiple += theirs.multiple;
            for (mine, theirs) in mine.looks.iter_mut().zip(&theirs.looks) {
                mine.add(theirs);
            }
            for (segment, look) in &theirs.segments {
                mine.segments.entry(*segment).or_default().add(look);
            }
        }
    }
}

impl<'p> Joiner<'p> {
    pub(super) fn new(plan: &'p Plan) -> Self {
        Self {
            plan,
            tally: Tally::new(plan),
            values: vec![0.0; plan.events],
            before: vec![0.0; plan.events],
            ids: HashSet::new(),
        }
    }

    /// One unit: its exposures by time, at least one, and its events by time.
    pub(super) fn join(&mut self, exposures: &[Exposed], events: &[Happened]) {
        let Some((first, others)) = exposures.split_first() else {
            return;
        };
        let Some(end_ms) = self.end_of(first, others) else {
            if let Some(group) = self.tally.groups.get_mut(first.group as usize) {
                group.multiple += 1;
            }
            return;
        };
        let looks_ms = self.plan.looks_ms.as_slice();
        let Some(group) = self.tally.groups.get_mut(first.group as usize) else {
            return;
        };
        let mut at = looks_ms.partition_point(|look_ms| *look_ms <= first.time_ms);
        let Some(look) = group.looks.get_mut(at) else {
            return;
        };
        look.units += 1;
        self.values.fill(0.0);
        self.ids.clear();
        self.before.fill(0.0);
        let mut last: Option<&Happened> = None;
        for event in events {
            if event.time_ms < first.time_ms {
                self.tally.counts.early += 1;
                continue;
            }
            if event.time_ms >= end_ms {
                self.tally.counts.late += 1;
                continue;
            }
            let repeated = match event.id {
                0 => last.is_some_and(|last| last == event),
                id => !self.ids.insert((event.event, id)),
            };
            last = Some(event);
            if repeated {
                self.tally.counts.repeated += 1;
                continue;
            }
            let now = at
                + looks_ms.get(at..).map_or(0, |rest| {
                    rest.partition_point(|look_ms| *look_ms <= event.time_ms)
                });
            if now > at {
                change(self.plan, group, at, &self.before, &self.values);
                self.before.copy_from_slice(&self.values);
                at = now;
            }
            if let Some(value) = self.values.get_mut(usize::from(event.event)) {
                *value += event.value;
            }
        }
        change(self.plan, group, at, &self.before, &self.values);
        if !self.plan.segments.is_empty() {
            let segment = group.segments.entry(first.segment).or_default();
            segment.units += 1;
            segment.totals.resize(self.plan.metrics.len(), Totals::default());
            for (totals, metric) in segment.totals.iter_mut().zip(&self.plan.metrics) {
                totals.change((0.0, 0.0), metric.of(&self.values));
            }
        }
    }

    /// Up to when the unit's events count; nothing when it was exposed to two sides of one stage.
    ///
    /// A later stage may move a unit to the other side, as a share does that grows beyond one half: it was observed
    /// until then.
    fn end_of(&self, first: &Exposed, others: &[Exposed]) -> Option<i64> {
        let side = |exposed: &Exposed| self.plan.sides.get(exposed.group as usize);
        let stage = |exposed: &Exposed| self.plan.stages.get(exposed.group as usize);
        let mut end_ms = match self.plan.window_ms {
            Some(window_ms) => first.time_ms.saturating_add(window_ms),
            None => i64::MAX,
        };
        for other in others.iter().filter(|other| side(other) != side(first)) {
            if stage(other) == stage(first) {
                return None;
            }
            end_ms = end_ms.min(other.time_ms);
        }
        Some(end_ms.min(self.plan.looks_ms.last().copied().unwrap_or(i64::MAX)))
    }
}

impl Values {
    /// Numerator and denominator of a unit with these values by event.
    fn of(self, values: &[f64]) -> (f64, f64) {
        let value = |event: usize| values.get(event).copied().unwrap_or(0.0);
        match self {
            Self::Had(event) => (f64::from(value(event) > 0.0), 0.0),
            Self::Sum(event) => (value(event), 0.0),
            Self::Ratio(numerator, denominator) => (value(numerator), value(denominator)),
        }
    }
}

/// Counts a unit with other values from a look on.
fn change(plan: &Plan, group: &mut GroupTally, look: usize, before: &[f64], now: &[f64]) {
    if before == now {
        return;
    }
    let Some(look) = group.looks.get_mut(look) else {
        return;
    };
    for (totals, metric) in look.totals.iter_mut().zip(&plan.metrics) {
        totals.change(metric.of(before), metric.of(now));
    }
}
