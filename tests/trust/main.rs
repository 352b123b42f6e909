//! Snapshots cannot be forged, rolled back or frozen unseen: roots, heads, kills, and what a client remembers.
#![cfg(feature = "compile")]
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "a test fails by panicking"
)]

mod bare_keys;
mod heads;
mod kills;
mod publisher;
mod roots;
mod state;
#[path = "../support/mod.rs"]
mod support;
mod time;
mod tips;
