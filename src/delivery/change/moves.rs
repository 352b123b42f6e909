//! How many people a change may take out of some variants at most: what cannot be told is everybody.

use super::align::alike;
use super::base::Base;
use super::condition::{ALL, percentages, shifts, width};
use super::rules::Rules;
use super::serve::moment_ms;
use super::served::{CLOSED, Served};
use crate::model::Percent;
use serde_json::Value;

/// Of more pairs of rules it is only told whether anybody may get anything.
const MOST_PAIRS: usize = 250_000;

/// One rule of both sides, as far as they have it; the last is for everybody.
struct Row<'v> {
    sides: [Option<Side<'v>>; 2],
    /// How many of those who were asked about are not any more, and the other way round.
    leaves: Percent,
    joins: Percent,
}

struct Side<'v> {
    served: Served<'v>,
    width: Percent,
}

/// How many may have had the base of a flag, and have something else after, but for what other flags do.
pub(super) fn moved(old: &Value, new: &Value, base: &Base) -> Percent {
    if old == new {
        return 0;
    }
    if [old, new].into_iter().any(|flag| is(flag, "unreadable")) {
        return ALL;
    }
    let sums = adds_up(old) || adds_up(new);
    let rows = rows(old, new);
    let mut found = vec![of_rows(&rows, base, sums)];
    let targets = |flag: &Value| -> Vec<Percent> {
        let targets = flag.get("targets").and_then(Value::as_object);
        let targets = targets.filter(|_| !is_closed(flag));
        let variants = targets.into_iter().flatten();
        variants
            .map(|(variant, _)| if base.has(variant) { 0 } else { ALL })
            .collect()
    };
    let differs = |name: &str| old.get(name) != new.get(name);
    let [opens, closes] = gates(old, new);
    let reach = joined(
        rows.iter()
            .filter_map(|row| Some(row.sides[1].as_ref()?.served.beyond(base)))
            .chain(targets(new)),
        sums,
    );
    if (opens && base.has(CLOSED)) || differs("targets") {
        found.push(reach);
    }
    if closes && !base.has(CLOSED) {
        found.push(ALL);
    }
    joined(found.into_iter(), sums)
}

/// May people get what they did not while it was closed, and may it be closed for people for whom it was open?
fn gates(old: &Value, new: &Value) -> [bool; 2] {
    let differs = |name: &str| old.get(name) != new.get(name);
    let asks = |flag: &Value| flag.get("prerequisites").is_some();
    let other = differs("prerequisites");
    let [was, is] = [old, new].map(|flag| flag.get("disableAt").map_or(i64::MAX, moment_ms));
    let expires = |flag: &Value| flag.get("onExpired").and_then(Value::as_str) == Some("off");
    [
        other && asks(old) || was < is || expires(old) && !expires(new),
        other && asks(new) || is < was || expires(new) && !expires(old),
    ]
}

fn of_rows(rows: &[Row<'_>], base: &Base, sums: bool) -> Percent {
    let is_large = rows.len().saturating_mul(rows.len()) > MOST_PAIRS;
    let to = |from: usize, to: usize| {
        let side = |at: usize, side: usize| -> Option<&Side<'_>> { rows.get(at)?.sides.get(side)?.as_ref() };
        match (side(from, 0), side(to, 1)) {
            (Some(old), Some(new)) if is_large => match new.served.beyond(base) {
                0 => 0,
                _ if old.width == 0 => 0,
                _ => ALL,
            },
            (Some(old), Some(new)) => old.served.to(&new.served, base),
            _ => 0,
        }
    };
    let parts = rows.iter().enumerate().map(|(at, row)| {
        let behind = || at + 1..rows.len();
        let left = match row.leaves {
            0 => 0,
            leaves => joined(behind().map(|other| to(at, other)), sums).min(leaves),
        };
        let joins = match row.joins {
            0 => 0,
            joins => joined(behind().map(|other| to(other, at)), sums).min(joins),
        };
        let stays = match &row.sides {
            [Some(old), Some(new)] => {
                let stays = old.served.changed_to(&new.served, base);
                stays.min(old.width).min(new.width)
            }
            _ => 0,
        };
        [left, joins, stays]
    });
    joined(parts.flatten(), sums)
}

/// The rules of both sides in one order that both keep.
fn rows<'v>(old: &'v Value, new: &'v Value) -> Vec<Row<'v>> {
    let [was, is] = [old, new].map(side);
    let mut rows = Vec::new();
    let (mut i, mut j) = (0, 0);
    let alone = |rule: &'v Value, is_new: bool| {
        let side = Side::of(rule);
        let width = side.width;
        match is_new {
            true => Row {
                sides: [None, Some(side)],
                leaves: 0,
                joins: width,
            },
            false => Row {
                sides: [Some(side), None],
                leaves: width,
                joins: 0,
            },
        }
    };
    // Segments that say something else ask about other people, whatever names them.
    let same = old.get("segments") == new.get("segments");
    let pairs = match same {
        true => alike(was.rules, is.rules),
        false => Vec::new(),
    };
    for (next, after) in pairs.into_iter().chain([(was.rules.len(), is.rules.len())]) {
        rows.extend(
            was.rules
                .get(i..next)
                .unwrap_or_default()
                .iter()
                .map(|rule| alone(rule, false)),
        );
        rows.extend(
            is.rules
                .get(j..after)
                .unwrap_or_default()
                .iter()
                .map(|rule| alone(rule, true)),
        );
        if let (Some(one), Some(other)) = (was.rules.get(next), is.rules.get(after)) {
            let nothing = &Value::Null;
            let [before, now] = [one, other].map(|rule| rule.get("if").unwrap_or(nothing));
            let (leaves, joins) = shifts(before, now);
            rows.push(Row {
                sides: [Some(Side::of(one)), Some(Side::of(other))],
                leaves,
                joins,
            });
        }
        (i, j) = (next + 1, after + 1);
    }
    let default = |served| Some(Side { served, width: ALL });
    rows.push(Row {
        sides: [default(was.default()), default(is.default())],
        leaves: 0,
        joins: 0,
    });
    rows
}

/// The rules of a flag, none of them while it is closed.
struct Listed<'v> {
    rules: &'v [Value],
    default: Option<&'v Value>,
}

impl<'v> Listed<'v> {
    fn default(&self) -> Served<'v> {
        self.default.map_or_else(|| Served::whole(CLOSED), Served::of)
    }
}

fn side(flag: &Value) -> Listed<'_> {
    if is_closed(flag) {
        return Listed {
            rules: &[],
            default: None,
        };
    }
    let (rules, default) = Rules::of(flag).parts();
    Listed {
        rules,
        default: Some(default),
    }
}

impl<'v> Side<'v> {
    fn of(rule: &'v Value) -> Self {
        Self {
            served: Served::of(rule.get("serve").unwrap_or(&Value::Null)),
            width: width(rule.get("if")),
        }
    }
}

/// Parts of the people of whom nobody is in two: where attributes tell them apart, as in a population of one part alone;
/// where shares do, all of them may be there.
fn joined(parts: impl Iterator<Item = Percent>, sums: bool) -> Percent {
    match sums {
        true => parts.fold(0, Percent::saturating_add).min(ALL),
        false => parts.max().unwrap_or(0),
    }
}

/// Do shares tell apart who is asked about?
fn adds_up(flag: &Value) -> bool {
    let places = ["rules", "segments"].into_iter();
    let mut found = places.filter_map(|name| flag.get(name)).map(percentages);
    found.any(|found| !found.is_empty())
}

fn is_closed(flag: &Value) -> bool {
    is(flag, "killed") || !is(flag, "enabled")
}

fn is(flag: &Value, name: &str) -> bool {
    flag.get(name) == Some(&Value::Bool(true))
}
