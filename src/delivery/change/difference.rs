use super::align::aligned;
use serde_json::Value;
use std::collections::BTreeSet;

/// One place in which a flag differs.
#[derive(Debug, Clone, PartialEq)]
pub struct Difference {
    /// Where, as in `rules[2].serve.rollout.share`; empty for the whole flag. Rules have the number that they have
    /// after, those that are gone the one that they had before.
    pub path: String,
    /// What stood there.
    pub before: Option<Value>,
    /// What stands there.
    pub after: Option<Value>,
}

/// All places in which two flags differ.
pub(super) fn differences(before: &Value, after: &Value) -> Vec<Difference> {
    let mut found = Vec::new();
    differ("", Some(before), Some(after), &mut found);
    found
}

fn differ(path: &str, before: Option<&Value>, after: Option<&Value>, found: &mut Vec<Difference>) {
    match (before, after) {
        (Some(old), Some(new)) if old == new => {}
        (Some(Value::Object(old)), Some(Value::Object(new))) => {
            let names: BTreeSet<&String> = old.keys().chain(new.keys()).collect();
            for name in names {
                differ(&below(path, name), old.get(name), new.get(name), found);
            }
        }
        (Some(Value::Array(old)), Some(Value::Array(new))) if path == "rules" => {
            for (i, j) in aligned(old, new) {
                let at = j.or(i).unwrap_or(0);
                let old = i.and_then(|i| old.get(i));
                let new = j.and_then(|j| new.get(j));
                differ(&format!("rules[{at}]"), old, new, found);
            }
        }
        (Some(Value::Array(old)), Some(Value::Array(new)))
            if old.len() == new.len() && old.iter().chain(new).all(|member| member.is_object()) =>
        {
            for (at, (old, new)) in old.iter().zip(new).enumerate() {
                differ(&format!("{path}[{at}]"), Some(old), Some(new), found);
            }
        }
        _ => found.push(Difference {
            path: path.to_owned(),
            before: before.cloned(),
            after: after.cloned(),
        }),
    }
}

fn below(path: &str, name: &str) -> String {
    match path {
        "" => name.to_owned(),
        _ => format!("{path}.{name}"),
    }
}
