//! Values as short texts.

use crate::engine::authored::{moment, number};
use crate::engine::slots::{Attribute, Slots};
use serde_json::Value;

/// Characters of a string that are shown.
const SHOWN_CHARACTERS: usize = 60;
/// Elements of a list that are shown.
const SHOWN_ELEMENTS: usize = 8;

/// A value of the context: strings quoted, long ones cut.
pub(super) fn attribute(value: &Attribute<'_>) -> String {
    match value {
        Attribute::Absent => "absent".into(),
        Attribute::Boolean(value) => value.to_string(),
        Attribute::Number(value) if value.is_infinite() => value.to_string(),
        Attribute::Number(value) => number(*value).to_string(),
        Attribute::Text(Some(bytes)) => quoted(&String::from_utf8_lossy(bytes)),
        Attribute::Text(None) => "a string".into(),
        Attribute::Date(value) => format!("the date {}", plain(&moment(*value as i64))),
        Attribute::List(elements) => list(elements),
        Attribute::Object => "an object".into(),
    }
}

/// A literal as JSON: long strings and lists cut.
pub(super) fn literal(value: &Value) -> String {
    match value {
        Value::String(text) => quoted(text),
        Value::Array(elements) => cut(elements.iter().map(literal), elements.len()),
        Value::Object(fields) => {
            let fields = fields
                .iter()
                .map(|(name, value)| format!("{name} {}", literal(value)));
            fields.collect::<Vec<_>>().join(", ")
        }
        other => other.to_string(),
    }
}

/// A string without quotes, any other value as JSON.
pub(super) fn plain(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}

/// A whole number with its thousands apart.
pub(super) fn grouped(number: u32) -> String {
    let digits = number.to_string();
    let mut text = String::new();
    for (position, digit) in digits.chars().enumerate() {
        if position > 0 && (digits.len() - position).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// The slots from one up to another.
pub(super) fn buckets(from: u32, to: u32) -> String {
    match to.checked_sub(1).filter(|last| from <= *last) {
        Some(last) => format!("buckets {} to {}", grouped(from), grouped(last)),
        None => "no buckets".into(),
    }
}

fn quoted(text: &str) -> String {
    let mut characters = text.chars();
    let shown: String = characters.by_ref().take(SHOWN_CHARACTERS).collect();
    let rest = characters.count();
    let shown = Value::String(shown).to_string();
    if rest == 0 {
        shown
    } else {
        format!("{shown}… ({} characters)", SHOWN_CHARACTERS + rest)
    }
}

fn list(elements: &Slots<'_>) -> String {
    let shown = (0..elements.len()).map(|index| attribute(&elements.slot(index).value()));
    cut(shown, elements.len())
}

fn cut(elements: impl Iterator<Item = String>, count: usize) -> String {
    let shown: Vec<String> = elements.take(SHOWN_ELEMENTS).collect();
    if count > shown.len() {
        format!("[{}, … {count} in all]", shown.join(", "))
    } else {
        format!("[{}]", shown.join(", "))
    }
}
