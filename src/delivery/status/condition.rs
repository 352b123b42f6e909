//! Conditions and shares in words, for people who do not read flags' files.

use crate::delivery::{moment, percent, some_of};
use crate::model::{Condition, Operator, Path, Percent, Range, Scalar, Spanned, Test, TypeName};

/// Literals that are named; of longer lists the rest is counted.
pub(super) const NAMED: usize = 4;

/// All slots.
const EVERYBODY: Percent = 100_000;

/// A condition as one would say it.
pub(super) fn condition(condition: &Condition) -> String {
    match condition {
        Condition::All(parts) => joined(parts, " and "),
        Condition::Any(parts) => joined(parts, " or "),
        Condition::Not(part) => format!("not ({})", self::condition(&part.value)),
        Condition::Segment(name) => format!("segment {}", name.value),
        Condition::Percentage { range, by, .. } => share(*range, by.as_ref()),
        Condition::Window { from, to } => window(*from, *to),
        Condition::Attribute { path, test } => format!("{} {}", path.join("."), self::test(&test.value)),
    }
}

/// A window in time: `from … until …`.
pub(super) fn window(from: Option<i64>, to: Option<i64>) -> String {
    let ends = [("from", from), ("until", to)];
    let ends: Vec<String> = ends
        .iter()
        .filter_map(|(word, end)| end.map(|end| format!("{word} {}", moment(end))))
        .collect();
    match ends.is_empty() {
        true => "at any time".to_owned(),
        false => ends.join(" "),
    }
}

/// A unit that is not the default one: ` by accountId`.
pub(super) fn by(path: Option<&Path>) -> String {
    path.map_or_else(String::new, |path| format!(" by {}", path.join(".")))
}

fn joined(parts: &[Spanned<Condition>], word: &str) -> String {
    let said = parts.iter().map(|part| match &part.value {
        group @ (Condition::All(inner) | Condition::Any(inner)) if inner.len() > 1 && parts.len() > 1 => {
            format!("({})", condition(group))
        }
        other => condition(other),
    });
    said.collect::<Vec<_>>().join(word)
}

fn share(range: Range, unit: Option<&Path>) -> String {
    match (range.from, range.to) {
        (0, EVERYBODY) => format!("everybody{}", by(unit)),
        (0, to) => format!("{}{}", percent(to), by(unit)),
        (from, to) => format!("{} to {}{}", percent(from), percent(to), by(unit)),
    }
}

fn test(test: &Test) -> String {
    match test {
        Test::In {
            literals, negated, ..
        } => {
            let verb = if *negated { "is not" } else { "is" };
            format!("{verb} {}", some_of(&scalars(literals), NAMED))
        }
        Test::Text {
            operator, needles, ..
        } => {
            let needles: Vec<&str> = needles.iter().map(|needle| needle.value.as_str()).collect();
            format!("{} {}", word(*operator), some_of(&needles, NAMED))
        }
        Test::Matches { pattern, .. } => format!("matches /{}/", pattern.value),
        Test::Compare(operator, number) => format!("{} {number}", word(*operator)),
        Test::Moment(operator, moment_ms) => format!("{} {}", word(*operator), moment(*moment_ms)),
        Test::Semver(range) => format!("is a version {}", range.value),
        Test::Cidr(networks) => {
            let networks: Vec<&str> = networks.iter().map(|network| network.value.as_str()).collect();
            format!("lies in {}", some_of(&networks, NAMED))
        }
        Test::Exists => "exists".to_owned(),
        Test::Type(name) => format!("is {}", type_name(*name)),
        Test::List(operator, literals) => {
            format!("has {} {}", word(*operator), some_of(&scalars(literals), NAMED))
        }
        Test::Size(operator, size) => format!("has a size {} {size}", word(*operator)),
    }
}

fn scalars(literals: &[Spanned<Scalar>]) -> Vec<String> {
    let said = literals.iter().map(|literal| match &literal.value {
        Scalar::Text(text) => text.clone(),
        Scalar::Number(number) => number.to_string(),
        Scalar::Boolean(boolean) => boolean.to_string(),
    });
    said.collect()
}

fn type_name(name: TypeName) -> &'static str {
    match name {
        TypeName::String => "a string",
        TypeName::Number => "a number",
        TypeName::Boolean => "a boolean",
        TypeName::Date => "a date",
        TypeName::Array => "an array",
        TypeName::Object => "an object",
    }
}

fn word(operator: Operator) -> &'static str {
    match operator {
        Operator::StartsWith => "starts with",
        Operator::EndsWith => "ends with",
        Operator::Contains => "contains",
        Operator::Less => "<",
        Operator::LessOrEqual => "<=",
        Operator::Greater => ">",
        Operator::GreaterOrEqual => ">=",
        Operator::Equal => "=",
        Operator::Before => "is before",
        Operator::After => "is after",
        Operator::AnyOf => "any of",
        Operator::AllOf => "all of",
        Operator::NoneOf => "none of",
    }
}
