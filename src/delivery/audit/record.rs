//! Files cut into lines, before it is asked whether they make a chain.

use super::entry::{Entry, Link};
use super::fault::{Fault, FaultKind};
use super::line::{FileName, digests};
use super::text::sha256;
use std::sync::Arc;

/// A line of a file.
#[derive(Debug)]
pub(super) struct Record<'t> {
    pub(super) file: Arc<str>,
    pub(super) month: FileName,
    pub(super) line: usize,
    pub(super) bytes: &'t [u8],
    /// SHA-256 of the whole line.
    pub(super) hash: [u8; 32],
    /// What it says, or why it is no entry.
    pub(super) entry: Result<Entry, String>,
    /// Why its digest is not that of what stands before it.
    pub(super) unsound: Option<String>,
    /// No newline stands behind it.
    pub(super) torn: bool,
    /// On which side of a merge that left its marks.
    pub(super) side: Side,
}

/// A side of a conflict.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Side {
    /// Not in a conflict.
    Both,
    Ours,
    Base,
    Theirs,
}

/// The lines of all files in the order of months, and what is wrong with the files themselves.
pub(super) fn records<'t, N: AsRef<str>, T: AsRef<[u8]>>(
    files: &'t [(N, T)],
) -> (Vec<Record<'t>>, Vec<Fault>) {
    let (mut named, mut faults) = (Vec::new(), Vec::new());
    for (name, text) in files {
        match FileName::parse(name.as_ref()) {
            Some(month) => named.push((month, text.as_ref())),
            None => faults.push(Fault {
                kind: FaultKind::FileName,
                file: name.as_ref().into(),
                line: 0,
                sequence: None,
                message: "expected a name like `2026-11.jsonl`; what stands in it is not read".to_owned(),
            }),
        }
    }
    named.sort_by_key(|(month, _)| *month);
    let mut records = Vec::new();
    for (month, text) in named {
        cut(month, text, &mut records, &mut faults);
    }
    (records, faults)
}

/// Adds the lines of a file.
fn cut<'t>(month: FileName, text: &'t [u8], records: &mut Vec<Record<'t>>, faults: &mut Vec<Fault>) {
    let file: Arc<str> = month.to_string().into();
    let mut side = Side::Both;
    for (line, part) in (1..).zip(text.split_inclusive(|byte| *byte == b'\n')) {
        let whole = part.strip_suffix(b"\n");
        let bytes = whole.unwrap_or(part);
        if let Some(marked) = mark(bytes) {
            if side == Side::Both {
                faults.push(Fault {
                    kind: FaultKind::Conflict,
                    file: file.clone(),
                    line,
                    sequence: None,
                    message: "a merge left its marks here, expected an entry".to_owned(),
                });
            }
            side = marked;
            continue;
        }
        let link = Link {
            file: file.clone(),
            line,
            ..Link::default()
        };
        records.push(Record {
            file: file.clone(),
            month,
            line,
            bytes,
            hash: sha256(bytes),
            entry: Entry::read(bytes, link),
            unsound: unsound(bytes),
            torn: whole.is_none(),
            side,
        });
    }
}

/// What the lines behind a mark of a merge belong to.
fn mark(line: &[u8]) -> Option<Side> {
    let (mark, rest) = line.split_at_checked(7)?;
    if !matches!(rest.first(), None | Some(b' ' | b'\r')) {
        return None;
    }
    match mark {
        b"<<<<<<<" => Some(Side::Ours),
        b"|||||||" => Some(Side::Base),
        b"=======" => Some(Side::Theirs),
        b">>>>>>>" => Some(Side::Both),
        _ => None,
    }
}

fn unsound(line: &[u8]) -> Option<String> {
    match digests(line) {
        Some((expected, there)) if expected == there => None,
        Some((expected, there)) => Some(format!(
            "it is not what was written: its digest is {there}, expected {expected} of what stands there"
        )),
        None if line.ends_with(b"\r") => Some(
            "it is not what was written: it ends with a carriage return, as git writes with `autocrlf`; \
            `audit/*.jsonl -text` in `.gitattributes` keeps git from it"
                .to_owned(),
        ),
        None => Some("it is not what was written: it does not end with its digest".to_owned()),
    }
}
