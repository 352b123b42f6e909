/// What is known of a condition before anybody asks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Truth {
    Always,
    Never,
    /// For some, or at some time.
    Maybe,
}

impl Truth {
    pub(super) fn not(self) -> Self {
        match self {
            Self::Always => Self::Never,
            Self::Never => Self::Always,
            Self::Maybe => Self::Maybe,
        }
    }

    pub(super) fn all(parts: impl IntoIterator<Item = Self>) -> Self {
        parts
            .into_iter()
            .fold(Self::Always, |all, part| match (all, part) {
                (Self::Never, _) | (_, Self::Never) => Self::Never,
                (Self::Always, Self::Always) => Self::Always,
                _ => Self::Maybe,
            })
    }

    pub(super) fn any(parts: impl IntoIterator<Item = Self>) -> Self {
        Self::all(parts.into_iter().map(Self::not)).not()
    }
}
