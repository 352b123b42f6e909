use super::cursor::Cursor;

/// A flag's record, read in place.
///
/// | part | content |
/// | --- | --- |
/// | bits | `u8`: 1 enabled, 2 killed, 4 off when expired, 8 depends on time, 16 has a time to be disabled at, 32 has prerequisites or targets |
/// | type, variants, off variant | `u8` each |
/// | stages, attributes | `u16` each: how many |
/// | fingerprint | `u32`: differs when the flag, or anything that it refers to, says something else |
/// | rules, default | `u32` each: how many bytes |
/// | rules, default | as long as that |
/// | disabled at | `i64`, epoch milliseconds, if the bits say so |
/// | prerequisites, targets | `sized` each, if the bits say so |
/// | attributes | `u16` each: all that an evaluation can read, prerequisites and segments included |
/// | text | the rest: variant names and values in turn, rule names, stage names, joined by `\0` |
#[derive(Debug, Clone, Copy)]
pub(crate) struct Flag<'a> {
    bits: u8,
    #[cfg_attr(
        not(any(feature = "compile", target_arch = "wasm32")),
        allow(dead_code, reason = "native callers read the value itself")
    )]
    pub(crate) kind: FlagType,
    pub(crate) variants: u8,
    pub(crate) off_variant: u8,
    /// From this epoch millisecond on the flag is disabled.
    pub(crate) disable_at: Option<i64>,
    pub(crate) stages: u16,
    #[cfg_attr(
        not(target_arch = "wasm32"),
        allow(dead_code, reason = "only wasm hosts tell what changed")
    )]
    pub(crate) fingerprint: u32,
    /// Little-endian 16-bit attribute numbers.
    pub(crate) attributes: &'a [u8],
    pub(crate) prerequisites: Cursor<'a>,
    pub(crate) targets: Cursor<'a>,
    pub(crate) rules: Cursor<'a>,
    pub(crate) default: Cursor<'a>,
    pub(crate) text: &'a [u8],
}

/// The type that all variants of a flag share.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum FlagType {
    Boolean = 0,
    String = 1,
    Number = 2,
    Object = 3,
}

/// Another flag, and the variants of it that open this one.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Prerequisite<'a> {
    pub(crate) flag: u32,
    pub(crate) variants: &'a [u8],
}

/// A list of units that get a variant.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Target {
    pub(crate) variant: u8,
    pub(crate) attribute: u16,
    pub(crate) resource: u32,
}

/// A condition and what the rule serves.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Rule<'a> {
    /// Empty for a rule that always matches.
    pub(crate) condition: Cursor<'a>,
    pub(crate) serve: Cursor<'a>,
}

/// The bits at the front of a record.
pub(super) mod bit {
    pub(crate) const ENABLED: u8 = 1;
    pub(crate) const KILLED: u8 = 2;
    pub(crate) const OFF_WHEN_EXPIRED: u8 = 4;
    pub(crate) const DEPENDS_ON_TIME: u8 = 8;
    pub(crate) const DISABLED_AT: u8 = 16;
    pub(crate) const REFERS: u8 = 32;
}

impl<'a> Flag<'a> {
    /// Out of line for the size of the shipped code.
    #[inline(never)]
    pub(crate) fn read(record: &'a [u8]) -> Option<Self> {
        Self::read_inlined(record)
    }

    /// The same where a flag is evaluated, which reads no more than it needs.
    #[inline(always)]
    pub(crate) fn read_inlined(record: &'a [u8]) -> Option<Self> {
        let mut cursor = Cursor::new(record);
        let [bits, kind, variants, off_variant] = cursor.array()?;
        let [stages, attributes] = cursor.pair()?;
        let fingerprint = cursor.u32()?;
        let (rules, default) = (cursor.u32()?, cursor.u32()?);
        let (rules, default) = (cursor.part(rules as usize)?, cursor.part(default as usize)?);
        let disable_at = match bits & bit::DISABLED_AT {
            0 => None,
            _ => Some(cursor.i64()?),
        };
        let (prerequisites, targets) = match bits & bit::REFERS {
            0 => Default::default(),
            _ => (Cursor::new(cursor.sized()?), Cursor::new(cursor.sized()?)),
        };
        Some(Self {
            bits,
            kind: FlagType::from_number(kind)?,
            variants,
            off_variant,
            disable_at,
            stages,
            fingerprint,
            attributes: cursor.bytes(usize::from(attributes) * 2)?,
            prerequisites,
            targets,
            rules,
            default,
            text: cursor.rest(),
        })
    }

    pub(crate) fn enabled(&self) -> bool {
        self.bits & bit::ENABLED != 0
    }

    pub(crate) fn killed(&self) -> bool {
        self.bits & bit::KILLED != 0
    }

    pub(crate) fn off_when_expired(&self) -> bool {
        self.bits & bit::OFF_WHEN_EXPIRED != 0
    }

    pub(crate) fn depends_on_time(&self) -> bool {
        self.bits & bit::DEPENDS_ON_TIME != 0
    }

    /// The number of rules.
    #[cfg_attr(
        not(target_arch = "wasm32"),
        allow(dead_code, reason = "only wasm hosts count them")
    )]
    pub(crate) fn rule_count(&self) -> u16 {
        let mut rules = self.rules;
        core::iter::from_fn(|| Rule::read(&mut rules)).count() as u16
    }

    /// True when nothing that this engine does not know is said of the flag.
    pub(crate) fn bits_are_known(&self) -> bool {
        self.bits < bit::REFERS << 1
    }
}

impl FlagType {
    #[inline]
    fn from_number(number: u8) -> Option<Self> {
        Some(match number {
            0 => Self::Boolean,
            1 => Self::String,
            2 => Self::Number,
            3 => Self::Object,
            _ => return None,
        })
    }
}

impl<'a> Prerequisite<'a> {
    #[inline]
    pub(crate) fn read(cursor: &mut Cursor<'a>) -> Option<Self> {
        Some(Self {
            flag: cursor.u32()?,
            variants: cursor.short()?,
        })
    }
}

impl Target {
    #[inline]
    pub(crate) fn read(cursor: &mut Cursor<'_>) -> Option<Self> {
        Some(Self {
            variant: cursor.u8()?,
            attribute: cursor.u16()?,
            resource: cursor.u32()?,
        })
    }
}

impl<'a> Rule<'a> {
    /// How many bytes the condition has and how many what is served, then both.
    #[inline(always)]
    pub(crate) fn read(cursor: &mut Cursor<'a>) -> Option<Self> {
        let (condition, serve) = (cursor.u32()?, cursor.u32()?);
        Some(Self {
            condition: cursor.part(condition as usize)?,
            serve: cursor.part(serve as usize)?,
        })
    }
}
