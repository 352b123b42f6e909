//! What is compiled to a table, since the engine parses nothing that people write.

pub(super) mod ids;
pub(super) mod network;
pub(super) mod pattern;
pub(super) mod version_range;
