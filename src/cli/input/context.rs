//! Contexts in JSON, read in one pass.

use crate::failure::{Failure, Outcome};
use crate::input::project::Sources;
use crate::report::Reporter;
use serde::de::{Deserialize, Deserializer, MapAccess, SeqAccess, Visitor};
use serde_json::value::RawValue;
use std::collections::BTreeMap;
use std::fmt;
use std::io::{self, Read};
use std::path::Path;
use tidegate::model::{Diagnostic, Place};
use tidegate::{Context, Value};

/// Bytes of a context.
pub(crate) const LARGEST_CONTEXT: u64 = 16 << 20;

/// The context that `--context` gives: JSON, `-` for standard input, nothing for a context without attributes.
pub(crate) fn argument(given: Option<&str>, reporter: &Reporter) -> Outcome<Context> {
    let mut text = Vec::new();
    let name = match given {
        None => return Ok(Context::default()),
        Some("-") => {
            io::stdin()
                .lock()
                .take(LARGEST_CONTEXT)
                .read_to_end(&mut text)
                .map_err(|error| Failure::file("read", Path::new("<stdin>"), &error))?;
            "<stdin>"
        }
        Some(json) => {
            text.extend_from_slice(json.as_bytes());
            "--context"
        }
    };
    read(&text, name, 1).map_err(|problem| {
        let sources = Sources::of_text(name, &String::from_utf8_lossy(&text));
        reporter.diagnostic(&problem, &sources);
        Failure::Told
    })
}

/// Reads a context: one JSON object. `name` and `line` say where the text stands, for the problem it may have.
///
/// Halves of surrogate pairs become U+FFFD and numbers that no `f64` holds become infinite, as in every other host.
pub(crate) fn read(text: &[u8], name: &str, line: usize) -> Result<Context, Box<Diagnostic>> {
    let error = match serde_json::from_slice::<Attributes>(text) {
        Ok(attributes) => return Ok(attributes.0.into_iter().collect()),
        Err(error) => error,
    };
    let mended = with_whole_characters(text);
    let whole = mended.as_deref().unwrap_or(text);
    if mended.is_some()
        && let Ok(attributes) = serde_json::from_slice::<Attributes>(whole)
    {
        return Ok(attributes.0.into_iter().collect());
    }
    let error = match serde_json::from_slice::<&RawValue>(whole) {
        Ok(raw) => match with_infinities(raw, DEEPEST) {
            Some(Value::Object(attributes)) => return Ok(attributes.into_iter().collect()),
            _ => error,
        },
        Err(wrong) => wrong,
    };
    Err(Box::new(problem(text, name, line, &error)))
}

/// Lists and objects in each other, as `serde_json` counts them.
const DEEPEST: usize = 127;

/// The value of a sound text, in which numbers beyond the range of an `f64` are infinite.
fn with_infinities(raw: &RawValue, deepest: usize) -> Option<Value> {
    let text = raw.get();
    match text.as_bytes().first()? {
        b'{' => {
            let fields: BTreeMap<String, &RawValue> = serde_json::from_str(text).ok()?;
            let below = deepest.checked_sub(1)?;
            let fields = fields.into_iter();
            let fields = fields.map(|(name, raw)| Some((name, with_infinities(raw, below)?)));
            fields.collect::<Option<_>>().map(Value::Object)
        }
        b'[' => {
            let elements: Vec<&RawValue> = serde_json::from_str(text).ok()?;
            let below = deepest.checked_sub(1)?;
            let elements = elements.into_iter().map(|raw| with_infinities(raw, below));
            elements.collect::<Option<_>>().map(Value::List)
        }
        b'-' | b'0'..=b'9' => text.parse().ok().map(Value::Number),
        _ => serde_json::from_str(text).ok().map(|Attribute(value)| value),
    }
}

fn problem(text: &[u8], name: &str, line: usize, error: &serde_json::Error) -> Diagnostic {
    let below = error.line().saturating_sub(1);
    let line_start = text
        .split_inclusive(|byte| *byte == b'\n')
        .take(below)
        .map(<[u8]>::len)
        .sum::<usize>();
    let start = (line_start + error.column().saturating_sub(1)).min(text.len());
    let before = String::from_utf8_lossy(text.get(line_start..start).unwrap_or_default());
    let place = Place {
        file: name.into(),
        start,
        end: start + 1,
        line: line + below,
        column: before.chars().count() + 1,
    };
    let message = error.to_string();
    let message = message.split(" at line ").next().unwrap_or_default();
    Diagnostic::error("context-invalid", &place, format!("not a context: {message}"))
}

/// The text with `\uFFFD` for every escape that is half of a pair; none where all are whole.
fn with_whole_characters(text: &[u8]) -> Option<Vec<u8>> {
    let mut mended = text.to_vec();
    let mut changed = false;
    let mut at = 0;
    while let Some(&byte) = text.get(at) {
        if byte != b'\\' {
            at += 1;
            continue;
        }
        match (unit(text, at), unit(text, at + 6)) {
            (Some(0xD800..=0xDBFF), Some(0xDC00..=0xDFFF)) => at += 12,
            (Some(0xD800..=0xDFFF), _) => {
                if let Some(escape) = mended.get_mut(at..at + 6) {
                    escape.copy_from_slice(br"\uFFFD");
                    changed = true;
                }
                at += 6;
            }
            (Some(_), _) => at += 6,
            (None, _) => at += 2,
        }
    }
    changed.then_some(mended)
}

/// The UTF-16 unit that is escaped at a place.
fn unit(text: &[u8], at: usize) -> Option<u16> {
    let digits = text.get(at..at + 6)?.strip_prefix(br"\u")?;
    let digits = core::str::from_utf8(digits).ok()?;
    let hexadecimal = digits.bytes().all(|digit| digit.is_ascii_hexdigit());
    hexadecimal
        .then(|| u16::from_str_radix(digits, 16).ok())
        .flatten()
}

struct Attributes(BTreeMap<String, Value>);

impl<'de> Deserialize<'de> for Attributes {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Object;
        impl<'de> Visitor<'de> for Object {
            type Value = Attributes;

            fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
                formatter.write_str("a JSON object")
            }

            fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Attributes, A::Error> {
                fields(map).map(Attributes)
            }
        }
        deserializer.deserialize_map(Object)
    }
}

struct Attribute(Value);

impl<'de> Deserialize<'de> for Attribute {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(AnyValue)
    }
}

struct AnyValue;

impl<'de> Visitor<'de> for AnyValue {
    type Value = Attribute;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("a JSON value")
    }

    fn visit_unit<E>(self) -> Result<Attribute, E> {
        Ok(Attribute(Value::Null))
    }

    fn visit_bool<E>(self, value: bool) -> Result<Attribute, E> {
        Ok(Attribute(Value::Boolean(value)))
    }

    fn visit_i64<E>(self, value: i64) -> Result<Attribute, E> {
        Ok(Attribute(Value::Number(value as f64)))
    }

    fn visit_u64<E>(self, value: u64) -> Result<Attribute, E> {
        Ok(Attribute(Value::Number(value as f64)))
    }

    fn visit_f64<E>(self, value: f64) -> Result<Attribute, E> {
        Ok(Attribute(Value::Number(value)))
    }

    fn visit_str<E>(self, value: &str) -> Result<Attribute, E> {
        Ok(Attribute(Value::Text(value.to_owned())))
    }

    fn visit_string<E>(self, value: String) -> Result<Attribute, E> {
        Ok(Attribute(Value::Text(value)))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Attribute, A::Error> {
        let mut elements = Vec::new();
        while let Some(Attribute(element)) = list.next_element()? {
            elements.push(element);
        }
        Ok(Attribute(Value::List(elements)))
    }

    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Attribute, A::Error> {
        fields(map).map(Value::Object).map(Attribute)
    }
}

fn fields<'de, A: MapAccess<'de>>(mut map: A) -> Result<BTreeMap<String, Value>, A::Error> {
    let mut fields = BTreeMap::new();
    while let Some((name, Attribute(value))) = map.next_entry()? {
        fields.insert(name, value);
    }
    Ok(fields)
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn values_keep_their_kinds_and_the_last_of_a_name_counts() {
        let text = br#"{"targetingKey":"u","n":1,"n":-2.5,"l":[true,null,{"a":{}}]}"#;
        let json: serde_json::Value = serde_json::from_slice(text).unwrap();
        assert_eq!(read(text, "x", 1).unwrap(), Context::from(json));
    }

    #[test]
    fn halves_of_pairs_become_replacement_characters() {
        let read = |text: &str| read(text.as_bytes(), "x", 1).unwrap();
        let key = |text: &str| Context::new(text);
        assert_eq!(
            read(r#"{"targetingKey":"a\ud83db\udc00"}"#),
            key("a\u{fffd}b\u{fffd}")
        );
        assert_eq!(read(r#"{"targetingKey":"\ud83d\ude00"}"#), key("😀"));
        assert_eq!(
            read(r#"{"targetingKey":"\\\ud83d\ud83d\ude00"}"#),
            key("\\\u{fffd}😀")
        );
    }

    #[test]
    fn numbers_are_those_of_javascript() {
        let values = |list: &str| {
            let text = format!(r#"{{"a":{{"b":{list}}},"s":"\ud83d"}}"#);
            read(text.as_bytes(), "x", 1).unwrap()
        };
        let expected = |numbers: &[f64]| {
            let numbers = numbers.iter().copied().map(Value::Number).collect();
            let inner = BTreeMap::from([("b".to_owned(), Value::List(numbers))]);
            let fields = [
                ("a".to_owned(), Value::Object(inner)),
                ("s".to_owned(), Value::Text("\u{fffd}".into())),
            ];
            Context::from_iter(fields)
        };
        let (infinite, tiny) = (f64::INFINITY, 5e-324);
        let digits = "9".repeat(400);
        assert_eq!(
            values(&format!("[1e400, -1.5E+999, {digits}, 1e-400, 5e-324, 0.1]")),
            expected(&[infinite, -infinite, infinite, 0.0, tiny, 0.1])
        );
        for text in [
            "1.7976931348623157e308",
            "9007199254740993",
            "7.2057594037927933e16",
            "123456789.12345678901",
        ] {
            assert_eq!(
                values(&format!("[{text}]")),
                expected(&[text.parse().unwrap()]),
                "{text}"
            );
        }
        let told = |text: &str| read(text.as_bytes(), "x", 1).unwrap_err().to_string();
        assert_eq!(
            told(r#"{"a":1e400,"b":}"#),
            "x:1:16: error[context-invalid]: not a context: expected value"
        );
        let deep = format!("{{\"a\":1e400,\"b\":{}{}}}", "[".repeat(200), "]".repeat(200));
        assert!(read(deep.as_bytes(), "x", 1).is_err());
    }

    #[test]
    fn problems_have_a_place_in_characters() {
        let problem = read("{\"é\": }".as_bytes(), "users.ndjson", 7).unwrap_err();
        assert_eq!(
            problem.to_string(),
            "users.ndjson:7:7: error[context-invalid]: not a context: expected value"
        );
        let problem = read(b"[1]", "x", 1).unwrap_err();
        assert_eq!(
            problem.message,
            "not a context: invalid type: sequence, expected a JSON object"
        );
    }
}
