use super::release::{CHECKOUT, HARMFUL, LATER, NOW, POLICY, SOUND, codes, under_policy, under_way};
use crate::Workshop;
use serde_json::json;
use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use tidegate::delivery::audit::sha256;

#[test]
fn a_stage_without_harm_is_left_for_the_next_one_and_no_further() {
    let workshop = under_way();
    workshop.measure("s1", SOUND, SOUND);
    workshop.measure("s2", SOUND, SOUND);
    let plan = workshop.decides(NOW);
    assert_eq!(
        (&plan["decision"], &plan["stage"]),
        (&json!("promote"), &json!("s1"))
    );
    assert_eq!(codes(&plan), ["gate-passed"]);
    assert_eq!(plan["comparisons"][0]["units"], 2_000.0);
    workshop.is_at(&[
        "status: running",
        "stage: s2",
        "enteredAt: 2026-11-21T12:00:00Z",
        "ceiling: 10",
    ]);
    // Comments and order stay.
    let text = String::from_utf8(workshop.read("shop/flags/checkout.yaml")).unwrap();
    assert!(
        text.starts_with("description: One-page checkout # and why\n"),
        "{text}"
    );
    let audit = workshop.audited();
    assert_eq!(audit.len(), 1);
    assert_eq!(
        (&audit[0]["action"], &audit[0]["flag"]),
        (&json!("promote"), &json!("checkout"))
    );
    assert_eq!(
        audit[0]["reason"],
        "all that the gate asks for is there, and no harm was found in 1 metric"
    );
    // What it was decided by can be found again: the look's line, as `sha256sum` sees it.
    let lines = workshop.read("shop/looks/production/checkout.ndjson");
    let digest = sha256(lines.strip_suffix(b"\n").unwrap());
    let digest: String = digest.iter().map(|byte| format!("{byte:02x}")).collect();
    assert_eq!(
        audit[0]["evidence"],
        json!({ "metrics": format!("sha256:{digest}"), "decision": "promote" })
    );
    let looks = workshop.looks();
    assert_eq!(looks.len(), 1);
    assert_eq!(
        (&looks[0]["decision"], &looks[0]["time"]),
        (&json!("promote"), &json!(NOW))
    );
    assert_eq!(
        looks[0]["metrics"]["failed"]["treatment"],
        json!({ "total": 1_000, "events": 30 })
    );
    // The next look holds: the stage has only just begun.
    assert_eq!(codes(&workshop.decides("2026-11-21T12:01:00Z")), ["minimum-hold"]);
    workshop.is_at(&["stage: s2", "enteredAt: 2026-11-21T12:00:00Z"]);
    assert!(workshop.verified().iter().all(|(_, kills)| kills.is_empty()));
}

#[test]
fn a_stage_that_is_not_ready_is_held_and_nothing_but_the_look_is_written() {
    let workshop = under_way();
    workshop.measure("s1", (50, 1), (50, 1));
    let before = files(&workshop.path(""));
    let plan = workshop.decides(NOW);
    assert_eq!(plan["decision"], "hold");
    assert_eq!(codes(&plan), ["minimum-sample"]);
    assert_eq!(plan["reasons"][0]["message"], "50 units in an arm, of 100");
    assert_eq!(plan["did"], json!(null));
    let mut after = files(&workshop.path(""));
    after.retain(|path, _| !path.starts_with("shop/looks"));
    assert_eq!(before, after);
    assert_eq!(workshop.looks().len(), 1);
}

#[test]
fn a_breach_kills_the_flag_and_rolls_the_plan_back_in_one_run() {
    let workshop = under_way();
    workshop.measure("s1", HARMFUL, SOUND);
    let plan = workshop.decides(NOW);
    assert_eq!(plan["decision"], "rollback");
    assert_eq!(codes(&plan)[0], "guardrail-breach");
    workshop.is_at(&["status: rolled_back", "stage: s1"]);
    for (_, kills) in workshop.verified() {
        assert_eq!(kills, ["checkout"]);
    }
    let audit = workshop.audited();
    assert_eq!(audit.len(), 1);
    assert_eq!(audit[0]["action"], "rollback");
    let reason = audit[0]["reason"].as_str().unwrap();
    assert!(
        reason.starts_with("`failed`: 0.13 in the treatment and 0.03 in control"),
        "{reason}"
    );
    // Nothing brings it back but a person.
    workshop.measure("s1", SOUND, SOUND);
    let json = workshop.advance(LATER, &[]).succeeds().json();
    assert_eq!(json["plans"], json!([]));
    workshop.is_at(&["status: rolled_back"]);
    assert_eq!(workshop.audited().len(), 1);
}

#[test]
fn no_data_a_failing_source_and_stale_data_hold() {
    let workshop = under_way();
    // No file at all.
    assert_eq!(codes(&workshop.decides(NOW)), ["source-failed", "minimum-sample"]);
    workshop.write(
        "shop/metrics/s1.json",
        "{\"treatment\":{\"total\":null,\"events\":null},\"control\":{\"total\":null,\"events\":null}}",
    );
    assert_eq!(codes(&workshop.decides(NOW)), ["data-missing", "minimum-sample"]);
    workshop.write(
        "shop/policies/orders.yaml",
        POLICY.replace("    file", "    maxAge: 5m\n    file"),
    );
    workshop.measure_until("s1", SOUND, SOUND, "2026-11-21T11:00:00Z");
    assert_eq!(codes(&workshop.decides(NOW)), ["data-stale"]);
    workshop.is_at(&["stage: s1", "status: running"]);
    assert_eq!(workshop.looks().len(), 3);
}

#[test]
fn a_dry_run_tells_and_writes_nothing() {
    for measured in [SOUND, HARMFUL] {
        let workshop = under_way();
        workshop.measure("s1", measured, SOUND);
        let before = files(&workshop.path(""));
        let json = workshop.advance(NOW, &["--dry-run"]).succeeds().json();
        let decision = if measured == SOUND { "promote" } else { "rollback" };
        assert_eq!(
            (&json["dryRun"], &json["plans"][0]["decision"]),
            (&json!(true), &json!(decision))
        );
        assert_eq!(files(&workshop.path("")), before);
    }
}

#[test]
fn a_policy_on_trial_is_written_down_and_not_acted_on() {
    let workshop = under_policy(&format!("dryRun: true\n{POLICY}"));
    workshop.measure("s1", HARMFUL, SOUND);
    let plan = workshop.decides(NOW);
    assert_eq!(
        (&plan["decision"], &plan["onTrial"]),
        (&json!("rollback"), &json!(true))
    );
    workshop.is_at(&["status: running", "stage: s1"]);
    assert!(workshop.verified().iter().all(|(_, kills)| kills.is_empty()));
    assert_eq!(workshop.looks()[0]["dryRun"], true);
    // It is not taken for something that was left undone.
    assert_eq!(workshop.decides(LATER)["onTrial"], true);
    workshop.is_at(&["status: running"]);
}

#[test]
fn a_flag_that_somebody_killed_is_left_alone() {
    let workshop = under_way();
    workshop.measure("s1", SOUND, SOUND);
    workshop
        .kill_for_all("checkout", "2026-11-21T10:00:00Z")
        .succeeds();
    let plan = workshop.decides(NOW);
    assert_eq!(
        (&plan["decision"], &plan["killed"]),
        (&json!("hold"), &json!(true))
    );
    workshop.is_at(&["status: running", "stage: s1"]);
    for (_, kills) in workshop.verified() {
        assert_eq!(kills, ["checkout"]);
    }
}

#[test]
fn without_a_destination_only_files_are_written() {
    let workshop = under_way();
    workshop.measure("s1", SOUND, SOUND);
    let before = files(&workshop.path("out"));
    let arguments = [
        "advance",
        "--project",
        "shop",
        "--environment",
        "production",
        "--now",
        NOW,
    ];
    let told = workshop.run(&arguments).succeeds().out;
    assert!(
        told.starts_with("checkout: the rollout `launch` at `s1` in production: promote\n  gate-passed: "),
        "{told}"
    );
    workshop.is_at(&["stage: s2"]);
    assert_eq!(files(&workshop.path("out")), before);
}

#[test]
fn a_ring_is_left_by_approval_and_the_last_stage_for_completion() {
    let workshop = under_way();
    let text = CHECKOUT.replace(
        "stage: s1, enteredAt: 2026-11-20T09:00:00Z, ceiling: 1 }",
        "stage: all, enteredAt: 2026-11-20T09:00:00Z, ceiling: 100 }",
    );
    workshop.write("shop/flags/checkout.yaml", &text);
    assert_eq!(codes(&workshop.decides(NOW)), ["approval-missing"]);
    workshop.write(
        "shop/flags/checkout.yaml",
        text.replace("ceiling: 100 }", "ceiling: 100, approvals: [alice] }"),
    );
    assert_eq!(workshop.decides(LATER)["decision"], "promote");
    workshop.is_at(&["status: completed"]);
}

#[test]
fn one_plan_that_fails_does_not_keep_the_others() {
    let workshop = under_way();
    workshop.write("shop/flags/other.yaml", CHECKOUT.replace("k3v9x2", "m4w8y1"));
    workshop.write("shop/policies/orders.yaml", POLICY.replace("$stage", "$flag"));
    workshop.measure("checkout", SOUND, SOUND);
    workshop.measure("other", SOUND, SOUND);
    workshop.write("shop/looks/production/checkout.ndjson", "damaged\n");
    let run = workshop.advance(NOW, &[]).fails(1, "look-damaged");
    let json = run.json();
    assert_eq!(json["plans"][0]["failure"]["code"], "look-damaged");
    assert_eq!(json["plans"][1]["decision"], "promote");
    workshop.is_at(&["stage: s1"]);
    let other = String::from_utf8(workshop.read("shop/flags/other.yaml")).unwrap();
    assert!(other.contains("stage: s2"), "{other}");
    // And one alone can be asked for.
    workshop.write("shop/looks/production/checkout.ndjson", "");
    let json = workshop.advance(LATER, &["--flag", "checkout"]).succeeds().json();
    assert_eq!(json["plans"].as_array().unwrap().len(), 1);
    workshop.is_at(&["stage: s2"]);
}

#[test]
fn names_that_lead_nowhere_are_refused() {
    let workshop = under_way();
    workshop
        .advance(NOW, &["--flag", "chekout"])
        .fails(2, "did you mean `checkout`?");
    let elsewhere = ["advance", "--project", "shop", "--environment", "produktion"];
    workshop.run(&elsewhere).fails(1, "unknown-environment");
    workshop
        .run(&[
            "advance",
            "--environment",
            "production",
            "--watch",
            "1s",
            "--now",
            NOW,
        ])
        .fails(2, "--watch");
}

#[test]
fn a_policy_that_names_no_metric_is_refused() {
    let workshop = under_way();
    workshop.write("shop/policies/orders.yaml", "metrics: {}\n");
    is_refused(&workshop, "the metrics of a policy must not be empty");
}

#[test]
fn a_plan_whose_current_stage_does_not_exist_is_refused() {
    let workshop = under_way();
    workshop.write(
        "shop/flags/checkout.yaml",
        CHECKOUT.replace("stage: s1,", "stage: s9,"),
    );
    is_refused(&workshop, "unknown-stage");
}

#[test]
fn stages_that_go_backwards_are_refused() {
    let workshop = under_way();
    workshop.write(
        "shop/flags/checkout.yaml",
        CHECKOUT.replace("name: s2, share: 10", "name: s2, share: 0.5"),
    );
    is_refused(&workshop, "falling-share");
}

#[test]
fn two_plans_under_way_on_one_flag_are_refused() {
    let workshop = under_way();
    let second = "  other: { from: classic, to: one-page, stages: [{ name: s1, share: 1 }] }\nenvironments:";
    let state = "ceiling: 1 }, other: { status: running, stage: s1, enteredAt: 2026-11-20T09:00:00Z }";
    let flag = CHECKOUT
        .replace("environments:", second)
        .replace("ceiling: 1 }", state);
    workshop.write("shop/flags/checkout.yaml", flag);
    is_refused(&workshop, "two-plans");
}

/// A look fails for a reason, and neither writes nor publishes anything.
#[track_caller]
fn is_refused(workshop: &Workshop, why: &str) {
    workshop.measure("s1", SOUND, SOUND);
    let before = (files(&workshop.path("shop")), files(&workshop.path("out")));
    workshop.advance(NOW, &[]).fails(1, why);
    assert_eq!(
        (files(&workshop.path("shop")), files(&workshop.path("out"))),
        before
    );
}

/// The bytes of all files below a folder, but those that hold locks.
pub(super) fn files(folder: &Path) -> BTreeMap<PathBuf, Vec<u8>> {
    let mut found = BTreeMap::new();
    let mut folders = vec![folder.to_path_buf()];
    while let Some(next) = folders.pop() {
        for entry in fs::read_dir(&next).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_none_or(|ending| ending != "lock")
                && path.file_name().unwrap() != ".lock"
            {
                let name = path.strip_prefix(folder).unwrap().to_path_buf();
                found.insert(name, fs::read(&path).unwrap());
            }
        }
    }
    found
}

/// A whole release, as cron would carry it.
#[test]
fn a_release_goes_from_the_first_stage_to_everybody() {
    let workshop: Workshop = under_way();
    workshop.measure("s1", SOUND, SOUND);
    assert_eq!(workshop.decides("2026-11-21T12:00:00Z")["decision"], "promote");
    workshop.measure_until("s2", (50, 1), (50, 2), "2026-11-21T12:30:00Z");
    assert_eq!(
        codes(&workshop.decides("2026-11-21T12:30:00Z")),
        ["minimum-sample", "minimum-hold"]
    );
    workshop.measure_until("s2", SOUND, SOUND, "2026-11-21T13:30:00Z");
    let plan = workshop.decides("2026-11-21T13:30:00Z");
    assert_eq!(
        (&plan["decision"], &plan["comparisons"][0]["units"]),
        (&json!("promote"), &json!(4_000.0))
    );
    assert_eq!(
        codes(&workshop.decides("2026-11-21T15:00:00Z")),
        ["minimum-hold", "approval-missing"][1..]
    );
    let text = String::from_utf8(workshop.read("shop/flags/checkout.yaml")).unwrap();
    assert!(
        text.contains("stage: all") && text.contains("ceiling: 100"),
        "{text}"
    );
    let approve = [
        "approve",
        "checkout",
        "--project",
        "shop",
        "--environment",
        "production",
        "--by",
        "alice",
    ];
    workshop.run(&approve).succeeds();
    assert_eq!(workshop.decides("2026-11-21T16:00:00Z")["decision"], "promote");
    workshop.is_at(&["status: completed"]);
    assert_eq!(workshop.served("anybody")["variant"], "one-page");
    assert_eq!(workshop.looks().len(), 5);
}
