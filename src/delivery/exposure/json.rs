use super::line::{Complaint, Line, Parts};
use super::moment;
use serde::Deserialize;
use serde::de::{Deserializer, Error, IgnoredAny, MapAccess, Visitor};
use serde_json::value::RawValue;
use std::borrow::Cow;
use std::fmt;

/// Reads a line of JSON, with the value of one attribute.
pub(super) fn read<'l>(text: &'l [u8], attribute: Option<&str>) -> Result<Line<'l>, Complaint> {
    let wire: Wire<'l> = serde_json::from_slice(text).map_err(|error| complaint(&error))?;
    let segment = match (attribute, wire.attributes) {
        (Some(name), Some(attributes)) => segment(attributes, name)?,
        _ => None,
    };
    Parts {
        time_ms: wire.time.map(|time| time.0).transpose()?,
        flag: wire.flag.map(|text| text.0),
        variant: wire.variant.map(|text| text.0),
        arm: wire.arm.map(|text| text.0),
        stage: wire.stage.map(|text| text.0),
        unit: wire.unit.map(|unit| unit.0),
        by: wire.by.map(|text| text.0),
        metric: wire.metric.map(|text| text.0),
        value: wire.value,
        id: wire.id.map(|id| id.0),
        segment,
    }
    .line()
}

/// The members that count; others are passed over.
#[derive(Deserialize)]
struct Wire<'l> {
    time: Option<Time>,
    #[serde(borrow)]
    flag: Option<Text<'l>>,
    #[serde(borrow)]
    variant: Option<Text<'l>>,
    #[serde(borrow)]
    arm: Option<Text<'l>>,
    #[serde(borrow)]
    stage: Option<Text<'l>>,
    #[serde(borrow)]
    unit: Option<TextOrNumber<'l>>,
    #[serde(borrow)]
    by: Option<Text<'l>>,
    #[serde(borrow)]
    metric: Option<Text<'l>>,
    value: Option<f64>,
    #[serde(borrow)]
    id: Option<TextOrNumber<'l>>,
    #[serde(borrow)]
    attributes: Option<&'l RawValue>,
}

/// A string, borrowed unless it has escapes.
#[derive(Deserialize)]
struct Text<'l>(#[serde(borrow)] Cow<'l, str>);

struct TextOrNumber<'l>(Cow<'l, str>);

struct Time(Result<i64, &'static str>);

impl<'de: 'l, 'l> Deserialize<'de> for TextOrNumber<'l> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Reading;
        impl<'l> Visitor<'l> for Reading {
            type Value = TextOrNumber<'l>;

            fn expecting(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
                out.write_str("a string or a whole number")
            }

            fn visit_borrowed_str<E: Error>(self, text: &'l str) -> Result<Self::Value, E> {
                Ok(TextOrNumber(Cow::Borrowed(text)))
            }

            fn visit_str<E: Error>(self, text: &str) -> Result<Self::Value, E> {
                Ok(TextOrNumber(Cow::Owned(text.to_owned())))
            }

            fn visit_u64<E: Error>(self, number: u64) -> Result<Self::Value, E> {
                Ok(TextOrNumber(number.to_string().into()))
            }

            fn visit_i64<E: Error>(self, number: i64) -> Result<Self::Value, E> {
                Ok(TextOrNumber(number.to_string().into()))
            }
        }
        deserializer.deserialize_any(Reading)
    }
}

impl<'l> Deserialize<'l> for Time {
    fn deserialize<D: Deserializer<'l>>(deserializer: D) -> Result<Self, D::Error> {
        struct Reading;
        impl Visitor<'_> for Reading {
            type Value = Time;

            fn expecting(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
                out.write_str("a time in RFC 3339 or whole epoch milliseconds")
            }

            fn visit_str<E: Error>(self, text: &str) -> Result<Time, E> {
                Ok(Time(moment::from_text(text)))
            }

            fn visit_u64<E: Error>(self, number: u64) -> Result<Time, E> {
                Ok(Time(moment::from_millis(
                    i64::try_from(number).unwrap_or(i64::MAX),
                )))
            }

            fn visit_i64<E: Error>(self, number: i64) -> Result<Time, E> {
                Ok(Time(moment::from_millis(number)))
            }
        }
        deserializer.deserialize_any(Reading)
    }
}

/// The value of one attribute, as text; nothing where it is absent, or nothing that groups could be told apart by.
fn segment<'l>(attributes: &'l RawValue, name: &str) -> Result<Option<Cow<'l, str>>, Complaint> {
    struct Reading<'n>(&'n str);
    impl<'l> Visitor<'l> for Reading<'_> {
        type Value = Option<&'l RawValue>;

        fn expecting(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
            out.write_str("an object of attributes")
        }

        fn visit_map<A: MapAccess<'l>>(self, mut map: A) -> Result<Self::Value, A::Error> {
            let mut found = None;
            while let Some(Text(key)) = map.next_key()? {
                if key == self.0 {
                    found = Some(map.next_value()?);
                } else {
                    map.next_value::<IgnoredAny>()?;
                }
            }
            Ok(found)
        }
    }
    let mut reader = serde_json::Deserializer::from_str(attributes.get());
    let found = reader
        .deserialize_map(Reading(name))
        .map_err(|error| complaint(&error))?;
    let Some(value) = found.map(RawValue::get) else {
        return Ok(None);
    };
    match value.as_bytes().first() {
        Some(b'"') => serde_json::from_str(value)
            .map(|Text(text)| Some(text).filter(|text| !text.is_empty()))
            .map_err(|error| complaint(&error)),
        Some(b'n' | b'[' | b'{') => Ok(None),
        // Numbers and booleans as they are written.
        _ => Ok(Some(Cow::Borrowed(value))),
    }
}

/// What is wrong, with the column; the line is the log's.
fn complaint(error: &serde_json::Error) -> Complaint {
    let text = error.to_string();
    let what = text.split(" at line ").next().unwrap_or(&text);
    match error.column() {
        0 => what.to_owned().into(),
        column => format!("{what} at column {column}").into(),
    }
}
