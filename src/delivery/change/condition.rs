//! Conditions as `inspect` shows them.

use crate::model::Percent;
use serde_json::Value;
use std::collections::BTreeSet;

/// How units are hashed.
pub(super) const HASH: [&str; 3] = ["by", "salt", "hash"];

/// All slots.
pub(super) const ALL: Percent = 100_000;

/// The segments that a value names, but for those that the segments name.
pub(super) fn segments_in(value: &Value) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    collect(value, &mut found);
    found
}

fn collect(value: &Value, found: &mut BTreeSet<String>) {
    match value {
        Value::Object(fields) => {
            if let (1, Some(Value::String(name))) = (fields.len(), fields.get("segment")) {
                found.insert(name.clone());
            }
            // The values of variants are whatever somebody wrote.
            let within = fields.iter().filter(|(name, _)| *name != "variants");
            within.for_each(|(_, value)| collect(value, found));
        }
        Value::Array(members) => members.iter().for_each(|member| collect(member, found)),
        _ => {}
    }
}

/// The condition without what its percentages say: who is asked about, not how many of them.
pub(super) fn shape(condition: &Value) -> Value {
    match condition {
        Value::Object(fields) if fields.contains_key("percentage") => Value::from("percentage"),
        Value::Object(fields) => {
            let fields = fields.iter();
            Value::Object(fields.map(|(name, value)| (name.clone(), shape(value))).collect())
        }
        Value::Array(members) => members.iter().map(shape).collect(),
        other => other.clone(),
    }
}

/// Does it hold for everybody but for percentages?
pub(super) fn is_open(condition: Option<&Value>) -> bool {
    let Some(condition) = condition else {
        return true;
    };
    if condition.get("percentage").is_some() {
        return true;
    }
    let members = ["all", "any"]
        .iter()
        .find_map(|group| condition.get(*group)?.as_array());
    members.is_some_and(|members| members.iter().all(|member| is_open(Some(member))))
}

/// The percentages of a condition in their order, as ranges of slots.
pub(super) fn percentages(condition: &Value) -> Vec<(Percent, Percent)> {
    let mut found = Vec::new();
    each_percentage(condition, &mut |node| found.push(range(node)));
    found
}

/// How the percentages of a condition hash their units.
pub(super) fn hashes(condition: &Value) -> Vec<Vec<Option<Value>>> {
    let mut found = Vec::new();
    each_percentage(condition, &mut |node| found.push(hash(node)));
    found
}

/// How a node hashes its units.
pub(super) fn hash(node: &Value) -> Vec<Option<Value>> {
    HASH.iter().map(|name| node.get(*name).cloned()).collect()
}

/// The share of units that a condition lets through at most, as far as percentages say.
pub(super) fn width(condition: Option<&Value>) -> Percent {
    let Some(condition) = condition else {
        return ALL;
    };
    let members = |group: &str| condition.get(group).and_then(Value::as_array);
    if condition.get("percentage").is_some() {
        let (from, to) = range(condition);
        to.saturating_sub(from)
    } else if let Some(members) = members("all") {
        let widths = members.iter().map(|member| width(Some(member)));
        widths.min().unwrap_or(ALL)
    } else if let Some(members) = members("any") {
        let widths = members.iter().map(|member| width(Some(member)));
        widths.fold(0, Percent::saturating_add).min(ALL)
    } else {
        ALL
    }
}

/// Of how many units a condition stops to hold, and begins to hold, where another differs from it in percentages alone.
pub(super) fn shifts(before: &Value, after: &Value) -> (Percent, Percent) {
    let (mut leaves, mut joins) = (0, 0);
    shift(before, after, true, &mut |left, joined| {
        leaves = left.saturating_add(leaves).min(ALL);
        joins = joined.saturating_add(joins).min(ALL);
    });
    (leaves, joins)
}

fn shift(before: &Value, after: &Value, holds: bool, each: &mut dyn FnMut(Percent, Percent)) {
    match (before, after) {
        _ if before == after => {}
        (Value::Object(old), Value::Object(_)) if old.contains_key("percentage") => {
            let is_drawn_anew = hash(before) != hash(after);
            let (was, is) = (range(before), range(after));
            let both = match is_drawn_anew {
                true => 0,
                false => was.1.min(is.1).saturating_sub(was.0.max(is.0)),
            };
            let rest = |(from, to): (Percent, Percent)| to.saturating_sub(from).saturating_sub(both);
            match holds {
                true => each(rest(was), rest(is)),
                // Whoever lacks the one unit is held back by no share of it.
                false if is_drawn_anew => each(ALL, ALL),
                false => each(rest(is), rest(was)),
            }
        }
        (Value::Object(old), Value::Object(new)) => {
            for (name, old) in old {
                let holds = holds != (name == "not");
                shift(old, new.get(name).unwrap_or(&Value::Null), holds, each);
            }
        }
        (Value::Array(old), Value::Array(new)) if old.len() == new.len() => {
            let pairs = old.iter().zip(new);
            pairs.for_each(|(old, new)| shift(old, new, holds, each));
        }
        _ => each(ALL, ALL),
    }
}

fn each_percentage(condition: &Value, each: &mut dyn FnMut(&Value)) {
    match condition {
        Value::Object(fields) if fields.contains_key("percentage") => each(condition),
        Value::Object(fields) => fields.values().for_each(|value| each_percentage(value, each)),
        Value::Array(members) => members.iter().for_each(|member| each_percentage(member, each)),
        _ => {}
    }
}

fn range(node: &Value) -> (Percent, Percent) {
    let percentage = node.get("percentage");
    let end = |name: &str| percentage.and_then(|range| range.get(name)).map(slots);
    match percentage {
        Some(Value::Number(_)) => (0, percentage.map_or(0, slots)),
        _ => (end("from").unwrap_or(0), end("to").unwrap_or(ALL)),
    }
}

/// Percent, as `inspect` shows it, in slots.
pub(super) fn slots(percent: &Value) -> Percent {
    let slots = percent.as_f64().unwrap_or(0.0) * 1_000.0;
    // Percent has three decimals at most, so that this is exact; the cast saturates.
    slots.round() as Percent
}
