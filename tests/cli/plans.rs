//! Rollouts moved by hand: in the flag's file, in what is published, and in the audit log.

mod freeze;
pub(super) mod interrupted;
mod people;
mod refusals;
mod units;

use super::faults::ended;
use super::shop::KEY;
use super::{Run, Workshop};
use serde_json::{Value, json};
use std::fs;

/// A flag with a plan, as a person writes it.
const CHECKOUT: &str = "\
# One page in place of four.
description: One-page checkout   # since 2026
owner: payments
type: release
clientVisible: true
salt: k3v9x2
variants: { classic: classic, one-page: one-page }
offVariant: classic
default: { rollout: launch }
rollouts:
  launch:
    from: classic
    to: one-page
    control: true
    stages:
      - { name: qa, ring: { attribute: groups, anyOf: [qa] } }
      - { name: tenth, share: 10 }
      # while the shops are open
      - { name: climb, ramp: { to: 50, start: 2026-11-22T00:00:00Z, end: 2026-11-26T00:00:00Z } }
environments:
  production:   # where people are
    enabled: true
  staging: {}   # where nobody is
";

/// 2026-11-21T12:00:00Z.
const NOON_MS: i64 = 1_795_262_400_000;
const HOUR_MS: i64 = 3_600_000;

impl Workshop {
    fn with_checkout() -> Self {
        Self::with_shop(&[("checkout", CHECKOUT)])
    }

    /// Moves the plan, so many hours after noon, and publishes to `out`.
    fn steer(&self, command: &[&str], hours: i64, more: &[&str]) -> Run {
        self.run(&steering(command, &now(hours), more))
    }

    fn flag_text(&self) -> String {
        String::from_utf8(self.read("shop/flags/checkout.yaml")).unwrap()
    }
}

fn now(hours: i64) -> String {
    (NOON_MS + hours * HOUR_MS).to_string()
}

/// A command with all that it needs to move the plan in production and to publish to `out`.
fn steering<'a>(command: &[&'a str], now: &'a str, more: &[&'a str]) -> Vec<&'a str> {
    let place = if command[0] == "rollback" { "--at" } else { "--to" };
    let mut words = command.to_vec();
    words.insert(1, "checkout");
    words.extend([
        "--project",
        "shop",
        "--environment",
        "production",
        "--now",
        now,
        place,
        "out",
    ]);
    words.extend(KEY);
    if command[0] != "approve" && !command.contains(&"--reason") {
        words.extend(["--reason", "because"]);
    }
    words.extend(more);
    words
}

#[test]
fn a_rollback_of_which_a_damaged_log_cannot_be_told_says_that_it_is_in_force() {
    let workshop = Workshop::with_checkout();
    workshop.steer(&["promote"], 0, &[]).succeeds();
    let files = workshop.files("shop/audit").into_iter();
    let (name, bytes) = files.rev().find(|(name, _)| name.ends_with(".jsonl")).unwrap();
    workshop.write(
        &name,
        [&bytes[..], b"<<<<<<< HEAD\n=======\n>>>>>>> b\n"].concat(),
    );
    let run = workshop.steer(&["rollback"], 1, &[]);
    let run = run.fails(1, "audit-damaged").fails(1, "in force all the same");
    let killed = "shop/production/client: `checkout` is killed";
    assert!(
        run.out.contains(killed) && run.out.contains("is rolled"),
        "{run:?}"
    );
    assert_eq!(workshop.kills_of("client"), ["checkout"]);
    // Once it is mended, the same again tells of it.
    workshop.write(&name, bytes);
    workshop.steer(&["rollback"], 2, &[]).succeeds();
    assert_eq!(workshop.audit().pop().unwrap()["action"], "rollback");
    workshop.verified_log().succeeds();
}

/// A release from its beginning to its end, and what becomes of file, publication and log.
#[test]
fn a_plan_goes_from_stage_to_stage_by_hand() {
    let workshop = Workshop::with_checkout();
    let told = workshop.steer(&["promote"], 0, &[]).succeeds().out;
    assert!(
        told.starts_with(
            "checkout: the rollout `launch` in production is running at `qa`, it was draft\n  wrote shop/flags/checkout.yaml\n"
        ),
        "{told}"
    );
    let published = told.lines().filter(|line| line.contains(" published, expires "));
    assert_eq!(published.count(), 2, "{told}");
    // All that was written stands where it stood.
    let expected = CHECKOUT.replace(
        "    enabled: true\n",
        "    enabled: true\n    rollouts:\n      launch:\n        status: running\n        stage: qa\n        enteredAt: 2026-11-21T12:00:00Z\n        ceiling: 0\n        reason: because\n",
    );
    assert_eq!(workshop.flag_text(), expected);

    workshop.steer(&["approve"], 1, &["--by", "ana"]).succeeds();
    let approved = format!(
        "{}        approvals:\n          - ana\n",
        &expected[..expected.find("  staging").unwrap()]
    );
    assert!(
        workshop.flag_text().starts_with(&approved),
        "{}",
        workshop.flag_text()
    );
    workshop
        .steer(&["promote", "--reason", "looks: well #1"], 2, &[])
        .succeeds();
    let state = "status: running\n        stage: tenth\n        enteredAt: 2026-11-21T14:00:00Z\n        ceiling: 10\n        reason: 'looks: well #1'\n  staging: {}   # where nobody is\n";
    assert!(workshop.flag_text().ends_with(state), "{}", workshop.flag_text());
    let shown = workshop.snapshot_of("client");
    assert_eq!(shown["flags"]["checkout"]["default"]["rollout"]["stage"], "tenth");
    assert_eq!(shown["flags"]["checkout"]["default"]["rollout"]["share"], 10);

    let json = workshop.steer(&["promote"], 36, &["--json"]).succeeds().json();
    assert_eq!(json["action"], "promote");
    assert_eq!(json["state"]["from"]["stage"], "tenth");
    // Entered a day late, the ramp begins at its beginning.
    assert_eq!(
        json["state"]["to"],
        json!({ "status": "running", "stage": "climb", "enteredAt": "2026-11-23T00:00:00Z", "ceiling": 50, "delay": "1d", "reason": "because" })
    );
    workshop.steer(&["promote"], 200, &[]).succeeds();
    assert_eq!(
        workshop.snapshot_of("server")["flags"]["checkout"]["default"],
        "one-page"
    );
    workshop
        .steer(&["promote"], 201, &[])
        .fails(1, "wrong-status")
        .fails(1, "cannot promote a rollout that is completed");

    let audit = workshop.audit();
    let told: Vec<&str> = audit
        .iter()
        .map(|entry| entry["action"].as_str().unwrap())
        .collect();
    assert_eq!(
        told,
        ["promote", "approve", "promote", "promote", "schedule", "promote"]
    );
    assert_eq!(audit[4]["what"], "ramp-ended");
    assert_eq!(audit[4]["effectiveAt"], "2026-11-27T00:00:00Z");
    assert_eq!(audit[1]["by"], "ana");
    assert_eq!(audit[2]["reason"], "looks: well #1");
    assert_eq!(audit[2]["time"], "2026-11-21T14:00:00Z");
    assert_eq!(audit[2]["scopes"].as_array().unwrap().len(), 2);
    // The project is what is published, and stays so.
    let json = workshop
        .publish_all(&["--environment", "production", "--json", "--now", &now(202)])
        .succeeds()
        .json();
    assert_eq!(json["scopes"][0]["did"], "unchanged");
}

#[test]
fn a_roll_back_kills_first_and_stays_until_somebody_promotes() {
    let workshop = Workshop::with_checkout();
    workshop
        .steer(&["promote", "--stage", "tenth"], 0, &[])
        .succeeds();
    let told = workshop
        .steer(&["rollback", "--reason", "orders are lost"], 1, &[])
        .succeeds()
        .out;
    let lines: Vec<&str> = told.lines().collect();
    assert_eq!(
        lines[0],
        "checkout: the rollout `launch` in production is rolled back from `tenth`, it was running at `tenth`"
    );
    let log = workshop
        .run(&["audit", "log", "--project", "shop", "--action", "rollback"])
        .succeeds();
    let told_alike = "  running at tenth -> rolled back from tenth\n";
    assert!(log.out.contains(told_alike), "{log:?}");
    assert!(
        lines[2].starts_with("shop/production/client: `checkout` is killed, head "),
        "{told}"
    );
    assert!(
        lines[3].starts_with("shop/production/server: `checkout` is killed, head "),
        "{told}"
    );
    assert!(
        workshop
            .flag_text()
            .contains("        status: rolled_back\n        stage: tenth\n")
    );
    let killed = |audience: &str| workshop.kills_of(audience) == ["checkout"];
    assert!(killed("client") && killed("server"));

    // What does not open leaves it, and so does whoever only publishes.
    workshop
        .publish_all(&["--environment", "production", "--force", "--now", &now(2)])
        .succeeds();
    assert!(killed("client") && killed("server"));
    workshop
        .steer(&["resume"], 3, &[])
        .fails(1, "cannot resume a rollout that is rolled back");
    workshop.steer(&["rollback"], 3, &[]).succeeds();
    let told: Vec<Value> = workshop
        .audit()
        .iter()
        .map(|entry| entry["action"].clone())
        .collect();
    assert_eq!(told, ["promote", "rollback", "publish"], "nothing happened since");

    workshop.steer(&["promote"], 4, &[]).succeeds();
    assert!(!killed("client") && !killed("server"));
    let shown = workshop.snapshot_of("client");
    assert_eq!(shown["flags"]["checkout"]["default"]["rollout"]["stage"], "qa");
}

#[test]
fn a_kill_of_a_running_plan_is_lifted_by_resuming() {
    let workshop = Workshop::with_checkout();
    workshop
        .steer(&["promote", "--stage", "tenth"], 0, &[])
        .succeeds();
    workshop.kill_for_all("checkout", &now(1)).succeeds();
    workshop.steer(&["pause"], 2, &[]).succeeds();
    let killed = || workshop.kills_of("client") == ["checkout"];
    assert!(killed());
    workshop.steer(&["resume"], 3, &[]).succeeds();
    assert!(!killed());
    // Once it is lifted there is nothing more to tell of.
    let actions = workshop.audit().len();
    workshop.steer(&["resume"], 4, &[]).succeeds();
    assert_eq!(workshop.audit().len(), actions);
}

#[test]
fn without_a_destination_only_files_are_written() {
    let workshop = Workshop::with_checkout();
    let options = ["--project", "shop", "--environment", "production"];
    let run = |words: &[&str]| workshop.run(&[words, &options].concat());
    run(&["promote", "checkout", "--reason", "r"]).succeeds();
    run(&["approve", "checkout", "--by", "ana"]).succeeds();
    run(&["pause", "checkout", "--reason", "r"]).succeeds();
    run(&["resume", "checkout", "--reason", "r"]).succeeds();
    run(&["rollback", "checkout", "--reason", "r"]).succeeds();
    assert!(workshop.flag_text().contains("status: rolled_back"));
    assert!(!workshop.path("out").exists());
    let actions: Vec<String> = workshop
        .audit()
        .iter()
        .map(|entry| entry["action"].to_string())
        .collect();
    assert_eq!(
        actions.join(" "),
        "\"promote\" \"approve\" \"pause\" \"resume\" \"rollback\""
    );
}

#[test]
fn a_dry_run_writes_nothing() {
    let workshop = Workshop::with_checkout();
    workshop
        .steer(&["promote", "--stage", "tenth"], 0, &[])
        .succeeds();
    let before = workshop.files(".");
    let told = workshop.steer(&["rollback"], 1, &["--dry-run"]).succeeds().out;
    assert!(told.contains("would be rolled back from `tenth`, it is running at `tenth`\n  would write shop/flags/checkout.yaml\n"), "{told}");
    assert!(
        told.contains("shop/production/server: `checkout` would be killed"),
        "{told}"
    );
    assert!(told.contains("would be published"), "{told}");
    assert_eq!(workshop.files("."), before);
}

#[test]
fn of_people_who_approve_in_the_same_moment_all_are_told_of() {
    let workshop = Workshop::with_shop(&[(
        "checkout",
        &CHECKOUT.replace("stages:\n", "gate: { approvals: 8 }\n    stages:\n"),
    )]);
    workshop.steer(&["promote"], 0, &[]).succeeds();
    let people = ["ana", "ben", "cho", "dan", "eve", "fay", "gus", "hal"];
    let starts = people.map(|who| workshop.start(&steering(&["approve"], &now(1), &["--by", who])));
    for run in starts.map(ended) {
        run.succeeds();
    }
    let mut told: Vec<String> = workshop
        .audit()
        .iter()
        .skip(1)
        .map(|entry| entry["by"].as_str().unwrap().to_owned())
        .collect();
    told.sort_unstable();
    assert_eq!(told, people);
    assert!(
        people.iter().all(|who| workshop.flag_text().contains(who)),
        "{}",
        workshop.flag_text()
    );
}

#[test]
fn of_people_who_approve_one_after_another_each_is_told_once() {
    let asks_for_two = CHECKOUT.replace("stages:\n", "gate: { approvals: 2 }\n    stages:\n");
    let workshop = Workshop::with_shop(&[("checkout", &asks_for_two)]);
    workshop.steer(&["promote"], 0, &[]).succeeds();
    for (who, expected) in [
        (
            "ana",
            "ana agrees to leaving `qa` of the rollout `launch` in production: 1 of 2 approvals, 1 more needed\n",
        ),
        (
            "bob",
            "bob agrees to leaving `qa` of the rollout `launch` in production: 2 of 2 approvals, it has what it needs\n",
        ),
        (
            "ana",
            "ana agreed already to leaving `qa` of the rollout `launch` in production: 2 of 2 approvals, it has what it needs\n",
        ),
    ] {
        let told = workshop.steer(&["approve"], 1, &["--by", who]).succeeds().out;
        assert!(told.starts_with(&format!("checkout: {expected}")), "{told}");
    }
    let people: Vec<Value> = workshop.audit().iter().map(|entry| entry["by"].clone()).collect();
    assert_eq!(people, [Value::Null, json!("ana"), json!("bob")]);
}

#[test]
fn what_one_audience_alone_has_is_rolled_back_for_it_alone() {
    let workshop = Workshop::with_shop(&[("checkout", &CHECKOUT.replace("clientVisible: true\n", ""))]);
    workshop
        .steer(&["promote", "--stage", "tenth"], 0, &[])
        .succeeds();
    workshop.steer(&["rollback"], 1, &[]).succeeds();
    assert_eq!(workshop.kills_of("server"), ["checkout"]);
    assert_eq!(workshop.kills_of("client"), [""; 0]);
    workshop.steer(&["rollback"], 2, &[]).succeeds();
    assert_eq!(
        workshop.audit().len(),
        2,
        "the second time there was nothing to do"
    );
}

#[test]
fn a_roll_back_needs_nothing_that_was_published() {
    let workshop = Workshop::with_checkout();
    let options = [
        "--project",
        "shop",
        "--environment",
        "production",
        "--reason",
        "r",
    ];
    workshop
        .run(&[&["promote", "checkout"], &options[..]].concat())
        .succeeds();
    // Somebody who published for the first time did not come to the head.
    workshop.write("out/production/server/snapshot/half.tgf", "half");
    workshop.steer(&["rollback"], 1_000, &[]).succeeds();
    assert_eq!(
        workshop.snapshot_of("server")["flags"]["checkout"]["default"],
        "classic"
    );
}

#[cfg(unix)]
#[test]
fn a_file_stays_what_it_is() {
    use std::os::unix::fs::{PermissionsExt, symlink};
    let workshop = Workshop::with_checkout();
    let (link, file) = (
        workshop.path("shop/flags/checkout.yaml"),
        workshop.path("shop/kept/checkout.yaml"),
    );
    fs::create_dir(workshop.path("shop/kept")).unwrap();
    fs::rename(&link, &file).unwrap();
    symlink("../kept/checkout.yaml", &link).unwrap();
    fs::set_permissions(&file, PermissionsExt::from_mode(0o640)).unwrap();
    workshop.steer(&["promote"], 0, &[]).succeeds();
    assert!(link.symlink_metadata().unwrap().is_symlink());
    assert_eq!(file.metadata().unwrap().permissions().mode() & 0o777, 0o640);
    assert!(workshop.flag_text().contains("status: running"));
}
