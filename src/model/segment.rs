use super::condition::{Condition, Path};
use super::diagnostic::Spanned;

/// A named, shared condition or list.
#[derive(Debug, Clone, PartialEq)]
pub struct Segment {
    /// The file's name without its ending, at the start of the file.
    pub name: Spanned<String>,
    /// What it is for.
    pub description: Option<String>,
    /// Who answers for it.
    pub owner: Option<String>,
    /// What a percentage inside it hashes with.
    pub salt: Option<Spanned<String>>,
    /// Who is in it.
    pub kind: Spanned<SegmentKind>,
}

/// Who is in a segment.
#[derive(Debug, Clone, PartialEq)]
pub enum SegmentKind {
    /// Those for whom a condition holds.
    Condition(Spanned<Condition>),
    /// The units of a list; never shown to the `client` audience.
    Ids {
        /// The unit, by default `targetingKey`.
        by: Option<Path>,
        /// The units, as strings; whole numbers in decimal.
        ids: Vec<String>,
    },
    /// The units of a salted, hashed list.
    Hashed {
        /// What the units are hashed with.
        salt: Spanned<String>,
        /// The unit, by default `targetingKey`.
        by: Option<Path>,
        /// The list.
        ids: HashedIds,
    },
}

/// A hashed list as it was written.
#[derive(Debug, Clone, PartialEq)]
pub enum HashedIds {
    /// Units that the compiler hashes.
    Plain(Vec<String>),
    /// The first 64 bits, big-endian, of SHA-512(salt ":" unit).
    Digests(Vec<u64>),
}
