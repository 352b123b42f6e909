pub(super) use crate::model::diagnostic::quote;
use crate::model::diagnostic::{Diagnostic, Place, Severity};
use crate::model::document::{Kind, Node};

/// Everything that was found wrong so far.
#[derive(Default)]
pub(super) struct Problems {
    list: Vec<Diagnostic>,
    errors: usize,
}

impl Problems {
    pub(super) fn error(&mut self, code: &'static str, place: &Place, message: impl Into<String>) {
        self.push(Diagnostic::error(code, place, message));
    }

    pub(super) fn error_with_help(
        &mut self,
        code: &'static str,
        place: &Place,
        message: impl Into<String>,
        help: impl Into<String>,
    ) {
        self.push(Diagnostic::error(code, place, message).with_help(help));
    }

    pub(super) fn warning(&mut self, code: &'static str, place: &Place, message: impl Into<String>) {
        self.list.push(Diagnostic::warning(code, place, message));
    }

    pub(super) fn push(&mut self, diagnostic: Diagnostic) {
        self.errors += usize::from(diagnostic.severity == Severity::Error);
        self.list.push(diagnostic);
    }

    /// Tells that another kind of value was expected.
    pub(super) fn expected(&mut self, expected: &str, found: &Node) {
        let message = format!("expected {expected}, found {}", describe(&found.kind));
        let scalar = matches!(found.kind, Kind::Number(_) | Kind::Boolean(_));
        let diagnostic = Diagnostic::error("wrong-type", &found.place, message);
        self.push(match scalar && expected.starts_with("a string") {
            true => diagnostic.with_help("put it in quotes to make it a string"),
            false => diagnostic,
        });
    }

    /// How many errors there are: a part is good when reading it added none.
    pub(super) fn errors(&self) -> usize {
        self.errors
    }

    pub(super) fn into_list(self) -> Vec<Diagnostic> {
        self.list
    }
}

/// A value as a message names it.
fn describe(kind: &Kind) -> String {
    match kind {
        Kind::Null => "null".to_owned(),
        Kind::Boolean(value) => format!("the boolean `{value}`"),
        Kind::Number(number) => format!("the number `{}`", quote(number.text())),
        Kind::Text(text) => format!("the string `{}`", quote(text)),
        Kind::Sequence(_) => "a list".to_owned(),
        Kind::Mapping(_) => "a mapping".to_owned(),
    }
}

/// Words as a message lists them: `` `a`, `b` or `c` ``.
pub(crate) fn alternatives(words: &[&str]) -> String {
    let quoted: Vec<String> = words.iter().map(|word| format!("`{word}`")).collect();
    match quoted.split_last() {
        Some((last, rest)) if !rest.is_empty() => format!("{} or {last}", rest.join(", ")),
        _ => quoted.concat(),
    }
}
