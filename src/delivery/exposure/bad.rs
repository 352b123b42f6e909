use super::error::{Kind, LogError};
use super::joined::BadLine;
use super::line::Complaint;
use std::collections::BTreeMap;

/// So many are shown.
const SHOWN: usize = 20;
/// A few lines are torn in any log, and one in so many.
const ALWAYS_ALLOWED: u64 = 100;
const ONE_IN: u64 = 1_000;

/// Lines that cannot be read: how many there are, and the first of them.
#[derive(Debug, Default)]
pub(super) struct BadLines {
    count: u64,
    /// By file and line.
    first: BTreeMap<(usize, u64), Complaint>,
}

/// Bad lines that are few enough.
#[derive(Debug)]
pub(super) struct Judged {
    pub(super) count: u64,
    pub(super) first: Vec<BadLine>,
}

impl BadLines {
    pub(super) fn add(&mut self, file: usize, line: u64, complaint: Complaint) {
        self.count += 1;
        self.keep((file, line), complaint);
    }

    pub(super) fn absorb(&mut self, other: Self) {
        self.count += other.count;
        for (place, complaint) in other.first {
            self.keep(place, complaint);
        }
    }

    /// Refuses more than `most`; unless that is given, more than 100 and one in a thousand.
    pub(super) fn judged(self, files: &[String], lines: u64, most: Option<u64>) -> Result<Judged, LogError> {
        let first: Vec<BadLine> = self
            .first
            .into_iter()
            .map(|((file, line), message)| BadLine {
                file: files.get(file).cloned().unwrap_or_default(),
                line,
                message: message.into_owned(),
            })
            .collect();
        if self.count > most.unwrap_or(ALWAYS_ALLOWED + lines / ONE_IN) {
            return Err(Kind::TooManyBadLines {
                bad: self.count,
                lines,
                first: first.first().map(ToString::to_string).unwrap_or_default(),
            }
            .into());
        }
        Ok(Judged {
            count: self.count,
            first,
        })
    }

    fn keep(&mut self, place: (usize, u64), complaint: Complaint) {
        self.first.insert(place, complaint);
        if self.first.len() > SHOWN {
            self.first.pop_last();
        }
    }
}

impl std::fmt::Display for BadLine {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(out, "{}:{}: {}", self.file, self.line, self.message)
    }
}
