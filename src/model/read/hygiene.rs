//! The parts of `tidegate.yaml` about the age of flags, their uses in code, and what a release needs.

mod lifetimes;
mod references;
mod release;

use super::fields::{Fields, every, items};
use super::problems::Problems;
use super::scalar::{text, word};
use super::time::duration;
use crate::model::diagnostic::Spanned;
use crate::model::document::Node;
use crate::model::hygiene::{Detail, Hygiene};

#[cfg(test)]
pub(super) use lifetimes::LIFETIMES_KEYS;
#[cfg(test)]
pub(super) use references::REFERENCES_KEYS;
#[cfg(test)]
pub(super) use release::{NEED_FLAG_KEYS, RELEASE_KEYS, TOUCH_KEYS};

/// The longest glob, pattern or path, in bytes.
const LONGEST_PATTERN: usize = 256;
const MOST_PATTERNS: usize = 200;

/// What the file asks of flags; what is wrong or left out is as if it asked for nothing.
pub(super) fn hygiene(fields: &Fields<'_>, problems: &mut Problems) -> Hygiene {
    let required = fields.optional("required", problems, required);
    let lifetimes = fields.optional("lifetimes", problems, lifetimes::lifetimes);
    let grace_ms = fields.optional("grace", problems, duration);
    let references = fields.optional("references", problems, references::references);
    let release = fields.optional("release", problems, release::release);
    let usual = Hygiene::default();
    Hygiene {
        required: required.flatten().unwrap_or_default(),
        lifetimes: lifetimes.flatten().unwrap_or_default(),
        grace_ms: grace_ms.flatten().unwrap_or(usual.grace_ms),
        references: references.flatten().unwrap_or_default(),
        release: release.flatten().unwrap_or_default(),
    }
}

fn required(node: &Node, problems: &mut Problems) -> Option<Vec<Spanned<Detail>>> {
    let words = Detail::ALL.map(|detail| (detail.word(), detail));
    every(items(node, "a list of a flag's keys", problems)?, |item| {
        word(item, "a flag's key", &words, problems).map(|detail| Spanned::new(detail, item.place.clone()))
    })
}

/// Texts of one line that are neither empty nor endless: globs, patterns and paths.
fn patterns(node: &Node, what: &str, problems: &mut Problems) -> Option<Vec<Spanned<String>>> {
    let items = items(node, what, problems)?;
    if items.len() > MOST_PATTERNS {
        let message = format!("{} are more than {MOST_PATTERNS}", items.len());
        problems.error("too-many", &node.place, message);
        return None;
    }
    every(items, |item| pattern(item, problems))
}

fn pattern(node: &Node, problems: &mut Problems) -> Option<Spanned<String>> {
    let text = text(node, problems)?;
    let wrong = match text.value.len() {
        0 => "must not be empty",
        1..=LONGEST_PATTERN if text.value.chars().any(char::is_control) => "holds a control character",
        1..=LONGEST_PATTERN => return Some(text),
        _ => "is longer than 256 bytes",
    };
    problems.error("invalid-pattern", &node.place, format!("the text {wrong}"));
    None
}
