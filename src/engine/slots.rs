//! A context as the engine reads it: a slot of four words for each attribute, and a heap for strings and lists.
//!
//! Hosts write the slots, natively through [`Binding`](super::Binding), in WebAssembly straight into memory. Words are
//! little-endian; offsets count from the start of the heap.
//!
//! | kind | word 1 | words 2 and 3 |
//! | --- | --- | --- |
//! | 0 absent, 1 false, 2 true, 7 object | | |
//! | 3 number, 5 date (epoch milliseconds) | | an `f64` |
//! | 4 string | symbol, 0 for none | offset and length of its UTF-8; length `0xFFFF_FFFF`: not given |
//! | 6 list | count | offset of that many element slots |

use crate::snapshot::limits;

/// Bytes of a slot.
pub(crate) const SLOT_BYTES: usize = 16;

/// The length of a string whose bytes are not given.
pub(crate) const NO_BYTES: u32 = u32::MAX;

/// The kinds of slots.
pub(crate) mod kind {
    pub(crate) const ABSENT: u32 = 0;
    pub(crate) const FALSE: u32 = 1;
    pub(crate) const TRUE: u32 = 2;
    pub(crate) const NUMBER: u32 = 3;
    pub(crate) const STRING: u32 = 4;
    pub(crate) const DATE: u32 = 5;
    pub(crate) const LIST: u32 = 6;
    pub(crate) const OBJECT: u32 = 7;
}

/// A packed context, or a list within one.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Slots<'a> {
    pub(crate) slots: &'a [[u8; SLOT_BYTES]],
    pub(crate) heap: &'a [u8],
}

/// The slot of one value. Each question reads no more than it needs.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Slot<'a> {
    bytes: &'a [u8; SLOT_BYTES],
    heap: &'a [u8],
}

/// A value, all of it.
#[derive(Debug, Clone, Copy)]
#[cfg_attr(not(feature = "compile"), allow(dead_code, reason = "read by the explainer"))]
pub(crate) enum Attribute<'a> {
    Absent,
    Boolean(bool),
    Number(f64),
    /// Its bytes, if they were given.
    Text(Option<&'a [u8]>),
    /// Epoch milliseconds.
    Date(f64),
    List(Slots<'a>),
    Object,
}

impl<'a> Slots<'a> {
    /// The slot of an attribute or element; one that says absent when there is none.
    #[inline]
    pub(crate) fn slot(&self, index: usize) -> Slot<'a> {
        Slot {
            bytes: self.slots.get(index).unwrap_or(&[0; SLOT_BYTES]),
            heap: self.heap,
        }
    }

    /// The number of slots.
    pub(crate) fn len(&self) -> usize {
        self.slots.len()
    }

    /// The attribute as a unit: a string of 1 to 4,096 bytes, or a whole number of up to 2^53 - 1 in decimal.
    #[inline]
    pub(crate) fn unit<'b>(&self, index: u16, digits: &'b mut Digits) -> Option<&'b [u8]>
    where
        'a: 'b,
    {
        let slot = self.slot(usize::from(index));
        if slot.kind() == kind::STRING {
            return slot
                .text()
                .filter(|text| (1..=limits::UNIT_BYTES).contains(&text.len()));
        }
        digits.write(slot.number()?)
    }
}

impl<'a> Slot<'a> {
    /// One of [`kind`]; what follows may say otherwise of a slot that is not well-formed.
    #[inline]
    pub(crate) fn kind(self) -> u32 {
        self.word::<0>()
    }

    /// The number of a string among the symbols; 0 for none.
    #[inline]
    pub(crate) fn symbol(self) -> u32 {
        self.word::<1>()
    }

    /// The bytes of a string, when they were given.
    #[inline]
    pub(crate) fn text(self) -> Option<&'a [u8]> {
        let (start, length) = (self.word::<2>() as usize, self.word::<3>() as usize);
        if self.kind() != kind::STRING || length > limits::STRING_BYTES {
            return None;
        }
        self.heap.get(start..start.checked_add(length)?)
    }

    #[inline]
    pub(crate) fn number(self) -> Option<f64> {
        (self.kind() == kind::NUMBER).then(|| self.float())?
    }

    /// Epoch milliseconds.
    #[inline]
    pub(crate) fn date(self) -> Option<f64> {
        (self.kind() == kind::DATE).then(|| self.float())?
    }

    pub(crate) fn list(self) -> Option<Slots<'a>> {
        let (count, start) = (self.word::<1>() as usize, self.word::<2>() as usize);
        if self.kind() != kind::LIST || count > limits::LIST_ELEMENTS {
            return None;
        }
        let elements = self.heap.get(start..)?.get(..count * SLOT_BYTES)?;
        Some(Slots {
            slots: elements.as_chunks().0,
            heap: self.heap,
        })
    }

    /// Is there a value?
    pub(crate) fn exists(self) -> bool {
        !matches!(self.value(), Attribute::Absent)
    }

    /// All of the value; absent when the slot is not well-formed.
    #[inline(never)]
    pub(crate) fn value(self) -> Attribute<'a> {
        match self.kind() {
            kind::FALSE => Attribute::Boolean(false),
            kind::TRUE => Attribute::Boolean(true),
            kind::NUMBER => self.number().map_or(Attribute::Absent, Attribute::Number),
            kind::DATE => self.date().map_or(Attribute::Absent, Attribute::Date),
            kind::LIST => self.list().map_or(Attribute::Absent, Attribute::List),
            kind::STRING if self.word::<3>() == NO_BYTES => Attribute::Text(None),
            kind::STRING => self
                .text()
                .map_or(Attribute::Absent, |text| Attribute::Text(Some(text))),
            kind::OBJECT => Attribute::Object,
            _ => Attribute::Absent,
        }
    }

    fn float(self) -> Option<f64> {
        let bits = u64::from(self.word::<3>()) << 32 | u64::from(self.word::<2>());
        Some(f64::from_bits(bits)).filter(|number| !number.is_nan())
    }

    #[inline]
    fn word<const INDEX: usize>(self) -> u32 {
        let (words, _) = self.bytes.as_chunks();
        words.get(INDEX).map_or(0, |word| u32::from_le_bytes(*word))
    }
}

/// Room for a whole number in decimal.
#[derive(Debug, Default)]
pub(crate) struct Digits {
    bytes: [u8; 17],
}

impl Digits {
    /// Writes a whole number by its value: `1.0` is `1`, `-0` is `0`; `None` for any other number.
    #[inline(never)]
    pub(crate) fn write(&mut self, number: f64) -> Option<&[u8]> {
        const LARGEST: i64 = (1 << 53) - 1;
        let whole = number as i64;
        if whole as f64 != number || whole.abs() > LARGEST {
            return None;
        }
        let mut rest = whole.unsigned_abs();
        let mut start = self.bytes.len();
        for (position, byte) in self.bytes.iter_mut().enumerate().rev() {
            *byte = b'0' + (rest % 10) as u8;
            rest /= 10;
            start = position;
            if rest == 0 {
                break;
            }
        }
        if whole < 0 {
            start = start.checked_sub(1)?;
            *self.bytes.get_mut(start)? = b'-';
        }
        self.bytes.get(start..)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn written(number: f64) -> Option<String> {
        Digits::default()
            .write(number)
            .map(|bytes| String::from_utf8_lossy(bytes).into_owned())
    }

    #[test]
    fn whole_numbers_are_written_by_value() {
        for (number, text) in [
            (0.0, "0"),
            (-0.0, "0"),
            (1.0, "1"),
            (-17.0, "-17"),
            (1e15, "1000000000000000"),
            (9_007_199_254_740_991.0, "9007199254740991"),
            (-9_007_199_254_740_991.0, "-9007199254740991"),
        ] {
            assert_eq!(written(number).as_deref(), Some(text));
        }
    }

    #[test]
    fn other_numbers_are_no_units() {
        for number in [
            0.5,
            f64::NAN,
            f64::INFINITY,
            -f64::INFINITY,
            9_007_199_254_740_992.0,
            1e300,
            -1e18,
        ] {
            assert_eq!(written(number), None, "{number}");
        }
    }

    #[test]
    fn arbitrary_slots_never_reach_outside() {
        let words: [u32; 4] = [kind::STRING, 0, 5, 100];
        let bytes = words.map(u32::to_le_bytes).concat();
        let view = Slots {
            slots: bytes.as_chunks().0,
            heap: b"short",
        };
        for index in [0, 1, usize::MAX] {
            assert!(matches!(view.slot(index).value(), Attribute::Absent));
            assert_eq!(view.slot(index).text(), None);
        }
    }
}
