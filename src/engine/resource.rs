//! The tables that conditions refer to.

use super::address::Networks;
use super::automaton::Automaton;
use super::version::VersionRange;
use crate::digest::short_digest;
use crate::snapshot::{Cursor, Longs, Records};
use core::cmp::Ordering;

/// What a pattern was made from, as JSON text behind its length, and the table behind it.
pub(crate) fn automaton(bytes: &[u8]) -> Option<(&[u8], Automaton<'_>)> {
    let mut cursor = Cursor::new(bytes);
    let source = cursor.sized()?;
    Some((source, Automaton::read(cursor.rest())?))
}

pub(crate) fn versions(bytes: &[u8]) -> Option<VersionRange<'_>> {
    VersionRange::read(bytes)
}

pub(crate) fn networks(bytes: &[u8]) -> Option<Networks<'_>> {
    Networks::read(bytes)
}

/// Units as records, sorted by their bytes.
pub(crate) fn listed(bytes: &[u8]) -> Option<Records<'_>> {
    let mut cursor = Cursor::new(bytes);
    Records::read(&mut cursor)
}

/// A `u32` count and that many sorted 64-bit digests.
pub(crate) fn hashed(bytes: &[u8]) -> Option<Longs<'_>> {
    let mut cursor = Cursor::new(bytes);
    let count = cursor.u32()? as usize;
    Longs::read(&mut cursor, count)
}

/// Is the unit one of a list?
pub(crate) fn is_listed(bytes: &[u8], unit: &[u8]) -> Option<bool> {
    let list = listed(bytes)?;
    Some(halve(list.len(), |position| {
        list.at(position as u32).map(|id| id.cmp(unit))
    }))
}

/// Is the unit's digest one of a list?
pub(crate) fn is_hashed(bytes: &[u8], salt: &[u8], unit: &[u8]) -> Option<bool> {
    let list = hashed(bytes)?;
    let wanted = digest(salt, unit);
    Some(halve(list.len(), |position| {
        list.at(position).map(|digest| digest.cmp(&wanted))
    }))
}

/// The first 64 bits, big-endian, of SHA-512(salt ":" unit).
pub(crate) fn digest(salt: &[u8], unit: &[u8]) -> u64 {
    u64::from_be_bytes(short_digest(&[salt, b":", unit]))
}

/// Binary search among `count` sorted entries; `compare` says how an entry stands to what is wanted.
pub(crate) fn halve(count: usize, compare: impl Fn(usize) -> Option<Ordering>) -> bool {
    let (mut low, mut high) = (0, count);
    while low < high {
        let middle = low + (high - low) / 2;
        match compare(middle) {
            Some(Ordering::Less) => low = middle + 1,
            Some(Ordering::Greater) => high = middle,
            Some(Ordering::Equal) => return true,
            None => return false,
        }
    }
    false
}
