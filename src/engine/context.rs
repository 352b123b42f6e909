use std::collections::BTreeMap;

/// Who is asking: OpenFeature's evaluation context.
///
/// ```
/// use tidegate::Context;
/// let context = Context::new("u-17").with("country", "CA").with("cartItems", 3);
/// ```
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Context {
    pub(super) attributes: BTreeMap<String, Value>,
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
        self.attributes.insert(attribute.into(), value.into());
        self
    }

    /// The value at a path of own names.
    pub(super) fn at(&self, path: &[Box<str>]) -> Option<&Value> {
        let (first, rest) = path.split_first()?;
        rest.iter()
            .try_fold(self.attributes.get(first.as_ref())?, |value, step| match value {
                Value::Object(fields) => fields.get(step.as_ref()),
                _ => None,
            })
    }
}

impl FromIterator<(String, Value)> for Context {
    fn from_iter<I: IntoIterator<Item = (String, Value)>>(attributes: I) -> Self {
        Self {
            attributes: attributes.into_iter().collect(),
        }
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
            Value::Object(attributes) => Self { attributes },
            _ => Self::default(),
        }
    }
}
