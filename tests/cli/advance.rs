//! Rollouts that are moved by what was measured.

mod crashes;
mod decisions;
mod freeze;
mod looks;
mod many;
pub(crate) mod release;
mod together;
