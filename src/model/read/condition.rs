use super::fields::{Fields, every, items};
use super::operator::{OPERATORS, TEST_KEYS, test};
use super::percent::{percent, range};
use super::problems::{Problems, alternatives, quote};
use super::scalar::{key, path, salt};
use super::suggest::suggest;
use super::time::time;
use crate::model::condition::{Condition, Range};
use crate::model::diagnostic::Spanned;
use crate::model::document::{Entry, Kind, Node};

/// The keys of which each condition has exactly one.
const FORMS: &[&str] = &[
    "all",
    "any",
    "not",
    "segment",
    "percentage",
    "window",
    "attribute",
];

pub(super) const PERCENTAGE_KEYS: &[&str] = &["percentage", "by", "salt"];
pub(super) const WINDOW_KEYS: &[&str] = &["from", "to"];

/// What is true or false of a context.
pub(super) fn condition(node: &Node, problems: &mut Problems) -> Option<Spanned<Condition>> {
    let Kind::Mapping(entries) = &node.kind else {
        problems.expected("a condition (a mapping)", node);
        return None;
    };
    let condition = match form(node, entries, problems)? {
        "all" => Condition::All(parts(node, "all", problems)?),
        "any" => Condition::Any(parts(node, "any", problems)?),
        "not" => {
            let fields = Fields::read(node, "a `not` condition", &["not"], problems)?;
            Condition::Not(Box::new(fields.required("not", problems, condition)?))
        }
        "segment" => {
            let fields = Fields::read(node, "a `segment` condition", &["segment"], problems)?;
            let read = |node, problems: &mut Problems| key(node, "a segment's name", problems);
            Condition::Segment(fields.required("segment", problems, read)?)
        }
        "percentage" => percentage(node, problems)?,
        "window" => {
            let fields = Fields::read(node, "a `window` condition", &["window"], problems)?;
            fields.required("window", problems, window)?
        }
        _ => attribute(node, problems)?,
    };
    Some(Spanned::new(condition, node.place.clone()))
}

/// The one form that a condition's keys name.
fn form(node: &Node, entries: &[Entry], problems: &mut Problems) -> Option<&'static str> {
    let mut found = entries.iter().filter_map(|entry| {
        FORMS
            .iter()
            .find(|&&form| form == entry.key.value)
            .map(|form| (*form, &entry.key.place))
    });
    match (found.next(), found.next()) {
        (Some((form, _)), None) => Some(form),
        (Some((first, _)), Some((second, place))) => {
            let message = format!("a condition is of one form, found `{first}` and `{second}`");
            let help = "put several conditions into `all: [ … ]` or `any: [ … ]`";
            problems.error_with_help("conflicting-keys", place, message, help);
            None
        }
        _ => {
            let keys: Vec<&str> = entries.iter().map(|entry| entry.key.value.as_str()).collect();
            let operator = keys.iter().find(|key| OPERATORS.contains(key));
            let meant = entries
                .iter()
                .find_map(|Entry { key, .. }| Some((key, suggest(&key.value, FORMS)?)));
            match (operator, meant) {
                (Some(operator), None) => {
                    let message = format!("`{operator}` needs the key `attribute` beside it");
                    problems.error("missing-key", &node.place, message);
                }
                (_, Some((key, meant))) => {
                    let message = format!("unknown key `{}` in a condition", quote(&key.value));
                    let help = format!("did you mean `{meant}`?");
                    problems.error_with_help("unknown-key", &key.place, message, help);
                }
                (None, None) => {
                    let message = format!("a condition needs one of the keys {}", alternatives(FORMS));
                    problems.error("missing-key", &node.place, message);
                }
            }
            None
        }
    }
}

fn parts(node: &Node, form: &'static str, problems: &mut Problems) -> Option<Vec<Spanned<Condition>>> {
    let (whole, list) = match form {
        "all" => ("an `all` condition", "a list of conditions in `all`"),
        _ => ("an `any` condition", "a list of conditions in `any`"),
    };
    let fields = Fields::read(node, whole, &[form], problems)?;
    fields.required(form, problems, |node, problems| {
        every(items(node, list, problems)?, |item| condition(item, problems))
    })
}

fn percentage(node: &Node, problems: &mut Problems) -> Option<Condition> {
    let fields = Fields::read(node, "a `percentage` condition", PERCENTAGE_KEYS, problems)?;
    let range = fields.required("percentage", problems, |node, problems| match &node.kind {
        Kind::Mapping(_) => range(node, "a range of percentages", problems),
        _ => Some(Range {
            from: 0,
            to: percent(node, problems)?,
        }),
    });
    let by = fields.optional("by", problems, path);
    let salt = fields.optional("salt", problems, salt);
    Some(Condition::Percentage {
        range: range?,
        by: by?,
        salt: salt?,
    })
}

fn window(node: &Node, problems: &mut Problems) -> Option<Condition> {
    let fields = Fields::read(node, "a window", WINDOW_KEYS, problems)?;
    let from = fields.optional("from", problems, time);
    let to = fields.optional("to", problems, time);
    let (from, to) = (from?, to?);
    match (from, to) {
        (None, None) => {
            problems.error(
                "missing-key",
                &node.place,
                "a window needs the key `from`, `to` or both",
            );
            return None;
        }
        (Some(from), Some(to)) if from >= to => {
            problems.error("runs-backwards", &node.place, "a window must end after it starts");
            return None;
        }
        _ => {}
    }
    Some(Condition::Window { from, to })
}

fn attribute(node: &Node, problems: &mut Problems) -> Option<Condition> {
    let fields = Fields::read(node, "an `attribute` condition", TEST_KEYS, problems)?;
    let path = fields.required("attribute", problems, path);
    let test = test(&fields, problems);
    Some(Condition::Attribute {
        path: path?,
        test: test?,
    })
}
