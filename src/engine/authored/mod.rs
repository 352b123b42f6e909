//! Records back to the words and shapes that people write: what [`compile`](crate::compile) made is read as it stands.

mod condition;
mod serve;

use crate::digest::short_digest;
use crate::snapshot::{Flag, FlagType, Snapshot};
use data_encoding::HEXLOWER;
use serde_json::{Map, Value};

/// The largest whole number that JSON readers everywhere keep exactly.
const LARGEST_WHOLE: f64 = 9_007_199_254_740_991.0;

/// The names in a snapshot, to write its records with.
#[derive(Debug)]
pub(super) struct Authored<'a> {
    pub(super) snapshot: &'a Snapshot,
    pub(super) flags: Vec<&'a str>,
    pub(super) segments: Vec<&'a str>,
    /// The steps to each attribute, joined by U+001F.
    pub(super) attributes: Vec<&'a str>,
    symbols: Vec<&'a str>,
}

impl<'a> Authored<'a> {
    /// Reads the names.
    pub(super) fn read(snapshot: &'a Snapshot) -> Self {
        let split = |bytes: &'a [u8], separator: char| -> Vec<&'a str> {
            core::str::from_utf8(bytes)
                .unwrap_or_default()
                .split(separator)
                .collect()
        };
        Self {
            snapshot,
            flags: split(snapshot.keys(), '\n'),
            segments: split(snapshot.segment_names(), '\n'),
            attributes: split(snapshot.attributes(), '\0'),
            symbols: split(snapshot.symbols(), '\0'),
        }
    }

    pub(super) fn flag(&self, flag: u32) -> &'a str {
        self.flags.get(flag as usize).copied().unwrap_or_default()
    }

    /// A segment's name, or its number when it has none.
    pub(super) fn segment(&self, segment: u32) -> String {
        match self.segments.get(segment as usize) {
            Some(name) if !name.is_empty() => (*name).to_owned(),
            _ => format!("#{segment}"),
        }
    }

    /// The path to an attribute as it is written: a dotted string, or a list of steps when one of them has a dot.
    pub(super) fn path(&self, attribute: u16) -> Value {
        let steps: Vec<&str> = self.steps(attribute).collect();
        if steps.iter().any(|step| step.contains('.')) {
            steps.into()
        } else {
            steps.join(".").into()
        }
    }

    /// The path to an attribute, its steps joined by dots.
    pub(super) fn path_text(&self, attribute: u16) -> String {
        self.steps(attribute).collect::<Vec<_>>().join(".")
    }

    fn steps(&self, attribute: u16) -> impl Iterator<Item = &'a str> {
        let path = self.attributes.get(usize::from(attribute)).copied();
        path.unwrap_or_default().split('\u{1f}')
    }

    /// What tells a table from another that is too long to show: the first 64 bits of its SHA-512.
    fn digest(&self, resource: u32) -> Value {
        let table = self.snapshot.resources().at(resource).unwrap_or_default();
        HEXLOWER.encode(&short_digest(&[table])).into()
    }

    fn symbol(&self, number: u32) -> &'a str {
        let position = (number as usize).checked_sub(1);
        position
            .and_then(|position| self.symbols.get(position))
            .copied()
            .unwrap_or_default()
    }
}

/// The names and values in a flag's text.
#[derive(Debug, Clone)]
pub(super) struct FlagNames<'a> {
    variants: usize,
    stages: usize,
    texts: Vec<&'a str>,
}

impl<'a> FlagNames<'a> {
    pub(super) fn read(flag: &Flag<'a>) -> Self {
        Self {
            variants: flag.variants.into(),
            stages: flag.stages.into(),
            texts: core::str::from_utf8(flag.text)
                .unwrap_or_default()
                .split('\0')
                .collect(),
        }
    }

    pub(super) fn variant(&self, variant: u8) -> &'a str {
        self.text(usize::from(variant) * 2)
    }

    pub(super) fn value(&self, variant: u8) -> Value {
        serde_json::from_str(self.text(usize::from(variant) * 2 + 1)).unwrap_or_default()
    }

    /// A rule's name, when it has one.
    pub(super) fn rule(&self, rule: u16) -> Option<&'a str> {
        Some(self.text(self.variants * 2 + usize::from(rule))).filter(|name| !name.is_empty())
    }

    pub(super) fn stage(&self, stage: u16) -> &'a str {
        self.text(self.texts.len().saturating_sub(self.stages) + usize::from(stage))
    }

    fn text(&self, position: usize) -> &'a str {
        self.texts.get(position).copied().unwrap_or_default()
    }
}

impl FlagType {
    /// The type's name.
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Boolean => "boolean",
            Self::String => "string",
            Self::Number => "number",
            Self::Object => "object",
        }
    }
}

/// An object from the entries that there are.
pub(super) fn object<const N: usize>(entries: [(&str, Option<Value>); N]) -> Value {
    let entries = entries
        .into_iter()
        .filter_map(|(name, value)| Some((name.to_owned(), value?)));
    Value::Object(entries.collect::<Map<_, _>>())
}

/// A moment as RFC 3339, or as epoch milliseconds where that has no year for it.
pub(super) fn moment(moment_ms: i64) -> Value {
    jiff::Timestamp::from_millisecond(moment_ms)
        .map_or_else(|_| moment_ms.into(), |moment| moment.to_string().into())
}

/// A number, whole ones without a fraction; infinities, which JSON has not, as the largest numbers.
pub(super) fn number(number: f64) -> Value {
    if number.fract() == 0.0 && number.abs() <= LARGEST_WHOLE {
        return (number as i64).into();
    }
    number.clamp(f64::MIN, f64::MAX).into()
}

/// A number of slots in percent.
pub(super) fn percent(slots: u32) -> Value {
    number(f64::from(slots) / 1_000.0)
}

/// A range of slots in percent.
pub(super) fn range(from: u32, to: u32) -> Value {
    object([("from", Some(percent(from))), ("to", Some(percent(to)))])
}
