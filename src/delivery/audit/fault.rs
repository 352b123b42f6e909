use std::fmt;
use std::sync::Arc;

/// What is wrong with a chain, and where.
///
#[doc = include_str!("FAULTS.md")]
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fault {
    /// What kind of wrong.
    pub kind: FaultKind,
    /// The file's name, like `2026-11.jsonl`; empty where it is about no file.
    pub file: Arc<str>,
    /// The line, from 1; 0 where it is about the whole file.
    pub line: usize,
    /// The entry's number, as far as one can be told.
    pub sequence: Option<u64>,
    /// What was found, and what was expected.
    pub message: String,
}

/// The kinds of [`Fault`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum FaultKind {
    /// A line is not what was written.
    Edited,
    /// A line is no entry.
    Unreadable,
    /// Bytes stand behind the last newline.
    Torn,
    /// Marks of a merge stand in the file.
    Conflict,
    /// Entries are not there.
    Missing,
    /// Entries stand in another order.
    Reordered,
    /// An entry is there twice.
    Duplicated,
    /// An entry stands where none was written.
    Inserted,
    /// Two entries follow the same one.
    Forked,
    /// An entry is older than the one before it.
    TimeWentBack,
    /// An entry stands in the file of another month.
    Misfiled,
    /// A file is not named for a month.
    FileName,
    /// What was written down again is not what it was.
    Restated,
    /// What is published vouches for more entries than there are.
    Cut,
    /// What is published vouches for another history.
    Rewritten,
    /// What is published is told of by no entry.
    Untold,
}

impl FaultKind {
    /// Its code, which does not change.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Edited => "audit-edited",
            Self::Unreadable => "audit-unreadable",
            Self::Torn => "audit-torn",
            Self::Conflict => "audit-conflict",
            Self::Missing => "audit-missing",
            Self::Reordered => "audit-reordered",
            Self::Duplicated => "audit-duplicated",
            Self::Inserted => "audit-inserted",
            Self::Forked => "audit-forked",
            Self::TimeWentBack => "audit-time-went-back",
            Self::Misfiled => "audit-misfiled",
            Self::FileName => "audit-file-name",
            Self::Restated => "audit-restated",
            Self::Cut => "audit-cut",
            Self::Rewritten => "audit-rewritten",
            Self::Untold => "audit-untold",
        }
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        if !self.file.is_empty() {
            write!(formatter, "audit/{}", self.file)?;
            if self.line > 0 {
                write!(formatter, ", line {}", self.line)?;
            }
            if let Some(sequence) = self.sequence {
                write!(formatter, ", entry {sequence}")?;
            }
            formatter.write_str(": ")?;
        }
        formatter.write_str(&self.message)
    }
}
