//! Every vector in `tests/vectors`, answered by the crate itself; `tests/vectors/README.md` says what they hold.
//!
//! The ignored test writes the same cases as signed frames to `target/vectors`, for the hosts that have no compiler.

#![cfg(feature = "compile")]
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing
)]

#[path = "native/answer.rs"]
mod answer;
#[path = "native/frame.rs"]
mod frame;
#[path = "native/million.rs"]
mod million;
#[path = "native/suite.rs"]
mod suite;
#[path = "native/tampering.rs"]
mod tampering;
#[path = "native/written.rs"]
mod written;

use frame::Keys;
use serde_json::json;
use std::path::Path;

/// So many cases there are; a run that loads fewer has lost some.
const CASES: usize = 1_419;

/// So many frames, trust strings, scopes and codes `errors.json` holds.
const REFUSALS: usize = 89;

#[test]
fn every_case_is_answered_as_written() {
    let keys = Keys::fresh();
    let (mut cases, mut failures) = (0, Vec::new());
    for suite in suite::all() {
        let client = suite.client(&keys);
        for case in suite.cases() {
            cases += 1;
            let found = answer::differences(&client, case, suite.now_ms(case));
            failures.extend(
                found
                    .into_iter()
                    .map(|difference| format!("{} › {difference}", suite.title())),
            );
        }
    }
    println!("{cases} cases");
    assert!(
        failures.is_empty(),
        "{} of {cases} cases fail:\n{}",
        failures.len(),
        failures.join("\n")
    );
    assert_eq!(cases, CASES);
}

#[test]
fn what_was_tampered_with_is_refused_and_changes_nothing() {
    let (refusals, failures) = tampering::run(&Keys::fresh());
    assert!(
        failures.is_empty(),
        "{} of {refusals} fail:\n{}",
        failures.len(),
        failures.join("\n")
    );
    assert_eq!(refusals, REFUSALS);
}

#[test]
fn a_thousand_units_can_be_drawn() {
    let million = million::Million::read();
    assert_eq!(million.digests(&Keys::fresh(), 1_000).chunks.len(), 1);
}

#[test]
#[ignore = "writes target/vectors for the other hosts"]
fn vectors_are_prepared_for_other_hosts() {
    let keys = Keys::fresh();
    let suites: Vec<_> = suite::all().iter().map(|suite| suite.prepared(&keys)).collect();
    let million = million::Million::read();
    let index = json!({
        "cases": CASES,
        "refusals": REFUSALS,
        "trust": keys.trust_strings(),
        "suites": suites,
        "errors": tampering::prepared(&keys),
        "million": million.prepared(&keys),
    });
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("target/vectors");
    std::fs::create_dir_all(&folder).unwrap();
    std::fs::write(folder.join("index.json"), index.to_string()).unwrap();
}
