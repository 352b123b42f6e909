//! Killed at every step and run again, a run ends in what it would have ended in.
#![cfg(unix)]

use super::decisions::files;
use super::release::{HARMFUL, NOW, POLICY, SOUND, advance, under_policy, under_way};
use crate::Workshop;
use crate::faults::until;
use std::collections::BTreeMap;
use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::process::Child;

/// Keeps everybody from exchanging or locking a file, as a slow writer would.
fn hold(path: &Path) -> File {
    let lock = File::options()
        .write(true)
        .create(true)
        .truncate(false)
        .open(path)
        .unwrap();
    lock.lock().unwrap();
    lock
}

fn killed(mut child: Child) {
    child.kill().unwrap();
    child.wait().unwrap();
}

/// What a run leaves: rules, state, looks and log, and what is in force.
#[derive(Debug, PartialEq)]
struct Left {
    files: BTreeMap<PathBuf, String>,
    kills: Vec<Vec<String>>,
    decisions: Vec<String>,
    actions: Vec<(String, String)>,
}

fn left(workshop: &Workshop) -> Left {
    let mut files = files(&workshop.path("shop"));
    // Looks and the log are told below. What was being written when its writer ended has a passing name.
    files.retain(|path, _| {
        let name = path.file_name().unwrap().to_str().unwrap();
        !path.starts_with("looks") && !path.starts_with("audit") && !name.starts_with(".tidegate-")
    });
    let files = files
        .into_iter()
        .map(|(path, bytes)| (path, String::from_utf8(bytes).unwrap()));
    let mut decisions: Vec<String> = workshop
        .looks()
        .iter()
        .map(|look| look["decision"].as_str().unwrap().to_owned())
        .collect();
    decisions.dedup();
    let actions = workshop.audited().into_iter().map(|entry| {
        let word = |name: &str| entry[name].as_str().unwrap().to_owned();
        (word("action"), word("reason"))
    });
    Left {
        files: files.collect(),
        kills: workshop.verified().into_iter().map(|(_, kills)| kills).collect(),
        decisions,
        actions: actions.collect(),
    }
}

/// A shop that is to be promoted or rolled back, and what comes of it where nobody interrupts.
fn expected(treatment: (u32, u32)) -> Left {
    let workshop = under_way();
    workshop.measure("s1", treatment, SOUND);
    workshop.advance(NOW, &[]).succeeds();
    left(&workshop)
}

/// Interrupts a run where it waits for a lock, once something has happened to what is published or written.
fn interrupted(
    treatment: (u32, u32),
    lock: &str,
    happened: impl Fn(&Workshop, &BTreeMap<PathBuf, Vec<u8>>) -> bool,
) -> Workshop {
    let workshop = under_way();
    workshop.measure("s1", treatment, SOUND);
    let before = files(&workshop.path("out"));
    let slow = hold(&workshop.path(lock));
    let child = workshop.start(&advance(NOW, &[]));
    until(|| happened(&workshop, &before));
    // It comes to the lock, or has: what it does before that it has done.
    std::thread::sleep(std::time::Duration::from_millis(100));
    killed(child);
    drop(slow);
    workshop
}

fn bytes(workshop: &Workshop, path: &str) -> Vec<u8> {
    fs::read(workshop.path(path)).unwrap_or_default()
}

fn has_looked(workshop: &Workshop, _: &BTreeMap<PathBuf, Vec<u8>>) -> bool {
    bytes(workshop, "shop/looks/production/checkout.ndjson").ends_with(b"\n")
}

#[test]
fn while_it_measures() {
    let dies = POLICY.replace(
        "file: { path: metrics/$stage.json }",
        "command: { run: 'kill -9 $$PPID # $arm' }",
    );
    let workshop = under_policy(&dies);
    workshop.measure("s1", SOUND, SOUND);
    // By a signal, not by an error of its own.
    assert_eq!(workshop.advance(NOW, &[]).code, -1);
    assert!(!workshop.path("shop/looks/production/checkout.ndjson").exists());
    workshop.write("shop/policies/orders.yaml", POLICY);
    workshop.advance(NOW, &[]).succeeds();
    assert_eq!(left(&workshop), expected(SOUND));
}

#[test]
fn between_the_look_and_what_follows_from_it() {
    for treatment in [SOUND, HARMFUL] {
        let workshop = interrupted(treatment, "shop/.tidegate.lock", has_looked);
        workshop.is_at(&["status: running", "stage: s1"]);
        workshop.advance(NOW, &[]).succeeds();
        assert_eq!(left(&workshop), expected(treatment));
    }
}

#[test]
fn before_the_flag_is_killed() {
    let workshop = interrupted(HARMFUL, "out/production/client/.head.lock", has_looked);
    workshop.is_at(&["status: running"]);
    workshop.advance(NOW, &[]).succeeds();
    assert_eq!(left(&workshop), expected(HARMFUL));
}

/// Is a file of what is published another one?
fn has_changed(name: &str) -> impl Fn(&Workshop, &BTreeMap<PathBuf, Vec<u8>>) -> bool {
    move |workshop, before| {
        let now = bytes(workshop, &format!("out/{name}"));
        before.get(Path::new(name)).is_some_and(|before| *before != now)
    }
}

/// Does the flag's file say this?
fn says(state: &'static str) -> impl Fn(&Workshop, &BTreeMap<PathBuf, Vec<u8>>) -> bool {
    move |workshop, _| workshop.state().contains(state)
}

#[test]
fn between_the_kills_of_two_audiences() {
    let lock = "out/production/server/.head.lock";
    let workshop = interrupted(HARMFUL, lock, has_changed("production/client/head"));
    workshop.is_at(&["status: running"]);
    workshop.advance(NOW, &[]).succeeds();
    assert_eq!(left(&workshop), expected(HARMFUL));
}

#[test]
fn a_roll_back_that_was_decided_is_done_though_nobody_measures_any_more() {
    let workshop = interrupted(HARMFUL, "out/production/client/.head.lock", has_looked);
    fs::remove_dir_all(workshop.path("shop/metrics")).unwrap();
    workshop.advance(NOW, &[]).succeeds();
    workshop.is_at(&["status: rolled_back"]);
    for (_, kills) in workshop.verified() {
        assert_eq!(kills, ["checkout"]);
    }
    assert_eq!(workshop.looks().len(), 1);
}

#[test]
fn between_the_file_and_the_publication() {
    for (treatment, state) in [(SOUND, "stage: s2"), (HARMFUL, "rolled_back")] {
        let workshop = interrupted(treatment, "out/production/client/.latest.lock", says(state));
        workshop.advance(NOW, &[]).succeeds();
        assert_eq!(left(&workshop), expected(treatment), "{state}");
    }
}

#[test]
fn between_latest_and_head() {
    let lock = "out/production/client/.head.lock";
    let workshop = interrupted(SOUND, lock, has_changed("production/client/latest"));
    workshop.is_at(&["stage: s2"]);
    workshop.advance(NOW, &[]).succeeds();
    assert_eq!(left(&workshop), expected(SOUND));
}

#[test]
fn between_two_audiences() {
    for (treatment, state) in [(SOUND, "stage: s2"), (HARMFUL, "rolled_back")] {
        let workshop = interrupted(treatment, "out/production/server/.latest.lock", says(state));
        workshop.advance(NOW, &[]).succeeds();
        assert_eq!(left(&workshop), expected(treatment), "{state}");
    }
}

#[test]
fn what_is_finished_is_one_stage_and_the_next_run_goes_on() {
    let workshop = interrupted(SOUND, "out/production/client/.latest.lock", says("stage: s2"));
    workshop.measure_until("s2", SOUND, SOUND, "2026-11-21T14:00:00Z");
    // Hours later the gate of the next stage is open too; but that is for another run.
    let later = "2026-11-21T14:00:00Z";
    let plan = workshop.decides(later);
    assert_eq!(plan["decision"], "promote");
    workshop.is_at(&["stage: s2", "enteredAt: 2026-11-21T12:00:00Z"]);
    assert_eq!(workshop.decides(later)["decision"], "promote");
    workshop.is_at(&["stage: all"]);
    assert_eq!(workshop.audited().len(), 2);
}

/// Wherever it stands: before each call that changes a file.
#[cfg(target_os = "linux")]
fn at_every_call_that_changes_a_file(treatment: (u32, u32)) {
    use crate::plans::interrupted::killed::killer;
    use std::os::unix::process::ExitStatusExt;

    let fresh = under_way();
    fresh.measure("s1", treatment, SOUND);
    let expected = expected(treatment);
    let mut steps = 0;
    loop {
        let workshop = Workshop::new();
        for (path, bytes) in fresh.files(".") {
            workshop.write(&path, bytes);
        }
        let mut killed = workshop.command(&advance(NOW, &[]));
        let step = (steps + 1).to_string();
        killed.env("LD_PRELOAD", killer()).env("KILL_AT", step);
        let killed = killed.output().unwrap();
        if killed.status.success() {
            break;
        }
        assert_eq!(killed.status.signal(), Some(9), "{killed:?}");
        steps += 1;
        // Once the note is taken away all is done but the telling, and another run is another look.
        let is_done = bytes(&workshop, "shop/.tidegate.lock").is_empty() && !workshop.audited().is_empty();
        if !is_done || left(&workshop) != expected {
            workshop.advance(NOW, &[]).succeeds();
            assert_eq!(left(&workshop), expected, "killed at step {steps}");
        }
    }
    // The look, the note of what is done, the file, two audiences and the log take more than this.
    assert!(steps > 30, "{steps}");
}

#[cfg(target_os = "linux")]
#[test]
fn at_every_call_of_a_promotion() {
    at_every_call_that_changes_a_file(SOUND);
}

#[cfg(target_os = "linux")]
#[test]
fn at_every_call_of_a_roll_back() {
    at_every_call_that_changes_a_file(HARMFUL);
}
