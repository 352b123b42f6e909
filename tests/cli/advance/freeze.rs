//! A freeze holds what was to be promoted, and nothing that is rolled back.

use super::release::{CHECKOUT, HARMFUL, NOW, SOUND, codes, under_way};
use crate::Workshop;
use serde_json::json;

const FREEZE: &str = "\
project: shop
environments: [production, staging]
policy:
  freezes:
    - { name: sale, from: 2026-11-21T06:00, to: 2026-11-21T08:30, zone: America/Toronto, environments: [production] }
";

/// A rollout that would be promoted, in a freeze until half past one.
fn frozen(treatment: (u32, u32)) -> Workshop {
    let workshop = under_way();
    workshop.write("shop/tidegate.yaml", FREEZE);
    workshop.measure("s1", treatment, SOUND);
    workshop
}

#[test]
fn what_was_to_be_promoted_is_held_until_the_freeze_is_over() {
    let workshop = frozen(SOUND);
    let before = workshop.files("out");
    for more in [&["--dry-run"][..], &[]] {
        let plan = workshop.advance(NOW, more).succeeds().json()["plans"][0].take();
        assert_eq!(plan["decision"], "hold");
        assert_eq!(codes(&plan), ["frozen"]);
        assert_eq!(
            plan["reasons"][0]["message"],
            "the freeze `sale` until 2026-11-21T08:30 in America/Toronto"
        );
        // 13:30Z.
        assert_eq!(plan["reasons"][0]["untilMs"], 1_795_267_800_000_f64);
    }
    workshop.is_at(&["status: running", "stage: s1"]);
    assert_eq!(workshop.files("out"), before);
    assert_eq!(workshop.looks()[0]["reasons"][0]["code"], "frozen");
    workshop.measure_until("s1", (1_100, 33), (1_100, 33), "2026-11-21T13:29:00Z");
    assert_eq!(codes(&workshop.decides("2026-11-21T13:29:59Z")), ["frozen"]);
    assert_eq!(workshop.decides("2026-11-21T13:30:00Z")["decision"], "promote");
    workshop.is_at(&["stage: s2"]);
}

#[test]
fn a_freeze_keeps_no_flag_from_being_rolled_back() {
    let workshop = frozen(HARMFUL);
    let plan = workshop.decides(NOW);
    assert_eq!(plan["decision"], "rollback");
    let codes = codes(&plan);
    assert_eq!((codes[0], codes.last()), ("guardrail-breach", Some(&"frozen")));
    workshop.is_at(&["status: rolled_back"]);
    assert_eq!(workshop.kills_of("client"), ["checkout"]);
}

#[test]
fn of_several_flags_and_environments_only_what_is_frozen_is_held() {
    let workshop = frozen(SOUND);
    let other = CHECKOUT
        .replace("k3v9x2", "m4w8y1")
        .replace("policy: orders", "policy: others");
    workshop.write("shop/flags/other.yaml", other);
    let staging = CHECKOUT
        .replace("k3v9x2", "q1w2e3")
        .replace("  staging: {}\n", "")
        .replace("  production:\n", "  staging:\n");
    workshop.write("shop/flags/there.yaml", staging);
    let policy = String::from_utf8(workshop.read("shop/policies/orders.yaml")).unwrap();
    workshop.write(
        "shop/policies/others.yaml",
        policy.replace("$stage", "other-$stage"),
    );
    workshop.measure("other-s1", HARMFUL, SOUND);
    let json = workshop.advance(NOW, &[]).succeeds().json();
    let decisions = |plan: usize| json["plans"][plan]["decision"].clone();
    assert_eq!([decisions(0), decisions(1)], [json!("hold"), json!("rollback")]);
    workshop.is_at(&["status: running", "stage: s1"]);
    let arguments = [
        "advance",
        "--project",
        "shop",
        "--environment",
        "staging",
        "--now",
        NOW,
    ];
    let told = workshop.run(&arguments).succeeds().out;
    assert!(
        told.starts_with("there: the rollout `launch` at `s1` in staging: promote\n"),
        "{told}"
    );
}

#[cfg(target_os = "linux")]
#[test]
fn a_promotion_that_was_interrupted_before_a_freeze_is_left_until_it_is_over() {
    let workshop = under_way();
    workshop.measure("s1", SOUND, SOUND);
    let note = || workshop.read("shop/.tidegate.lock");
    let mut advanced = workshop.command(&super::release::advance(NOW, &[]));
    advanced
        .env("LD_PRELOAD", crate::plans::interrupted::killed::killer())
        .env("KILL_AT", "1");
    let mut step = 1;
    // Killed one call later each time, up to where the flag's file says it and nothing is published.
    while !workshop.state().contains("stage: s2") {
        advanced.env("KILL_AT", step.to_string()).output().unwrap();
        step += 1;
        assert!(step < 500, "the file was never written");
    }
    assert!(!note().is_empty());
    workshop.write("shop/tidegate.yaml", FREEZE);
    let published = workshop.files("out");
    let plan = workshop.decides("2026-11-21T12:10:00Z");
    assert_eq!(plan["decision"], "hold");
    assert!(codes(&plan).contains(&"frozen"), "{plan}");
    assert_eq!(workshop.files("out"), published);
    let plan = workshop.decides("2026-11-21T14:00:00Z");
    assert_eq!(plan["decision"], "promote");
    assert!(workshop.files("out") != published);
}
