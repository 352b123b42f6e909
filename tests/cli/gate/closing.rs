//! When nothing goes in, what goes in all the same, and who looks at it afterwards.

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

#[test]
fn a_kill_is_reviewed_by_somebody_else_within_a_day_or_nothing_goes_in() {
    let shop = Shop::with_policy("policy: { emergency: { review: 24h } }\n");
    let workshop = &shop.repository.workshop;
    let run = |arguments: &[&str]| {
        let mut command = workshop.command(arguments);
        let output = command.env("TIDEGATE_ACTOR", "ana-gh").output().unwrap();
        Run::of(&output).succeeds()
    };
    let site = ["--environment", "production"];
    let key = ["--key", ".keys/ben/tidegate.key", "--now", "2026-11-20T11:00:00Z"];
    run(&[&["publish", "--to", ".keys/site"], &site[..], &key].concat());
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
    run(&[&kill, &site[..], &["--now", "2026-11-20T12:00:00.001Z"]].concat());
    let waiting = |run: &Run, list: &str| -> Vec<Value> { run.json()[list].as_array().unwrap().clone() };
    let run_at_noon = shop.gate(&[]).succeeds();
    let pending = waiting(&run_at_noon, "pending");
    assert_eq!(
        (pending.len(), &pending[0]["action"], &pending[0]["by"]),
        (1, &"kill".into(), &"ana-gh".into())
    );
    let later = || {
        let gate = [
            "gate",
            "--json",
            "--against",
            "main",
            "--now",
            "2026-11-21T12:00:00.001Z",
        ];
        workshop.run(&gate)
    };
    let overdue = waiting(&later(), "overdue");
    assert_eq!((later().code, overdue.len()), (1, 1));
    // Whoever takes it out of the log takes nothing back.
    shop.repository.commit("log");
    shop.repository.git(&["branch", "--force", "main"]);
    std::fs::remove_dir_all(workshop.path("audit")).unwrap();
    assert_eq!(waiting(&later(), "overdue"), overdue);
    shop.repository.git(&["restore", "audit"]);
    let number = overdue[0]["entry"].to_string();
    let review = |by: &str| run(&["audit", "review", &number, "--by", by, "--reason", "looked"]);
    review("ana");
    assert_eq!(later().code, 1);
    review("cho");
    assert_eq!(later().code, 0);
}
