//! Entries as lines, and the files that they stand in.

use super::entry::{Actor, ActorKind, Entry, Link};
use super::text::{digest, hex, moment, sha256, written};
use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use serde_json::{Map, Value, json};

/// What the digest of a line begins with, behind all that it is the digest of.
const DIGEST: &str = ",\"digest\":\"";

/// The digest as text, and what closes the line.
const DIGEST_END: usize = 64 + 2;

/// Fields that have a place of their own in [`Entry`].
const OWN: [&str; 8] = [
    "seq",
    "prev",
    "time",
    "actor",
    "action",
    "flag",
    "environment",
    "digest",
];

impl Entry {
    /// The line of this entry, without the newline, behind one whose digest is `previous`.
    pub fn line(&self, sequence: u64, previous: &[u8; 32]) -> String {
        let mut line = Map::new();
        line.insert("seq".into(), json!(sequence));
        line.insert("prev".into(), json!(hex(previous)));
        line.insert("time".into(), json!(written(self.time_ms)));
        line.extend(self.said());
        let text = Value::Object(line).to_string();
        let body = text.strip_suffix('}').unwrap_or(&text);
        format!("{body}{DIGEST}{}\"}}", hex(&sha256(body.as_bytes())))
    }

    /// What it says of itself, whenever and wherever it is written.
    pub fn said(&self) -> Map<String, Value> {
        let mut said = Map::new();
        let actor = json!({ "name": self.actor.name, "kind": self.actor.kind.word() });
        said.insert("actor".into(), actor);
        said.insert("action".into(), json!(self.action));
        for (name, value) in [("flag", &self.flag), ("environment", &self.environment)] {
            if let Some(value) = value {
                said.insert(name.into(), json!(value));
            }
        }
        let others = self
            .fields
            .iter()
            .filter(|(name, _)| !OWN.contains(&name.as_str()));
        said.extend(others.map(|(name, value)| (name.clone(), value.clone())));
        said
    }

    /// What it says, and when: what is left of it before it has a place in a chain.
    pub fn told(&self) -> Value {
        let mut told = Map::new();
        told.insert("time".into(), json!(written(self.time_ms)));
        told.extend(self.said());
        Value::Object(told)
    }

    /// What [`Entry::told`] told.
    pub fn from_told(told: Value) -> Option<Self> {
        match told {
            Value::Object(fields) => Self::of(fields).ok(),
            _ => None,
        }
    }

    /// Reads a line without its newline; whether its digest is right is for others to say.
    pub(super) fn read(line: &[u8], link: Link) -> Result<Self, String> {
        let text = std::str::from_utf8(line).map_err(|_| "it is not UTF-8".to_owned())?;
        let mut fields: Map<String, Value> = serde_json::from_str(text).map_err(|error| match error {
            _ if text.starts_with('\u{feff}') => {
                "a byte order mark stands before it, as some editors write".to_owned()
            }
            error if error.is_data() => "it is not a JSON object".to_owned(),
            error => format!("it is not JSON: {error}"),
        })?;
        let sequence = fields.shift_remove("seq").and_then(|value| value.as_u64());
        let previous = text_of(fields.shift_remove("prev")).and_then(|text| digest(&text));
        fields.shift_remove("digest");
        let sequence = sequence.filter(|sequence| *sequence > 0);
        let sequence = sequence.ok_or("`seq` is not a whole number from 1 on")?;
        let previous = previous.ok_or("`prev` is not 64 hexadecimal digits")?;
        Ok(Self {
            sequence,
            link: Link {
                previous,
                digest: sha256(line),
                ..link
            },
            ..Self::of(fields)?
        })
    }

    fn of(mut fields: Map<String, Value>) -> Result<Self, String> {
        let mut take = |name: &str| fields.shift_remove(name);
        let optional = |name: &str, value: Option<Value>| match value {
            None => Ok(None),
            Some(Value::String(text)) => Ok(Some(text)),
            Some(_) => Err(format!("`{name}` is not a text")),
        };
        let time_ms = text_of(take("time")).and_then(|text| moment(&text));
        let actor = take("actor").as_ref().and_then(actor);
        let action = text_of(take("action"));
        let flag = optional("flag", take("flag"))?;
        let environment = optional("environment", take("environment"))?;
        Ok(Self {
            sequence: 0,
            time_ms: time_ms.ok_or("`time` is not a date-time like 2026-11-20T09:00:00Z")?,
            actor: actor.ok_or("`actor` is not a name and a kind")?,
            action: action.ok_or("`action` is not a word")?,
            flag,
            environment,
            fields,
            link: Link::default(),
        })
    }
}

fn text_of(value: Option<Value>) -> Option<String> {
    value.as_ref().and_then(Value::as_str).map(str::to_owned)
}

/// The digest that a line should end with, and that which it does; nothing where it ends with none.
pub(super) fn digests(line: &[u8]) -> Option<(String, String)> {
    let body_end = line.len().checked_sub(DIGEST.len() + DIGEST_END)?;
    let (body, end) = line.split_at_checked(body_end)?;
    let end = std::str::from_utf8(end).ok()?;
    let there = end.strip_prefix(DIGEST)?.strip_suffix("\"}")?;
    Some((hex(&sha256(body)), there.to_owned()))
}

fn actor(value: &Value) -> Option<Actor> {
    let word = value.get("kind")?.as_str()?;
    Some(Actor {
        name: value.get("name")?.as_str()?.to_owned(),
        kind: ActorKind::ALL.into_iter().find(|kind| kind.word() == word)?,
    })
}

/// The month that a file of the chain holds: `2026-11.jsonl`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct FileName {
    year: i16,
    month: i8,
}

impl FileName {
    /// The month of a moment, in UTC.
    pub fn of(moment_ms: i64) -> Self {
        let moment = Timestamp::from_millisecond(moment_ms).unwrap_or(Timestamp::MAX);
        let date = moment.to_zoned(TimeZone::UTC).date();
        Self {
            year: date.year(),
            month: date.month(),
        }
    }

    /// Reads a file's name.
    pub fn parse(name: &str) -> Option<Self> {
        let (year, month) = name.strip_suffix(".jsonl")?.split_once('-')?;
        let digits =
            |text: &str, count| text.len() == count && text.bytes().all(|byte| byte.is_ascii_digit());
        let parsed = Self {
            year: year.parse().ok().filter(|_| digits(year, 4))?,
            month: month.parse().ok().filter(|_| digits(month, 2))?,
        };
        (1..=12).contains(&parsed.month).then_some(parsed)
    }

    /// The moment within the month that is closest to this one, in epoch milliseconds.
    pub fn closest_ms(self, moment_ms: i64) -> i64 {
        let start = |date: Option<Date>| {
            let zoned = date.and_then(|date| date.to_zoned(TimeZone::UTC).ok());
            zoned.map(|zoned| zoned.timestamp().as_millisecond())
        };
        let first = Date::new(self.year, self.month, 1).ok();
        let next = first.and_then(|first| first.last_of_month().tomorrow().ok());
        let from = start(first).unwrap_or(moment_ms);
        let to = start(next).map_or(moment_ms, |next| next - 1);
        moment_ms.clamp(from, to.max(from))
    }
}

impl std::fmt::Display for FileName {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(formatter, "{:04}-{:02}.jsonl", self.year, self.month)
    }
}
