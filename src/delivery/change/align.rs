use super::condition::shape;
use serde_json::Value;
use std::ops::Range;

/// Which rule of one list stands for which of another: index before, index after.
pub(super) type Pair = (Option<usize>, Option<usize>);

/// Longer lists are compared place by place.
const MOST_CELLS: usize = 4_000_000;

/// Pairs rules that have the same name, or without names ask about the same people, in order. Between two such pairs,
/// rules that ask about the same people are paired, and then those without names one after the other.
pub(super) fn aligned(before: &[Value], after: &[Value]) -> Vec<Pair> {
    let (old, new) = (keys(before), keys(after));
    let mut pairs = Vec::new();
    let (mut from, mut to) = (0, 0);
    for (i, j) in common(&old, &new).into_iter().chain([(old.len(), new.len())]) {
        between((before, from..i), (after, to..j), &mut pairs);
        if i < old.len() {
            pairs.push((Some(i), Some(j)));
        }
        (from, to) = (i + 1, j + 1);
    }
    pairs
}

/// Pairs rules that ask about the same people, in order.
pub(super) fn alike(before: &[Value], after: &[Value]) -> Vec<(usize, usize)> {
    let shapes = |rules: &[Value]| -> Vec<String> { rules.iter().map(asked).collect() };
    common(&shapes(before), &shapes(after))
}

/// Pairs what lies between two pairs.
fn between(
    (before, old): (&[Value], Range<usize>),
    (after, new): (&[Value], Range<usize>),
    pairs: &mut Vec<Pair>,
) {
    let part = |rules: &[Value], range: &Range<usize>| rules.get(range.clone()).unwrap_or_default().to_vec();
    let same: Vec<(usize, usize)> = alike(&part(before, &old), &part(after, &new))
        .into_iter()
        .map(|(i, j)| (old.start + i, new.start + j))
        .collect();
    let is_free = |rules: &[Value], at: usize| rules.get(at).is_some_and(|rule| rule.get("name").is_none());
    let is_taken = |j: usize| same.iter().any(|(_, taken)| *taken == j);
    let mut free = new.clone().filter(|j| is_free(after, *j) && !is_taken(*j));
    let mut taken: Vec<usize> = same.iter().map(|(_, j)| *j).collect();
    for i in old {
        let alike = same.iter().find(|(known, _)| *known == i).map(|(_, j)| *j);
        let partner = alike.or_else(|| if is_free(before, i) { free.next() } else { None });
        taken.extend(partner);
        pairs.push((Some(i), partner));
    }
    let added = new.filter(|j| !taken.contains(j));
    pairs.extend(added.map(|j| (None, Some(j))));
}

/// What a rule is known by.
fn keys(rules: &[Value]) -> Vec<String> {
    let key = |rule: &Value| match rule.get("name").and_then(Value::as_str) {
        Some(name) => format!("name {name}"),
        None => format!("if {}", asked(rule)),
    };
    rules.iter().map(key).collect()
}

/// Who a rule asks about.
fn asked(rule: &Value) -> String {
    rule.get("if").map(shape).unwrap_or_default().to_string()
}

/// The longest common part of two lists, as pairs of indices.
fn common(old: &[String], new: &[String]) -> Vec<(usize, usize)> {
    let start = old
        .iter()
        .zip(new)
        .take_while(|(one, other)| one == other)
        .count();
    let mut pairs: Vec<(usize, usize)> = (0..start).map(|at| (at, at)).collect();
    let (rest, others) = (
        old.get(start..).unwrap_or_default(),
        new.get(start..).unwrap_or_default(),
    );
    if rest.len().saturating_mul(others.len()) > MOST_CELLS {
        let same = rest.iter().zip(others).enumerate();
        let same = same.filter(|(_, (one, other))| one == other);
        pairs.extend(same.map(|(at, _)| (start + at, start + at)));
        return pairs;
    }
    // The length of the longest common part of what lies behind each pair of places.
    let columns = others.len() + 1;
    let mut lengths = vec![0_u32; (rest.len() + 1) * columns];
    let length = |lengths: &[u32], i: usize, j: usize| lengths.get(i * columns + j).copied().unwrap_or(0);
    for (i, one) in rest.iter().enumerate().rev() {
        for (j, other) in others.iter().enumerate().rev() {
            let longest = if one == other {
                length(&lengths, i + 1, j + 1) + 1
            } else {
                length(&lengths, i + 1, j).max(length(&lengths, i, j + 1))
            };
            if let Some(cell) = lengths.get_mut(i * columns + j) {
                *cell = longest;
            }
        }
    }
    let (mut i, mut j) = (0, 0);
    while let (Some(one), Some(other)) = (rest.get(i), others.get(j)) {
        if one == other {
            pairs.push((start + i, start + j));
            (i, j) = (i + 1, j + 1);
        } else if length(&lengths, i + 1, j) >= length(&lengths, i, j + 1) {
            i += 1;
        } else {
            j += 1;
        }
    }
    pairs
}
