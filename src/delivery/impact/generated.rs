use super::flags::Compared;
use super::literals::{Attributes, collect};
use crate::delivery::change::Side;
use crate::delivery::simulate::{Crowd, Described};
use crate::engine::Context;
use crate::model::{Attribute, Population, Scalar, Values};
use serde_json::Value;
use std::collections::BTreeSet;
use std::convert::Infallible;
use std::ops::Range;

/// People who are made up from what the flags that may differ ask about, where no population is at hand.
///
/// Everybody has a `targetingKey` and whatever else units are drawn by, each their own. Every other attribute that is
/// asked about is drawn by itself, evenly from the values that some condition names (of numbers, versions and moments
/// also those next to them), with one that none names; a tenth of the people does not have it. Units that are listed by
/// name come first. So every rule is met by somebody, and no share says anything about real people.
#[derive(Debug, Clone)]
pub struct Generated {
    people: Described,
    /// Who comes first: the attribute, and the unit.
    listed: Vec<(String, String)>,
}

/// More people who are listed by name are left out.
const MOST_LISTED: usize = 1_000;
/// The share of people without an attribute.
const ABSENT: f64 = 0.1;

const TARGETING_KEY: &str = "targetingKey";

impl Generated {
    /// People for some scopes at a moment; another seed makes others. Nothing where no value can be drawn.
    pub fn new(scopes: &[Compared<'_>], size: u64, seed: u64, now_ms: i64) -> Option<Self> {
        let mut found = Attributes::new();
        for scope in scopes {
            let asked = scope.asked(now_ms);
            for client in [scope.before, scope.after].into_iter().flatten() {
                let flags = client.inspect().as_ref().map(Side::inspected).unwrap_or_default();
                let keys = asked.iter().map(|asked| asked.key.clone()).collect();
                collect_asked(&flags, keys, &mut found);
            }
        }
        let population = Population {
            seed,
            size: Some(size),
            lasts_ms: 1,
            every_ms: 1,
            attributes: attributes(&found),
            metrics: Vec::new(),
        };
        let mut listed = listed(&found);
        listed.truncate(MOST_LISTED.min(usize::try_from(size).unwrap_or(MOST_LISTED)));
        Some(Self {
            people: Described::new(&population)?,
            listed,
        })
    }
}

impl Crowd for Generated {
    type Failure = Infallible;

    fn size(&self) -> u64 {
        self.people.size()
    }

    fn meet(&self, people: Range<u64>, each: &mut dyn FnMut(u64, &Context)) -> Result<(), Infallible> {
        self.people.meet(people, &mut |number, context| {
            let listed = usize::try_from(number)
                .ok()
                .and_then(|number| self.listed.get(number));
            match listed {
                Some((attribute, unit)) => {
                    each(number, &context.clone().with(attribute.as_str(), unit.as_str()))
                }
                None => each(number, context),
            }
        })
    }
}

/// Collects what flags ask about, and those that they ask for first.
fn collect_asked(flags: &Side, mut ahead: Vec<String>, found: &mut Attributes) {
    let mut seen = BTreeSet::new();
    while let Some(key) = ahead.pop() {
        let Some(flag) = flags.flags().get(&key).filter(|_| !seen.contains(&key)) else {
            continue;
        };
        collect(flag, found);
        let prerequisites = flag.get("prerequisites").and_then(Value::as_object);
        ahead.extend(prerequisites.into_iter().flatten().map(|(key, _)| key.clone()));
        seen.insert(key);
    }
}

/// Units that are listed by name, each with its attribute.
fn listed(found: &Attributes) -> Vec<(String, String)> {
    let listed = found.iter().flat_map(|(path, known)| {
        let name = match path.as_slice() {
            [name] => Some(name),
            _ => None,
        };
        let compared = known.values.values().filter_map(move |value| match value {
            // Everybody has a key of their own, so that no other value of it is drawn.
            Scalar::Text(text) if name.is_some_and(|name| name == TARGETING_KEY) => Some(text),
            _ => None,
        });
        let units = known.ids.iter().chain(compared);
        units.filter_map(move |unit| Some((name?.clone(), unit.clone())))
    });
    listed.collect()
}

fn attributes(found: &Attributes) -> Vec<(Vec<String>, Attribute)> {
    let leads_on = |path: &[String]| {
        let mut others = found.keys();
        others.any(|other| other.len() > path.len() && other.starts_with(path))
    };
    let paths = found.iter().filter(|(path, _)| !leads_on(path));
    let drawn = paths.map(|(path, known)| {
        let (values, absent) = match known {
            known if known.is_unit || path.as_slice() == [TARGETING_KEY] => {
                let prefix = if path.as_slice() == [TARGETING_KEY] {
                    "u-"
                } else {
                    "unit-"
                };
                (Values::Serial(prefix.to_owned()), 0.0)
            }
            known if !known.elements.is_empty() => {
                let elements = known.elements.iter().map(|element| (element.clone(), 0.5));
                (Values::List(elements.collect()), ABSENT)
            }
            known => {
                let other = Scalar::Text("something-else".to_owned());
                let values = known.values.values().cloned().chain([other]);
                (Values::OneOf(values.map(|value| (value, 1.0)).collect()), ABSENT)
            }
        };
        (path.clone(), Attribute { values, absent })
    });
    drawn.collect()
}
