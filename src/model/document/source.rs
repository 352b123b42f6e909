use std::borrow::Cow;
use std::sync::Arc;

use saphyr_parser::{Marker, Span};

use super::{Diagnostic, LARGEST_FILE, Place};

const BYTE_ORDER_MARK: char = '\u{feff}';
const STRIDE: usize = 64;

/// The text of a file, and the way from the scanner's character counts to places in it.
pub(super) struct Source<'t> {
    file: &'t Arc<str>,
    text: &'t str,
    /// Bytes of the byte order mark before `text`.
    shift: usize,
    /// Byte offset of every [`STRIDE`]th character; empty where characters are bytes.
    checkpoints: Vec<usize>,
    /// What the scanner is given.
    scanned: Cow<'t, str>,
    /// Where characters of `scanned` begin that each stand for two more in `text`.
    joined: Vec<usize>,
}

impl<'t> Source<'t> {
    pub(super) fn new(file: &'t Arc<str>, whole: &'t str) -> Self {
        let text = whole.strip_prefix(BYTE_ORDER_MARK).unwrap_or(whole);
        let checkpoints = if text.is_ascii() {
            Vec::new()
        } else {
            text.char_indices()
                .step_by(STRIDE)
                .map(|(byte, _)| byte)
                .collect()
        };
        let (scanned, joined) = match file.ends_with(".json") && text.contains("\\u") {
            true => join_surrogates(text),
            false => (Cow::Borrowed(text), Vec::new()),
        };
        Self {
            file,
            text,
            shift: whole.len() - text.len(),
            checkpoints,
            scanned,
            joined,
        }
    }

    /// What the scanner is given: the text without a byte order mark.
    pub(super) fn scanned(&self) -> &str {
        &self.scanned
    }

    /// What forbids reading the text at all.
    pub(super) fn refusal(&self) -> Option<Diagnostic> {
        if self.text.len() > LARGEST_FILE {
            let message = format!("the file is larger than {LARGEST_FILE} bytes");
            return Some(Diagnostic::error("file-too-large", &self.start(), message));
        }
        // The scanner takes U+0000 for the end of the file.
        let byte = self.text.find('\0')?;
        Some(Diagnostic::error(
            "syntax",
            &self.place_of_byte(byte),
            "the character U+0000 may not stand in a file",
        ))
    }

    /// The start of the file.
    pub(super) fn start(&self) -> Place {
        self.place(0, 0, 1, 1)
    }

    /// Where scanning failed, at the latest behind the last visible character.
    pub(super) fn error(&self, marker: &Marker) -> Place {
        self.place_of_byte(self.byte(marker).min(self.text.trim_end().len()))
    }

    /// The place before a character.
    pub(super) fn point(&self, marker: &Marker) -> Place {
        let byte = self.byte(marker);
        self.place(byte, byte, marker.line(), self.column(marker))
    }

    /// The place of a scalar, without the white space behind it.
    pub(super) fn scalar(&self, span: &Span) -> Place {
        let (start, end) = (self.byte(&span.start), self.byte(&span.end));
        let written = self.text.get(start..end).unwrap_or("").trim_end();
        self.place(
            start,
            start + written.len(),
            span.start.line(),
            self.column(&span.start),
        )
    }

    /// The first line of a list or mapping.
    pub(super) fn collection(&self, start: Place, end: &Marker) -> Place {
        let written = self
            .text
            .get(start.start - self.shift..self.byte(end))
            .unwrap_or("");
        let first_line = written.split(['\n', '\r']).next().unwrap_or("").trim_end();
        Place {
            end: start.start + first_line.len(),
            ..start
        }
    }

    fn place(&self, start: usize, end: usize, line: usize, column: usize) -> Place {
        Place {
            file: self.file.clone(),
            start: start + self.shift,
            end: end.max(start) + self.shift,
            line,
            column,
        }
    }

    fn place_of_byte(&self, byte: usize) -> Place {
        let before = self.text.get(..byte).unwrap_or("");
        let line_start = before.rfind(['\n', '\r']).map_or(0, |at| at + 1);
        let line =
            before.matches('\n').count() + before.matches('\r').count() - before.matches("\r\n").count() + 1;
        let column = before.get(line_start..).unwrap_or("").chars().count() + 1;
        let width = self
            .text
            .get(byte..)
            .and_then(|rest| rest.chars().next())
            .map_or(0, char::len_utf8);
        self.place(byte, byte + width, line, column)
    }

    fn byte(&self, marker: &Marker) -> usize {
        let index = marker.index() + 2 * self.joined_before(marker.index());
        if self.checkpoints.is_empty() {
            return index.min(self.text.len());
        }
        let Some(&start) = self.checkpoints.get(index / STRIDE) else {
            return self.text.len();
        };
        let rest = self.text.get(start..).unwrap_or("");
        rest.char_indices()
            .nth(index % STRIDE)
            .map_or(self.text.len(), |(byte, _)| start + byte)
    }

    fn column(&self, marker: &Marker) -> usize {
        let line_start = marker.index().saturating_sub(marker.col());
        marker.col() + 2 * (self.joined_before(marker.index()) - self.joined_before(line_start)) + 1
    }

    fn joined_before(&self, index: usize) -> usize {
        self.joined.partition_point(|&start| start < index)
    }
}

/// Joins the two escapes by which JSON writes one character beyond U+FFFF, and which YAML does not know.
///
/// Also tells where each joined escape begins, in characters of the new text.
fn join_surrogates(text: &str) -> (Cow<'_, str>, Vec<usize>) {
    let (mut scanned, mut joined) = (String::with_capacity(text.len()), Vec::new());
    let (mut rest, mut characters) = (text, 0);
    while let Some(at) = rest.find('\\') {
        let (before, escape) = rest.split_at(at);
        scanned.push_str(before);
        characters += before.chars().count();
        if let Some(character) = surrogate_pair(escape) {
            joined.push(characters);
            scanned.push_str(&format!("\\U{:08X}", u32::from(character)));
            characters += 10;
            rest = escape.get(12..).unwrap_or("");
        } else {
            let length = escape
                .char_indices()
                .nth(2)
                .map_or(escape.len(), |(byte, _)| byte);
            let (kept, after) = escape.split_at(length);
            scanned.push_str(kept);
            characters += kept.chars().count();
            rest = after;
        }
    }
    scanned.push_str(rest);
    (Cow::Owned(scanned), joined)
}

/// The character that twelve bytes like `\ud83d\ude00` stand for.
fn surrogate_pair(escape: &str) -> Option<char> {
    let half = |at: usize| u16::from_str_radix(escape.get(at..at + 6)?.strip_prefix("\\u")?, 16).ok();
    char::decode_utf16([half(0)?, half(6)?])
        .next()?
        .ok()
        .filter(|character| u32::from(*character) > 0xffff)
}
