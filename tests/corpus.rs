//! What the fuzzers begin with, and what they once found, through the same functions: without a fuzzer, on every run.
#![cfg(feature = "compile")]
#![allow(
    unreachable_pub,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::unwrap_used,
    reason = "a test fails by panicking"
)]

#[path = "fuzz/targets/mod.rs"]
mod targets;

use std::fs;
use std::path::Path;

/// The repository's top folder.
pub(crate) const TOP: &str = env!("CARGO_MANIFEST_DIR");

/// Feeds a target everything that is committed for it, and its seeds.
fn replay(name: &str, target: fn(&[u8])) {
    let mut inputs: Vec<Vec<u8>> = targets::seeds()
        .into_iter()
        .filter(|seed| seed.0 == name)
        .map(|seed| seed.2)
        .collect();
    if let Ok(files) = fs::read_dir(Path::new(TOP).join("tests/fuzz/corpus").join(name)) {
        inputs.extend(files.map(|file| fs::read(file.unwrap().path()).unwrap()));
    }
    assert!(!inputs.is_empty(), "there is nothing for `{name}`");
    for input in inputs {
        target(&input);
    }
}

#[test]
fn frames_from_anywhere() {
    replay("frame", targets::frame);
}

#[test]
fn roots_that_somebody_signed() {
    replay("root", targets::root);
}

#[test]
fn heads_that_somebody_signed() {
    replay("head", targets::head);
}

#[test]
fn documents_in_any_order() {
    replay("chain", targets::chain);
}

#[test]
fn payloads_that_somebody_signed() {
    replay("payload", targets::payload);
}

#[test]
fn damaged_records_and_any_context() {
    replay("evaluate", targets::evaluate);
}

#[test]
fn files_as_somebody_might_write_them() {
    replay("model", targets::model);
}
