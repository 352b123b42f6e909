//! A JSON document, and what stands where in it.

use super::asking::{Arm, Asking};
use super::told::Told;
use crate::clock;
use serde_json::Value;
use tidegate::model::Answer;

/// The most that is read of an answer.
pub(super) const MOST_BYTES: usize = 4 << 20;

/// A document, and the moment that it is of where it does not say itself.
#[derive(Debug, Clone)]
pub(super) struct Document {
    json: Value,
    pub(super) until_ms: Option<i64>,
}

impl Document {
    pub(super) fn of(bytes: &[u8]) -> Result<Self, String> {
        let json = serde_json::from_slice(bytes).map_err(|error| format!("it told no JSON: {error}"))?;
        Ok(Self { json, until_ms: None })
    }

    /// What it tells of an arm.
    pub(super) fn told(&self, answer: &Answer, asking: &Asking<'_>, arm: Arm) -> Result<Told, String> {
        let mut told = Told::default();
        for (quantity, pointer) in &answer.quantities {
            let pointer = asking.filled(pointer, arm)?;
            let number = match self.json.pointer(&pointer) {
                // Only what is asked for besides may be left out.
                None if *quantity == tidegate::model::Quantity::Both => None,
                None => return Err(format!("there is nothing at `{pointer}`")),
                Some(value) => number(value, &pointer)?,
            };
            told.numbers.push((*quantity, number));
        }
        let at = |pointer: &str| -> Result<_, String> {
            let pointer = asking.filled(pointer, arm)?;
            let found = self.json.pointer(&pointer).filter(|value| !value.is_null());
            Ok((found, pointer))
        };
        let (until, pointer) = at(&answer.until)?;
        told.until_ms = match until {
            Some(value) => Some(moment(value, &pointer)?),
            None => self.until_ms,
        };
        let (unit, pointer) = at(&answer.unit)?;
        told.unit = match unit {
            Some(Value::String(unit)) => Some(unit.clone()),
            Some(_) => return Err(format!("`{pointer}` is no string")),
            None => None,
        };
        Ok(told)
    }
}

/// A number, also as text: databases write large ones so.
fn number(value: &Value, pointer: &str) -> Result<Option<f64>, String> {
    let found = match value {
        Value::Null => return Ok(None),
        Value::String(text) => text.trim().parse().ok(),
        other => other.as_f64(),
    };
    found.map(Some).ok_or_else(|| format!("`{pointer}` is no number"))
}

/// A moment in RFC 3339 or epoch milliseconds.
fn moment(value: &Value, pointer: &str) -> Result<i64, String> {
    let found = match value {
        Value::String(text) => clock::moment(text).ok(),
        other => other.as_i64(),
    };
    found.ok_or_else(|| format!("`{pointer}` is no moment in RFC 3339 or epoch milliseconds"))
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn numbers_may_be_text_and_nothing_else() {
        for (json, expected) in [
            ("5", Ok(Some(5.0))),
            ("\"18446744073709551615\"", Ok(Some(18_446_744_073_709_551_615.0))),
            ("null", Ok(None)),
            ("\"many\"", Err("`/x` is no number".to_owned())),
            ("true", Err("`/x` is no number".to_owned())),
            ("[5]", Err("`/x` is no number".to_owned())),
        ] {
            assert_eq!(
                number(&serde_json::from_str(json).unwrap(), "/x"),
                expected,
                "{json}"
            );
        }
        // Told as it is: what it means is for the judge to say.
        let nan = number(&Value::String("NaN".to_owned()), "/x").unwrap();
        assert!(nan.is_some_and(f64::is_nan));
    }

    #[test]
    fn moments_are_text_or_whole_milliseconds() {
        for (json, expected) in [
            ("\"1970-01-01T00:00:05Z\"", Ok(5_000)),
            ("5000", Ok(5_000)),
            ("5.5", Err(())),
            ("\"yesterday\"", Err(())),
        ] {
            let found = moment(&serde_json::from_str(json).unwrap(), "/x").map_err(|_| ());
            assert_eq!(found, expected, "{json}");
        }
    }
}
