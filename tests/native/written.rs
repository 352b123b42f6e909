//! Values as vectors write them, as the crate takes them.

use serde_json::{Map, Value as Json};
use tidegate::{Context, Value};

/// The largest whole number that every host has.
const LARGEST: i128 = (1 << 53) - 1;

/// The context of a case.
pub(crate) fn context(written: &Json) -> Context {
    let fields = written.as_object().unwrap().iter();
    fields
        .map(|(name, written)| (name.clone(), value(written)))
        .collect()
}

fn value(written: &Json) -> Value {
    match written {
        Json::Null => Value::Null,
        Json::Bool(boolean) => Value::Boolean(*boolean),
        Json::Number(number) => Value::Number(number.as_f64().unwrap()),
        Json::String(text) => Value::Text(text.clone()),
        Json::Array(elements) => Value::List(elements.iter().map(value).collect()),
        Json::Object(fields) => special(fields).unwrap_or_else(|| {
            Value::Object(
                fields
                    .iter()
                    .map(|(name, written)| (name.clone(), value(written)))
                    .collect(),
            )
        }),
    }
}

/// The value that an object with a `$` key stands for.
fn special(fields: &Map<String, Json>) -> Option<Value> {
    let (name, written) = fields.iter().next()?;
    Some(match name.as_str() {
        "$undefined" | "$function" | "$symbol" => Value::Null,
        "$number" => Value::Number(written.as_str()?.parse().unwrap()),
        "$date" => Value::Date(written.as_f64().unwrap_or(f64::NAN)),
        "$bigint" => {
            let number: i128 = written.as_str()?.parse().unwrap();
            if number.abs() <= LARGEST {
                Value::Number(number as f64)
            } else {
                Value::Null
            }
        }
        "$utf16" => {
            let units: Vec<u16> = written
                .as_array()?
                .iter()
                .map(|unit| unit.as_u64().unwrap() as u16)
                .collect();
            Value::Text(String::from_utf16_lossy(&units))
        }
        "$repeat" => {
            let times = written[1].as_u64()? as usize;
            match value(&written[0]) {
                Value::Text(text) => Value::Text(text.repeat(times)),
                Value::List(elements) => Value::List(
                    elements
                        .iter()
                        .cycle()
                        .take(times * elements.len())
                        .cloned()
                        .collect(),
                ),
                _ => return None,
            }
        }
        "$concat" => Value::Text(
            written
                .as_array()?
                .iter()
                .map(|part| match value(part) {
                    Value::Text(text) => text,
                    other => panic!("{other:?} cannot be joined"),
                })
                .collect(),
        ),
        _ => return None,
    })
}
