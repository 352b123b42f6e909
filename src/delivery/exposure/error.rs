use std::fmt;
use std::io;

#[doc = include_str!("CODES.md")]
#[derive(Debug)]
pub struct LogError {
    pub(super) kind: Kind,
}

/// The reasons, with what was found.
#[derive(Debug)]
pub(super) enum Kind {
    Unreadable { file: String, error: io::Error },
    Scratch(io::Error),
    TooManyBadLines { bad: u64, lines: u64, first: String },
    TooManyGroups { most: usize },
    UnitTooLarge { most: usize },
    UnitsDiffer { found: Vec<String> },
    TooMuchAsked { cells: usize, most: usize },
    Thread,
}

impl LogError {
    /// The stable name of the reason, such as `too-many-bad-lines`.
    pub const fn code(&self) -> &'static str {
        match self.kind {
            Kind::Unreadable { .. } => "cannot-read",
            Kind::Scratch(_) => "cannot-write",
            Kind::TooManyBadLines { .. } => "too-many-bad-lines",
            Kind::TooManyGroups { .. } => "too-many-groups",
            Kind::UnitTooLarge { .. } => "unit-too-large",
            Kind::UnitsDiffer { .. } => "units-differ",
            Kind::TooMuchAsked { .. } => "too-much-asked",
            Kind::Thread => "thread-failed",
        }
    }
}

impl fmt::Display for LogError {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.kind {
            Kind::Unreadable { file, error } => write!(out, "cannot read `{file}`: {error}"),
            Kind::Scratch(error) => write!(out, "cannot use a temporary file: {error}"),
            Kind::TooManyBadLines { bad, lines, first } => {
                write!(out, "{bad} of {lines} lines cannot be read; the first: {first}")
            }
            Kind::TooManyGroups { most } => write!(
                out,
                "more than {most} different variants, arms and stages: something else stands in their place"
            ),
            Kind::UnitTooLarge { most } => write!(
                out,
                "more than {most} lines fall into one part: a few units have more than can be joined"
            ),
            Kind::UnitsDiffer { found } => write!(
                out,
                "exposures of different units cannot be joined: found {}",
                found.join(", ")
            ),
            Kind::TooMuchAsked { cells, most } => write!(
                out,
                "groups, looks and metrics come to {cells} sums, expected at most {most}"
            ),
            Kind::Thread => out.write_str("a thread ended before its work did"),
        }
    }
}

impl std::error::Error for LogError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match &self.kind {
            Kind::Unreadable { error, .. } | Kind::Scratch(error) => Some(error),
            _ => None,
        }
    }
}

impl From<Kind> for LogError {
    fn from(kind: Kind) -> Self {
        Self { kind }
    }
}
