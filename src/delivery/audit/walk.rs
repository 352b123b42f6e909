//! From line to line: does each hang on the one before it, and if not, what happened?

use super::entry::Entry;
use super::fault::{Fault, FaultKind};
use super::line::FileName;
use super::record::{Record, Side};
use super::text::{hex, written};
use std::collections::{BTreeMap, BTreeSet, HashSet};
use std::sync::Arc;

/// What was walked over so far.
#[derive(Debug)]
pub(super) struct Walk<'r, 't> {
    records: Vec<&'r Record<'t>>,
    pub(super) entries: Vec<Entry>,
    pub(super) faults: Vec<Fault>,
    /// The number that the next entry should have, and the digest that it should hang on.
    expected: u64,
    last: [u8; 32],
    /// The line that `last` is the digest of was told to be wrong: that the next one hangs on another is no news.
    suspect: bool,
    last_ms: i64,
    /// The entries by number, each with the line that it stands in.
    placed: BTreeMap<u64, &'r Record<'t>>,
    hashes: HashSet<[u8; 32]>,
    /// Numbers that stand further behind, which was told.
    moved: BTreeSet<u64>,
    /// What hangs on one of two that follow the same, which was told.
    side: HashSet<[u8; 32]>,
    misfiled: BTreeSet<Arc<str>>,
}

impl<'r, 't> Walk<'r, 't> {
    /// Walks over all lines but those of one side of a merge.
    pub(super) fn over(records: &'r [Record<'t>]) -> Self {
        let one_side = |record: &&Record<'_>| matches!(record.side, Side::Both | Side::Ours);
        let mut walk = Self {
            records: records.iter().filter(one_side).collect(),
            entries: Vec::new(),
            faults: Vec::new(),
            expected: 1,
            last: [0; 32],
            suspect: false,
            last_ms: i64::MIN,
            placed: BTreeMap::new(),
            hashes: HashSet::new(),
            moved: BTreeSet::new(),
            side: HashSet::new(),
            misfiled: BTreeSet::new(),
        };
        for number in 0..walk.records.len() {
            walk.step(number);
        }
        walk
    }

    fn step(&mut self, number: usize) {
        let Some(record) = self.records.get(number).copied() else {
            return;
        };
        if record.torn {
            let message = match &record.entry {
                Ok(_) => "no newline stands behind it; the next entry that is written adds it".to_owned(),
                Err(_) => format!(
                    "{} bytes stand behind the last newline, which nobody finished; the next entry that is written \
                    keeps them and cuts them off",
                    record.bytes.len()
                ),
            };
            self.fault(FaultKind::Torn, record, None, message);
        }
        match &record.entry {
            Ok(entry) => self.entry(number, record, entry),
            Err(_) if record.torn => {}
            Err(why) => {
                let takes_its_place = self
                    .next(number)
                    .is_some_and(|next| next.sequence == self.expected + 1);
                let sequence = takes_its_place.then_some(self.expected);
                self.fault(
                    FaultKind::Unreadable,
                    record,
                    sequence,
                    format!("{why}, expected an entry"),
                );
                if takes_its_place {
                    self.expected += 1;
                    self.last = record.hash;
                    self.suspect = true;
                }
            }
        }
    }

    fn entry(&mut self, number: usize, record: &'r Record<'t>, entry: &Entry) {
        let (sequence, previous) = (entry.sequence, entry.link.previous);
        let fits = sequence == self.expected && previous == self.last;
        let in_place = fits
            || record.unsound.is_some()
                && !self.placed.contains_key(&sequence)
                && (previous == self.last
                    || self
                        .next(number)
                        .is_some_and(|next| next.sequence == self.expected + 1));
        if let Some(why) = &record.unsound {
            let sequence = if in_place { self.expected } else { sequence };
            self.fault(FaultKind::Edited, record, Some(sequence), why.clone());
        }
        if FileName::of(entry.time_ms) != record.month && self.misfiled.insert(record.file.clone()) {
            let message = format!(
                "its time is {}, expected in `{}`",
                written(entry.time_ms),
                FileName::of(entry.time_ms)
            );
            self.fault(FaultKind::Misfiled, record, Some(sequence), message);
        }
        if in_place {
            return self.accept(self.expected, record, entry);
        }
        if self.hashes.contains(&record.hash) {
            let message = match self.placed.get(&sequence) {
                Some(first) => format!("it stands in `{}`, line {} already", first.file, first.line),
                None => "it stands further up already".to_owned(),
            };
            return self.fault(FaultKind::Duplicated, record, Some(sequence), message);
        }
        if self.moved.remove(&sequence) || self.side.contains(&previous) {
            // That it is not where it should be was told.
            self.side.insert(record.hash);
            self.entries.push(entry.clone());
            return;
        }
        match sequence.cmp(&self.expected) {
            std::cmp::Ordering::Equal => self.hangs_elsewhere(number, record, entry),
            std::cmp::Ordering::Greater => self.ahead(number, record, entry),
            std::cmp::Ordering::Less => self.behind(record, entry),
        }
    }

    fn accept(&mut self, sequence: u64, record: &'r Record<'t>, entry: &Entry) {
        if entry.time_ms < self.last_ms && record.unsound.is_none() {
            let message = format!(
                "its time is {}, the entry before it is of {}",
                written(entry.time_ms),
                written(self.last_ms)
            );
            self.fault(FaultKind::TimeWentBack, record, Some(sequence), message);
        }
        if let Some(why) = super::restate::misstated(entry) {
            self.fault(FaultKind::Restated, record, Some(sequence), why);
        }
        self.entries.push(entry.clone());
        self.placed.insert(sequence, record);
        self.hashes.insert(record.hash);
        self.last_ms = self.last_ms.max(entry.time_ms);
        self.suspect = record.unsound.is_some();
        self.last = record.hash;
        self.expected = sequence.saturating_add(1);
    }

    /// The number is right, and what it says of the line before it is not.
    fn hangs_elsewhere(&mut self, number: usize, record: &'r Record<'t>, entry: &Entry) {
        let follows = |next: &Entry| next.sequence == self.expected && next.link.previous == self.last;
        if self.next(number).is_some_and(follows) {
            let message =
                "it hangs on nothing before it, and the entry after it does not know of it".to_owned();
            return self.fault(FaultKind::Inserted, record, Some(entry.sequence), message);
        }
        let there = hex(&entry.link.previous);
        let before = self
            .expected
            .checked_sub(1)
            .and_then(|before| self.placed.get(&before));
        match before.copied() {
            Some(_) if self.suspect => {}
            Some(before) => {
                let message = format!(
                    "it is not what was written: its SHA-256 is {}, expected {there} as entry {} says",
                    hex(&before.hash),
                    entry.sequence
                );
                self.fault(FaultKind::Edited, before, Some(self.expected - 1), message);
            }
            None if self.suspect => {}
            None => {
                let message =
                    format!("it is the first entry, and says that another stands before it: {there}");
                self.fault(FaultKind::Missing, record, Some(entry.sequence), message);
            }
        }
        self.accept(entry.sequence, record, entry);
    }

    /// The number is too high: those between stand further behind, or nowhere.
    fn ahead(&mut self, number: usize, record: &'r Record<'t>, entry: &Entry) {
        let sequence = entry.sequence;
        let behind = self.records.iter().skip(number + 1);
        let behind = behind.filter_map(|record| Some(record.entry.as_ref().ok()?.sequence));
        let moved: BTreeSet<u64> = behind
            .filter(|other| (self.expected..sequence).contains(other))
            .collect();
        let gone = (sequence - self.expected).saturating_sub(moved.len() as u64);
        let (kind, message) = match gone {
            0 => {
                let message = format!("it stands before entry {}, expected that one here", self.expected);
                (FaultKind::Reordered, message)
            }
            _ => (FaultKind::Missing, self.missing(sequence, &moved, record)),
        };
        self.fault(kind, record, Some(sequence), message);
        self.moved.extend(moved);
        self.accept(sequence, record, entry);
    }

    fn missing(&self, sequence: u64, moved: &BTreeSet<u64>, record: &Record<'_>) -> String {
        let (first, last) = (self.expected, sequence - 1);
        let mut message = match first == last {
            true => format!("entry {first} is missing"),
            false => format!("entries {first} to {last} are missing"),
        };
        if !moved.is_empty() {
            message.push_str(&format!(", of which {} stand further behind", moved.len()));
        }
        let before = self.placed.last_key_value();
        match before {
            Some((before, at)) if at.file == record.file => {
                message.push_str(&format!(": entry {before} stands before this one"));
            }
            Some((before, at)) => message.push_str(&format!(
                ": `{}` ends with entry {before}, `{}` begins with this one",
                at.file, record.file
            )),
            None => message.push_str(", with which the chain begins"),
        }
        message
    }

    /// The number was there: it is one of two, or belongs nowhere.
    fn behind(&mut self, record: &'r Record<'t>, entry: &Entry) {
        let sequence = entry.sequence;
        let other = self.placed.get(&sequence).copied();
        let previous = |record: &Record<'_>| record.entry.as_ref().ok().map(|entry| entry.link.previous);
        match other {
            Some(other) if previous(other) == Some(entry.link.previous) => {
                let message = format!(
                    "it follows entry {}, and so does entry {sequence} in `{}`, line {}: two branches were merged, or \
                    one of them was put in",
                    sequence - 1,
                    other.file,
                    other.line
                );
                self.fault(FaultKind::Forked, record, Some(sequence), message);
                self.side.insert(record.hash);
                self.entries.push(entry.clone());
            }
            _ => {
                let message = format!("it hangs on nothing before it, expected entry {}", self.expected);
                self.fault(FaultKind::Inserted, record, Some(sequence), message);
            }
        }
    }

    /// The next line that is an entry.
    fn next(&self, number: usize) -> Option<&'r Entry> {
        let mut behind = self.records.iter().skip(number + 1);
        behind.find_map(|record| record.entry.as_ref().ok())
    }

    fn fault(&mut self, kind: FaultKind, record: &Record<'_>, sequence: Option<u64>, message: String) {
        self.faults.push(Fault {
            kind,
            file: record.file.clone(),
            line: record.line,
            sequence,
            message,
        });
    }
}
