use serde_json::Value;

use super::problems::Problems;
use super::scalar::check_number;
use crate::model::document::{Kind, Node};

/// The longest value of a variant, in bytes of JSON.
pub(super) const LONGEST_VALUE: usize = 65_536;

/// Any value as JSON; numbers stay exactly as they are written.
pub(super) fn value(node: &Node, problems: &mut Problems) -> Option<Value> {
    match &node.kind {
        Kind::Null => Some(Value::Null),
        Kind::Boolean(value) => Some(Value::Bool(*value)),
        Kind::Text(text) => Some(Value::String(text.clone())),
        Kind::Number(number) => {
            check_number(number, &node.place, problems).then(|| number.json().map(Value::Number))?
        }
        Kind::Sequence(items) => super::fields::every(items, |item| value(item, problems)).map(Value::Array),
        Kind::Mapping(entries) => super::fields::every(entries, |entry| {
            value(&entry.value, problems).map(|found| (entry.key.value.clone(), found))
        })
        .map(|pairs| Value::Object(pairs.into_iter().collect())),
    }
}

/// A variant's value: a boolean, string, number, list or mapping, at most 64 KiB of JSON.
pub(super) fn variant_value(node: &Node, problems: &mut Problems) -> Option<Value> {
    if node.kind == Kind::Null {
        problems.expected("a value (a boolean, string, number, list or mapping)", node);
        return None;
    }
    let value = value(node, problems)?;
    let length = value.to_string().len();
    if length > LONGEST_VALUE {
        let message = format!("the value is {length} bytes long as JSON, more than {LONGEST_VALUE}");
        problems.error("value-too-long", &node.place, message);
        return None;
    }
    Some(value)
}
