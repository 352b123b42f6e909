use crate::model::{Diagnostic, Place};
use std::fmt;

/// Why a file was not edited.
#[derive(Debug, Clone, PartialEq)]
pub struct EditError(Box<Diagnostic>);

impl EditError {
    /// A stable code in kebab-case: that of the reader, or `edit-unsafe`.
    pub fn code(&self) -> &'static str {
        self.0.code
    }

    /// Where it stands, with the message and how to mend it.
    pub fn diagnostic(&self) -> &Diagnostic {
        &self.0
    }

    pub(super) fn unreadable(found: Diagnostic) -> Self {
        Self(Box::new(found))
    }

    pub(super) fn unsafe_at(place: Place, plan: &str, environment: &str) -> Self {
        let message = format!(
            "the state of `{plan}` in `{environment}` cannot be changed here without changing something else"
        );
        let diagnostic = Diagnostic::error("edit-unsafe", &place, message);
        Self(Box::new(diagnostic.with_help(
            "write it in the usual style: one key a line, or `{ key: value }`",
        )))
    }

    pub(super) fn start_of(file: &str) -> Place {
        Place {
            file: file.into(),
            line: 1,
            column: 1,
            ..Place::default()
        }
    }
}

impl fmt::Display for EditError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(formatter)
    }
}

impl std::error::Error for EditError {}
