//! Changes of flags as the log tells them.

use crate::output::percent;
use serde_json::{Map, Value, json};
use std::collections::BTreeMap;
use tidegate::delivery::audit::{Entry, sha256};
use tidegate::delivery::change::{Change, Difference, Kind};

/// A value with more bytes is told by its digest.
const LARGEST_VALUE: usize = 4 << 10;

/// The same of a whole flag, one that comes or goes.
const LARGEST_FLAG: usize = 64 << 10;

/// Changes of several flags, with the digests of the file of each before and after, as far as they are known.
pub(crate) fn changes(changes: &[Change], digests: impl Fn(&Change) -> [Option<String>; 2]) -> Value {
    let one = |change: &Change| {
        let mut fields = Map::new();
        fields.insert("flag".into(), json!(change.flag));
        fields.insert("environment".into(), json!(change.environment));
        for (name, digest) in ["from", "to"].into_iter().zip(digests(change)) {
            if let Some(digest) = digest {
                fields.insert(name.into(), json!(digest));
            }
        }
        fields.extend(of_one(change));
        Value::Object(fields)
    };
    changes.iter().map(one).collect()
}

/// The changes of several audiences, each flag once: as the audience saw it that saw most.
pub(crate) fn once<'c>(audiences: impl Iterator<Item = &'c [Change]>) -> Vec<Change> {
    let mut found: BTreeMap<(String, String), Change> = BTreeMap::new();
    for change in audiences.flatten() {
        let key = (change.environment.clone(), change.flag.clone());
        let known = found.entry(key).or_insert_with(|| change.clone());
        // Flags that become visible are new to one audience alone.
        if change.differences.len() > known.differences.len() || known.kinds.contains(&Kind::New) {
            known.clone_from(change);
        }
    }
    found.into_values().collect()
}

/// Adds the change of the one flag that an entry is about.
pub(crate) fn with_change(mut entry: Entry, change: Option<&Change>) -> Entry {
    entry.fields.extend(change.map(of_one).unwrap_or_default());
    entry
}

fn of_one(change: &Change) -> Map<String, Value> {
    let kinds: Vec<&str> = change.kinds.iter().map(|kind| kind.word()).collect();
    let differences = change.differences.iter();
    let mut fields = Map::new();
    fields.insert("kinds".into(), json!(kinds));
    fields.insert("step".into(), percent::json(change.step));
    fields.insert("diff".into(), differences.map(difference).collect());
    fields
}

fn difference(difference: &Difference) -> Value {
    let mut fields = Map::new();
    fields.insert("path".into(), json!(difference.path));
    for (name, value) in [("before", &difference.before), ("after", &difference.after)] {
        if let Some(value) = value {
            let largest = match difference.path.is_empty() {
                true => LARGEST_FLAG,
                false => LARGEST_VALUE,
            };
            fields.insert(name.into(), told(value, largest));
        }
    }
    Value::Object(fields)
}

fn told(value: &Value, largest: usize) -> Value {
    let text = value.to_string();
    match text.len() > largest {
        true => {
            json!({ "bytes": text.len(), "sha256": data_encoding::HEXLOWER.encode(&sha256(text.as_bytes())) })
        }
        false => value.clone(),
    }
}
