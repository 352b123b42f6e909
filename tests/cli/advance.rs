//! Rollouts that are moved by what was measured.

mod crashes;
mod decisions;
mod looks;
mod many;
mod release;
mod together;
