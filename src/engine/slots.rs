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

/// A packed context.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Slots<'a> {
    pub(crate) slots: &'a [u8],
    pub(crate) heap: &'a [u8],
}

/// The value of an attribute.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Attribute<'a> {
    Absent,
    Boolean(bool),
    Number(f64),
    Text {
        symbol: u32,
        bytes: Option<&'a [u8]>,
    },
    /// Epoch milliseconds.
    Date(f64),
    List(Slots<'a>),
    Object,
}

impl<'a> Slots<'a> {
    /// The value in a slot; absent when there is no such slot or it is not well-formed.
    #[inline]
    pub(crate) fn attribute(&self, index: usize) -> Attribute<'a> {
        self.read(index).unwrap_or(Attribute::Absent)
    }

    /// The number of slots.
    pub(crate) fn len(&self) -> usize {
        self.slots.len() / SLOT_BYTES
    }

    #[inline]
    fn read(&self, index: usize) -> Option<Attribute<'a>> {
        let slot = self
            .slots
            .get(index.checked_mul(SLOT_BYTES)?..)?
            .first_chunk::<SLOT_BYTES>()?;
        let [k0, k1, k2, k3, d0, d1, d2, d3, l0, l1, l2, l3, h0, h1, h2, h3] = *slot;
        let detail = u32::from_le_bytes([d0, d1, d2, d3]);
        let low = u32::from_le_bytes([l0, l1, l2, l3]);
        let high = u32::from_le_bytes([h0, h1, h2, h3]);
        let number = f64::from_bits(u64::from(high) << 32 | u64::from(low));
        Some(match u32::from_le_bytes([k0, k1, k2, k3]) {
            kind::FALSE => Attribute::Boolean(false),
            kind::TRUE => Attribute::Boolean(true),
            kind::NUMBER if !number.is_nan() => Attribute::Number(number),
            kind::STRING if high == NO_BYTES => Attribute::Text {
                symbol: detail,
                bytes: None,
            },
            kind::STRING if high as usize <= limits::STRING_BYTES => {
                let bytes = self.heap.get(low as usize..)?.get(..high as usize)?;
                Attribute::Text {
                    symbol: detail,
                    bytes: Some(bytes),
                }
            }
            kind::DATE if !number.is_nan() => Attribute::Date(number),
            kind::LIST if detail as usize <= limits::LIST_ELEMENTS => {
                let slots = self
                    .heap
                    .get(low as usize..)?
                    .get(..detail as usize * SLOT_BYTES)?;
                Attribute::List(Slots {
                    slots,
                    heap: self.heap,
                })
            }
            kind::OBJECT => Attribute::Object,
            _ => Attribute::Absent,
        })
    }

    /// The attribute as a unit: a string of 1 to 4,096 bytes, or a whole number of up to 2^53 - 1 in decimal.
    #[inline]
    pub(crate) fn unit<'b>(&self, index: u16, digits: &'b mut Digits) -> Option<&'b [u8]>
    where
        'a: 'b,
    {
        match self.attribute(usize::from(index)) {
            Attribute::Text {
                bytes: Some(bytes), ..
            } if (1..=limits::UNIT_BYTES).contains(&bytes.len()) => Some(bytes),
            Attribute::Number(number) => digits.write(number),
            _ => None,
        }
    }
}

/// Room for a whole number in decimal.
#[derive(Debug, Default)]
pub(crate) struct Digits {
    bytes: [u8; 17],
}

impl Digits {
    /// Writes a whole number by its value: `1.0` is `1`, `-0` is `0`; `None` for any other number.
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
        let slots: Vec<u8> = [kind::STRING, 0, 5, 100]
            .iter()
            .flat_map(|word| word.to_le_bytes())
            .collect();
        let view = Slots {
            slots: &slots,
            heap: b"short",
        };
        assert!(matches!(view.attribute(0), Attribute::Absent));
        assert!(matches!(view.attribute(1), Attribute::Absent));
        assert!(matches!(view.attribute(usize::MAX), Attribute::Absent));
    }
}
