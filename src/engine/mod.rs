//! Decides: `(snapshot, context, now) -> evaluation`, total and pure.

mod address;
mod automaton;
mod datetime;
mod version;
