use super::condition::{Hash, Window};
use super::cursor::Cursor;

/// What a rule or default serves: the two bytes that each begins with. The rest is read by what they name, with what
/// they say of it.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Serve {
    Variant(u8),
    /// A [`Split`] with so many arms.
    Split(u8),
    /// A [`Rollout`] with these bits.
    Rollout(u8),
    /// An [`Experiment`] with these bits.
    Experiment(u8),
}

/// A weighted split.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Split<'a> {
    pub(crate) hash: Hash<'a>,
    pub(crate) arms: Cursor<'a>,
}

/// A part of a split: a variant and the slot after its last one.
#[derive(Debug, Clone, Copy)]
pub(crate) struct SplitArm {
    pub(crate) variant: u8,
    pub(crate) end: u32,
}

/// The stage of a plan that is in force.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Rollout<'a> {
    pub(crate) hash: Hash<'a>,
    pub(crate) from: u8,
    pub(crate) to: u8,
    /// Is an equally wide lane at the upper end control?
    pub(crate) control: bool,
    /// Index of the stage; `None` for a share written in place.
    pub(crate) stage: Option<u16>,
    /// When the plan is in force.
    pub(crate) window: Window,
    /// A condition, or empty.
    pub(crate) ring: Cursor<'a>,
    pub(crate) share: Share,
}

/// How many slots are in: the same for ever, or moving in a straight line and never past a ceiling.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Share {
    Fixed(u32),
    Ramp {
        from: u32,
        to: u32,
        start: i64,
        end: i64,
        ceiling: u32,
    },
}

/// A measured split.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Experiment<'a> {
    pub(crate) hash: Hash<'a>,
    pub(crate) from: u8,
    pub(crate) control: u8,
    /// When units take part.
    pub(crate) window: Window,
    /// Hashes and widths; a unit in one of them gets control.
    pub(crate) holdouts: Cursor<'a>,
    /// The hash and range of slots in the layer, when there is one.
    pub(crate) layer: Option<(Hash<'a>, u32, u32)>,
    pub(crate) arms: Cursor<'a>,
}

/// An arm: its variant, its lane, and the part of it that takes part.
#[derive(Debug, Clone, Copy)]
pub(crate) struct ExperimentArm {
    pub(crate) variant: u8,
    pub(crate) lane: (u32, u32),
    pub(crate) enrolled: (u32, u32),
}

/// The numbers of the ways to serve. A number once given never means another thing.
pub(super) mod kind {
    pub(crate) const VARIANT: u8 = 0;
    pub(crate) const SPLIT: u8 = 1;
    pub(crate) const ROLLOUT: u8 = 2;
    pub(crate) const EXPERIMENT: u8 = 3;
}

/// What else there is in a rollout or experiment; the bits below are those of its window.
pub(super) mod bit {
    pub(crate) const CONTROL: u8 = 4;
    pub(crate) const RING: u8 = 8;
    pub(crate) const RAMP: u8 = 16;
    pub(crate) const LAYER: u8 = 32;
}

impl Serve {
    #[inline]
    pub(crate) fn read(cursor: &mut Cursor<'_>) -> Option<Self> {
        let [kind, detail] = cursor.array()?;
        Some(match kind {
            kind::VARIANT => Self::Variant(detail),
            kind::SPLIT => Self::Split(detail),
            kind::ROLLOUT => Self::Rollout(detail),
            kind::EXPERIMENT => Self::Experiment(detail),
            _ => return None,
        })
    }
}

impl<'a> Split<'a> {
    #[inline]
    pub(crate) fn read(cursor: &mut Cursor<'a>, arms: u8) -> Option<Self> {
        Some(Self {
            hash: Hash::read(cursor)?,
            arms: cursor.part(usize::from(arms) * SplitArm::BYTES)?,
        })
    }
}

impl SplitArm {
    const BYTES: usize = 5;

    #[inline]
    pub(crate) fn read(cursor: &mut Cursor<'_>) -> Option<Self> {
        let [variant, end @ ..] = cursor.array::<{ Self::BYTES }>()?;
        Some(Self {
            variant,
            end: u32::from_le_bytes(end),
        })
    }
}

impl<'a> Rollout<'a> {
    #[inline(always)]
    pub(crate) fn read(cursor: &mut Cursor<'a>, bits: u8) -> Option<Self> {
        const KNOWN: u8 = Window::BITS | bit::CONTROL | bit::RING | bit::RAMP;
        if bits & !KNOWN != 0 {
            return None;
        }
        let [from, to, low, high, share @ ..] = cursor.array::<8>()?;
        let stage = u16::from_le_bytes([low, high]);
        let share = u32::from_le_bytes(share);
        Some(Self {
            from,
            to,
            control: bits & bit::CONTROL != 0,
            stage: Some(stage).filter(|stage| *stage != u16::MAX),
            hash: Hash::read(cursor)?,
            window: Window::read(cursor, bits & Window::BITS)?,
            ring: match bits & bit::RING {
                0 => Cursor::default(),
                _ => Cursor::new(cursor.sized()?),
            },
            share: match bits & bit::RAMP {
                0 => Share::Fixed(share),
                _ => Share::Ramp {
                    from: cursor.u32()?,
                    to: cursor.u32()?,
                    start: cursor.i64()?,
                    end: cursor.i64()?,
                    ceiling: share,
                },
            },
        })
    }
}

impl<'a> Experiment<'a> {
    pub(crate) fn read(cursor: &mut Cursor<'a>, bits: u8) -> Option<Self> {
        if bits & !(Window::BITS | bit::LAYER) != 0 {
            return None;
        }
        let [from, control, arms] = cursor.array()?;
        Some(Self {
            from,
            control,
            hash: Hash::read(cursor)?,
            window: Window::read(cursor, bits & Window::BITS)?,
            layer: match bits & bit::LAYER {
                0 => None,
                _ => Some((Hash::read(cursor)?, cursor.u32()?, cursor.u32()?)),
            },
            arms: cursor.part(usize::from(arms) * ExperimentArm::BYTES)?,
            holdouts: Cursor::new(cursor.sized()?),
        })
    }
}

impl ExperimentArm {
    const BYTES: usize = 17;

    pub(crate) fn read(cursor: &mut Cursor<'_>) -> Option<Self> {
        Some(Self {
            variant: cursor.u8()?,
            lane: (cursor.u32()?, cursor.u32()?),
            enrolled: (cursor.u32()?, cursor.u32()?),
        })
    }
}
