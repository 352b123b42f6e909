//! Numbers, moments and objects as a line of JSON has them.

use serde_json::{Map, Value, json};

/// JSON has no NaN and no infinities; a look tells them all the same.
pub(super) fn number(value: f64) -> Value {
    if !value.is_finite() {
        json!(value.to_string())
    } else if value.fract() == 0.0 && value.abs() < 9e15 {
        // The cast is exact.
        json!(value as i64)
    } else {
        json!(value)
    }
}

/// In RFC 3339; a moment that no calendar has, as a source may tell, in epoch milliseconds.
pub(super) fn written(moment_ms: i64) -> Value {
    match jiff::Timestamp::from_millisecond(moment_ms) {
        Ok(moment) => json!(moment.to_string()),
        Err(_) => json!(moment_ms),
    }
}

/// An object, and what it must have.
pub(super) struct Fields<'j>(pub(super) &'j Map<String, Value>);

impl<'j> Fields<'j> {
    pub(super) fn of(json: &'j Value, what: &str) -> Result<Self, String> {
        json.as_object()
            .map(Self)
            .ok_or_else(|| format!("{what} is no object"))
    }

    pub(super) fn get(&self, name: &str) -> Result<&'j Value, String> {
        self.0.get(name).ok_or_else(|| format!("`{name}` is missing"))
    }

    pub(super) fn text(&self, name: &str) -> Result<&'j str, String> {
        self.get(name)?
            .as_str()
            .ok_or_else(|| format!("`{name}` is no string"))
    }

    pub(super) fn number(&self, name: &str) -> Result<f64, String> {
        let value = self.get(name)?;
        let number = match value {
            Value::String(text) => text.parse().ok(),
            other => other.as_f64(),
        };
        number.ok_or_else(|| format!("`{name}` is no number"))
    }

    pub(super) fn moment(&self, name: &str) -> Result<i64, String> {
        let found = match self.get(name)? {
            Value::String(text) => text
                .parse::<jiff::Timestamp>()
                .ok()
                .map(jiff::Timestamp::as_millisecond),
            other => other.as_i64(),
        };
        found.ok_or_else(|| format!("`{name}` is no moment"))
    }
}
