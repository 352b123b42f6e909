//! Hashed lists as long as real ones.
#![cfg(feature = "compile")]
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod support;

use support::{NOW_MS, key, options, project};
use tidegate::compile::compile;
use tidegate::{Client, Context};

const MEMBERS: usize = 100_000;

#[test]
fn a_hashed_list_of_100_000_ids_knows_its_members_and_nobody_else() {
    let ids: String = (0..MEMBERS).map(|member| format!("member-{member}\n")).collect();
    let files = [
        (
            "flags/welcome-back.yaml",
            "salt: w1\ndefault: off\nrules:\n  - { if: { segment: customers }, serve: on }\nenvironments: { production: {} }\n",
        ),
        (
            "segments/customers.yaml",
            "hashed: { salt: c1, idsFile: customers.ids }\n",
        ),
        ("segments/customers.ids", &ids),
    ];
    let payload = compile(&project(&files), &options(1)).unwrap();
    assert!(
        (MEMBERS * 8..MEMBERS * 8 + 1_000).contains(&payload.len()),
        "eight bytes an id, found {} in all",
        payload.len()
    );
    let mut client = Client::new(key().trust(), None);
    client.load(key().sign(&payload), NOW_MS).unwrap();
    let is_in = |unit: &str| {
        let answer = client
            .evaluate("welcome-back", &Context::new(unit), NOW_MS)
            .unwrap();
        answer.variant() == Some("on")
    };
    for number in (0..MEMBERS).step_by(7) {
        assert!(is_in(&format!("member-{number}")), "member-{number}");
        assert!(!is_in(&format!("guest-{number}")), "guest-{number}");
    }
    assert!(!is_in(&format!("member-{MEMBERS}")));
}
