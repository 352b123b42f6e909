//! A whole release of the sample shop: our own people, shares that grow, a breach, a way back, and the way to everybody.
//!
//! People are simulated, and nothing else is: what they get is decided by a client that follows what is published, what
//! comes of it is asked of servers over HTTP, and the command is what moves the plan.
#![cfg(unix)]

mod follower;
mod measured;
mod shop;

use serde_json::Value;
use shop::{Release, visitor};
use std::collections::BTreeSet;
use tidegate::Context;

const FLAG: &str = "dark-mode";
const PEOPLE: usize = 12_000;

/// One order in so many fails, and one in fewer where dark mode hides the button.
const SOUND: u64 = 33;
const HARMFUL: u64 = 8;

#[test]
fn a_release_goes_from_our_own_people_to_everybody_with_a_breach_on_its_way() {
    let mut release = Release::begin();
    assert_eq!(release.stage(), "draft");
    let tester = Context::new("visitor-qa").with("email", "ana@shop.example");

    // Our own people first.
    release.by_hand(&["promote", "--reason", "the sale is over"], &[]);
    assert_eq!(release.stage(), "running qa");
    assert_eq!(release.follower.asks(&tester, release.now_ms).variant, "dark");
    assert_eq!(release.dark(), BTreeSet::new());
    release.hours(3, SOUND);
    assert_eq!(release.advances().0, "hold");
    release.hours(3, SOUND);
    assert_eq!(release.advances(), ("hold".into(), "approval-missing".into()));
    release.by_hand(&["approve"], &["--by", "ana"]);

    // One percent, five, ten.
    release.reaches("percent-10");
    let tenth = release.dark();
    let person = *tenth.first().unwrap();
    assert_eq!(
        release.follower.asks(&visitor(person), release.now_ms).variant,
        "dark"
    );

    // At ten it hides the button. One look closes it, and one poll tells the client.
    release.hours(3, HARMFUL);
    assert_eq!(release.advances(), ("rollback".into(), "guardrail-breach".into()));
    assert_eq!(release.stage(), "rolled_back percent-10");
    assert_eq!(
        release.follower.asks(&visitor(person), release.now_ms).variant,
        "dark",
        "it has not polled yet"
    );
    release.follower.polls_the_head(release.now_ms);
    assert_eq!(
        release.follower.asks(&visitor(person), release.now_ms).variant,
        "light"
    );
    assert_eq!(release.follower.asks(&tester, release.now_ms).variant, "light");
    release.follower.polls(release.now_ms);
    assert_eq!(release.dark(), BTreeSet::new());
    let hurt = release.exposed.len();
    assert!(hurt < PEOPLE * 12 / 100, "{hurt} of {PEOPLE}");

    // What was rolled back stays so, whatever is measured, until a person says otherwise.
    release.hours(24, SOUND);
    let json = release.runs(&["advance", "--flag", FLAG], &["--to", "out"]);
    assert_eq!(json["plans"], Value::Array(Vec::new()));
    assert_eq!(release.stage(), "rolled_back percent-10");

    // Mended: from the beginning, and this time to the end.
    release.by_hand(&["promote", "--reason", "the button is seen again"], &[]);
    assert_eq!(release.stage(), "running qa");
    assert_eq!(release.follower.asks(&tester, release.now_ms).variant, "dark");
    release.by_hand(&["approve"], &["--by", "ana"]);
    release.hours(5, SOUND);
    release.reaches("percent-50");
    assert!(release.dark().is_superset(&tenth), "the same people as before");
    release.hours(13, SOUND);
    assert_eq!(release.advances().0, "promote");
    assert_eq!(release.stage(), "running everybody");
    release.follower.polls(release.now_ms);
    let everybody = release.dark();
    release.hours(13, SOUND);
    assert_eq!(release.advances().0, "promote");
    assert_eq!(release.stage(), "completed everybody");
    release.follower.polls(release.now_ms);
    // Five percent are held back for good.
    assert_eq!(release.dark(), everybody);
    assert!(
        everybody.len().abs_diff(PEOPLE * 95 / 100) < 200,
        "{}",
        everybody.len()
    );

    // Each snapshot and head that was published was verified on the way; now all of it from the beginning.
    assert_eq!(release.follower.snapshots(), 14);
    let trust = release.workshop.trust();
    release
        .workshop
        .run(&["verify", "--chain", "out", "--trust", &trust])
        .succeeds();
    let entries = release.workshop.audit();
    let actions: Vec<&str> = entries
        .iter()
        .map(|entry| entry["action"].as_str().unwrap())
        .collect();
    let count = |action: &str| actions.iter().filter(|found| **found == action).count();
    assert_eq!(
        (count("promote"), count("rollback"), count("approve")),
        (2 + 3 + 7, 1, 4)
    );
}
