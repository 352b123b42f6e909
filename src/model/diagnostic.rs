use std::fmt;
use std::sync::Arc;

/// Where something was written: a file, a byte range in it, and the line and column of its start.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Place {
    /// The path as it was given to the reader, with forward slashes.
    pub file: Arc<str>,
    /// First byte of the place in the file.
    pub start: usize,
    /// One past its last byte.
    pub end: usize,
    /// Line of the first byte, from 1.
    pub line: usize,
    /// Column of the first byte in characters, from 1.
    pub column: usize,
}

impl fmt::Display for Place {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}:{}:{}", self.file, self.line, self.column)
    }
}

/// A value together with the place where it was written.
#[derive(Debug, Clone, PartialEq)]
pub struct Spanned<T> {
    /// The value.
    pub value: T,
    /// Where it stands.
    pub place: Place,
}

impl<T> Spanned<T> {
    /// Joins a value and its place.
    pub fn new(value: T, place: Place) -> Self {
        Self { value, place }
    }
}

/// How bad a [`Diagnostic`] is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Severity {
    /// Worth a look; a snapshot can be made.
    Warning,
    /// Must be mended before a snapshot can be made.
    Error,
}

/// One thing that is wrong in what was written, and where.
#[derive(Debug, Clone, PartialEq)]
pub struct Diagnostic {
    /// Error or warning.
    pub severity: Severity,
    /// A stable code in kebab-case, such as `unknown-key`.
    pub code: &'static str,
    /// What was found and what was expected, in lower case without a full stop.
    pub message: String,
    /// Where it stands.
    pub place: Place,
    /// How to mend it, when that is not plain from the message.
    pub help: Option<String>,
}

impl Diagnostic {
    /// An error at a place.
    pub fn error(code: &'static str, place: &Place, message: impl Into<String>) -> Self {
        Self {
            severity: Severity::Error,
            code,
            message: message.into(),
            place: place.clone(),
            help: None,
        }
    }

    /// A warning at a place.
    pub fn warning(code: &'static str, place: &Place, message: impl Into<String>) -> Self {
        Self {
            severity: Severity::Warning,
            ..Self::error(code, place, message)
        }
    }

    /// Adds how to mend it.
    #[must_use]
    pub fn with_help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }
}

impl fmt::Display for Diagnostic {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let severity = match self.severity {
            Severity::Warning => "warning",
            Severity::Error => "error",
        };
        write!(
            formatter,
            "{}: {severity}[{}]: {}",
            self.place, self.code, self.message
        )
    }
}

/// The longest part of the source that a message repeats, in characters.
const LONGEST_QUOTE: usize = 40;

/// A part of the source for a message: one line, not too long.
pub(crate) fn quote(text: &str) -> String {
    let visible = |c: char| if c.is_control() { '\u{fffd}' } else { c };
    let mut quoted: String = text.chars().take(LONGEST_QUOTE).map(visible).collect();
    if text.chars().nth(LONGEST_QUOTE).is_some() {
        quoted.push('…');
    }
    quoted
}
