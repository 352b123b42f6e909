//! What the README says is tried: every fenced block is run, and one that nothing runs fails.
//!
//! Its `rust` is a doctest and is decided here, its `sh` and `yaml` are run here through the built command, and its `js`
//! by `run.mjs` beside this file.
#![cfg(feature = "cli")]
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test fails by panicking"
)]

mod blocks;
mod commands;
mod decide;
mod links;
mod needs;
mod project;
mod reports;
#[path = "../support/mod.rs"]
mod support;

use blocks::blocks;
use std::path::Path;

const README: &str = include_str!("../../README.md");

/// The repository's top folder.
fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

#[test]
fn every_block_is_run() {
    let mut seen = Vec::new();
    for block in blocks(README) {
        let at = format!("README.md:{}: a block", block.line);
        match block.language {
            "rust" => assert_eq!(
                block.text,
                decide::SOURCE,
                "{at} that tests/readme/one_page.rs should hold too"
            ),
            "sh" => block.text.lines().for_each(commands::claim),
            "yaml" => drop(project::path_of(&block)),
            // `run.mjs` runs all of these.
            "js" => {}
            // Drawings.
            "text" => {}
            other => panic!("{at} of {other:?}, which nothing runs"),
        }
        seen.push(block.language);
    }
    for language in ["rust", "sh", "yaml", "js", "text"] {
        assert!(seen.contains(&language), "the README shows no {language}");
    }
}
