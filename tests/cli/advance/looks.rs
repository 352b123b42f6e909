//! What is remembered from look to look.

use super::release::{HARMFUL, LATER, NOW, POLICY, SOUND, codes, under_policy, under_way};
use serde_json::json;

const LOOKS: &str = "shop/looks/production/checkout.ndjson";

#[test]
fn a_line_that_a_crash_cut_off_is_written_over() {
    let workshop = under_way();
    workshop.measure("s1", (50, 1), (50, 1));
    workshop.decides(NOW);
    let whole = workshop.read(LOOKS);
    for cut in [1, whole.len() / 2, whole.len() - 1] {
        let torn = [&whole[..], &whole[..cut]].concat();
        workshop.write(LOOKS, torn);
        workshop.measure_until("s1", (60, 1), (60, 1), "2026-11-21T13:00:00Z");
        workshop.decides(LATER);
        let looks = workshop.looks();
        assert_eq!(looks.len(), 2, "{cut}");
        assert_eq!(looks[1]["time"], LATER);
    }
    // Half a character is half a line too.
    workshop.write(LOOKS, [&whole[..], &[0xe2, 0x82]].concat());
    workshop.decides(LATER);
    assert_eq!(workshop.looks().len(), 2);
}

#[test]
fn damage_elsewhere_is_told_with_its_line_and_nothing_moves() {
    let workshop = under_way();
    workshop.measure("s1", SOUND, SOUND);
    for (damaged, message) in [
        ("nonsense\n", "line 1: expected ident"),
        ("{}\n", "line 1: `metrics` is missing"),
    ] {
        workshop.write(LOOKS, damaged);
        workshop.advance(NOW, &[]).fails(1, message);
    }
    workshop.write(LOOKS, [0xff, b'\n']);
    workshop.advance(NOW, &[]).fails(1, "line 1: it is not UTF-8");
    workshop.is_at(&["stage: s1"]);
}

#[test]
fn counts_that_fall_between_looks_hold() {
    let workshop = under_way();
    workshop.measure("s1", (90, 3), (90, 3));
    workshop.decides(NOW);
    workshop.measure_until("s1", (80, 3), (90, 3), "2026-11-21T13:00:00Z");
    let plan = workshop.decides(LATER);
    assert_eq!(codes(&plan), ["counts-fell", "minimum-sample"]);
    assert_eq!(
        plan["reasons"][0]["message"],
        "treatment: units fell from 90 to 80"
    );
}

#[test]
fn a_clock_that_goes_back_holds() {
    let workshop = under_way();
    workshop.measure("s1", (90, 3), (90, 3));
    workshop.decides(LATER);
    assert_eq!(codes(&workshop.decides(NOW))[0], "clock-went-back");
}

#[test]
fn failures_in_a_row_are_counted_over_runs() {
    let workshop = under_policy(&format!("errors: {{ atMost: 1, action: rollback }}\n{POLICY}"));
    assert_eq!(workshop.decides(NOW)["decision"], "hold");
    let plan = workshop.decides(LATER);
    assert_eq!(
        (&plan["decision"], &plan["reasons"][0]["failures"]),
        (&json!("rollback"), &json!(2.0))
    );
    workshop.is_at(&["status: rolled_back"]);
}

#[test]
fn what_mended_a_rollback_is_judged_by_itself() {
    let workshop = under_way();
    workshop.measure("s1", HARMFUL, SOUND);
    assert_eq!(workshop.decides(NOW)["decision"], "rollback");
    let promote = [
        "promote",
        "checkout",
        "--project",
        "shop",
        "--environment",
        "production",
        "--to",
        "out",
    ];
    let rest = [
        "--reason",
        "mended",
        "--key",
        "keys/tidegate.key",
        "--now",
        "2026-11-21T13:00:00Z",
    ];
    workshop.run(&[&promote[..], &rest].concat()).succeeds();
    workshop.is_at(&["status: running", "stage: s1"]);
    assert!(workshop.verified().iter().all(|(_, kills)| kills.is_empty()));
    workshop.measure_until("s1", (200, 6), (200, 6), "2026-11-21T14:00:00Z");
    let plan = workshop.decides(LATER);
    assert_eq!(
        (&plan["decision"], &plan["comparisons"][0]["units"]),
        (&json!("promote"), &json!(400.0))
    );
}
