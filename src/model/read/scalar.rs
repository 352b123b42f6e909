use super::fields::{every, items};
use super::problems::{Problems, alternatives, quote};
use super::suggest::suggest;
use crate::model::condition::{Path, Scalar};
use crate::model::diagnostic::{Place, Spanned};
use crate::model::document::{Kind, Node};
use crate::model::number::Number;

/// The longest literal in a condition, in bytes.
pub(super) const LONGEST_LITERAL: usize = 1_024;
/// The longest unit, in bytes.
pub(super) const LONGEST_UNIT: usize = 4_096;
/// The longest name of most things, in characters.
pub(super) const LONGEST_NAME: usize = 64;
/// The longest key of a flag or name of a segment, in characters.
pub(super) const LONGEST_KEY: usize = 128;
const MOST_STEPS: usize = 8;

pub(super) fn text(node: &Node, problems: &mut Problems) -> Option<Spanned<String>> {
    string(node, "a string", problems)
}

fn string(node: &Node, expected: &str, problems: &mut Problems) -> Option<Spanned<String>> {
    match &node.kind {
        Kind::Text(text) => Some(Spanned::new(text.clone(), node.place.clone())),
        _ => {
            problems.expected(expected, node);
            None
        }
    }
}

pub(super) fn boolean(node: &Node, problems: &mut Problems) -> Option<bool> {
    match &node.kind {
        Kind::Boolean(value) => Some(*value),
        _ => {
            problems.expected("`true` or `false`", node);
            None
        }
    }
}

/// One of some fixed words.
pub(super) fn word<T: Copy>(
    node: &Node,
    what: &str,
    words: &[(&str, T)],
    problems: &mut Problems,
) -> Option<T> {
    let names: Vec<&str> = words.iter().map(|&(name, _)| name).collect();
    let Kind::Text(text) = &node.kind else {
        problems.expected(&format!("{what} ({})", alternatives(&names)), node);
        return None;
    };
    let found = words
        .iter()
        .find(|(name, _)| name == text)
        .map(|&(_, value)| value);
    if found.is_none() {
        let message = format!(
            "expected {what} ({}), found `{}`",
            alternatives(&names),
            quote(text)
        );
        match suggest(text, &names) {
            Some(meant) => {
                problems.error_with_help(
                    "unknown-word",
                    &node.place,
                    message,
                    format!("did you mean `{meant}`?"),
                );
            }
            None => problems.error("unknown-word", &node.place, message),
        }
    }
    found
}

/// A name of 1 to 64 letters, digits, `.`, `_` and `-`.
pub(super) fn name(node: &Node, what: &str, problems: &mut Problems) -> Option<Spanned<String>> {
    let text = string(node, &format!("a string ({what})"), problems)?;
    check_name(&text, what, LONGEST_NAME, problems).then_some(text)
}

/// The name of a file without its ending: up to 128 characters.
pub(super) fn key(node: &Node, what: &str, problems: &mut Problems) -> Option<Spanned<String>> {
    let text = string(node, &format!("a string ({what})"), problems)?;
    check_name(&text, what, LONGEST_KEY, problems).then_some(text)
}

/// Could a project have a flag by this name?
pub fn is_key(text: &str) -> bool {
    is_name(text, LONGEST_KEY)
}

fn is_name(text: &str, longest: usize) -> bool {
    let allowed = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'_' | b'-');
    (1..=longest).contains(&text.len())
        && text.bytes().all(allowed)
        // Names become parts of paths and addresses.
        && text.bytes().any(|byte| byte != b'.')
}

pub(super) fn check_name(
    text: &Spanned<String>,
    what: &str,
    longest: usize,
    problems: &mut Problems,
) -> bool {
    let good = is_name(&text.value, longest);
    if !good {
        let message = format!("`{}` cannot be {what}", quote(&text.value));
        let help =
            format!("use 1 to {longest} of the characters A-Z, a-z, 0-9, `.`, `_` and `-`, not only dots");
        problems.error_with_help("invalid-name", &text.place, message, help);
    }
    good
}

/// What units are hashed with.
pub(super) fn salt(node: &Node, problems: &mut Problems) -> Option<Spanned<String>> {
    let text = string(node, "a string (a salt)", problems)?;
    let allowed = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-');
    if !(1..=LONGEST_NAME).contains(&text.value.len()) || !text.value.bytes().all(allowed) {
        let message = format!("`{}` cannot be a salt", quote(&text.value));
        let help = "use 1 to 64 of the characters A-Z, a-z, 0-9, `_` and `-`";
        problems.error_with_help("invalid-salt", &text.place, message, help);
        return None;
    }
    Some(text)
}

/// A string that is compared with attributes.
pub(super) fn literal(node: &Node, problems: &mut Problems) -> Option<Spanned<String>> {
    let text = text(node, problems)?;
    check_literal(&text.value, &text.place, problems).then_some(text)
}

/// One string or a list of them.
pub(super) fn literals(node: &Node, what: &str, problems: &mut Problems) -> Option<Vec<Spanned<String>>> {
    match &node.kind {
        Kind::Sequence(_) => every(items(node, what, problems)?, |item| literal(item, problems)),
        Kind::Text(_) => Some(vec![literal(node, problems)?]),
        _ => {
            problems.expected("a string or a list of strings", node);
            None
        }
    }
}

/// A string, number or boolean that is compared with attributes.
pub(super) fn scalar(node: &Node, problems: &mut Problems) -> Option<Spanned<Scalar>> {
    let value = match &node.kind {
        Kind::Text(text) => check_literal(text, &node.place, problems).then(|| Scalar::Text(text.clone()))?,
        Kind::Number(_) => Scalar::Number(number(node, problems)?),
        Kind::Boolean(value) => Scalar::Boolean(*value),
        _ => {
            problems.expected("a string, number or boolean", node);
            return None;
        }
    };
    Some(Spanned::new(value, node.place.clone()))
}

/// A whole number in a range.
pub(super) fn count(
    node: &Node,
    what: &str,
    range: std::ops::RangeInclusive<i64>,
    problems: &mut Problems,
) -> Option<u64> {
    let value = number(node, problems)?;
    // The cast is exact for what is in range, and saturates otherwise.
    let whole = (value.fract() == 0.0).then_some(value as i64);
    let found = whole.filter(|whole| range.contains(whole));
    if found.is_none() {
        let message = format!(
            "{what} is a whole number from {} to {}",
            range.start(),
            range.end()
        );
        problems.error("out-of-range", &node.place, message);
    }
    found?.try_into().ok()
}

/// A finite number that every host holds as it is written.
pub(super) fn number(node: &Node, problems: &mut Problems) -> Option<f64> {
    let Kind::Number(number) = &node.kind else {
        problems.expected("a number", node);
        return None;
    };
    check_number(number, &node.place, problems).then(|| number.value())?
}

pub(super) fn check_number(number: &Number, place: &Place, problems: &mut Problems) -> bool {
    let reason = if number.is_inexact() {
        "is a whole number beyond 2^53 - 1, which hosts round"
    } else if number.value().is_none() {
        "is not a finite number"
    } else {
        return true;
    };
    problems.error(
        "invalid-number",
        place,
        format!("`{}` {reason}", quote(number.text())),
    );
    false
}

fn check_literal(text: &str, place: &Place, problems: &mut Problems) -> bool {
    if text.len() > LONGEST_LITERAL {
        let message = format!(
            "the string is {} bytes long, more than {LONGEST_LITERAL}",
            text.len()
        );
        problems.error("literal-too-long", place, message);
        return false;
    }
    check_characters(text, place, problems)
}

/// Refuses the two characters that no context can bring: U+0000, and U+FFFD, which stands for what could not be read.
fn check_characters(text: &str, place: &Place, problems: &mut Problems) -> bool {
    let Some(forbidden) = text.chars().find(|&c| matches!(c, '\0' | '\u{fffd}')) else {
        return true;
    };
    let message = format!(
        "the string holds U+{:04X}, which never matches",
        u32::from(forbidden)
    );
    problems.error("forbidden-character", place, message);
    false
}

/// The steps to an attribute: dotted, or a list where a step holds a dot.
pub(super) fn path(node: &Node, problems: &mut Problems) -> Option<Path> {
    let steps = match &node.kind {
        Kind::Text(text) => text
            .split('.')
            .map(|step| (step.to_owned(), &node.place))
            .collect::<Vec<_>>(),
        Kind::Sequence(_) => every(items(node, "a list of steps", problems)?, |item| {
            text(item, problems).map(|step| (step.value, &item.place))
        })?,
        _ => {
            problems.expected(
                "an attribute (a string like `plan.tier`, or a list of steps)",
                node,
            );
            return None;
        }
    };
    if steps.len() > MOST_STEPS {
        let message = format!("the path has {} steps, more than {MOST_STEPS}", steps.len());
        problems.error("invalid-attribute", &node.place, message);
        return None;
    }
    every(&steps, |(step, place)| {
        if step.is_empty() || step.chars().any(char::is_control) {
            let message = "a step of an attribute's path is empty or holds a control character";
            let help = "a name with a dot is written as a list: [\"a.b\", c]";
            problems.error_with_help("invalid-attribute", place, message, help);
            return None;
        }
        check_literal(step, place, problems).then(|| step.clone())
    })
}

/// An identifier: a string of 1 to 4,096 bytes, or a whole number.
pub(super) fn unit(node: &Node, problems: &mut Problems) -> Option<String> {
    match &node.kind {
        Kind::Text(text) => check_unit(text, &node.place, problems).then(|| text.clone()),
        Kind::Number(number) => match number.whole() {
            Some(_) if number.looks_like_a_code() => {
                let message = format!("`{}` would lose its notation as a number", quote(number.text()));
                let help = "put it in quotes to keep it as it is";
                problems.error_with_help("invalid-unit", &node.place, message, help);
                None
            }
            Some(whole) => Some(whole.to_string()),
            None => {
                let message = format!("`{}` is not a whole number up to 2^53 - 1", quote(number.text()));
                let help = "identifiers are strings or whole numbers";
                problems.error_with_help("invalid-unit", &node.place, message, help);
                None
            }
        },
        _ => {
            problems.expected("an identifier (a string or a whole number)", node);
            None
        }
    }
}

pub(super) fn check_unit(text: &str, place: &Place, problems: &mut Problems) -> bool {
    let message = match text.len() {
        0 => "an identifier must not be empty".to_owned(),
        1..=LONGEST_UNIT => return check_characters(text, place, problems),
        length => format!("the identifier is {length} bytes long, more than {LONGEST_UNIT}"),
    };
    problems.error("invalid-unit", place, message);
    false
}
