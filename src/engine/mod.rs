//! Decides: `(snapshot, context, now) -> evaluation`, total and pure.

pub(crate) mod address;
pub(crate) mod automaton;
pub(crate) mod datetime;
pub(crate) mod version;
