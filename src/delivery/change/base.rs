use std::collections::BTreeSet;

/// Where people come from: into anything else is a move.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Base {
    /// These variants.
    These(BTreeSet<String>),
    /// All variants but these.
    Others(BTreeSet<String>),
}

impl Base {
    pub(super) fn has(&self, variant: &str) -> bool {
        match self {
            Self::These(variants) => variants.contains(variant),
            Self::Others(variants) => !variants.contains(variant),
        }
    }
}
