use super::chance::{Purpose, chance, uniform};
use crate::engine::{Context, Value};
use crate::model::{Attribute, Population, Scalar, Values};
use rand_distr::weighted::WeightedAliasIndex;
use rand_distr::{Distribution, Normal, Uniform};
use rand_pcg::Pcg64Mcg;
use std::collections::BTreeMap;
use std::convert::Infallible;
use std::ops::Range;

/// So many people are met at a time, by one thread: ranges end at multiples of it, or where a look lies between.
pub const PIECE: u64 = 512;

/// People in the order in which they come, made or read a few at a time: they are never all in memory.
pub trait Crowd: Sync {
    /// What may go wrong with reading them.
    type Failure: Send;

    /// How many there are.
    fn size(&self) -> u64;

    /// Shows the people of a range, each with their number; several ranges may be asked for at once.
    fn meet(&self, people: Range<u64>, each: &mut dyn FnMut(u64, &Context)) -> Result<(), Self::Failure>;
}

/// People as a population describes them.
#[derive(Debug, Clone)]
pub struct Described {
    seed: u64,
    size: u64,
    attributes: Vec<(Vec<String>, Drawn)>,
}

/// How an attribute is drawn.
#[derive(Debug, Clone)]
struct Drawn {
    values: Spread,
    absent: f64,
}

#[derive(Debug, Clone)]
enum Spread {
    OneOf(WeightedAliasIndex<f64>, Vec<Value>),
    Chance(f64),
    List(Vec<(String, f64)>),
    Whole(Uniform<i64>),
    Normal(Normal<f64>),
    Serial(String),
}

/// The default unit, which everybody has.
const TARGETING_KEY: &str = "targetingKey";

impl Described {
    /// The people of a population; nobody where it has no size.
    ///
    /// `None` for values that cannot be drawn, which the reader lets nobody write.
    pub fn new(population: &Population) -> Option<Self> {
        let mut attributes: Vec<(Vec<String>, Drawn)> = population
            .attributes
            .iter()
            .map(|(path, attribute)| Some((path.clone(), Drawn::new(attribute)?)))
            .collect::<Option<_>>()?;
        let has_key = |(path, _): &(Vec<String>, Drawn)| *path == [TARGETING_KEY];
        if !attributes.iter().any(has_key) {
            let serial = Drawn {
                values: Spread::Serial("u-".to_owned()),
                absent: 0.0,
            };
            attributes.push((vec![TARGETING_KEY.to_owned()], serial));
        }
        Some(Self {
            seed: population.seed,
            size: population.size.unwrap_or(0),
            attributes,
        })
    }

    fn person(&self, number: u64) -> Context {
        let mut chance = chance(self.seed, number, Purpose::Attributes);
        let mut person: Vec<(String, Value)> = Vec::with_capacity(self.attributes.len());
        for (path, drawn) in &self.attributes {
            let absent = uniform(&mut chance) < drawn.absent;
            let value = drawn.values.draw(number, &mut chance);
            if let ([name, below @ ..], false) = (path.as_slice(), absent) {
                put(&mut person, name, below, value);
            }
        }
        person.into_iter().collect()
    }
}

/// Puts a value where a path leads.
fn put(person: &mut Vec<(String, Value)>, name: &str, below: &[String], value: Value) {
    let Some((last, between)) = below.split_last() else {
        return person.push((name.to_owned(), value));
    };
    let at = person.iter().position(|(known, _)| known == name);
    let at = at.unwrap_or_else(|| {
        person.push((name.to_owned(), Value::Object(BTreeMap::new())));
        person.len() - 1
    });
    let mut place = person.get_mut(at).map(|(_, place)| place);
    for step in between {
        place = match place {
            Some(Value::Object(fields)) => Some(
                fields
                    .entry(step.clone())
                    .or_insert_with(|| Value::Object(BTreeMap::new())),
            ),
            other => other,
        };
    }
    if let Some(Value::Object(fields)) = place {
        fields.insert(last.clone(), value);
    }
}

impl Crowd for Described {
    type Failure = Infallible;

    fn size(&self) -> u64 {
        self.size
    }

    fn meet(&self, people: Range<u64>, each: &mut dyn FnMut(u64, &Context)) -> Result<(), Infallible> {
        people.for_each(|number| each(number, &self.person(number)));
        Ok(())
    }
}

impl Drawn {
    fn new(attribute: &Attribute) -> Option<Self> {
        let values = match &attribute.values {
            Values::OneOf(weighted) => {
                let weights = weighted.iter().map(|(_, weight)| *weight).collect();
                let values = weighted.iter().map(|(scalar, _)| value(scalar)).collect();
                Spread::OneOf(WeightedAliasIndex::new(weights).ok()?, values)
            }
            Values::Chance(share) => Spread::Chance(*share),
            Values::List(texts) => Spread::List(texts.clone()),
            Values::Whole { from, to } => Spread::Whole(Uniform::new_inclusive(*from, *to).ok()?),
            Values::Normal { mean, deviation } => Spread::Normal(Normal::new(*mean, *deviation).ok()?),
            Values::Serial(prefix) => Spread::Serial(prefix.clone()),
        };
        Some(Self {
            values,
            absent: attribute.absent,
        })
    }
}

impl Spread {
    fn draw(&self, number: u64, chance: &mut Pcg64Mcg) -> Value {
        match self {
            Self::OneOf(weights, values) => {
                let drawn = values.get(weights.sample(chance));
                drawn.cloned().unwrap_or(Value::Null)
            }
            Self::Chance(share) => Value::Boolean(uniform(chance) < *share),
            Self::List(texts) => {
                let drawn = texts.iter().filter(|(_, share)| uniform(chance) < *share);
                Value::List(drawn.map(|(text, _)| Value::Text(text.clone())).collect())
            }
            Self::Whole(range) => Value::Number(range.sample(chance) as f64),
            Self::Normal(normal) => Value::Number(normal.sample(chance)),
            Self::Serial(prefix) => Value::Text(format!("{prefix}{number}")),
        }
    }
}

fn value(scalar: &Scalar) -> Value {
    match scalar {
        Scalar::Text(text) => Value::Text(text.clone()),
        Scalar::Number(number) => Value::Number(*number),
        Scalar::Boolean(value) => Value::Boolean(*value),
    }
}
