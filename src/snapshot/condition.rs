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
    pub(crate) salt: &'a [u8],
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
    #[inline]
    pub(crate) fn read(cursor: &mut Cursor<'a>) -> Option<Self> {
        let kind = cursor.u8()?;
        let group = match kind {
            kind::ALL => Some(Group::All),
            kind::ANY => Some(Group::Any),
            kind::NOT => Some(Group::Not),
            _ => None,
        };
        if let Some(group) = group {
            return Some(Self::Group {
                group,
                members: Cursor::new(cursor.sized()?),
            });
        }
        match kind {
            kind::SEGMENT => return cursor.u32().map(Self::Segment),
            kind::PERCENTAGE => {
                let hash = Hash::read(cursor)?;
                return Some(Self::Percentage {
                    hash,
                    from: cursor.u32()?,
                    to: cursor.u32()?,
                });
            }
            kind::WINDOW => return Window::read(cursor).map(Self::Window),
            _ => {}
        }
        let attribute = cursor.u16()?;
        Some(match kind {
            kind::IN => {
                let negated = flag(cursor)?;
                Self::In {
                    attribute,
                    negated,
                    literals: Literals::read(cursor)?,
                }
            }
            kind::TEXT => Self::Text {
                attribute,
                position: match cursor.u8()? {
                    0 => TextPosition::Whole,
                    1 => TextPosition::Start,
                    2 => TextPosition::End,
                    _ => return None,
                },
                negated: flag(cursor)?,
                ignore_case: flag(cursor)?,
                needles: Cursor::new(cursor.sized()?),
            },
            kind::PATTERN => Self::Pattern {
                attribute,
                resource: cursor.u32()?,
            },
            kind::COMPARE => Self::Compare {
                attribute,
                order: Order::read(cursor)?,
                literal: cursor.f64()?,
            },
            kind::MOMENT => Self::Moment {
                attribute,
                after: flag(cursor)?,
                literal: cursor.i64()?,
            },
            kind::VERSION => Self::Version {
                attribute,
                resource: cursor.u32()?,
            },
            kind::NETWORK => Self::Network {
                attribute,
                resource: cursor.u32()?,
            },
            kind::EXISTS => Self::Exists { attribute },
            kind::TYPE => Self::Type {
                attribute,
                expected: ValueType::read(cursor)?,
            },
            kind::LIST => Self::List {
                attribute,
                quantifier: match cursor.u8()? {
                    0 => Quantifier::AnyOf,
                    1 => Quantifier::AllOf,
                    2 => Quantifier::NoneOf,
                    _ => return None,
                },
                literals: Literals::read(cursor)?,
            },
            kind::SIZE => Self::Size {
                attribute,
                order: Order::read(cursor)?,
                literal: cursor.u32()?,
            },
            kind::LISTED => Self::Listed {
                attribute,
                resource: cursor.u32()?,
            },
            kind::HASHED => Self::Hashed {
                attribute,
                salt: cursor.short()?,
                resource: cursor.u32()?,
            },
            _ => return None,
        })
    }
}

impl Order {
    fn read(cursor: &mut Cursor<'_>) -> Option<Self> {
        Some(match cursor.u8()? {
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
    fn read(cursor: &mut Cursor<'_>) -> Option<Self> {
        Some(match cursor.u8()? {
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

    #[inline]
    fn read(cursor: &mut Cursor<'a>) -> Option<Self> {
        let booleans = cursor.u8()?;
        let symbols = cursor.u32()? as usize;
        let symbols = Words::read(cursor, symbols)?;
        let numbers = cursor.u32()? as usize;
        Some(Self {
            booleans,
            symbols,
            numbers: Longs::read(cursor, numbers)?,
        })
    }
}

impl<'a> Hash<'a> {
    #[inline]
    pub(crate) fn read(cursor: &mut Cursor<'a>) -> Option<Self> {
        Some(Self {
            scheme: cursor.u8()?,
            attribute: cursor.u16()?,
            salt: cursor.short()?,
        })
    }
}

impl Window {
    /// A byte that says which ends there are, then those.
    #[inline]
    pub(crate) fn read(cursor: &mut Cursor<'_>) -> Option<Self> {
        let ends = cursor.u8()?;
        if ends > 3 {
            return None;
        }
        Some(Self {
            from: if ends & 1 == 0 { None } else { Some(cursor.i64()?) },
            to: if ends & 2 == 0 { None } else { Some(cursor.i64()?) },
        })
    }
}

/// A byte that is 0 or 1.
fn flag(cursor: &mut Cursor<'_>) -> Option<bool> {
    match cursor.u8()? {
        0 => Some(false),
        1 => Some(true),
        _ => None,
    }
}
