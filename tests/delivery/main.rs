//! Measured releases: plans and their files, what is decided, and the statistics against published values and against simulation.
#![cfg(feature = "delivery")]
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "a test fails by panicking"
)]

#[path = "../support/mod.rs"]
mod support;

mod audit;
mod change;
mod decrease;
mod dora;
mod edits;
mod generated;
mod govern;
mod hygiene;
mod impact;
mod judge;
mod leaving;
mod logs;
mod references;
mod simulate;
mod stats;
mod status;
mod steps;
