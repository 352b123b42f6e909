//! Changes of flags, as several commands tell them.

mod whole;

use serde_json::{Value, json};
use std::collections::BTreeSet;
use std::fmt::Write;
use tidegate::delivery::change::{Change, Difference, Kind};

use crate::output::escape::{brief, code, plain};
use crate::output::percent;

/// A change for machines.
pub(crate) fn json(change: &Change) -> Value {
    json!({
        "flag": change.flag,
        "kinds": change.kinds.iter().map(|kind| kind.word()).collect::<Vec<_>>(),
        "step": percent::json(change.step),
        "differences": change.differences.iter().map(difference).collect::<Vec<_>>(),
    })
}

fn difference(difference: &Difference) -> Value {
    json!({
        "path": difference.path,
        "before": difference.before,
        "after": difference.after,
    })
}

/// The kinds of a change in words.
pub(crate) fn kinds(kinds: &BTreeSet<Kind>) -> String {
    let words: Vec<&str> = kinds.iter().map(|kind| kind.word()).collect();
    words.join(", ")
}

/// What is told once where it is the same for several audiences: the second is added to the first.
pub(crate) fn joined<T>(
    all: impl Iterator<Item = T>,
    is_same: impl Fn(&T, &T) -> bool,
    add: impl Fn(&mut T, T),
) -> Vec<T> {
    let mut joined: Vec<T> = Vec::new();
    for one in all {
        match joined.iter_mut().find(|known| is_same(known, &one)) {
            Some(known) => add(known, one),
            None => joined.push(one),
        }
    }
    joined
}

/// Differences as lines for people; of more than so many only the number.
pub(crate) fn text(change: &Change, most: usize) -> String {
    let mut text = String::new();
    let differences = &change.differences;
    for difference in differences.iter().take(most) {
        let side = |value: &Option<Value>| {
            let said = value.as_ref().map(|value| said(change, difference, value));
            said.unwrap_or_else(|| "nothing".to_owned())
        };
        let (before, after) = (side(&difference.before), side(&difference.after));
        let _ = writeln!(text, "  {}: {before} → {after}", plain(place(difference)));
    }
    if differences.len() > most {
        let _ = writeln!(text, "    and {} more differences", differences.len() - most);
    }
    text
}

/// Differences as a table in Markdown.
pub(crate) fn table(change: &Change, most: usize) -> String {
    let mut text = String::new();
    let differences = &change.differences;
    if !differences.is_empty() {
        text.push_str("| where | before | after |\n| --- | --- | --- |\n");
    }
    for difference in differences.iter().take(most) {
        let side = |value: &Option<Value>| {
            let said = value.as_ref().map(|value| code(&said(change, difference, value)));
            said.unwrap_or_default()
        };
        let (before, after) = (side(&difference.before), side(&difference.after));
        let _ = writeln!(text, "| {} | {before} | {after} |", code(place(difference)));
    }
    if differences.len() > most {
        let _ = writeln!(text, "\nAnd {} more differences.", differences.len() - most);
    }
    text
}

/// One side of a difference, on one line.
fn said(change: &Change, difference: &Difference, value: &Value) -> String {
    match difference.path.as_str() {
        "" => plain(&whole::line(value, &change.environment)),
        _ => brief(value),
    }
}

fn place(difference: &Difference) -> &str {
    match difference.path.as_str() {
        "" => "the flag",
        path => path,
    }
}
