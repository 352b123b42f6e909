//! Two at once, and one again and again.
#![cfg(unix)]

use super::release::{HARMFUL, NOW, POLICY, SOUND, advance, codes, under_policy, under_way};
use crate::Workshop;
use crate::faults::{ended, until};
use std::fs;
use std::process::Command;

/// Reads a document only once there is a file by the name of `go`, and tells by `asked` that it waits.
const SLOW: &str =
    "command: { run: 'touch asked; while ! test -e go; do sleep 0.02; done; cat $stage.json # $arm' }\n";

fn slow(folder: &str) -> String {
    let run = SLOW
        .replace("asked", &format!("{folder}/asked"))
        .replace("-e go", &format!("-e {folder}/go"))
        .replace("$stage.json", &format!("{folder}/metrics/$stage.json"));
    POLICY.replace("file: { path: metrics/$stage.json }\n", &run)
}

#[test]
fn of_two_on_one_machine_one_waits_and_finds_it_done() {
    let workshop = under_policy(&slow("shop"));
    workshop.measure("s1", SOUND, SOUND);
    workshop.measure("s2", SOUND, SOUND);
    let one = workshop.start(&advance(NOW, &[]));
    until(|| workshop.path("shop/asked").exists());
    let other = workshop.start(&advance(NOW, &[]));
    std::thread::sleep(std::time::Duration::from_millis(200));
    workshop.write("shop/go", "");
    let runs = [ended(one).succeeds(), ended(other).succeeds()];
    let decisions = runs
        .each_ref()
        .map(|run| run.json()["plans"][0]["decision"].clone());
    assert_eq!(decisions, ["promote", "hold"]);
    assert!(runs[1].err.contains("project-locked"), "{}", runs[1].err);
    workshop.is_at(&["stage: s2"]);
    assert_eq!(workshop.audited().len(), 1);
    assert_eq!(workshop.looks().len(), 2);
}

/// The shop once more, as another machine has it.
fn other_machine(workshop: &Workshop) {
    let from = workshop.path("shop");
    let copied = Command::new("cp")
        .args(["-r"])
        .args([&from, &workshop.path("other")])
        .status()
        .unwrap();
    assert!(copied.success());
    workshop.write("other/policies/orders.yaml", slow("other"));
}

fn elsewhere() -> Vec<&'static str> {
    let mut arguments = advance(NOW, &[]);
    arguments[2] = "other";
    arguments
}

#[test]
fn what_another_machine_published_meanwhile_stays() {
    for treatment in [SOUND, HARMFUL] {
        let workshop = under_way();
        workshop.measure("s1", SOUND, SOUND);
        other_machine(&workshop);
        workshop.write("other/metrics/s1.json", workshop.read("shop/metrics/s1.json"));
        let text = String::from_utf8(workshop.read("other/metrics/s1.json")).unwrap();
        let (units, events) = treatment;
        let harmed = text.replacen(
            "\"total\":1000,\"events\":30",
            &format!("\"total\":{units},\"events\":{events}"),
            1,
        );
        workshop.write("other/metrics/s1.json", harmed);
        let other = workshop.start(&elsewhere());
        until(|| workshop.path("other/asked").exists());
        workshop.advance(NOW, &[]).succeeds();
        let ours = workshop.verified();
        workshop.write("other/go", "");
        ended(other).fails(1, "published-meanwhile");
        assert_eq!(workshop.verified(), ours);
    }
}

#[test]
fn a_person_who_moves_the_plan_meanwhile_has_the_last_word() {
    let workshop = under_policy(&slow("shop"));
    workshop.measure("s1", SOUND, SOUND);
    let controller = workshop.start(&advance(NOW, &[]));
    until(|| workshop.path("shop/asked").exists());
    let pause = [
        "pause",
        "checkout",
        "--project",
        "shop",
        "--environment",
        "production",
        "--to",
        "out",
    ];
    let rest = ["--reason", "lunch", "--key", "keys/tidegate.key", "--now", NOW];
    workshop.run(&[&pause[..], &rest].concat()).succeeds();
    workshop.write("shop/go", "");
    let run = ended(controller);
    assert_eq!(run.code, 1, "{run:?}");
    workshop.is_at(&["status: paused", "stage: s1"]);
}

#[test]
fn many_at_once_move_a_plan_once() {
    let workshop = under_way();
    workshop.measure("s1", HARMFUL, SOUND);
    let runs: Vec<_> = (0..4).map(|_| workshop.start(&advance(NOW, &[]))).collect();
    for run in runs {
        ended(run).succeeds();
    }
    workshop.is_at(&["status: rolled_back"]);
    assert_eq!((workshop.audited().len(), workshop.looks().len()), (1, 1));
}

#[test]
fn a_loop_looks_again_and_again_until_it_is_interrupted() {
    let workshop = under_way();
    workshop.measure_until("s1", (50, 1), (50, 1), "2026-11-21T11:59:00Z");
    let arguments = [
        "advance",
        "--project",
        "shop",
        "--environment",
        "production",
        "--watch",
        "1s",
        "--json",
    ];
    let child = workshop.start(&arguments);
    let looks = workshop.path("shop/looks/production/checkout.ndjson");
    until(|| fs::read_to_string(&looks).is_ok_and(|text| text.lines().count() >= 2));
    let interrupted = Command::new("kill")
        .args(["-INT", &child.id().to_string()])
        .status();
    assert!(interrupted.unwrap().success());
    let run = ended(child);
    assert!(run.out.lines().count() >= 2, "{run:?}");
    for line in run.out.lines() {
        let json: serde_json::Value = serde_json::from_str(line).unwrap();
        assert_eq!(codes(&json["plans"][0])[0], "minimum-sample");
    }
}

#[test]
fn an_interrupt_during_a_look_ends_the_loop_after_it() {
    let workshop = under_policy(&slow("shop"));
    workshop.measure("s1", (50, 1), (50, 1));
    let environment = ["advance", "--project", "shop", "--environment", "production"];
    let child = workshop.start(&[&environment[..], &["--watch", "1s", "--json"]].concat());
    let (asked, go) = (workshop.path("shop/asked"), workshop.path("shop/go"));
    until(|| asked.exists());
    workshop.write("shop/go", "");
    until(|| workshop.path("shop/looks/production/checkout.ndjson").exists());
    fs::remove_file(&go).unwrap();
    fs::remove_file(&asked).unwrap();
    until(|| asked.exists());
    let interrupted = Command::new("kill")
        .args(["-INT", &child.id().to_string()])
        .status();
    assert!(interrupted.unwrap().success());
    workshop.write("shop/go", "");
    let run = ended(child).succeeds();
    assert_eq!((run.out.lines().count(), workshop.looks().len()), (2, 2));
}
