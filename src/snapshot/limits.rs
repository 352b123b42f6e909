//! What a snapshot may hold at most. The compiler refuses more with the place; the engine refuses it at load.

/// Bytes of a frame.
pub const FRAME_BYTES: usize = 64 << 20;
/// Bytes of a root or a head with its signatures.
pub const DOCUMENT_BYTES: usize = 64 << 10;
/// Frames that may follow one another.
pub const FRAMES: usize = 1_000;
/// Signatures of a frame, and keys of a role.
pub const SIGNATURES: usize = 16;
/// Heads that are kept for kills that later ones leave out, until the next snapshot.
pub const HEADS: usize = 64;
/// Milliseconds that a head may last whose keys a snapshot names: 90 days. A root sets its own limit.
pub const HEAD_LIFETIME_MS: i64 = 90 * 86_400_000;
/// Flags in a snapshot.
pub const FLAGS: usize = 200_000;
/// Segments in a snapshot.
pub const SEGMENTS: usize = 20_000;
/// Distinct attributes that a snapshot reads.
pub const ATTRIBUTES: usize = 4_096;
/// Distinct strings that a snapshot compares with.
pub const SYMBOLS: usize = 1_000_000;
/// Variants of a flag.
pub const VARIANTS: usize = 200;
/// Rules of a flag.
pub const RULES: usize = 1_000;
/// Prerequisites of a flag.
pub const PREREQUISITES: usize = 64;
/// Conditions within conditions, a segment's own included.
pub const CONDITION_DEPTH: u32 = 16;
/// Segments within segments.
pub const SEGMENT_DEPTH: u32 = 8;
/// Prerequisites of prerequisites.
pub const PREREQUISITE_DEPTH: u32 = 8;
/// Steps that one evaluation may take: conditions, arms and prerequisites visited, shared ones counted each time, and
/// those that may take long counted as in [`weight`].
pub const STEPS: u32 = 100_000;

/// What a condition counts in [`STEPS`] beyond its own one: each comes to some half a microsecond at worst.
pub mod weight {
    /// A regular expression or `contains`, walked over a string of 64 KiB.
    pub const PATTERN: u32 = 64;
    /// A digest of a unit of 4 KiB.
    pub const DIGEST: u32 = 32;
    /// A version compared with the edges of a range.
    pub const VERSION: u32 = 32;
    /// A list of 1,024 elements, each looked up.
    pub const LIST: u32 = 64;
    /// A literal looked for in such a list.
    pub const LITERAL: u32 = 4;
}

/// UTF-8 bytes of a context string; a longer one is absent.
pub const STRING_BYTES: usize = 65_536;
/// UTF-8 bytes of a unit; a longer one is missing.
pub const UNIT_BYTES: usize = 4_096;
/// Elements of a context list; a longer one is absent.
pub const LIST_ELEMENTS: usize = 1_024;
/// Milliseconds that a ramp may last: 2^46, about 2,200 years, so that its arithmetic fits 64 bits.
pub const RAMP_MS: i64 = 1 << 46;
/// Largest moment, in epoch milliseconds either side of 1970: that of ECMAScript's `Date`.
pub const MOMENT_MS: i64 = 8_640_000_000_000_000;
/// How far a snapshot's `notBefore` may lie ahead of the clock, in milliseconds: clocks differ.
pub const CLOCK_SKEW_MS: i64 = 300_000;
/// Largest version: 2^53 - 1, so that every host counts it exactly.
pub const VERSION: u64 = (1 << 53) - 1;
