use super::limits;
use core::ops::Range;

/// Reads little-endian values from the front of some bytes; `None` where the bytes end too soon.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Cursor<'a> {
    rest: &'a [u8],
}

impl<'a> Cursor<'a> {
    pub(crate) fn new(bytes: &'a [u8]) -> Self {
        Self { rest: bytes }
    }

    pub(crate) fn rest(&self) -> &'a [u8] {
        self.rest
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.rest.is_empty()
    }

    #[inline]
    pub(crate) fn bytes(&mut self, length: usize) -> Option<&'a [u8]> {
        let (taken, rest) = self.rest.split_at_checked(length)?;
        self.rest = rest;
        Some(taken)
    }

    /// The next `length` bytes as a cursor of their own.
    #[inline]
    pub(crate) fn part(&mut self, length: usize) -> Option<Self> {
        self.bytes(length).map(Self::new)
    }

    /// The next `N` bytes: one look at the end for several fields.
    #[inline]
    pub(crate) fn array<const N: usize>(&mut self) -> Option<[u8; N]> {
        let (taken, rest) = self.rest.split_first_chunk()?;
        self.rest = rest;
        Some(*taken)
    }

    #[inline]
    pub(crate) fn u8(&mut self) -> Option<u8> {
        self.array().map(u8::from_le_bytes)
    }

    #[inline]
    pub(crate) fn u16(&mut self) -> Option<u16> {
        self.array().map(u16::from_le_bytes)
    }

    /// Two 16-bit numbers.
    #[inline]
    pub(crate) fn pair(&mut self) -> Option<[u16; 2]> {
        self.array()
            .map(|[a, b, c, d]| [u16::from_le_bytes([a, b]), u16::from_le_bytes([c, d])])
    }

    #[inline]
    pub(crate) fn u32(&mut self) -> Option<u32> {
        self.array().map(u32::from_le_bytes)
    }

    #[inline]
    pub(crate) fn i64(&mut self) -> Option<i64> {
        self.array().map(i64::from_le_bytes)
    }

    #[inline]
    pub(crate) fn f64(&mut self) -> Option<f64> {
        self.array().map(f64::from_le_bytes)
    }

    /// The version of a document.
    pub(crate) fn version(&mut self) -> Option<u64> {
        u64::try_from(self.i64()?)
            .ok()
            .filter(|version| *version <= limits::VERSION)
    }

    /// A moment in epoch milliseconds.
    pub(crate) fn moment(&mut self) -> Option<i64> {
        self.i64()
            .filter(|moment| moment.unsigned_abs() <= limits::MOMENT_MS.unsigned_abs())
    }

    /// Bytes behind a 32-bit length.
    #[inline]
    pub(crate) fn sized(&mut self) -> Option<&'a [u8]> {
        let length = self.u32()? as usize;
        self.bytes(length)
    }

    /// Bytes behind an 8-bit length.
    #[inline]
    pub(crate) fn short(&mut self) -> Option<&'a [u8]> {
        let length = usize::from(self.u8()?);
        self.bytes(length)
    }

    /// UTF-8 behind an 8-bit length.
    pub(crate) fn short_text(&mut self) -> Option<&'a str> {
        crate::utf8::text(self.short()?)
    }
}

/// Little-endian 32-bit numbers in place.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Words<'a> {
    bytes: &'a [u8],
}

impl<'a> Words<'a> {
    pub(crate) fn read(cursor: &mut Cursor<'a>, count: usize) -> Option<Self> {
        cursor.bytes(count.checked_mul(4)?).map(|bytes| Self { bytes })
    }

    pub(crate) fn len(&self) -> usize {
        self.bytes.len() / 4
    }

    #[inline]
    pub(crate) fn at(&self, position: usize) -> Option<u32> {
        self.bytes
            .get(position.checked_mul(4)?..)?
            .first_chunk()
            .map(|word| u32::from_le_bytes(*word))
    }

    pub(crate) fn iter(self) -> impl Iterator<Item = u32> + 'a {
        self.bytes
            .as_chunks()
            .0
            .iter()
            .map(|word| u32::from_le_bytes(*word))
    }
}

/// Little-endian 64-bit values in place.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Longs<'a> {
    bytes: &'a [u8],
}

impl<'a> Longs<'a> {
    pub(crate) fn read(cursor: &mut Cursor<'a>, count: usize) -> Option<Self> {
        cursor.bytes(count.checked_mul(8)?).map(|bytes| Self { bytes })
    }

    pub(crate) fn len(&self) -> usize {
        self.bytes.len() / 8
    }

    #[inline]
    pub(crate) fn at(&self, position: usize) -> Option<u64> {
        self.bytes
            .get(position.checked_mul(8)?..)?
            .first_chunk()
            .map(|long| u64::from_le_bytes(*long))
    }

    pub(crate) fn iter(self) -> impl Iterator<Item = u64> + 'a {
        self.bytes
            .as_chunks()
            .0
            .iter()
            .map(|long| u64::from_le_bytes(*long))
    }
}

/// Records in place: a table of where each ends, then their bytes.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Records<'a> {
    ends: Words<'a>,
    bytes: &'a [u8],
}

/// Where records stand among some bytes.
#[derive(Debug, Clone)]
pub(crate) struct RecordsPlace {
    ends: Range<usize>,
    bytes: Range<usize>,
}

impl RecordsPlace {
    /// Finds the records at the front of the cursor, whose bytes end at `end` of those that places count from.
    pub(crate) fn find(cursor: &mut Cursor<'_>, end: usize) -> Option<Self> {
        let count = cursor.u32()? as usize;
        let ends = end - cursor.rest.len();
        Words::read(cursor, count)?;
        let ends = ends..end - cursor.rest.len();
        let length = cursor.sized()?.len();
        let reached = end - cursor.rest.len();
        Some(Self {
            ends,
            bytes: reached - length..reached,
        })
    }

    /// How many records there are.
    pub(crate) fn len(&self) -> usize {
        self.ends.len() / 4
    }

    /// Where the bytes of the first one begin.
    pub(crate) fn first_byte(&self) -> usize {
        self.bytes.start
    }
}

impl<'a> Records<'a> {
    pub(crate) fn read(cursor: &mut Cursor<'a>) -> Option<Self> {
        let count = cursor.u32()? as usize;
        Some(Self {
            ends: Words::read(cursor, count)?,
            bytes: cursor.sized()?,
        })
    }

    /// The same records again, where they were found before.
    #[inline(always)]
    pub(crate) fn stand_at(bytes: &'a [u8], place: &RecordsPlace) -> Self {
        let part = |range: &Range<usize>| bytes.get(range.clone()).unwrap_or_default();
        Self {
            ends: Words {
                bytes: part(&place.ends),
            },
            bytes: part(&place.bytes),
        }
    }

    pub(crate) fn len(&self) -> usize {
        self.ends.len()
    }

    /// The bytes of one record; `None` when there is no such record or the table of ends is damaged there.
    #[inline]
    pub(crate) fn at(&self, position: u32) -> Option<&'a [u8]> {
        self.bytes.get(self.place_of(position)?)
    }

    /// Where a record stands among the bytes of all, if the table of ends is right.
    #[inline]
    pub(crate) fn place_of(&self, position: u32) -> Option<Range<usize>> {
        let position = position as usize;
        let start = match position.checked_sub(1) {
            Some(previous) => self.ends.at(previous)?,
            None => 0,
        };
        Some(start as usize..self.ends.at(position)? as usize)
    }

    /// The same for all records in turn, and `None` for one that shares bytes with one before it: together they are no
    /// longer than their bytes, whatever the table says. `reached` starts at 0.
    #[inline(never)]
    pub(crate) fn next_to(&self, position: u32, reached: &mut usize) -> Option<&'a [u8]> {
        let record = self.at(position)?;
        let end = self.ends.at(position as usize)? as usize;
        if end - record.len() < *reached {
            return None;
        }
        *reached = end;
        Some(record)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn records(ends: &[u32], bytes: &[u8]) -> Vec<u8> {
        let words = [&[ends.len() as u32], ends, &[bytes.len() as u32]].concat();
        words
            .into_iter()
            .flat_map(u32::to_le_bytes)
            .chain(bytes.iter().copied())
            .collect()
    }

    #[test]
    fn records_that_share_bytes_are_read_once() {
        let table = records(&[2, 0, 4, 4, 9, 6, 4, 6], b"abcdef");
        let records = Records::read(&mut Cursor::new(&table)).unwrap();
        let mut reached = 0;
        let found: Vec<_> = (0..9).map(|index| records.next_to(index, &mut reached)).collect();
        let (none, empty): (_, &[u8]) = (None, b"");
        assert_eq!(
            found,
            [
                Some(b"ab".as_slice()),
                none,
                none,
                Some(empty),
                none,
                none,
                none,
                Some(b"ef"),
                none
            ]
        );
    }
}
