//! What conditions compare attributes with, as `inspect` shows them: values that make them hold, and values that do not.

use crate::model::Scalar;
use jiff::Timestamp;
use serde_json::{Map, Value};
use std::collections::{BTreeMap, BTreeSet};

/// What is known of an attribute.
#[derive(Debug, Clone, Default)]
pub(super) struct Known {
    /// Values of it, each once, by their JSON.
    pub(super) values: BTreeMap<String, Scalar>,
    /// What lists of it may hold.
    pub(super) elements: BTreeSet<String>,
    /// Units are drawn by it.
    pub(super) is_unit: bool,
    /// Units that are listed by name.
    pub(super) ids: BTreeSet<String>,
}

/// Attributes by the steps to them.
pub(super) type Attributes = BTreeMap<Vec<String>, Known>;

const DAY_MS: i64 = 86_400_000;

/// Collects what is compared anywhere in a value: a flag, a rule, a segment.
pub(super) fn collect(value: &Value, found: &mut Attributes) {
    match value {
        Value::Object(fields) => {
            if let Some(path) = fields.get("attribute") {
                compared(fields, found.entry(steps(path)).or_default());
            }
            if let Some(path) = fields.get("by") {
                let known = found.entry(steps(path)).or_default();
                known.is_unit = true;
                let ids = fields.get("ids").and_then(Value::as_array).into_iter().flatten();
                known.ids.extend(ids.filter_map(Value::as_str).map(str::to_owned));
            }
            // The values of variants are whatever somebody wrote.
            let within = fields.iter().filter(|(name, _)| *name != "variants");
            within.for_each(|(_, value)| collect(value, found));
        }
        Value::Array(members) => members.iter().for_each(|member| collect(member, found)),
        _ => {}
    }
}

fn compared(test: &Map<String, Value>, known: &mut Known) {
    for (operator, operand) in test {
        let texts = || {
            let list = operand.as_array().map_or(&[][..], Vec::as_slice);
            list.iter().filter_map(Value::as_str)
        };
        match operator.as_str() {
            "in" | "notIn" => {
                let list = operand.as_array().into_iter().flatten();
                list.filter_map(scalar).for_each(|value| add(known, value));
            }
            "startsWith" => texts().for_each(|text| add(known, Scalar::Text(format!("{text}-made-up")))),
            "endsWith" => texts().for_each(|text| add(known, Scalar::Text(format!("made-up-{text}")))),
            "contains" => texts().for_each(|text| add(known, Scalar::Text(text.to_owned()))),
            "<" | "<=" | ">" | ">=" | "=" => {
                let number = operand.as_f64().unwrap_or(0.0);
                let near = [number - 1.0, number, number + 1.0];
                near.into_iter()
                    .for_each(|number| add(known, Scalar::Number(number)));
            }
            "before" | "after" => {
                let moment = operand.as_str().and_then(|text| text.parse::<Timestamp>().ok());
                let moment = moment.map(Timestamp::as_millisecond).or(operand.as_i64());
                let near =
                    moment.map(|moment| [moment.saturating_sub(DAY_MS), moment.saturating_add(DAY_MS)]);
                let near = near.into_iter().flatten();
                near.for_each(|moment| add(known, Scalar::Number(moment as f64)));
            }
            "semver" => versions(operand.as_str().unwrap_or_default())
                .into_iter()
                .for_each(|version| add(known, Scalar::Text(version))),
            "cidr" => texts().for_each(|network| {
                let address = network.split('/').next().unwrap_or_default();
                add(known, Scalar::Text(address.to_owned()));
            }),
            "exists" => add(known, Scalar::Text("made-up".to_owned())),
            "type" => match operand.as_str() {
                Some("number" | "date") => add(known, Scalar::Number(1.0)),
                Some("boolean") => add(known, Scalar::Boolean(true)),
                _ => add(known, Scalar::Text("made-up".to_owned())),
            },
            "anyOf" | "allOf" | "noneOf" => known.elements.extend(texts().map(str::to_owned)),
            "size" => known.elements.extend(["one", "two", "three"].map(str::to_owned)),
            _ => {}
        }
    }
}

fn add(known: &mut Known, value: Scalar) {
    let name = match &value {
        Scalar::Text(text) => format!("\"{text}"),
        Scalar::Number(number) => number.to_string(),
        Scalar::Boolean(value) => value.to_string(),
    };
    known.values.insert(name, value);
}

fn scalar(value: &Value) -> Option<Scalar> {
    match value {
        Value::String(text) => Some(Scalar::Text(text.clone())),
        Value::Number(number) => number.as_f64().map(Scalar::Number),
        Value::Bool(value) => Some(Scalar::Boolean(*value)),
        _ => None,
    }
}

/// The versions that a range names, and those before and after each.
fn versions(range: &str) -> Vec<String> {
    let parts = range.split(|c: char| !(c.is_ascii_digit() || c == '.'));
    let numbers = parts.filter_map(|part| {
        let mut numbers = part.split('.').map(|number| number.parse::<u64>().ok());
        Some([numbers.next()??, numbers.next()??, numbers.next()??])
    });
    let near = numbers.flat_map(|[major, minor, patch]| {
        [
            format!("{major}.{minor}.{patch}"),
            format!("{major}.{minor}.{}", patch.saturating_add(1)),
            format!("{}.0.0", major.saturating_add(1)),
            match (major, minor) {
                (0, 0) => "0.0.0".to_owned(),
                (major, 0) => format!("{}.99.0", major - 1),
                (major, minor) => format!("{major}.{}.99", minor - 1),
            },
        ]
    });
    near.collect()
}

/// The steps of a path: a dotted text, or a list where steps have dots themselves.
fn steps(path: &Value) -> Vec<String> {
    match path {
        Value::Array(steps) => steps
            .iter()
            .filter_map(Value::as_str)
            .map(str::to_owned)
            .collect(),
        path => path
            .as_str()
            .unwrap_or_default()
            .split('.')
            .map(str::to_owned)
            .collect(),
    }
}
