use super::fields::{Fields, every, items};
use super::problems::Problems;
use super::scalar::{boolean, literal, literals, number, scalar, word};
use super::time::moment;
use crate::model::condition::{Operator, Scalar, Test, TypeName};
use crate::model::diagnostic::Spanned;
use crate::model::document::{Entry, Kind, Node};

/// The keys of an attribute condition.
pub(super) const TEST_KEYS: &[&str] = &[
    "attribute",
    "in",
    "notIn",
    "=",
    "!=",
    "startsWith",
    "endsWith",
    "contains",
    "matches",
    "<",
    "<=",
    ">",
    ">=",
    "before",
    "after",
    "semver",
    "cidr",
    "exists",
    "type",
    "anyOf",
    "allOf",
    "noneOf",
    "size",
    "ignoreCase",
];

/// The keys of which each attribute condition has exactly one.
pub(super) const OPERATORS: &[&str] = match TEST_KEYS {
    [_attribute, operators @ .., _ignore_case] => operators,
    _ => &[],
};

/// The operators that can compare letters without regard to case.
const WITH_CASE: &[&str] = &[
    "in",
    "notIn",
    "=",
    "!=",
    "startsWith",
    "endsWith",
    "contains",
    "matches",
];

const TYPES: &[(&str, TypeName)] = &[
    ("string", TypeName::String),
    ("number", TypeName::Number),
    ("boolean", TypeName::Boolean),
    ("date", TypeName::Date),
    ("array", TypeName::Array),
    ("object", TypeName::Object),
];

pub(super) const COMPARISONS: &[(&str, Operator)] = &[
    ("=", Operator::Equal),
    ("<", Operator::Less),
    ("<=", Operator::LessOrEqual),
    (">", Operator::Greater),
    (">=", Operator::GreaterOrEqual),
];

/// What an attribute must pass: the one operator among the keys of a condition.
pub(super) fn test(fields: &Fields<'_>, problems: &mut Problems) -> Option<Spanned<Test>> {
    let ignore_case = fields.optional("ignoreCase", problems, boolean);
    let Entry { key, value } = fields.exactly_one(OPERATORS, problems)?;
    let operator = key.value.as_str();
    if let Some(entry) = fields.entry("ignoreCase")
        && !WITH_CASE.contains(&operator)
    {
        let message = format!("`ignoreCase` has no meaning for `{operator}`");
        problems.error("ignore-case-without-text", &entry.key.place, message);
        return None;
    }
    let test = read(operator, value, ignore_case?.unwrap_or(false), problems)?;
    Some(Spanned::new(test, key.place.clone()))
}

fn read(operator: &str, node: &Node, ignore_case: bool, problems: &mut Problems) -> Option<Test> {
    let text = |operator| {
        move |needles| Test::Text {
            operator,
            needles,
            ignore_case,
        }
    };
    Some(match operator {
        "in" | "notIn" => Test::In {
            literals: scalars(node, problems)?,
            negated: operator == "notIn",
            ignore_case,
        },
        "=" | "!=" => Test::In {
            literals: vec![scalar(node, problems)?],
            negated: operator == "!=",
            ignore_case,
        },
        "startsWith" => literals(node, "a list of strings", problems).map(text(Operator::StartsWith))?,
        "endsWith" => literals(node, "a list of strings", problems).map(text(Operator::EndsWith))?,
        "contains" => literals(node, "a list of strings", problems).map(text(Operator::Contains))?,
        "matches" => Test::Matches {
            pattern: literal(node, problems)?,
            ignore_case,
        },
        "<" => Test::Compare(Operator::Less, number(node, problems)?),
        "<=" => Test::Compare(Operator::LessOrEqual, number(node, problems)?),
        ">" => Test::Compare(Operator::Greater, number(node, problems)?),
        ">=" => Test::Compare(Operator::GreaterOrEqual, number(node, problems)?),
        "before" => Test::Moment(Operator::Before, moment(node, problems)?),
        "after" => Test::Moment(Operator::After, moment(node, problems)?),
        "semver" => Test::Semver(literal(node, problems)?),
        "cidr" => Test::Cidr(literals(node, "a list of networks", problems)?),
        "exists" => exists(node, problems)?,
        "type" => Test::Type(word(node, "a type", TYPES, problems)?),
        "anyOf" => Test::List(Operator::AnyOf, scalars(node, problems)?),
        "allOf" => Test::List(Operator::AllOf, scalars(node, problems)?),
        "noneOf" => Test::List(Operator::NoneOf, scalars(node, problems)?),
        _ => size(node, problems)?,
    })
}

fn scalars(node: &Node, problems: &mut Problems) -> Option<Vec<Spanned<Scalar>>> {
    every(
        items(node, "a list of strings, numbers or booleans", problems)?,
        |item| scalar(item, problems),
    )
}

fn exists(node: &Node, problems: &mut Problems) -> Option<Test> {
    if boolean(node, problems)? {
        return Some(Test::Exists);
    }
    let help = "for an absent attribute write `not: { attribute: …, exists: true }`";
    problems.error_with_help("exists-false", &node.place, "`exists` can only be `true`", help);
    None
}

/// A whole number, or one comparison with a whole number.
fn size(node: &Node, problems: &mut Problems) -> Option<Test> {
    if !matches!(node.kind, Kind::Mapping(_)) {
        return Some(Test::Size(Operator::Equal, length(node, problems)?));
    }
    let names: Vec<&str> = COMPARISONS.iter().map(|&(name, _)| name).collect();
    let fields = Fields::read(node, "a comparison of `size`", &names, problems)?;
    let Entry { key, value } = fields.exactly_one(&names, problems)?;
    let &(_, operator) = COMPARISONS.iter().find(|(name, _)| *name == key.value)?;
    Some(Test::Size(operator, length(value, problems)?))
}

fn length(node: &Node, problems: &mut Problems) -> Option<u32> {
    let whole = match &node.kind {
        Kind::Number(number) => number.whole().and_then(|whole| u32::try_from(whole).ok()),
        _ => None,
    };
    if whole.is_none() {
        problems.expected("a whole number from 0 to 4294967295", node);
    }
    whole
}
