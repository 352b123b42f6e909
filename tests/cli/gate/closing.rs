//! When nothing goes in, what goes in all the same, and who looks at it afterwards.

mod published;

use super::{Shop, missing};
use crate::workshop::Run;
use serde_json::Value;

#[test]
fn a_freeze_refuses_all_but_what_it_allows() {
    let freeze = "policy:\n  freezes:\n    - { name: sale, from: 2026-11-21T05:00, to: 2026-11-21T08:00, zone: America/Toronto, environments: [production] }\n";
    let shop = Shop::with_policy(freeze);
    shop.raise_to("20");
    let during = shop.gate(&[]);
    assert_eq!(during.code, 1);
    assert_eq!(during.json()["freezes"][0]["until"], "2026-11-21T13:00:00Z");
    let after = ["--now", "2026-11-21T13:00:00Z"];
    let arguments = ["gate", "--against", "main"];
    let workshop = &shop.repository.workshop;
    workshop.run(&[&arguments[..], &after].concat()).succeeds();
    // In staging alone it would go in, and so does what closes.
    shop.edit("flags/checkout.yaml", "share: 20", "share: 5");
    shop.gate(&[]).succeeds();
}

#[test]
fn an_emergency_needs_no_approvals_unless_something_comes_with_it() {
    let policy = "policy:\n  rules: [{ name: all, require: { approvals: 1 } }]\n  emergency: {}\n";
    let shop = Shop::with_policy(policy);
    shop.edit(
        "flags/checkout.yaml",
        "production: {}",
        "production: { killed: true }",
    );
    let run = shop.gate(&[]);
    assert_eq!(missing(&run), [""; 0]);
    assert_eq!(run.json()["rules"][0]["emergency"], true);
    // What people get who are turned away is no emergency.
    shop.edit(
        "flags/checkout.yaml",
        "salt: k3v9x2",
        "salt: k3v9x2\nvariants: { on: true, off: true }\noffVariant: off",
    );
    let run = shop.gate(&[]);
    assert_eq!(missing(&run).len(), 1, "{run:?}");
}

/// A project whose emergencies are reviewed within a day, and a kill by Ana's login.
fn killed(policy: &str) -> Shop {
    let shop = Shop::with_policy(policy);
    let site = ["--environment", "production"];
    let key = ["--key", ".keys/ben/tidegate.key", "--now", "2026-11-20T11:00:00Z"];
    as_ana(
        &shop,
        &[&["publish", "--to", ".keys/site"], &site[..], &key].concat(),
    )
    .succeeds();
    let kill = [
        "kill",
        "checkout",
        "--at",
        ".keys/site",
        "--reason",
        "r",
        "--head-key",
        ".keys/ben/tidegate.key",
        "--project",
        ".",
    ];
    as_ana(
        &shop,
        &[&kill, &site[..], &["--now", "2026-11-20T12:00:00.001Z"]].concat(),
    )
    .succeeds();
    shop
}

const REVIEWED: &str = "policy: { emergency: { review: 24h } }\n";

fn as_ana(shop: &Shop, arguments: &[&str]) -> Run {
    shop.repository.run_in(&[("TIDEGATE_ACTOR", "ana-gh")], arguments)
}

fn review(shop: &Shop, number: &str, by: &str) -> Run {
    as_ana(
        shop,
        &[
            "audit", "review", number, "--by", by, "--reason", "looked", "--json",
        ],
    )
}

/// The gate a day and a millisecond after the kill.
fn later(shop: &Shop) -> Run {
    let now = "2026-11-21T12:00:00.001Z";
    let gate = ["gate", "--json", "--against", "main", "--now", now];
    shop.repository.workshop.run(&gate)
}

fn waiting(run: &Run, list: &str) -> Vec<Value> {
    run.json()[list].as_array().unwrap().clone()
}

/// What `audit log` says that nobody has reviewed.
fn unreviewed(shop: &Shop) -> Vec<Value> {
    let log = ["audit", "log", "--unreviewed", "--json"];
    let run = shop.repository.workshop.run(&log).succeeds();
    let entries = run.json()["entries"].as_array().unwrap().clone();
    entries.iter().map(|entry| entry["seq"].clone()).collect()
}

#[test]
fn a_kill_is_reviewed_by_somebody_else_within_a_day_or_nothing_goes_in() {
    let shop = killed(REVIEWED);
    let workshop = &shop.repository.workshop;
    let run_at_noon = shop.gate(&[]).succeeds();
    let pending = waiting(&run_at_noon, "pending");
    assert_eq!(
        (pending.len(), &pending[0]["action"], &pending[0]["by"]),
        (1, &"kill".into(), &"ana-gh".into())
    );
    let overdue = waiting(&later(&shop), "overdue");
    assert_eq!((later(&shop).code, overdue.len()), (1, 1));
    // Whoever takes it out of the log takes nothing back.
    shop.repository.commit("log");
    shop.repository.git(&["branch", "--force", "main"]);
    std::fs::remove_dir_all(workshop.path("audit")).unwrap();
    assert_eq!(waiting(&later(&shop), "overdue"), overdue);
    shop.repository.git(&["restore", "audit"]);
    let number = overdue[0]["entry"].to_string();
    review(&shop, &number, "cho").succeeds();
    assert_eq!(later(&shop).code, 0);
    assert_eq!(unreviewed(&shop), [Value::Null; 0]);
    // Others may look as well, each once.
    review(&shop, &number, "Cho <cho@example.com>").fails(1, "nothing-to-review");
    review(&shop, &number, "ben-gh").succeeds();
    assert_eq!(workshop_audit(&shop).last().unwrap()["by"], "ben");
}

#[test]
fn where_the_log_cannot_be_believed_nobody_knows_what_was_closed_and_nothing_goes_in() {
    let shop = killed(REVIEWED);
    shop.gate(&[]).succeeds();
    let (path, log) = shop.repository.files("audit").pop_last().unwrap();
    let log = String::from_utf8(log).unwrap();
    shop.repository.write(&path, log.replace("\"kill\"", "\"keep\""));
    let run = shop.gate(&[]);
    assert_eq!(run.code, 1, "{run:?}");
    let told = run.json()["auditLog"].to_string();
    assert!(told.contains("of the audit log cannot be believed"), "{told}");
}

fn workshop_audit(shop: &Shop) -> Vec<Value> {
    shop.repository.entries("audit")
}

#[test]
fn what_the_gate_takes_for_no_review_is_none_for_whoever_reviews() {
    let shop = killed(REVIEWED);
    let workshop = &shop.repository.workshop;
    let written = workshop.files("audit");
    for themselves in ["ana", "ana-gh", "ANA-GH", "Ana <ana@example.com>", " ana "] {
        review(&shop, "2", themselves).fails(1, "reviews-themselves");
    }
    for unknown in ["mallory", "ben@elsewhere.example", "Ben", "release"] {
        review(&shop, "2", unknown).fails(1, "unknown-person");
    }
    assert_eq!(workshop.files("audit"), written);
    // In the log all the same, as by another version or while nobody was named, they end nothing.
    let settings = workshop.read("tidegate.yaml");
    workshop.write(
        "tidegate.yaml",
        "project: shop\nenvironments: [production, staging]\n",
    );
    for by in ["mallory", "ana"] {
        review(&shop, "2", by).succeeds();
    }
    review(&shop, "2", "ana-gh").fails(1, "reviews-themselves");
    assert_eq!(unreviewed(&shop), [Value::Null; 0]);
    workshop.write("tidegate.yaml", &settings);
    assert_eq!(unreviewed(&shop), [2]);
    assert_eq!(waiting(&later(&shop), "overdue").len(), 1);
    review(&shop, "2", "ben").succeeds();
    assert_eq!(unreviewed(&shop), [Value::Null; 0]);
    later(&shop).succeeds();
    // Whoever breaks what names people is not let off.
    workshop.write("tidegate.yaml", "project: shop\npeople: [\n");
    review(&shop, "2", "mallory").fails(1, "tidegate.yaml");
    workshop
        .run(&["audit", "log", "--unreviewed"])
        .fails(1, "tidegate.yaml");
}

#[cfg(unix)]
#[test]
fn the_review_that_the_gate_asks_for_is_a_command_that_runs_as_it_stands() {
    let shop = killed(REVIEWED);
    let workshop = &shop.repository.workshop;
    let command = waiting(&later(&shop), "overdue")[0]["review"].clone();
    let command = command.as_str().unwrap();
    for form in [&["gate"][..], &["gate", "--markdown"], &["check-release"]] {
        let now = ["--against", "main", "--now", "2026-11-21T12:00:00.001Z"];
        let run = workshop.run(&[form, &now].concat());
        let told = run.out.replace("&#96;", "`").replace("&#39;", "'");
        assert!(told.contains(&format!("`{command}`")), "{run:?}");
    }
    let folder = std::path::Path::new(env!("CARGO_BIN_EXE_tidegate"))
        .parent()
        .unwrap();
    let shell = std::process::Command::new("/bin/sh")
        .args(["-ec", command])
        .env("PATH", folder)
        .env("TIDEGATE_ACTOR", "ben-gh")
        .current_dir(workshop.folder.path())
        .output()
        .unwrap();
    Run::of(&shell).succeeds();
    later(&shop).succeeds();
}

#[test]
fn where_nobody_else_is_named_nobody_is_asked_to_review() {
    let shop = killed(REVIEWED);
    let settings = String::from_utf8(shop.repository.workshop.read("tidegate.yaml")).unwrap();
    let alone: String = settings
        .lines()
        .filter(|line| {
            !line.starts_with("  ben:") && !line.starts_with("  cho:") && !line.starts_with("teams:")
        })
        .map(|line| format!("{line}\n"))
        .collect();
    shop.repository.workshop.write("tidegate.yaml", alone);
    shop.repository.commit("alone");
    shop.repository.git(&["branch", "--force", "main"]);
    let overdue = waiting(&later(&shop), "overdue");
    assert_eq!(overdue[0]["review"], Value::Null);
    let run = shop.repository.workshop.run(&["gate", "--against", "main"]);
    assert!(run.out.contains("`people` has nobody else who could"), "{run:?}");
}
