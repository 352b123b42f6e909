use super::asked::Asked;
use super::variable::{tells_arms_apart, template};
use crate::model::document::{Kind, Node};
use crate::model::read::fields::{Fields, every, items};
use crate::model::read::problems::{Problems, quote};
use crate::model::read::scalar::text;
use crate::model::source::{Answer, SourceKind};

pub(in crate::model::read) const COMMAND_KEYS: &[&str] = &["run", "pointers"];
pub(in crate::model::read) const FILE_KEYS: &[&str] = &["path", "pointers"];
pub(in crate::model::read) const POINTER_KEYS: &[&str] = &[
    "until",
    "unit",
    "total",
    "events",
    "sum",
    "squares",
    "numerator",
    "numeratorSquares",
    "denominator",
    "denominatorSquares",
    "product",
    "both",
];

/// Where things stand in a JSON document; left out, `/$arm/total` and so on, and `/until`, `/unit` and `/both`.
///
/// `request` is what the document is asked for by.
pub(in crate::model::read) fn answer(
    fields: &Fields<'_>,
    asked: &Asked<'_>,
    request: &[&str],
    problems: &mut Problems,
) -> Option<Answer> {
    let empty = Fields::none(fields.place);
    let pointers = match fields.get("pointers") {
        Some(node) => Fields::read(node, "the pointers of a source", POINTER_KEYS, problems)?,
        None => empty,
    };
    let until = pointers.optional("until", problems, pointer);
    let unit = pointers.optional("unit", problems, pointer);
    let wanted = asked.quantities.iter().chain(asked.optional);
    for entry in pointers.entries() {
        let key = entry.key.value.as_str();
        let known = matches!(key, "until" | "unit") || wanted.clone().any(|quantity| quantity.name() == key);
        if POINTER_KEYS.contains(&key) && !known {
            let message = format!(
                "`{key}` is nothing that {} of this type is measured by",
                asked.what
            );
            problems.error("conflicting-keys", &entry.key.place, message);
        }
    }
    let required = every(asked.quantities, |quantity| {
        let name = quantity.name();
        let written = pointers.optional(name, problems, pointer)?;
        let at = written.unwrap_or_else(|| format!("/$arm/{name}"));
        let texts: Vec<&str> = request.iter().copied().chain([at.as_str()]).collect();
        let place = pointers.get(name).map_or(fields.place, |node| &node.place);
        tells_arms_apart(&texts, place, problems)?;
        Some((*quantity, at))
    });
    let optional = every(asked.optional, |quantity| {
        let name = quantity.name();
        let written = pointers.optional(name, problems, pointer)?;
        Some((*quantity, written.unwrap_or_else(|| format!("/{name}"))))
    });
    let mut quantities = required?;
    quantities.extend(optional?);
    Some(Answer {
        quantities,
        until: until?.unwrap_or_else(|| "/until".to_owned()),
        unit: unit?.unwrap_or_else(|| "/unit".to_owned()),
    })
}

/// A program and its arguments, or a line for the shell.
pub(in crate::model::read) fn command(
    node: &Node,
    asked: &Asked<'_>,
    problems: &mut Problems,
) -> Option<SourceKind> {
    let fields = Fields::read(node, "a command", COMMAND_KEYS, problems)?;
    let words = fields.required("run", problems, |node, problems| match &node.kind {
        Kind::Sequence(_) => every(items(node, "a list of words", problems)?, |word| {
            template(word, problems).map(|word| word.value)
        }),
        Kind::Text(_) => Some(vec![template(node, problems)?.value]),
        _ => {
            problems.expected("a string (a line for the shell) or a list of words", node);
            None
        }
    });
    let request: Vec<&str> = words.iter().flatten().map(String::as_str).collect();
    let answer = answer(&fields, asked, &request, problems);
    Some(SourceKind::Command {
        words: words?,
        answer: answer?,
    })
}

/// A document in a file.
pub(in crate::model::read) fn file(
    node: &Node,
    asked: &Asked<'_>,
    problems: &mut Problems,
) -> Option<SourceKind> {
    let fields = Fields::read(node, "a file source", FILE_KEYS, problems)?;
    let path = fields.required("path", problems, template);
    let request = path.as_ref().map_or("", |path| path.value.as_str());
    let answer = answer(&fields, asked, &[request], problems);
    Some(SourceKind::File {
        path: path?.value,
        answer: answer?,
    })
}

fn pointer(node: &Node, problems: &mut Problems) -> Option<String> {
    let written = match &node.kind {
        // The whole document.
        Kind::Text(all) if all.is_empty() => text(node, problems)?,
        _ => template(node, problems)?,
    };
    if !written.value.is_empty() && !written.value.starts_with('/') {
        let message = format!("`{}` is not a JSON pointer", quote(&written.value));
        let help = "write it like /data/$arm/total";
        problems.error_with_help("invalid-pointer", &node.place, message, help);
        return None;
    }
    Some(written.value)
}
