use super::call::{Call, is_word};
use super::defaults::DEFAULT_WRAPPERS;
use super::spelling::spelt;
use crate::model::References;
use aho_corasick::{AhoCorasick, MatchKind};
use memchr::memchr3;
use std::collections::HashMap;
use std::ops::Range;

/// The longest key of a flag, in bytes.
const LONGEST_KEY: usize = 128;
/// How much of what stands before a key is looked at to tell a call.
const LONGEST_CALL: usize = 512;

/// Knows what to look for, and finds it in any number of texts.
#[derive(Debug)]
pub struct Finder {
    flags: HashMap<Vec<u8>, usize>,
    calls: Vec<Call>,
    /// What stands directly before the key in one of them.
    ends: Vec<u8>,
    names: Option<AhoCorasick>,
    /// For each text that `names` looks for: which flags it stands for, and how.
    named: Vec<Name>,
}

#[derive(Debug)]
struct Name {
    how: How,
    flags: Vec<usize>,
    /// Must what stands before and behind it be no part of a name?
    bounds: [bool; 2],
    hyphens: bool,
}

/// Something that code says about a flag.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Found<'t> {
    /// Which flag.
    pub subject: Subject<'t>,
    /// How it is named.
    pub how: How,
    /// The key or name itself, in bytes of the text.
    pub at: Range<usize>,
}

/// A flag that is found.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Subject<'t> {
    /// One of those that are looked for, by number.
    Flag(usize),
    /// A key that a call names and no flag has.
    Unknown(&'t str),
}

/// How code names a flag.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum How {
    /// As the key of a call that is known.
    Call,
    /// As a string that is equal to the key.
    Literal,
    /// As the key in another spelling.
    Alias,
    /// By another name, written for this flag alone.
    Name,
}

impl How {
    /// The word for people and machines.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Call => "call",
            Self::Literal => "literal",
            Self::Alias => "alias",
            Self::Name => "name",
        }
    }
}

impl Finder {
    /// Looks for these flags, which are numbered in their order, in the calls and under the names that a project writes.
    pub fn new<'k>(keys: impl IntoIterator<Item = &'k str>, references: &References) -> Self {
        let keys: Vec<&str> = keys.into_iter().collect();
        let mut texts: HashMap<String, Name> = HashMap::new();
        let mut add = |text: String, how: How, flag: usize| {
            if text.is_empty() {
                return;
            }
            let edge = |byte: Option<&u8>| byte.is_some_and(|byte| is_word(*byte));
            let bounds = [edge(text.as_bytes().first()), edge(text.as_bytes().last())];
            let hyphens = text.contains('-');
            let name = texts.entry(text).or_insert_with(|| Name {
                how,
                flags: Vec::new(),
                bounds,
                hyphens,
            });
            if !name.flags.contains(&flag) {
                name.flags.push(flag);
            }
        };
        for (number, key) in keys.iter().enumerate() {
            for (_, names) in references.names.iter().filter(|(flag, _)| flag.value == *key) {
                names
                    .iter()
                    .for_each(|name| add(name.value.clone(), How::Name, number));
            }
            for alias in &references.aliases {
                add(spelt(&alias.value, key), How::Alias, number);
            }
        }
        let (texts, named): (Vec<String>, Vec<Name>) = texts.into_iter().unzip();
        let automaton = AhoCorasick::builder()
            .match_kind(MatchKind::Standard)
            .build(&texts)
            .ok();
        let written = references.wrappers.iter().map(|wrapper| wrapper.value.as_str());
        let calls: Vec<Call> = written
            .chain(DEFAULT_WRAPPERS.iter().copied())
            .filter_map(Call::new)
            .collect();
        let mut ends: Vec<u8> = calls.iter().filter_map(Call::last).collect();
        ends.sort_unstable();
        ends.dedup();
        Self {
            flags: keys
                .iter()
                .enumerate()
                .map(|(number, key)| (key.as_bytes().to_vec(), number))
                .collect(),
            calls,
            ends,
            names: automaton.filter(|_| !texts.is_empty()),
            named,
        }
    }

    /// Everything that a text says about flags, in the order of places.
    pub fn find<'t>(&self, text: &'t [u8]) -> Vec<Found<'t>> {
        let mut found = Vec::new();
        self.strings(text, &mut found);
        if let Some(names) = &self.names {
            self.names(names, text, &mut found);
        }
        found.sort_by_key(|found| (found.at.start, found.how));
        // A string that is also a name is one use.
        let mut ends: HashMap<Subject<'_>, usize> = HashMap::new();
        found.retain(|found| {
            let end = ends.insert(found.subject, found.at.end);
            end.is_none_or(|end| end <= found.at.start)
        });
        found
    }

    /// Goes from quotation mark to quotation mark: between two of a kind, with nothing but a key in between, stands a key.
    fn strings<'t>(&self, text: &'t [u8], found: &mut Vec<Found<'t>>) {
        let mut from = 0;
        while let Some(rest) = text.get(from..)
            && let Some(next) = memchr3(b'\'', b'"', b'`', rest)
        {
            let open = from + next;
            from = open + 1;
            let Some((key, close)) = quoted(text, open) else {
                continue;
            };
            let at = open + 1..open + 1 + key.len();
            let known = self.flags.get(key).copied();
            let is_call = self.is_call(text, open, close);
            from = match (known, is_call) {
                (Some(flag), _) => {
                    let how = if is_call { How::Call } else { How::Literal };
                    let subject = Subject::Flag(flag);
                    found.push(Found { subject, how, at });
                    close + 1
                }
                (None, true) => {
                    // A key is ASCII, so it is UTF-8.
                    if let Ok(key) = std::str::from_utf8(key) {
                        let (subject, how) = (Subject::Unknown(key), How::Call);
                        found.push(Found { subject, how, at });
                    }
                    close + 1
                }
                (None, false) => from,
            };
        }
    }

    fn is_call(&self, text: &[u8], open: usize, close: usize) -> bool {
        let before = text.get(..open).unwrap_or_default();
        let before = before.get(before.len().saturating_sub(LONGEST_CALL)..);
        let before = without_prefix(before.unwrap_or_default());
        let last = before.trim_ascii_end().last();
        // Most strings are no keys, and most of them stand where no call ends.
        if !last.is_some_and(|last| self.ends.contains(last)) {
            return false;
        }
        let after = text.get(close + 1..).unwrap_or_default();
        self.calls.iter().any(|call| call.holds(before, after))
    }

    fn names<'t>(&self, names: &AhoCorasick, text: &'t [u8], found: &mut Vec<Found<'t>>) {
        let mut whole: Vec<(Range<usize>, &Name)> = names
            .find_overlapping_iter(text)
            .filter_map(|matched| Some((matched.range(), self.named.get(matched.pattern().as_usize())?)))
            .filter(|(at, name)| name.stands_alone(text, at))
            .collect();
        // `Flags.a.b` is not also `Flags.a`.
        whole.sort_by_key(|(at, _)| (at.start, usize::MAX - at.end));
        whole.dedup_by(|shorter, longer| shorter.0.start == longer.0.start && shorter.0.end < longer.0.end);
        for (at, name) in whole {
            found.extend(name.flags.iter().map(|flag| Found {
                subject: Subject::Flag(*flag),
                how: name.how,
                at: at.clone(),
            }));
        }
    }
}

impl Name {
    fn stands_alone(&self, text: &[u8], at: &Range<usize>) -> bool {
        let part_of_a_name =
            |byte: Option<&u8>| byte.is_some_and(|byte| is_word(*byte) || (self.hyphens && *byte == b'-'));
        let before = at.start.checked_sub(1).and_then(|at| text.get(at));
        let [start, end] = self.bounds;
        !(start && part_of_a_name(before) || end && part_of_a_name(text.get(at.end)))
    }
}

/// The key between a quotation mark and the next of its kind, and where that one stands; `\"` within a string counts too.
fn quoted(text: &[u8], open: usize) -> Option<(&[u8], usize)> {
    let mark = text.get(open)?;
    let inside = text.get(open + 1..)?;
    let allowed = |byte: &u8| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'_' | b'-');
    let length = inside
        .iter()
        .take(LONGEST_KEY + 1)
        .take_while(|byte| allowed(byte))
        .count();
    let behind = inside.get(length..)?;
    let escapes = behind.iter().take(4).take_while(|byte| **byte == b'\\').count();
    let close = behind.get(escapes)?;
    let fits = (1..=LONGEST_KEY).contains(&length) && close == mark;
    fits.then(|| Some((inside.get(..length)?, open + 1 + length + escapes)))?
}

/// What stands before a string without what says what kind of string it is: `r"…"`, `f'…'`, `\"…`, `@"…"`.
fn without_prefix(before: &[u8]) -> &[u8] {
    let escapes = before.iter().rev().take_while(|byte| **byte == b'\\').count();
    let before = before.get(..before.len() - escapes).unwrap_or_default();
    let is_prefix = |byte: &u8| {
        matches!(
            byte,
            b'r' | b'R' | b'b' | b'B' | b'f' | b'F' | b'u' | b'U' | b'L' | b'c' | b'@' | b'#' | b'$'
        )
    };
    let length = before
        .iter()
        .rev()
        .take(3)
        .take_while(|byte| is_prefix(byte))
        .count();
    let (rest, _) = before
        .split_at_checked(before.len() - length)
        .unwrap_or((before, &[]));
    match rest.last() {
        Some(last) if is_word(*last) => before,
        _ => rest,
    }
}
