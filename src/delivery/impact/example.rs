use super::flags::Compared;
use super::outcome::Impact;
use crate::delivery::simulate::Crowd;
use crate::engine::{Client, Context, Trace, Value as ContextValue};
use serde_json::{Map, Value};
use std::collections::BTreeSet;

/// A person who gets another variant, and why.
#[derive(Debug, Clone, PartialEq)]
pub struct Example {
    /// The flag's key.
    pub flag: String,
    /// The number of the group in the flag's impact, from 0.
    pub group: usize,
    /// What the flag asks about them, and nothing else.
    pub context: Value,
    /// How it was decided; nothing where there was no such flag.
    pub before: Option<Trace>,
    /// How it is decided.
    pub after: Option<Trace>,
}

/// The first person of the largest groups of every flag, so many of each, and so many in all.
pub fn examples<C: Crowd>(
    scope: &Compared<'_>,
    impact: &Impact,
    crowd: &C,
    now_ms: i64,
    of_each: usize,
    most: usize,
) -> Result<Vec<Example>, C::Failure> {
    let groups = impact.flags.iter().flat_map(|flag| {
        let groups = flag.groups.iter().enumerate().take(of_each);
        groups.map(|(number, group)| (flag.flag.as_str(), number, group.first))
    });
    let reads = Reads::of(scope);
    let mut found = Vec::new();
    for (flag, group, person) in groups.take(most) {
        crowd.meet(person..person + 1, &mut |_, context| {
            let explained =
                |client: Option<&Client>| Some(client?.bind(context)?.explain(flag, now_ms)?.trace);
            found.push(Example {
                flag: flag.to_owned(),
                group,
                context: reads.shown(flag, context),
                before: explained(scope.before),
                after: explained(scope.after),
            });
        })?;
    }
    Ok(found)
}

/// What flags read of contexts.
struct Reads([Option<Value>; 2]);

impl Reads {
    fn of(scope: &Compared<'_>) -> Self {
        Self([scope.before, scope.after].map(|client| client.and_then(Client::inspect)))
    }

    /// The attributes that a flag, and those that it asks for first, read on either side.
    fn shown(&self, flag: &str, context: &Context) -> Value {
        let mut paths = BTreeSet::new();
        for snapshot in self.0.iter().flatten() {
            let mut ahead = vec![flag.to_owned()];
            let mut seen = BTreeSet::new();
            while let Some(key) = ahead.pop() {
                let flag = snapshot.get("flags").and_then(|flags| flags.get(&key));
                let Some(flag) = flag.filter(|_| seen.insert(key)) else {
                    continue;
                };
                let reads = flag.get("reads").and_then(Value::as_array);
                paths.extend(reads.into_iter().flatten().map(path));
                let prerequisites = flag.get("prerequisites").and_then(Value::as_object);
                ahead.extend(prerequisites.into_iter().flatten().map(|(key, _)| key.clone()));
            }
        }
        let found = paths.into_iter();
        let found = found.filter_map(|path| Some((path.clone(), json(context.find(&path)?))));
        Value::Object(found.collect::<Map<_, _>>())
    }
}

/// A path with its steps joined by dots.
fn path(path: &Value) -> String {
    match path {
        Value::Array(steps) => {
            let steps: Vec<&str> = steps.iter().filter_map(Value::as_str).collect();
            steps.join(".")
        }
        path => path.as_str().unwrap_or_default().to_owned(),
    }
}

fn json(value: &ContextValue) -> Value {
    match value {
        ContextValue::Null => Value::Null,
        ContextValue::Boolean(value) => (*value).into(),
        ContextValue::Number(number) | ContextValue::Date(number) => {
            match number.fract() == 0.0 && number.abs() < 9e15 {
                true => (*number as i64).into(),
                false => (*number).into(),
            }
        }
        ContextValue::Text(text) => text.as_str().into(),
        ContextValue::List(elements) => elements.iter().map(json).collect(),
        ContextValue::Object(fields) => {
            let fields = fields.iter();
            Value::Object(fields.map(|(name, value)| (name.clone(), json(value))).collect())
        }
    }
}
