use std::fmt;

/// What a change does to a flag in an environment, for rules about changes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ChangeKind {
    /// A flag that was open is killed or disabled.
    Kill,
    /// Fewer units get something else than they had without it.
    Decrease,
    /// More units do.
    Increase,
    /// Who is asked about differs: conditions, targets, rings, segments, prerequisites.
    Targeting,
    /// The flag was not there before.
    New,
    /// The flag is not there any more.
    Delete,
    /// Units are hashed otherwise: everybody is drawn anew.
    Salt,
    /// Anything else.
    Other,
}

impl ChangeKind {
    /// All kinds.
    pub const ALL: [Self; 8] = [
        Self::Kill,
        Self::Decrease,
        Self::Increase,
        Self::Targeting,
        Self::New,
        Self::Delete,
        Self::Salt,
        Self::Other,
    ];

    /// Those that only close.
    pub const CLOSING: [Self; 2] = [Self::Kill, Self::Decrease];

    /// As it is written in rules and reports.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Kill => "kill",
            Self::Decrease => "decrease",
            Self::Increase => "increase",
            Self::Targeting => "targeting",
            Self::New => "new",
            Self::Delete => "delete",
            Self::Salt => "salt",
            Self::Other => "other",
        }
    }
}

impl fmt::Display for ChangeKind {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.word())
    }
}
