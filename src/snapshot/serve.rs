use super::condition::{Hash, Window};
use super::cursor::Cursor;

/// What a rule or default serves, read in place.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Serve<'a> {
    Variant(u8),
    Split { hash: Hash<'a>, arms: Cursor<'a> },
    Rollout(Rollout<'a>),
    Experiment(Experiment<'a>),
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

impl<'a> Serve<'a> {
    #[inline]
    pub(crate) fn read(cursor: &mut Cursor<'a>) -> Option<Self> {
        Some(match cursor.u8()? {
            kind::VARIANT => Self::Variant(cursor.u8()?),
            kind::SPLIT => {
                let hash = Hash::read(cursor)?;
                let arms = usize::from(cursor.u8()?);
                Self::Split {
                    hash,
                    arms: cursor.part(arms * SplitArm::BYTES)?,
                }
            }
            kind::ROLLOUT => Self::Rollout(Rollout::read(cursor)?),
            kind::EXPERIMENT => Self::Experiment(Experiment::read(cursor)?),
            _ => return None,
        })
    }
}

impl SplitArm {
    const BYTES: usize = 5;

    #[inline]
    pub(crate) fn read(cursor: &mut Cursor<'_>) -> Option<Self> {
        Some(Self {
            variant: cursor.u8()?,
            end: cursor.u32()?,
        })
    }
}

impl<'a> Rollout<'a> {
    fn read(cursor: &mut Cursor<'a>) -> Option<Self> {
        let hash = Hash::read(cursor)?;
        let (from, to, control) = (cursor.u8()?, cursor.u8()?, cursor.u8()?);
        let stage = Some(cursor.u16()?).filter(|stage| *stage != u16::MAX);
        Some(Self {
            hash,
            from,
            to,
            control: control == 1,
            stage,
            window: Window::read(cursor)?,
            ring: Cursor::new(cursor.sized()?),
            share: match cursor.u8()? {
                0 => Share::Fixed(cursor.u32()?),
                1 => Share::Ramp {
                    from: cursor.u32()?,
                    to: cursor.u32()?,
                    start: cursor.i64()?,
                    end: cursor.i64()?,
                    ceiling: cursor.u32()?,
                },
                _ => return None,
            },
        })
    }
}

impl<'a> Experiment<'a> {
    fn read(cursor: &mut Cursor<'a>) -> Option<Self> {
        let hash = Hash::read(cursor)?;
        let (from, control) = (cursor.u8()?, cursor.u8()?);
        let window = Window::read(cursor)?;
        let holdouts = Cursor::new(cursor.sized()?);
        let layer = match cursor.u8()? {
            0 => None,
            1 => Some((Hash::read(cursor)?, cursor.u32()?, cursor.u32()?)),
            _ => return None,
        };
        let arms = usize::from(cursor.u8()?);
        let arms = cursor.part(arms * ExperimentArm::BYTES)?;
        Some(Self {
            hash,
            from,
            control,
            window,
            holdouts,
            layer,
            arms,
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
