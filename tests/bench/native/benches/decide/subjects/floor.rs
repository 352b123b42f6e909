use crate::evaluator::Evaluator;
use cases::{Flag, Test, Visitor};
use std::collections::{HashMap, HashSet};
use tidegate_native_bench::Result;

/// Hand-written Rust: what somebody would write who needs rules and shares, and no product.
pub(crate) struct Floor {
    flags: HashMap<String, Written>,
}

struct Written {
    salt: String,
    rules: Vec<(Condition, u32)>,
}

enum Condition {
    In(String, HashSet<String>),
    Above(String, f64),
}

/// A visitor's attributes by name, since rules name them.
pub(crate) struct Attributes {
    key: String,
    values: HashMap<&'static str, Value>,
}

enum Value {
    Text(String),
    Number(f64),
}

impl Evaluator for Floor {
    const NAME: &'static str = "hand-written Rust";
    type Context = Attributes;

    fn load(flags: &[Flag]) -> Result<Self> {
        let written = |flag: &Flag| Written {
            salt: flag.salt.clone(),
            rules: flag
                .rules
                .iter()
                .map(|rule| (condition(&rule.test), rule.percent * 1_000))
                .collect(),
        };
        Ok(Self {
            flags: flags
                .iter()
                .map(|flag| (flag.key.clone(), written(flag)))
                .collect(),
        })
    }

    fn context(&self, visitor: &Visitor) -> Result<Attributes> {
        Ok(Attributes {
            key: visitor.key.clone(),
            values: HashMap::from([
                ("country", Value::Text(visitor.country.into())),
                ("plan", Value::Text(visitor.plan.into())),
                ("age", Value::Number(visitor.age.into())),
            ]),
        })
    }

    fn is_on(&self, flag: &str, context: &Attributes) -> bool {
        self.flags.get(flag).is_some_and(|flag| decide(flag, context))
    }

    fn count_on(&self, _: &[String], context: &Attributes) -> usize {
        self.flags.values().filter(|flag| decide(flag, context)).count()
    }
}

fn condition(test: &Test) -> Condition {
    match test {
        Test::In(attribute, values) => Condition::In((*attribute).into(), values.iter().cloned().collect()),
        Test::Above(attribute, bound) => Condition::Above((*attribute).into(), (*bound).into()),
    }
}

/// The first rule whose condition holds decides; its share is of 100,000 slots.
fn decide(flag: &Written, context: &Attributes) -> bool {
    let deciding = flag.rules.iter().find(|(condition, _)| holds(condition, context));
    deciding.is_some_and(|(_, slots)| {
        *slots == 100_000 || fnv1a([flag.salt.as_str(), ":", &context.key]) % 100_000 < u64::from(*slots)
    })
}

fn holds(condition: &Condition, context: &Attributes) -> bool {
    match condition {
        Condition::In(attribute, values) => {
            matches!(context.values.get(attribute.as_str()), Some(Value::Text(text)) if values.contains(text))
        }
        Condition::Above(attribute, bound) => {
            matches!(context.values.get(attribute.as_str()), Some(Value::Number(number)) if number > bound)
        }
    }
}

/// FNV-1a, 64 bits, over texts as if they were one.
fn fnv1a<const N: usize>(texts: [&str; N]) -> u64 {
    texts
        .iter()
        .flat_map(|text| text.bytes())
        .fold(0xcbf2_9ce4_8422_2325, |hash, byte| {
            (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
        })
}
