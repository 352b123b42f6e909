use crate::engine::{Answer, Arm, Context, Value};
use serde::Serialize;
use serde::ser::{SerializeMap, Serializer};
use std::io::{self, Write};

/// Longer values tell no groups apart.
const ATTRIBUTE_UNITS: usize = 256;

/// The record that somebody got a variant: what clients in JavaScript write, for servers in Rust.
///
/// ```
/// # use tidegate::{Client, Context};
/// use tidegate::delivery::exposure::Exposure;
/// # fn decide(flags: &Client, now_ms: i64) -> std::io::Result<()> {
/// let user = Context::new("u-17").with("country", "CA");
/// let answer = flags.evaluate("checkout", &user, now_ms);
/// let version = flags.header().map_or(0, |header| header.version);
/// if let Some(exposure) = answer.and_then(|answer| Exposure::of(&answer, &user, version, now_ms)) {
///     exposure.with_attributes(&user, &["country"]).write(&mut std::io::stdout())?;
/// }
/// # Ok(()) }
/// ```
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Exposure<'a> {
    #[serde(serialize_with = "time")]
    time: i64,
    flag: &'a str,
    variant: &'a str,
    #[serde(skip_serializing_if = "is_none", serialize_with = "arm")]
    arm: Arm,
    #[serde(skip_serializing_if = "Option::is_none")]
    rule: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    stage: Option<&'a str>,
    unit: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    by: Option<String>,
    version: u64,
    #[serde(skip_serializing_if = "Vec::is_empty", serialize_with = "attributes")]
    attributes: Vec<(&'a str, &'a Value)>,
}

impl<'a> Exposure<'a> {
    /// Of an answer, when it is one that the snapshot of this version gave, to somebody with a unit.
    ///
    /// To tell each flag, variant, arm and unit once saves room; telling them again does no harm.
    pub fn of(answer: &Answer<'a>, context: &Context, version: u64, now_ms: i64) -> Option<Self> {
        if answer.error_code().is_some() {
            return None;
        }
        let by = answer.unit_attribute();
        Some(Self {
            time: now_ms,
            flag: answer.flag(),
            variant: answer.variant()?,
            arm: answer.arm(),
            rule: answer.rule(),
            stage: answer.stage(),
            unit: context.unit(by.as_deref().unwrap_or(DEFAULT_UNIT))?,
            by: by.filter(|by| by != DEFAULT_UNIT),
            version,
            attributes: Vec::new(),
        })
    }

    /// Carries along those of some attributes that are a string, a number or a boolean.
    #[must_use]
    pub fn with_attributes(mut self, context: &'a Context, paths: &[&'a str]) -> Self {
        let told = |value: &Value| match value {
            Value::Boolean(_) => true,
            Value::Number(number) => number.is_finite(),
            Value::Text(text) => text.encode_utf16().count() <= ATTRIBUTE_UNITS,
            _ => false,
        };
        let found = |path: &&'a str| Some((*path, context.find(path).filter(|value| told(value))?));
        self.attributes = paths.iter().filter_map(found).collect();
        self
    }

    /// Writes it as a line.
    pub fn write(&self, output: &mut impl Write) -> io::Result<()> {
        serde_json::to_writer(&mut *output, self)?;
        output.write_all(b"\n")
    }
}

const DEFAULT_UNIT: &str = "targetingKey";

fn is_none(arm: &Arm) -> bool {
    *arm == Arm::None
}

fn arm<S: Serializer>(arm: &Arm, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(arm.name())
}

/// With three digits of a second, whatever they are.
fn time<S: Serializer>(time_ms: &i64, serializer: S) -> Result<S::Ok, S::Error> {
    match jiff::Timestamp::from_millisecond(*time_ms) {
        Ok(moment) => serializer.collect_str(&format_args!("{moment:.3}")),
        Err(_) => serializer.serialize_i64(*time_ms),
    }
}

fn attributes<S: Serializer>(attributes: &[(&str, &Value)], serializer: S) -> Result<S::Ok, S::Error> {
    let mut map = serializer.serialize_map(Some(attributes.len()))?;
    for (name, value) in attributes {
        match value {
            Value::Boolean(value) => map.serialize_entry(name, value)?,
            Value::Number(number) if *number == number.trunc() && number.abs() < 9_007_199_254_740_992.0 => {
                map.serialize_entry(name, &(*number as i64))?;
            }
            Value::Number(number) => map.serialize_entry(name, number)?,
            Value::Text(text) => map.serialize_entry(name, text)?,
            _ => {}
        }
    }
    map.end()
}
