use super::error::{Kind, LogError};
use super::question::{LoggedKind, Question};
use crate::engine::Arm;
use std::collections::BTreeSet;

/// Sums are kept in memory, so there may be so many of them.
const MOST_CELLS: usize = 4_000_000;

/// Who is counted together, as exposures tell it. In the order in which results are listed.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) struct GroupName {
    pub(super) stage: Option<String>,
    pub(super) arm: ArmOrder,
    pub(super) variant: String,
    pub(super) by: Option<String>,
}

/// Control first, as what is compared with.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) enum ArmOrder {
    Control,
    Treatment,
    None,
}

/// What the first reading found of a group.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Span {
    pub(super) first_ms: i64,
    pub(super) last_ms: i64,
}

/// How units are joined, once all names are known.
#[derive(Debug)]
pub(super) struct Plan {
    /// The groups that count, in order.
    pub(super) groups: Vec<GroupName>,
    /// By the number that a group had in the records, its place among them.
    pub(super) places: Vec<Option<u32>>,
    /// By place, which stage it is.
    pub(super) stages: Vec<u32>,
    /// By place, which side of the comparison it is on.
    pub(super) sides: Vec<u32>,
    /// The moments at which everything is added up.
    pub(super) looks_ms: Vec<i64>,
    pub(super) window_ms: Option<i64>,
    pub(super) metrics: Vec<Values>,
    pub(super) events: usize,
    /// By the number that a segment had in the records, its place among them in order.
    pub(super) segments: Vec<u32>,
}

/// Where a metric's values come from: the places of events.
#[derive(Debug, Clone, Copy)]
pub(super) enum Values {
    Had(usize),
    Sum(usize),
    Ratio(usize, usize),
}

impl From<Arm> for ArmOrder {
    fn from(arm: Arm) -> Self {
        match arm {
            Arm::Control => Self::Control,
            Arm::Treatment => Self::Treatment,
            Arm::None => Self::None,
        }
    }
}

impl From<ArmOrder> for Arm {
    fn from(arm: ArmOrder) -> Self {
        match arm {
            ArmOrder::Control => Self::Control,
            ArmOrder::Treatment => Self::Treatment,
            ArmOrder::None => Self::None,
        }
    }
}

impl Plan {
    /// `found` are all groups and segments in the order of their numbers, and `latest_ms` what the last line tells of.
    pub(super) fn new(
        question: &Question,
        found: Vec<(GroupName, Span)>,
        segments: &[String],
        latest_ms: Option<i64>,
    ) -> Result<Self, LogError> {
        // Where arms are marked, who is in none takes no part.
        let marked = found.iter().any(|(group, _)| group.arm != ArmOrder::None);
        let counts = |group: &GroupName| {
            (!marked || group.arm != ArmOrder::None)
                && question.by.as_deref().is_none_or(|by| unit_name(group) == by)
        };
        let counting: Vec<&(GroupName, Span)> = found.iter().filter(|(group, _)| counts(group)).collect();
        let units: BTreeSet<&str> = counting.iter().map(|(group, _)| unit_name(group)).collect();
        if units.len() > 1 {
            let found = units.into_iter().map(str::to_owned).collect();
            return Err(Kind::UnitsDiffer { found }.into());
        }
        let first_ms = counting.iter().map(|(_, span)| span.first_ms).min();
        let mut groups: Vec<GroupName> = counting.iter().map(|(group, _)| group.clone()).collect();
        groups.sort();
        let names = question.events();
        let place_of = |event: &str| names.iter().position(|(name, _)| *name == event).unwrap_or(0);
        let plan = Self {
            places: found
                .iter()
                .map(|(group, _)| Some(groups.binary_search(group).ok()? as u32))
                .collect(),
            stages: numbers(groups.iter().map(|group| &group.stage)),
            sides: numbers(groups.iter().map(|group| (group.arm, &group.variant))),
            looks_ms: looks(question, first_ms, latest_ms),
            window_ms: question.window_ms,
            metrics: question
                .metrics
                .iter()
                .map(|metric| match &metric.kind {
                    LoggedKind::Proportion { event } => Values::Had(place_of(event)),
                    LoggedKind::Mean { event } => Values::Sum(place_of(event)),
                    LoggedKind::Ratio {
                        numerator,
                        denominator,
                    } => Values::Ratio(place_of(numerator), place_of(denominator)),
                })
                .collect(),
            events: names.len(),
            segments: ordered(segments),
            groups,
        };
        let cells = plan.groups.len() * plan.looks_ms.len().max(segments.len()) * plan.metrics.len().max(1);
        if cells > MOST_CELLS {
            let most = MOST_CELLS;
            return Err(Kind::TooMuchAsked { cells, most }.into());
        }
        Ok(plan)
    }
}

fn unit_name(group: &GroupName) -> &str {
    group.by.as_deref().unwrap_or("targetingKey")
}

/// The same number for what is the same.
fn numbers<T: PartialEq>(items: impl Iterator<Item = T>) -> Vec<u32> {
    let mut seen = Vec::new();
    items
        .map(|item| match seen.iter().position(|other| *other == item) {
            Some(number) => number as u32,
            None => {
                seen.push(item);
                seen.len() as u32 - 1
            }
        })
        .collect()
}

/// By the number of each name, its place in alphabetical order, from 1; 0 stands for no name.
fn ordered(names: &[String]) -> Vec<u32> {
    let mut order: Vec<usize> = (0..names.len()).collect();
    order.sort_by_key(|number| names.get(*number));
    let mut places = vec![0; names.len()];
    for (place, number) in order.into_iter().enumerate() {
        if let Some(slot) = places.get_mut(number) {
            *slot = place as u32 + 1;
        }
    }
    places
}

/// Moments at equal distances from the first exposure to the end of what is known.
fn looks(question: &Question, first_ms: Option<i64>, latest_ms: Option<i64>) -> Vec<i64> {
    let end = latest_ms.map_or(0, |latest_ms| latest_ms + 1);
    let end = question.until_ms.map_or(end, |until_ms| until_ms.min(end));
    let start = first_ms.unwrap_or(end).min(end);
    let count = question.looks.max(1) as i64;
    (1..=count)
        .map(|number| start + ((end - start) as i128 * number as i128 / count as i128) as i64)
        .collect()
}
