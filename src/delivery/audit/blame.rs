use super::chain::Chain;
use super::entry::Entry;
use serde_json::{Map, Value};

/// A key of a flag as it is, and the entry that made it so.
#[derive(Debug, Clone, PartialEq)]
pub struct Blamed<'c> {
    /// Where, as in `rules[2].serve.rollout.share`.
    pub path: String,
    /// What stands there.
    pub value: Value,
    /// Who made it so; nothing where it was so before the log began, or was not published since it was edited.
    pub entry: Option<&'c Entry>,
}

impl Chain {
    /// For each key of a flag in an environment, as `inspect` shows it, the last entry that changed it.
    ///
    /// A kill that was told of is shown as one, whatever the project's files say.
    pub fn blame(&self, flag: &str, environment: &str, present: &Value) -> Vec<Blamed<'_>> {
        let mut leaves = Vec::new();
        flatten("", present, &mut leaves);
        let kill = self.kill(flag, environment);
        let mut blamed: Vec<Blamed<'_>> = leaves
            .into_iter()
            .map(|(path, value)| Blamed {
                entry: self.last_change(flag, environment, &path, &value),
                path,
                value,
            })
            .collect();
        if let Some((true, entry)) = kill {
            blamed.retain(|blamed| blamed.path != "killed");
            let killed = Blamed {
                path: "killed".to_owned(),
                value: Value::Bool(true),
                entry: Some(entry),
            };
            blamed.insert(0, killed);
        }
        blamed
    }

    /// Is the flag killed, as far as is told, and by which entry did that begin?
    fn kill(&self, flag: &str, environment: &str) -> Option<(bool, &Entry)> {
        let mut known: Option<(bool, &Entry)> = None;
        for entry in &self.entries {
            for scope in entry.scopes() {
                let is_here = scope.environment() == Some(environment);
                if let Some(kills) = scope.kills().filter(|_| is_here) {
                    let is_killed = kills.contains(&flag);
                    // Of two audiences that are told of at once one may not have the flag.
                    let same_entry = known.is_some_and(|(was, by)| was && by.sequence == entry.sequence);
                    if !same_entry && known.is_none_or(|(was, _)| was != is_killed) {
                        known = Some((is_killed, entry));
                    }
                }
            }
        }
        known
    }

    fn last_change(&self, flag: &str, environment: &str, path: &str, value: &Value) -> Option<&Entry> {
        let newest_first = self.entries.iter().rev();
        newest_first
            .filter(|entry| {
                entry
                    .environment
                    .as_deref()
                    .is_none_or(|named| named == environment)
            })
            .find(|entry| {
                let says = |change: &Map<String, Value>| {
                    list(change, "kinds").any(|kind| kind == "new")
                        || list(change, "diff").any(|one| explains(one, path, value))
                };
                let here = |change: &&Map<String, Value>| {
                    let text = |name: &str| change.get(name).and_then(Value::as_str);
                    text("flag") == Some(flag) && text("environment").is_none_or(|named| named == environment)
                };
                let several = entry.list("changes").iter().filter_map(Value::as_object);
                entry.flag.as_deref() == Some(flag) && says(&entry.fields) || several.filter(here).any(says)
            })
    }
}

fn list<'v>(fields: &'v Map<String, Value>, name: &str) -> impl Iterator<Item = &'v Value> {
    fields.get(name).and_then(Value::as_array).into_iter().flatten()
}

/// Did a difference make this key what it is?
///
/// Rules have the number that they had then; where some have come or gone since, what stands there tells which is which.
fn explains(difference: &Value, path: &str, value: &Value) -> bool {
    let text = difference.get("path").and_then(Value::as_str);
    let Some(below) = text.and_then(|changed| below(path, changed)) else {
        return false;
    };
    match difference.get("after") {
        None => false,
        Some(after) if is_told_by_digest(after) => true,
        Some(after) => match at(after, below) {
            Some(after) => after == value,
            None => false,
        },
    }
}

/// What is left of a path below another; numbers of rules are not compared.
fn below<'p>(path: &'p str, changed: &str) -> Option<&'p str> {
    if changed.is_empty() {
        return Some(path);
    }
    let (mut rest, mut wanted) = (path, changed);
    if let (Some(there), Some(here)) = (wanted.strip_prefix("rules["), rest.strip_prefix("rules[")) {
        wanted = there.split_once(']')?.1;
        rest = here.split_once(']')?.1;
    }
    let rest = rest.strip_prefix(wanted)?;
    (rest.is_empty() || rest.starts_with(['.', '['])).then_some(rest)
}

/// What stands at a path below a value.
fn at<'v>(value: &'v Value, path: &str) -> Option<&'v Value> {
    let path = path.strip_prefix('.').unwrap_or(path);
    if path.is_empty() {
        return Some(value);
    }
    if let Some((number, rest)) = path.strip_prefix('[').and_then(|path| path.split_once(']')) {
        return at(value.get(number.parse::<usize>().ok()?)?, rest);
    }
    // Names may hold dots: the longest that is there.
    let ends = path.char_indices().filter(|(_, c)| matches!(c, '.' | '['));
    let mut ends: Vec<usize> = ends.map(|(at, _)| at).collect();
    ends.push(path.len());
    ends.iter().rev().find_map(|end| {
        let (name, rest) = path.split_at_checked(*end)?;
        at(value.get(name)?, rest)
    })
}

/// Large values are told by digest and size.
fn is_told_by_digest(value: &Value) -> bool {
    value.as_object().is_some_and(|fields| {
        fields.len() == 2 && fields.contains_key("sha256") && fields.contains_key("bytes")
    })
}

/// The keys of a value that have none below them; lists of plain values are one.
fn flatten(path: &str, value: &Value, leaves: &mut Vec<(String, Value)>) {
    let is_nested = |value: &Value| value.is_object() || value.is_array();
    match value {
        Value::Object(fields) if !fields.is_empty() => {
            for (name, value) in fields {
                let below = match path {
                    "" => name.clone(),
                    path => format!("{path}.{name}"),
                };
                flatten(&below, value, leaves);
            }
        }
        Value::Array(elements) if elements.iter().any(is_nested) => {
            for (number, value) in elements.iter().enumerate() {
                flatten(&format!("{path}[{number}]"), value, leaves);
            }
        }
        value => leaves.push((path.to_owned(), value.clone())),
    }
}
