//! The `tidegate` command, run as people run it.
#![cfg(feature = "cli")]
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test fails by panicking"
)]

mod advance;
mod analyze;
mod audit;
mod chain;
mod check_release;
mod ci_report;
mod dora;
mod eval;
mod faults;
mod gate;
mod keys;
mod kill;
mod plan;
mod plans;
mod project;
mod publish;
mod races;
mod refs;
mod release;
mod repository;
mod roots;
mod serve;
mod shop;
mod simulate;
mod snapshot;
mod stale;
mod status;
mod undo;
mod week;
mod workshop;

use serde_json::Value;
use shop::BANNER;
use workshop::{Run, Workshop, exists};

#[test]
fn every_command_shows_an_example() {
    let workshop = Workshop::new();
    for command in [
        "analyze",
        "init",
        "keygen",
        "lint",
        "compile",
        "verify",
        "inspect",
        "eval",
        "explain",
        "simulate",
        "serve",
        "publish",
        "kill",
        "renew",
        "root",
        "unkill",
        "advance",
        "promote",
        "pause",
        "resume",
        "approve",
        "rollback",
        "gate",
        "plan",
        "ci-report",
        "refs",
        "stale",
        "check-release",
        "status",
        "dora",
        "audit",
    ] {
        let help = workshop.run(&[command, "--help"]).succeeds().out;
        assert!(
            help.contains(&format!("Example:\n  tidegate {command}")),
            "{help}"
        );
    }
    assert!(workshop.run(&["--help"]).succeeds().out.contains("Example:"));
}

#[test]
fn misuse_exits_2() {
    let workshop = Workshop::new();
    workshop.run(&[]).fails(2, "Usage:");
    workshop.run(&["lint", "--projekt", "x"]).fails(2, "--projekt");
    workshop
        .run(&["verify", "x", "--trust", "ed25519:short"])
        .fails(2, "trust string is not");
    workshop
        .run(&["verify", "x", "--trust", "ed25519:short", "--scope", "x"])
        .fails(2, "trust string is not");
    let told = workshop.run(&["verify", "--json"]).fails(2, "--trust").err;
    let told: Value = serde_json::from_str(&told).unwrap();
    assert_eq!(told["code"], "usage");
}
