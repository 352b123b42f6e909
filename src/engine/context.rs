use super::slots::Digits;
use crate::snapshot::limits;
use core::cmp::Ordering;
use std::collections::BTreeMap;

/// Who is asking: OpenFeature's evaluation context.
///
/// ```
/// use tidegate::Context;
/// let context = Context::new("u-17").with("country", "CA").with("cartItems", 3);
/// ```
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Context {
    /// In the order of [`by_length`], each name once.
    attributes: Vec<(String, Value)>,
}

/// The value of an attribute.
#[derive(Debug, Clone, PartialEq)]
pub enum Value {
    /// Counts as absent.
    Null,
    /// `true` or `false`.
    Boolean(bool),
    /// A number; NaN counts as absent.
    Number(f64),
    /// A string; one longer than 65,536 bytes counts as absent.
    Text(String),
    /// A moment in epoch milliseconds.
    Date(f64),
    /// A list; one with more than 1,024 elements counts as absent.
    List(Vec<Value>),
    /// Named values, reached by path.
    Object(BTreeMap<String, Value>),
}

impl Context {
    /// A context with a targeting key, the default unit.
    pub fn new(targeting_key: impl Into<Value>) -> Self {
        Self::default().with("targetingKey", targeting_key)
    }

    /// Sets an attribute.
    #[must_use]
    pub fn with(mut self, attribute: impl Into<String>, value: impl Into<Value>) -> Self {
        let attribute = attribute.into();
        match self.place_of(&attribute) {
            Ok(place) => {
                if let Some((_, set)) = self.attributes.get_mut(place) {
                    *set = value.into();
                }
            }
            Err(place) => self.attributes.insert(place, (attribute, value.into())),
        }
        self
    }

    /// The value of an attribute, or what some steps lead to from there; all are own names.
    pub(super) fn at(&self, attribute: &str, steps: &[Box<str>]) -> Option<&Value> {
        let value = match self.attributes.len() {
            ..=FEW => {
                let mut pairs = self.attributes.iter();
                &pairs.find(|(name, _)| name == attribute)?.1
            }
            _ => &self.attributes.get(self.place_of(attribute).ok()?)?.1,
        };
        steps.iter().try_fold(value, |value, step| match value {
            Value::Object(fields) => fields.get(step.as_ref()),
            _ => None,
        })
    }

    /// The unit at a path as it is hashed, a string of 1 to 4,096 bytes or a whole number in decimal; `None` for any other value.
    ///
    /// The path's steps are joined by dots, as in [`Answer::unit_attribute`](super::Answer::unit_attribute); a step may have
    /// dots itself.
    pub fn unit(&self, path: &str) -> Option<String> {
        match self.find(path)? {
            Value::Text(text) => (1..=limits::UNIT_BYTES)
                .contains(&text.len())
                .then(|| text.clone()),
            Value::Number(number) => {
                let mut digits = Digits::default();
                Some(String::from_utf8_lossy(digits.write(*number)?).into_owned())
            }
            _ => None,
        }
    }

    /// What is at a path whose steps are joined by dots, and may have dots themselves.
    pub(crate) fn find(&self, path: &str) -> Option<&Value> {
        let whole = self.at(path, &[]);
        whole.or_else(|| {
            path.match_indices('.').find_map(|(dot, _)| {
                let (step, rest) = (path.get(..dot)?, path.get(dot + 1..)?);
                self.at(step, &[])?.find(rest)
            })
        })
    }

    /// Where an attribute is, or else where it belongs.
    fn place_of(&self, attribute: &str) -> Result<usize, usize> {
        self.attributes
            .binary_search_by(|(name, _)| by_length(name, attribute))
    }
}

impl Value {
    fn find(&self, path: &str) -> Option<&Self> {
        let Self::Object(fields) = self else {
            return None;
        };
        fields.get(path).or_else(|| {
            path.match_indices('.').find_map(|(dot, _)| {
                let (step, rest) = (path.get(..dot)?, path.get(dot + 1..)?);
                fields.get(step)?.find(rest)
            })
        })
    }
}

/// So many attributes are sooner looked through than searched.
const FEW: usize = 8;

/// Most names differ in length, so that few are compared byte by byte.
fn by_length(one: &str, other: &str) -> Ordering {
    one.len().cmp(&other.len()).then_with(|| one.cmp(other))
}

/// Of attributes with one name the last counts.
impl FromIterator<(String, Value)> for Context {
    fn from_iter<I: IntoIterator<Item = (String, Value)>>(attributes: I) -> Self {
        let mut attributes: Vec<(String, Value)> = attributes.into_iter().collect();
        attributes.sort_by(|(one, _), (other, _)| by_length(one, other));
        attributes.dedup_by(|later, kept| {
            let same = later.0 == kept.0;
            if same {
                core::mem::swap(&mut later.1, &mut kept.1);
            }
            same
        });
        Self { attributes }
    }
}

impl From<bool> for Value {
    fn from(value: bool) -> Self {
        Self::Boolean(value)
    }
}

impl From<f64> for Value {
    fn from(value: f64) -> Self {
        Self::Number(value)
    }
}

impl From<i32> for Value {
    fn from(value: i32) -> Self {
        Self::Number(value.into())
    }
}

impl From<u32> for Value {
    fn from(value: u32) -> Self {
        Self::Number(value.into())
    }
}

impl From<i64> for Value {
    fn from(value: i64) -> Self {
        Self::Number(value as f64)
    }
}

impl From<&str> for Value {
    fn from(value: &str) -> Self {
        Self::Text(value.into())
    }
}

impl From<String> for Value {
    fn from(value: String) -> Self {
        Self::Text(value)
    }
}

impl<T: Into<Value>> From<Vec<T>> for Value {
    fn from(values: Vec<T>) -> Self {
        Self::List(values.into_iter().map(Into::into).collect())
    }
}

#[cfg(feature = "json")]
impl From<serde_json::Value> for Value {
    fn from(value: serde_json::Value) -> Self {
        match value {
            serde_json::Value::Null => Self::Null,
            serde_json::Value::Bool(value) => Self::Boolean(value),
            serde_json::Value::Number(number) => number.as_f64().map_or(Self::Null, Self::Number),
            serde_json::Value::String(text) => Self::Text(text),
            serde_json::Value::Array(values) => Self::from(values),
            serde_json::Value::Object(fields) => Self::Object(
                fields
                    .into_iter()
                    .map(|(name, value)| (name, value.into()))
                    .collect(),
            ),
        }
    }
}

/// Anything but a JSON object is a context without attributes.
#[cfg(feature = "json")]
impl From<serde_json::Value> for Context {
    fn from(value: serde_json::Value) -> Self {
        match Value::from(value) {
            Value::Object(attributes) => attributes.into_iter().collect(),
            _ => Self::default(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn numbered(count: u32) -> impl Iterator<Item = (String, Value)> {
        (0..count).map(|number| (format!("attribute-{number}"), number.into()))
    }

    #[test]
    fn every_attribute_is_found_however_many_there_are() {
        for count in [0, 1, FEW as u32, FEW as u32 + 1, 1_000] {
            let collected: Context = numbered(count).collect();
            let set = numbered(count).fold(Context::default(), |context, (name, value)| {
                context.with(name, value)
            });
            assert_eq!(collected, set);
            for (name, value) in numbered(count) {
                assert_eq!(collected.at(&name, &[]), Some(&value));
            }
            for other in ["", "attribute-", "attribute-1000", "zzzzzzzzzzz"] {
                assert_eq!(collected.at(other, &[]), None);
            }
        }
    }

    #[test]
    fn of_attributes_with_one_name_the_last_counts() {
        let twice = || numbered(20).chain(numbered(20).map(|(name, _)| (name, Value::from("last"))));
        let collected: Context = twice().collect();
        let set = twice().fold(Context::default(), |context, (name, value)| {
            context.with(name, value)
        });
        assert_eq!(collected, set);
        assert_eq!(collected.at("attribute-7", &[]), Some(&Value::from("last")));
    }

    #[test]
    fn a_unit_is_found_where_a_path_leads_and_written_as_it_is_hashed() {
        let inner = BTreeMap::from([
            ("id".to_owned(), Value::from(42)),
            ("zip.code".to_owned(), "1010".into()),
        ]);
        let context = Context::new("u-17")
            .with("account", Value::Object(inner))
            .with("a.b", "dotted")
            .with("half", 0.5)
            .with("empty", "")
            .with("long", "x".repeat(limits::UNIT_BYTES + 1));
        for (path, unit) in [
            ("targetingKey", Some("u-17")),
            ("account.id", Some("42")),
            ("account.zip.code", Some("1010")),
            ("a.b", Some("dotted")),
            ("account", None),
            ("account.name", None),
            ("a", None),
            ("half", None),
            ("empty", None),
            ("long", None),
        ] {
            assert_eq!(context.unit(path).as_deref(), unit, "{path}");
        }
    }

    #[test]
    fn steps_lead_through_objects_only() {
        let inner = BTreeMap::from([("plan".to_owned(), Value::from("pro"))]);
        let context = Context::default()
            .with("account", Value::Object(inner))
            .with("plan", "free");
        let plan = [Box::from("plan")];
        assert_eq!(context.at("account", &plan), Some(&Value::from("pro")));
        assert_eq!(context.at("plan", &plan), None);
    }
}
