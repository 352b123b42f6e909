//! Words and moments as the page marks them.

use crate::clock;
use crate::output::page::escaped;

/// Text in which backticks mark code.
pub(super) fn marked(text: &str) -> String {
    let parts = text.split('`').enumerate();
    let has_pairs = text.matches('`').count().is_multiple_of(2);
    match has_pairs {
        true => parts
            .map(|(number, part)| match number % 2 {
                0 => escaped(part),
                _ => code(part),
            })
            .collect(),
        false => escaped(text),
    }
}

pub(super) fn code(text: &str) -> String {
    format!("<code>{}</code>", escaped(text))
}

/// To the minute for people, in full for machines.
pub(super) fn time(moment_ms: i64) -> String {
    let written = escaped(&clock::written(moment_ms));
    let shown: String = written
        .replace('T', " ")
        .chars()
        .take("2026-11-20 09:00".len())
        .collect();
    format!("<time datetime=\"{written}\">{shown} UTC</time>")
}
