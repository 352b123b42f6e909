use super::fields::{Fields, entries, every, items};
use super::problems::{Problems, quote};
use super::scalar::{check_name, count, literal, number, scalar};
use super::time::duration;
use super::{LONGEST_KEY, SourceFile, in_order, parse};
use crate::model::condition::Scalar;
use crate::model::diagnostic::{Diagnostic, Spanned};
use crate::model::document::{Entry, Kind, Node};
use crate::model::population::{Attribute, Outcome, Population, Values};
use std::ops::RangeInclusive;

pub(super) const POPULATION_KEYS: &[&str] = &["seed", "size", "lasts", "every", "attributes", "metrics"];
const SPREADS: &[&str] = &["oneOf", "chance", "listOf", "from", "mean", "serial"];
pub(super) const ATTRIBUTE_KEYS: &[&str] = &[
    "oneOf",
    "chance",
    "listOf",
    "from",
    "to",
    "mean",
    "deviation",
    "serial",
    "absent",
];
const OUTCOMES: &[&str] = &["rate", "mean"];
pub(super) const OUTCOME_KEYS: &[&str] = &["rate", "mean", "deviation", "trials"];

const LARGEST_SEED: i64 = (1 << 53) - 1;
const MOST_PEOPLE: i64 = 1_000_000_000;
const MOST_STEPS: usize = 8;
const MOST_TRIALS: f64 = 1_000.0;
const LARGEST_WHOLE: i64 = (1 << 53) - 1;
/// More looks say nothing more, and each is kept.
const MOST_LOOKS: i64 = 10_000;
const DAY_MS: i64 = 86_400_000;
const HOUR_MS: i64 = 3_600_000;

/// Reads a population and tells everything that is wrong with it; nothing where anything is.
#[doc = include_str!("CODES.md")]
pub fn read_population(file: &SourceFile) -> (Option<Population>, Vec<Diagnostic>) {
    let mut problems = Problems::default();
    let (node, diagnostics) = parse(&file.path.as_str().into(), &file.text);
    diagnostics.into_iter().for_each(|problem| problems.push(problem));
    let population = node.and_then(|node| population(&node, &mut problems));
    let sound = problems.errors() == 0;
    (population.filter(|_| sound), in_order(problems.into_list()))
}

fn population(node: &Node, problems: &mut Problems) -> Option<Population> {
    let fields = Fields::read(node, "a population", POPULATION_KEYS, problems)?;
    let seed = fields.optional("seed", problems, |node, problems| {
        count(node, "a seed", 0..=LARGEST_SEED, problems)
    });
    let size = fields.optional("size", problems, |node, problems| {
        count(node, "the number of people", 1..=MOST_PEOPLE, problems)
    });
    let lasts = fields.optional("lasts", problems, duration);
    let every_ms = fields.optional("every", problems, duration);
    let attributes = fields.optional("attributes", problems, attributes);
    let metrics = fields.required("metrics", problems, metrics);
    let (lasts_ms, every_ms) = (lasts?.unwrap_or(14 * DAY_MS), every_ms?.unwrap_or(HOUR_MS));
    if every_ms <= 0 || every_ms > lasts_ms || lasts_ms / every_ms > MOST_LOOKS {
        let place = fields.get("every").map_or(fields.place, |node| &node.place);
        let message =
            format!("there is one look at least before the last person came, and {MOST_LOOKS} at most");
        problems.error("out-of-range", place, message);
        return None;
    }
    Some(Population {
        seed: seed?.unwrap_or(1),
        size: size?,
        lasts_ms,
        every_ms,
        attributes: attributes?.unwrap_or_default(),
        metrics: metrics?,
    })
}

/// Attributes by their dotted path.
fn attributes(node: &Node, problems: &mut Problems) -> Option<Vec<(Vec<String>, Attribute)>> {
    let entries = entries(node, "the attributes", problems)?;
    let attributes: Vec<(Vec<String>, Attribute)> = every(entries, |Entry { key, value }| {
        let steps: Vec<String> = key.value.split('.').map(str::to_owned).collect();
        if steps.iter().any(String::is_empty) || steps.len() > MOST_STEPS {
            let message = format!("`{}` is not the path of an attribute", quote(&key.value));
            problems.error("invalid-attribute", &key.place, message);
            return None;
        }
        Some((steps, attribute(value, problems)?))
    })?;
    for (Entry { key, .. }, (path, _)) in entries.iter().zip(&attributes) {
        let through = attributes
            .iter()
            .find(|(other, _)| other.len() < path.len() && path.starts_with(other));
        if let Some((other, _)) = through {
            let message = format!(
                "`{}` has a value of its own, and nothing below it",
                other.join(".")
            );
            problems.error("invalid-attribute", &key.place, message);
            return None;
        }
    }
    Some(attributes)
}

fn attribute(node: &Node, problems: &mut Problems) -> Option<Attribute> {
    let fields = Fields::read(node, "an attribute's values", ATTRIBUTE_KEYS, problems)?;
    let absent = fields.optional("absent", problems, share);
    let spread = fields.exactly_one(SPREADS, problems)?;
    let values = match spread.key.value.as_str() {
        "oneOf" => one_of(&spread.value, problems).map(Values::OneOf),
        "chance" => share(&spread.value, problems).map(Values::Chance),
        "listOf" => list_of(&spread.value, problems).map(Values::List),
        "serial" => literal(&spread.value, problems).map(|prefix| Values::Serial(prefix.value)),
        "from" => whole_numbers(&fields, problems),
        _ => normal(&fields, problems).map(|(mean, deviation)| Values::Normal { mean, deviation }),
    };
    let beside = [("to", "from"), ("deviation", "mean")];
    let stray = beside
        .into_iter()
        .find(|(key, owner)| *owner != spread.key.value && fields.get(key).is_some());
    if let Some((key, _)) = stray
        && let Some(entry) = fields.entry(key)
    {
        let message = format!("`{key}` has no meaning beside `{}`", spread.key.value);
        problems.error("conflicting-keys", &entry.key.place, message);
        return None;
    }
    Some(Attribute {
        values: values?,
        absent: absent?.unwrap_or(0.0),
    })
}

/// Values with weights, or a list of values that are all as frequent.
fn one_of(node: &Node, problems: &mut Problems) -> Option<Vec<(Scalar, f64)>> {
    if let Kind::Sequence(_) = node.kind {
        let values = items(node, "a list of values", problems)?;
        return every(values, |value| Some((scalar(value, problems)?.value, 1.0)));
    }
    let weights = entries(node, "values and their weights", problems)?;
    every(weights, |Entry { key, value }| {
        let weight = within(value, "a weight", 1e-9..=1e9, problems)?;
        Some((Scalar::Text(key.value.clone()), weight))
    })
}

/// Texts, and the percentage of people in whose list each is.
fn list_of(node: &Node, problems: &mut Problems) -> Option<Vec<(String, f64)>> {
    let texts = entries(node, "texts and their percentages", problems)?;
    every(texts, |Entry { key, value }| {
        Some((key.value.clone(), share(value, problems)?))
    })
}

fn whole_numbers(fields: &Fields<'_>, problems: &mut Problems) -> Option<Values> {
    let mut whole = |key| {
        fields.required(key, problems, |node, problems| {
            let value = within(
                node,
                "a whole number",
                -(LARGEST_WHOLE as f64)..=LARGEST_WHOLE as f64,
                problems,
            )?;
            if value.fract() != 0.0 {
                problems.error(
                    "invalid-number",
                    &node.place,
                    "a number with a fraction is not a whole one",
                );
                return None;
            }
            Some(value as i64)
        })
    };
    let (from, to) = (whole("from"), whole("to"));
    let (from, to) = (from?, to?);
    if from > to {
        problems.error(
            "runs-backwards",
            fields.place,
            "a range must not end before it starts",
        );
        return None;
    }
    Some(Values::Whole { from, to })
}

fn normal(fields: &Fields<'_>, problems: &mut Problems) -> Option<(f64, f64)> {
    let mean = fields.required("mean", problems, |node, problems| {
        within(node, "a mean", -1e12..=1e12, problems)
    });
    let deviation = fields.required("deviation", problems, |node, problems| {
        within(node, "a standard deviation", 0.0..=1e12, problems)
    });
    Some((mean?, deviation?))
}

fn metrics(node: &Node, problems: &mut Problems) -> Option<Vec<(Spanned<String>, Outcome)>> {
    let entries = entries(node, "the metrics", problems)?;
    every(entries, |Entry { key, value }| {
        let named = check_name(key, "a metric's name", LONGEST_KEY, problems);
        let outcome = outcome(value, problems)?;
        named.then(|| (key.clone(), outcome))
    })
}

fn outcome(node: &Node, problems: &mut Problems) -> Option<Outcome> {
    let fields = Fields::read(node, "what happens to people", OUTCOME_KEYS, problems)?;
    let kind = fields.exactly_one(OUTCOMES, problems)?;
    if kind.key.value == "mean" {
        if let Some(trials) = fields.entry("trials") {
            let message = "`trials` has no meaning beside `mean`";
            problems.error("conflicting-keys", &trials.key.place, message);
            return None;
        }
        let (mean, deviation) = normal(&fields, problems)?;
        return Some(Outcome::Mean { mean, deviation });
    }
    if let Some(deviation) = fields.entry("deviation") {
        let message = "`deviation` has no meaning beside `rate`";
        problems.error("conflicting-keys", &deviation.key.place, message);
        return None;
    }
    let rate = share(&kind.value, problems);
    let trials = fields.optional("trials", problems, |node, problems| {
        within(node, "the number of trials", 1.0..=MOST_TRIALS, problems)
    });
    Some(match trials? {
        Some(trials) => Outcome::Ratio { rate: rate?, trials },
        None => Outcome::Rate(rate?),
    })
}

/// A percentage with any number of decimals, as a share.
fn share(node: &Node, problems: &mut Problems) -> Option<f64> {
    within(node, "a percentage", 0.0..=100.0, problems).map(|percent| percent / 100.0)
}

fn within(node: &Node, what: &str, range: RangeInclusive<f64>, problems: &mut Problems) -> Option<f64> {
    let found = number(node, problems)?;
    if range.contains(&found) {
        return Some(found);
    }
    let message = format!("{what} is a number from {} to {}", range.start(), range.end());
    problems.error("out-of-range", &node.place, message);
    None
}
