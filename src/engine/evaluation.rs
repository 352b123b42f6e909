/// Where an evaluation ended. With each exit goes one OpenFeature reason and at most one error code.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(u8)]
pub enum Exit {
    /// A flag without rules and targets, with one variant for everybody.
    Static = 0,
    /// No rule matched; the default is one variant.
    Default = 1,
    /// The unit is listed by name.
    Target = 2,
    /// A rule matched that serves one variant.
    Rule = 3,
    /// A weighted split decided.
    Split = 4,
    /// The unit belongs to a ring of a rollout.
    Ring = 5,
    /// A rollout decided by its share.
    Rollout = 6,
    /// An experiment decided.
    Experiment = 7,
    /// A holdout kept the unit out of an experiment.
    Holdout = 8,
    /// The flag is killed.
    Killed = 9,
    /// The flag is disabled.
    Disabled = 10,
    /// The snapshot expired too long ago for this flag.
    Expired = 11,
    /// A prerequisite is not met.
    Prerequisite = 12,
    /// There is no unit to decide by.
    UnitMissing = 13,
    /// The flag's record cannot be read.
    Unreadable = 14,
}

impl Exit {
    /// All exits, in the order of their numbers.
    pub const ALL: [Self; 15] = [
        Self::Static,
        Self::Default,
        Self::Target,
        Self::Rule,
        Self::Split,
        Self::Ring,
        Self::Rollout,
        Self::Experiment,
        Self::Holdout,
        Self::Killed,
        Self::Disabled,
        Self::Expired,
        Self::Prerequisite,
        Self::UnitMissing,
        Self::Unreadable,
    ];

    /// Name, OpenFeature reason and OpenFeature error code: the one table of reasons.
    fn row(self) -> (&'static str, &'static str, Option<&'static str>) {
        match self {
            Self::Static => ("static", "STATIC", None),
            Self::Default => ("default", "DEFAULT", None),
            Self::Target => ("target", "TARGETING_MATCH", None),
            Self::Rule => ("rule", "TARGETING_MATCH", None),
            Self::Split => ("split", "SPLIT", None),
            Self::Ring => ("ring", "TARGETING_MATCH", None),
            Self::Rollout => ("rollout", "SPLIT", None),
            Self::Experiment => ("experiment", "SPLIT", None),
            Self::Holdout => ("holdout", "SPLIT", None),
            Self::Killed => ("killed", "DISABLED", None),
            Self::Disabled => ("disabled", "DISABLED", None),
            Self::Expired => ("expired", "DISABLED", None),
            Self::Prerequisite => ("prerequisite", "DISABLED", None),
            Self::UnitMissing => ("unit-missing", "ERROR", Some("TARGETING_KEY_MISSING")),
            Self::Unreadable => ("unreadable", "ERROR", Some("PARSE_ERROR")),
        }
    }

    /// The name of the exit in kebab-case.
    pub fn name(self) -> &'static str {
        self.row().0
    }

    /// The OpenFeature reason.
    pub fn reason(self) -> &'static str {
        self.row().1
    }

    /// The OpenFeature error code, when the exit is an error.
    pub fn error_code(self) -> Option<&'static str> {
        self.row().2
    }
}

/// The side of a comparison that a unit is on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[repr(u8)]
pub enum Arm {
    /// Not part of a comparison.
    #[default]
    None = 0,
    /// Gets what is tried.
    Treatment = 1,
    /// Is compared with.
    Control = 2,
}

impl Arm {
    /// `none`, `treatment` or `control`.
    pub fn name(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::Treatment => "treatment",
            Self::Control => "control",
        }
    }
}

/// What an evaluation comes to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Outcome {
    /// Index of the variant.
    pub(crate) variant: u8,
    pub(crate) exit: Exit,
}

impl Outcome {
    pub(crate) const fn of(variant: u8, exit: Exit) -> Self {
        Self { variant, exit }
    }
}

/// An index, or none; no wider than it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Number(u32);

impl Number {
    pub(crate) const NONE: Self = Self(u32::MAX);

    pub(crate) fn get(self) -> Option<u32> {
        (self != Self::NONE).then_some(self.0)
    }

    /// The number; all bits set for none.
    #[cfg_attr(
        not(target_arch = "wasm32"),
        allow(dead_code, reason = "only wasm hosts read it")
    )]
    pub(crate) fn bits(self) -> u32 {
        self.0
    }
}

impl From<u32> for Number {
    fn from(number: u32) -> Self {
        Self(number)
    }
}

/// The slot that decided, and the attribute that was hashed; or none.
///
/// In one piece, because it is read in one: a processor waits when it reads at once what it has just written in two.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Hashed(u64);

impl Hashed {
    pub(crate) const NONE: Self = Self(u64::MAX);

    pub(crate) fn new(slot: u32, attribute: u16) -> Self {
        Self(u64::from(attribute) << 32 | u64::from(slot))
    }

    pub(crate) fn slot(self) -> Option<u32> {
        (self != Self::NONE).then_some(self.0 as u32)
    }

    pub(crate) fn attribute(self) -> Option<u16> {
        (self != Self::NONE).then_some((self.0 >> 32) as u16)
    }

    /// The slot in the lower word, the attribute in the upper one; all bits set for none.
    #[cfg_attr(
        not(target_arch = "wasm32"),
        allow(dead_code, reason = "only wasm hosts read it")
    )]
    pub(crate) fn bits(self) -> u64 {
        self.0
    }
}

/// The answer for one flag, in numbers; names are the snapshot's.
///
/// Made anew for each evaluation, so it is kept small, and each part is written and read in one piece.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Evaluation {
    /// Index of the variant; `None` only when the record cannot be read.
    pub(crate) variant: Option<u8>,
    pub(crate) exit: Exit,
    pub(crate) arm: Arm,
    /// Index of the rule that decided.
    pub(crate) rule: Number,
    /// Index of the rollout's stage.
    pub(crate) stage: Number,
    pub(crate) hashed: Hashed,
    /// The first epoch millisecond after now at which the answer may differ; [`Evaluation::NEVER`] for none.
    pub(crate) next_change: i64,
}

impl Evaluation {
    /// Later than any moment.
    pub(crate) const NEVER: i64 = i64::MAX;

    pub(crate) const UNREADABLE: Self = Self {
        variant: None,
        exit: Exit::Unreadable,
        arm: Arm::None,
        rule: Number::NONE,
        stage: Number::NONE,
        hashed: Hashed::NONE,
        next_change: Self::NEVER,
    };

    /// Variant in bits 0–7 (255: none), exit in 8–12, arm in 13–14, rule index + 1 in 15–30 (0: none).
    #[inline]
    #[cfg_attr(
        not(target_arch = "wasm32"),
        allow(dead_code, reason = "only wasm hosts unpack integers")
    )]
    pub(crate) fn packed(&self) -> u32 {
        let variant = self.variant.map_or(255, u32::from);
        // One more than none is 0.
        let rule = self.rule.bits().wrapping_add(1);
        variant | (self.exit as u32) << 8 | (self.arm as u32) << 13 | rule << 15
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn exits_stand_at_their_numbers() {
        for (number, exit) in Exit::ALL.iter().enumerate() {
            assert_eq!(*exit as usize, number);
        }
    }

    #[test]
    fn a_packed_evaluation_has_every_part_in_its_bits() {
        let evaluation = Evaluation {
            variant: Some(199),
            rule: 65_534.into(),
            arm: Arm::Control,
            ..Evaluation::UNREADABLE
        };
        assert_eq!(evaluation.packed(), 199 | 14 << 8 | 2 << 13 | 65_535 << 15);
        assert_eq!(Evaluation::UNREADABLE.packed(), 255 | 14 << 8);
    }
}
