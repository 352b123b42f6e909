use std::collections::HashMap;
use std::sync::Arc;

use super::fields::{every, items};
use super::problems::{Problems, quote};
use super::scalar::{check_unit, text, unit};
use crate::model::diagnostic::{Place, Spanned};
use crate::model::document::{Kind, Node};

/// The files of a project by their paths.
pub(super) type Files<'f> = HashMap<&'f str, &'f str>;

/// Units that are written in the file itself.
pub(super) fn ids(node: &Node, problems: &mut Problems) -> Option<Vec<String>> {
    every(items(node, "a list of identifiers", problems)?, |item| {
        unit(item, problems)
    })
}

/// Units in another file, one a line.
pub(super) fn ids_file(node: &Node, files: &Files<'_>, problems: &mut Problems) -> Option<Vec<String>> {
    lines(node, files, problems, |line, problems| {
        check_unit(&line.value, &line.place, problems).then(|| line.value.clone())
    })
}

/// The first 64 bits of hashes, each as 16 hexadecimal digits.
pub(super) fn digests(node: &Node, problems: &mut Problems) -> Option<Vec<u64>> {
    every(items(node, "a list of digests", problems)?, |item| {
        match &item.kind {
            Kind::Text(text) => digest(text, &item.place, problems),
            // Sixteen digits without a letter look like a number, and so do some with one `e`.
            Kind::Number(number) => digest(number.text(), &item.place, problems),
            _ => {
                problems.expected("a digest (16 hexadecimal digits)", item);
                None
            }
        }
    })
}

/// Digests in another file, one a line.
pub(super) fn digests_file(node: &Node, files: &Files<'_>, problems: &mut Problems) -> Option<Vec<u64>> {
    lines(node, files, problems, |line, problems| {
        digest(&line.value, &line.place, problems)
    })
}

fn digest(text: &str, place: &Place, problems: &mut Problems) -> Option<u64> {
    let hexadecimal = text.len() == 16 && text.bytes().all(|byte| byte.is_ascii_hexdigit());
    let digest = hexadecimal.then(|| u64::from_str_radix(text, 16).ok()).flatten();
    if digest.is_none() {
        let message = format!("`{}` is not a digest of 16 hexadecimal digits", quote(text));
        problems.error("invalid-digest", place, message);
    }
    digest
}

/// The lines of another file that are neither blank nor comments.
fn lines<T>(
    node: &Node,
    files: &Files<'_>,
    problems: &mut Problems,
    mut read: impl FnMut(&Spanned<String>, &mut Problems) -> Option<T>,
) -> Option<Vec<T>> {
    let written = text(node, problems)?;
    let Some(path) = resolve(&node.place.file, &written.value) else {
        let message = format!("`{}` is not a path inside the project", quote(&written.value));
        let help = "write it relative to this file, with forward slashes";
        problems.error_with_help("path-outside-project", &node.place, message, help);
        return None;
    };
    if is_another_part(&path) {
        let message = format!("`{path}` is another part of the project, and no list");
        problems.error("list-is-document", &node.place, message);
        return None;
    }
    let Some(content) = files.get(path.as_str()) else {
        problems.error("missing-file", &node.place, format!("there is no file `{path}`"));
        return None;
    };
    let file: Arc<str> = path.into();
    let (mut values, mut sound, mut start) = (Vec::new(), true, 0);
    for (number, line) in content.split_inclusive('\n').enumerate() {
        let unmarked = if number == 0 {
            line.strip_prefix('\u{feff}').unwrap_or(line)
        } else {
            line
        };
        let value = unmarked.trim();
        if !value.is_empty() && !value.starts_with('#') {
            let indent = line.len() - unmarked.trim_start().len();
            let column = unmarked.chars().take_while(|c| c.is_whitespace()).count() + 1;
            let from = start + indent;
            let place = Place {
                file: file.clone(),
                start: from,
                end: from + value.len(),
                line: number + 1,
                column,
            };
            match read(&Spanned::new(value.to_owned(), place), problems) {
                Some(value) => values.push(value),
                None => sound = false,
            }
        }
        start += line.len();
    }
    if sound && values.is_empty() {
        problems.error(
            "empty-list",
            &node.place,
            format!("the file `{file}` must not be empty"),
        );
        return None;
    }
    sound.then_some(values)
}

/// Is a path that of a document, of the audit log or of an approval?
fn is_another_part(path: &str) -> bool {
    let (place, name) = path.split_once('/').unwrap_or(("", path));
    let is_document = [".yaml", ".yml", ".json"]
        .iter()
        .any(|ending| name.ends_with(ending));
    match place {
        "" => is_document && name.starts_with("tidegate."),
        "flags" | "rollouts" | "segments" | "policies" => is_document,
        _ => matches!(place, "audit" | "approvals"),
    }
}

/// A path relative to a file, as a path from the project's folder; nothing where it leaves the folder.
pub(super) fn resolve(from: &str, relative: &str) -> Option<String> {
    if relative.is_empty() || relative.starts_with('/') || relative.contains(['\\', ':', '\0']) {
        return None;
    }
    let mut steps: Vec<&str> = from.split('/').collect();
    steps.pop();
    for step in relative.split('/') {
        match step {
            "" | "." => {}
            ".." => {
                steps.pop()?;
            }
            _ => steps.push(step),
        }
    }
    Some(steps.join("/"))
}
