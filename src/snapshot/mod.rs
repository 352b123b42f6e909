//! The payload: what the compiler writes, the trust layer signs, and the engine reads in place.
//!
//! Nothing is copied out of the bytes: every record is read where it stands, each time it is needed, by the one
//! reader that checking, evaluating, explaining and inspecting share.
//!
//! # Layout, format 1
//!
//! All numbers are little-endian. `sized` is a `u32` length and that many bytes, `short` a `u8` length and that many.
//! `records` is a `u32` count, that many `u32` ends, and `sized` bytes that the ends divide.
//!
//! | part | content |
//! | --- | --- |
//! | format | `u16`, 1 |
//! | header | `sized`: version, issued, not before, expires, max stale (`i64` each, milliseconds); scope (`short`); head keys (`u8` count × 32 bytes); flags that are killed though the project does not say so (nothing, or `u16` count × `short`), and behind them the tip of the project's audit log (nothing, or `u64` number and 32 bytes SHA-256 of that entry's line), both for tools; later fields follow and are passed over |
//! | keys | `sized`: flag keys, in the order of the flags, joined by `\n` |
//! | attributes | `sized`: a `u32` count, a byte of needs each, then their paths joined by `\0`, steps by U+001F |
//! | symbols | `sized`: a `u32` count, then the strings joined by `\0`; symbol 1 is the first |
//! | segment names | `sized`: in the order of the segments, joined by `\n`; for people only |
//! | resources | `records`: tables that conditions refer to: automata, id lists, version ranges, networks |
//! | segments | `records`: one condition each; a segment refers only to segments before it |
//! | flags | `records`: see `flag.rs`; a flag's prerequisites stand before it |
//!
//! A record is read by itself: one that is damaged, or newer than the engine, closes that flag alone.

mod condition;
mod cursor;
#[cfg(feature = "compile")]
mod encode;
mod flag;
mod header;
pub mod limits;
mod serve;
#[cfg(feature = "compile")]
mod tip;

pub(crate) use condition::{
    Condition, Group, Hash, Literals, Order, Quantifier, TextPosition, ValueType, Window,
};
use cursor::RecordsPlace;
pub(crate) use cursor::{Cursor, Longs, Records, Words};
#[cfg(feature = "compile")]
pub(crate) use encode::{Encoder, FlagToWrite, HashToWrite, LiteralsToWrite, PayloadToWrite, RecordsEncoder};
#[cfg(feature = "compile")]
pub(crate) use flag::FlagType;
pub(crate) use flag::{Flag, Prerequisite, Rule, Target};
pub use header::{Header, Scope};
pub(crate) use serve::{Experiment, ExperimentArm, Rollout, Serve, Share, Split, SplitArm};
#[cfg(feature = "compile")]
pub use tip::AuditTip;

use crate::error::{Error, ErrorKind};
use core::ops::Range;

/// The format that this engine writes and reads.
pub const FORMAT: u16 = 1;

/// The bytes of a payload and where its parts are.
#[derive(Debug)]
pub(crate) struct Snapshot {
    bytes: Vec<u8>,
    pub(crate) header: Header,
    parts: Parts,
}

impl Snapshot {
    /// Reads the payload that stands at `payload` in `bytes`.
    #[cfg(feature = "compile")]
    pub(crate) fn read(bytes: Vec<u8>, payload: Range<usize>) -> Result<Self, Error> {
        let header = Header::of(bytes.get(payload.clone()).unwrap_or_default())?;
        Self::open(bytes, payload, header)
    }

    /// Finds the parts of the payload that stands at `payload` in `bytes`; its header was read before.
    pub(crate) fn open(bytes: Vec<u8>, payload: Range<usize>, header: Header) -> Result<Self, Error> {
        let content = bytes.get(payload.clone()).unwrap_or_default();
        let parts = Parts::read(Cursor::new(content), payload.end).ok_or(ErrorKind::SnapshotMalformed)?;
        if parts.flags.len() > limits::FLAGS
            || parts.segments.len() > limits::SEGMENTS
            || parts.needs.len() > limits::ATTRIBUTES
            || parts.symbol_count > limits::SYMBOLS
        {
            return Err(ErrorKind::LimitExceeded.into());
        }
        if !parts.names_are_complete(&bytes) {
            return Err(ErrorKind::SnapshotMalformed.into());
        }
        Ok(Self { bytes, header, parts })
    }

    /// The frame or payload that the snapshot was opened from.
    pub(crate) fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// Flag keys joined by `\n`.
    pub(crate) fn keys(&self) -> &[u8] {
        self.content(&self.parts.keys)
    }

    /// A byte of needs for each attribute: see [`needs`].
    pub(crate) fn needs(&self) -> &[u8] {
        self.content(&self.parts.needs)
    }

    /// Attribute paths joined by `\0`, their steps by U+001F.
    pub(crate) fn attributes(&self) -> &[u8] {
        self.content(&self.parts.attributes)
    }

    /// Strings that are only compared, joined by `\0`.
    pub(crate) fn symbols(&self) -> &[u8] {
        self.content(&self.parts.symbols)
    }

    pub(crate) fn symbol_count(&self) -> usize {
        self.parts.symbol_count
    }

    /// Segment names joined by `\n`.
    #[cfg(feature = "compile")]
    pub(crate) fn segment_names(&self) -> &[u8] {
        self.content(&self.parts.segment_names)
    }

    /// The flags' records.
    #[cfg(feature = "compile")]
    pub(crate) fn flags(&self) -> Records<'_> {
        self.records(&self.parts.flags)
    }

    /// The resources, segments and flags, all to be walked.
    pub(crate) fn all_records(&self) -> [Records<'_>; 3] {
        let parts = &self.parts;
        [&parts.resources, &parts.segments, &parts.flags].map(|place| self.records(place))
    }

    /// Out of line for the size of the shipped code; where a flag is evaluated it is not.
    #[inline(never)]
    fn records(&self, place: &RecordsPlace) -> Records<'_> {
        Records::stand_at(&self.bytes, place)
    }

    /// Where the bytes of the flags' records begin in [`Snapshot::bytes`].
    pub(crate) fn first_flag_byte(&self) -> usize {
        self.parts.flags.first_byte()
    }

    /// The segments' conditions.
    #[inline]
    pub(crate) fn segments(&self) -> Records<'_> {
        Records::stand_at(&self.bytes, &self.parts.segments)
    }

    /// The tables that conditions refer to.
    #[inline]
    pub(crate) fn resources(&self) -> Records<'_> {
        Records::stand_at(&self.bytes, &self.parts.resources)
    }

    #[inline(never)]
    fn content(&self, range: &Range<usize>) -> &[u8] {
        self.bytes.get(range.clone()).unwrap_or_default()
    }
}

/// What an attribute is read as, one bit each.
pub(crate) mod needs {
    /// Compared as a symbol.
    pub(crate) const SYMBOL: u8 = 1;
    /// Hashed, searched or parsed as bytes.
    pub(crate) const BYTES: u8 = 2;
    /// Its list elements are read.
    pub(crate) const ELEMENTS: u8 = 4;
}

/// Where the parts of a payload are, as offsets into the bytes that it ends.
#[derive(Debug)]
struct Parts {
    keys: Range<usize>,
    needs: Range<usize>,
    attributes: Range<usize>,
    symbols: Range<usize>,
    symbol_count: usize,
    #[cfg_attr(not(feature = "compile"), allow(dead_code, reason = "for people only"))]
    segment_names: Range<usize>,
    resources: RecordsPlace,
    segments: RecordsPlace,
    flags: RecordsPlace,
}

impl Parts {
    /// Passes over format and header, and reads what follows.
    fn read(mut cursor: Cursor<'_>, payload_end: usize) -> Option<Self> {
        cursor.u16()?;
        cursor.sized()?;
        let range = |part: &[u8], after: &Cursor<'_>| {
            let end = payload_end - after.rest().len();
            end - part.len()..end
        };
        let keys = range(cursor.sized()?, &cursor);
        let attributes = cursor.sized()?;
        let (mut part, end) = (Cursor::new(attributes), range(attributes, &cursor).end);
        let count = part.u32()? as usize;
        part.bytes(count)?;
        let paths = end - part.rest().len();
        let symbols = cursor.sized()?;
        let (mut part, symbols_end) = (Cursor::new(symbols), range(symbols, &cursor).end);
        let symbol_count = part.u32()? as usize;
        let symbols = symbols_end - part.rest().len()..symbols_end;
        let segment_names = range(cursor.sized()?, &cursor);
        let mut records = || RecordsPlace::find(&mut cursor, payload_end);
        let (resources, segments, flags) = (records()?, records()?, records()?);
        cursor.is_empty().then_some(Self {
            keys,
            needs: paths - count..paths,
            attributes: paths..end,
            symbols,
            symbol_count,
            segment_names,
            resources,
            segments,
            flags,
        })
    }

    /// Has every flag its key, every attribute its path and every symbol its string? Hosts count on it: they only split.
    fn names_are_complete(&self, bytes: &[u8]) -> bool {
        let names = |range: &Range<usize>, separator, count, empty| {
            bytes
                .get(range.clone())
                .is_some_and(|names| are_names(names, separator, count, empty))
        };
        names(&self.keys, b'\n', self.flags.len(), false)
            && names(&self.attributes, b'\0', self.needs.len(), false)
            && names(&self.symbols, b'\0', self.symbol_count, true)
    }
}

/// Is this text of as many names as are counted? Each has at least one byte, unless they may be empty.
#[inline(never)]
fn are_names(names: &[u8], separator: u8, count: usize, empty: bool) -> bool {
    if count == 0 {
        return names.is_empty();
    }
    let (mut found, mut previous) = (1, separator);
    for &byte in names.iter().chain(&[separator]) {
        if byte == separator {
            if previous == separator && !empty {
                return false;
            }
            found += 1;
        }
        previous = byte;
    }
    found == count + 1 && crate::utf8::text(names).is_some()
}
