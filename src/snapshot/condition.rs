use super::cursor::{Cursor, Longs, Words};

/// One condition, read in place; groups give their members as a cursor.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Condition<'a> {
    Group {
        group: Group,
        members: Cursor<'a>,
    },
    In {
        attribute: u16,
        negated: bool,
        literals: Literals<'a>,
    },
    Text {
        attribute: u16,
        position: TextPosition,
        negated: bool,
        ignore_case: bool,
        needles: Cursor<'a>,
    },
    Pattern {
        attribute: u16,
        resource: u32,
    },
    Compare {
        attribute: u16,
        order: Order,
        literal: f64,
    },
    Moment {
        attribute: u16,
        after: bool,
        literal: i64,
    },
    Version {
        attribute: u16,
        resource: u32,
    },
    Network {
        attribute: u16,
        resource: u32,
    },
    Exists {
        attribute: u16,
    },
    Type {
        attribute: u16,
        expected: ValueType,
    },
    List {
        attribute: u16,
        quantifier: Quantifier,
        literals: Literals<'a>,
    },
    Size {
        attribute: u16,
        order: Order,
        literal: u32,
    },
    Segment(u32),
    Percentage {
        hash: Hash<'a>,
        from: u32,
        to: u32,
    },
    Window(Window),
    Listed {
        attribute: u16,
        resource: u32,
    },
    Hashed {
        attribute: u16,
        salt: &'a [u8],
        resource: u32,
    },
}

/// How the members of a group are joined.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Group {
    All,
    Any,
    /// None of them; `not` is this with one member.
    Not,
}

/// Where a needle stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum TextPosition {
    Whole,
    Start,
    End,
}

/// How a number is compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Order {
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
    Equal,
}

/// How an array meets literals.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[expect(clippy::enum_variant_names, reason = "the names of the operators")]
pub(crate) enum Quantifier {
    AnyOf,
    AllOf,
    NoneOf,
}

/// The types of context values.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum ValueType {
    String,
    Number,
    Boolean,
    Date,
    Array,
    Object,
}

/// Literals of mixed type; symbols and numbers are sorted.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Literals<'a> {
    /// Bit 0: `false` is among them, bit 1: `true` is.
    pub(crate) booleans: u8,
    pub(crate) symbols: Words<'a>,
    pub(crate) numbers: Longs<'a>,
}

/// How a unit becomes a bucket: the scheme, the attribute, the salt.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Hash<'a> {
    pub(crate) scheme: u8,
    pub(crate) attribute: u16,
    salt_length: u8,
    /// What is hashed before the unit: the salt and a colon, and zeros up to whole lanes.
    pub(crate) prefix: &'a [u8],
}

/// From one moment up to another, in epoch milliseconds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Window {
    pub(crate) from: Option<i64>,
    pub(crate) to: Option<i64>,
}

/// The numbers of the conditions in a payload. A number once given never means another thing.
pub(super) mod kind {
    pub(crate) const ALL: u8 = 1;
    pub(crate) const ANY: u8 = 2;
    pub(crate) const NOT: u8 = 3;
    pub(crate) const IN: u8 = 4;
    pub(crate) const TEXT: u8 = 5;
    pub(crate) const PATTERN: u8 = 6;
    pub(crate) const COMPARE: u8 = 7;
    pub(crate) const MOMENT: u8 = 8;
    pub(crate) const VERSION: u8 = 9;
    pub(crate) const NETWORK: u8 = 10;
    pub(crate) const EXISTS: u8 = 11;
    pub(crate) const TYPE: u8 = 12;
    pub(crate) const LIST: u8 = 13;
    pub(crate) const SIZE: u8 = 14;
    pub(crate) const SEGMENT: u8 = 15;
    pub(crate) const PERCENTAGE: u8 = 16;
    pub(crate) const WINDOW: u8 = 17;
    pub(crate) const LISTED: u8 = 18;
    pub(crate) const HASHED: u8 = 19;
}

impl<'a> Condition<'a> {
    /// Reads the condition at the front; `None` when it is damaged or newer than this engine.
    ///
    /// Four bytes stand before what each kind has: the kind, a detail, and the number of the attribute. What a kind does
    /// not need of them is 0. Out of line for the size of the shipped code: what is asked most is read by
    /// [`Condition::read_common`].
    #[inline(never)]
    pub(crate) fn read(cursor: &mut Cursor<'a>) -> Option<Self> {
        if let Some(common) = Self::read_common(cursor) {
            return Some(common);
        }
        let [kind, detail, low, high] = cursor.array()?;
        let attribute = u16::from_le_bytes([low, high]);
        Some(match kind {
            kind::TEXT => Self::Text {
                attribute,
                position: match detail & 3 {
                    0 => TextPosition::Whole,
                    1 => TextPosition::Start,
                    2 => TextPosition::End,
                    _ => return None,
                },
                negated: detail & 4 != 0,
                ignore_case: match detail >> 3 {
                    0 => false,
                    1 => true,
                    _ => return None,
                },
                needles: Cursor::new(cursor.sized()?),
            },
            kind::MOMENT => Self::Moment {
                attribute,
                after: match detail {
                    0 => false,
                    1 => true,
                    _ => return None,
                },
                literal: cursor.i64()?,
            },
            kind::TYPE => Self::Type {
                attribute,
                expected: ValueType::from_number(detail)?,
            },
            kind::LIST => Self::List {
                attribute,
                quantifier: match detail & 3 {
                    0 => Quantifier::AnyOf,
                    1 => Quantifier::AllOf,
                    2 => Quantifier::NoneOf,
                    _ => return None,
                },
                literals: Literals::read(cursor, detail >> 2)?,
            },
            kind::SIZE => Self::Size {
                attribute,
                order: Order::from_number(detail)?,
                literal: cursor.u32()?,
            },
            kind::WINDOW => Self::Window(Window::read(cursor, detail)?),
            // Those below have no detail.
            _ if detail != 0 => return None,
            kind::SEGMENT => Self::Segment(cursor.u32()?),
            kind::PERCENTAGE => Self::Percentage {
                hash: Hash::read(cursor)?,
                from: cursor.u32()?,
                to: cursor.u32()?,
            },
            kind::EXISTS => Self::Exists { attribute },
            kind::HASHED => Self::Hashed {
                attribute,
                salt: cursor.short()?,
                resource: cursor.u32()?,
            },
            kind::PATTERN | kind::VERSION | kind::NETWORK | kind::LISTED => {
                let resource = cursor.u32()?;
                match kind {
                    kind::PATTERN => Self::Pattern { attribute, resource },
                    kind::VERSION => Self::Version { attribute, resource },
                    kind::NETWORK => Self::Network { attribute, resource },
                    _ => Self::Listed { attribute, resource },
                }
            }
            _ => return None,
        })
    }

    /// Reads the condition at the front if it is of the kinds that most rules are made of: inlined where it is decided,
    /// so that it passes through registers. Otherwise the cursor stays where it is.
    #[inline(always)]
    pub(crate) fn read_common(cursor: &mut Cursor<'a>) -> Option<Self> {
        let mut ahead = *cursor;
        let [kind, detail, low, high] = ahead.array()?;
        let attribute = u16::from_le_bytes([low, high]);
        let condition = match kind {
            kind::IN => Self::In {
                attribute,
                negated: detail & 1 != 0,
                literals: Literals::read(&mut ahead, detail >> 1)?,
            },
            kind::COMPARE => Self::Compare {
                attribute,
                order: Order::from_number(detail)?,
                literal: ahead.f64()?,
            },
            kind::ALL | kind::ANY | kind::NOT if detail == 0 => Self::Group {
                group: match kind {
                    kind::ALL => Group::All,
                    kind::ANY => Group::Any,
                    _ => Group::Not,
                },
                members: Cursor::new(ahead.sized()?),
            },
            _ => return None,
        };
        *cursor = ahead;
        Some(condition)
    }
}

impl Order {
    #[inline]
    fn from_number(number: u8) -> Option<Self> {
        Some(match number {
            0 => Self::Less,
            1 => Self::LessOrEqual,
            2 => Self::Greater,
            3 => Self::GreaterOrEqual,
            4 => Self::Equal,
            _ => return None,
        })
    }
}

impl ValueType {
    #[inline]
    fn from_number(number: u8) -> Option<Self> {
        Some(match number {
            0 => Self::String,
            1 => Self::Number,
            2 => Self::Boolean,
            3 => Self::Date,
            4 => Self::Array,
            5 => Self::Object,
            _ => return None,
        })
    }
}

impl<'a> Literals<'a> {
    /// How many there are.
    pub(crate) fn count(&self) -> usize {
        self.booleans.count_ones() as usize + self.symbols.len() + self.numbers.len()
    }

    /// How many symbols and numbers there are, then those.
    #[inline]
    fn read(cursor: &mut Cursor<'a>, booleans: u8) -> Option<Self> {
        let (symbols, numbers) = (cursor.u32()?, cursor.u32()?);
        Some(Self {
            booleans,
            symbols: Words::read(cursor, symbols as usize)?,
            numbers: Longs::read(cursor, numbers as usize)?,
        })
    }
}

impl<'a> Hash<'a> {
    /// Bytes that hashing takes at a time.
    pub(crate) const LANE: usize = 8;

    /// The scheme, the length of the salt, the number of the attribute, the prefix.
    #[inline(always)]
    pub(crate) fn read(cursor: &mut Cursor<'a>) -> Option<Self> {
        let [scheme, salt_length, low, high] = cursor.array()?;
        let length = usize::from(salt_length) + 1;
        Some(Self {
            scheme,
            attribute: u16::from_le_bytes([low, high]),
            salt_length,
            prefix: cursor.bytes(length.next_multiple_of(Self::LANE))?,
        })
    }

    #[cfg(feature = "compile")]
    pub(crate) fn salt(&self) -> &'a [u8] {
        self.prefix
            .get(..usize::from(self.salt_length))
            .unwrap_or_default()
    }

    /// Bytes of the prefix without the zeros.
    #[inline]
    pub(crate) fn prefix_length(&self) -> usize {
        usize::from(self.salt_length) + 1
    }

    /// Is the prefix what it has to be?
    pub(crate) fn is_well_formed(&self) -> bool {
        let (_, rest) = self
            .prefix
            .split_at_checked(self.salt_length.into())
            .unwrap_or_default();
        matches!(rest, [b':', zeros @ ..] if zeros.iter().all(|byte| *byte == 0))
    }

    /// The prefix for a salt.
    pub(crate) fn prefix_of(salt: &str) -> Vec<u8> {
        let mut prefix = [salt.as_bytes(), b":"].concat();
        prefix.resize(prefix.len().next_multiple_of(Self::LANE), 0);
        prefix
    }
}

impl Window {
    /// The bits that say which ends there are: 1 where it begins, 2 where it ends.
    pub(crate) const BITS: u8 = 3;

    /// The ends that the bits name.
    #[inline]
    pub(crate) fn read(cursor: &mut Cursor<'_>, bits: u8) -> Option<Self> {
        if bits & !Self::BITS != 0 {
            return None;
        }
        Some(Self {
            from: if bits & 1 == 0 { None } else { Some(cursor.i64()?) },
            to: if bits & 2 == 0 { None } else { Some(cursor.i64()?) },
        })
    }

    #[cfg(feature = "compile")]
    pub(super) fn bits(&self) -> u8 {
        u8::from(self.from.is_some()) | u8::from(self.to.is_some()) << 1
    }
}
