//! What goes wrong while something is published: each fault is a real one, of another process or in the files.
#![cfg(unix)]

use super::shop::{HEAD_KEY, KILL, Order, SHOP, published};
use super::{BANNER, Run, Workshop, exists};
use std::fs::{self, File};
use std::path::Path;
use std::process::{Child, Stdio};
use std::thread::sleep;
use std::time::{Duration, Instant};

impl Workshop {
    /// What a client finds on its first visit.
    pub(super) fn chain(&self) -> Run {
        let trust = self.trust();
        self.run(&["verify", "--chain", "out", "--trust", &trust, "--json"])
    }

    /// The version in force for whoever comes now, where nothing is wrong.
    fn version(&self) -> u64 {
        let json = self.chain().succeeds().json();
        json["scopes"][0]["version"].as_u64().unwrap()
    }

    /// Changes the rules, so that there is something to publish.
    pub(super) fn edit(&self, country: &str) {
        self.write("shop/flags/banner.yaml", BANNER.replace("CA", country));
    }

    pub(super) fn start(&self, arguments: &[&str]) -> Child {
        let mut command = self.command(arguments);
        command
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap()
    }

    /// Keeps everybody from exchanging a file, as a slow writer would.
    pub(super) fn hold(&self, name: &str) -> File {
        let lock = File::options()
            .write(true)
            .create(true)
            .truncate(false)
            .open(self.out(&format!(".{name}.lock")))
            .unwrap();
        lock.lock().unwrap();
        lock
    }

    /// Kills a command that waits for a file, once something is the case.
    fn interrupt(&self, arguments: &[&str], file: &str, when: impl Fn() -> bool) {
        let slow = self.hold(file);
        let mut child = self.start(arguments);
        until(when);
        child.kill().unwrap();
        child.wait().unwrap();
        drop(slow);
    }

    /// Kills a command between `latest` and `head`.
    fn interrupt_before_head(&self, arguments: &[&str]) {
        let latest = bytes(&self.out("latest"));
        self.interrupt(arguments, "head", || bytes(&self.out("latest")) != latest);
    }
}

pub(super) fn ended(child: Child) -> Run {
    Run::of(&child.wait_with_output().unwrap())
}

/// Waits until something is the case.
pub(super) fn until(what: impl Fn() -> bool) {
    let start = Instant::now();
    while !what() {
        assert!(start.elapsed() < Duration::from_secs(20), "it never was");
        sleep(Duration::from_millis(5));
    }
}

pub(super) fn bytes(path: &Path) -> Vec<u8> {
    fs::read(path).unwrap()
}

#[test]
fn killed_before_the_snapshot_leaves_everything_as_it_was() {
    let workshop = Workshop::with_shop(&[("banner", BANNER)]);
    // What is in the way of the snapshots' folder.
    workshop.write("out/production/client/snapshot", "");
    workshop.publish(&[]).fails(1, "cannot-write");
    assert!(!exists(&workshop.out("latest")) && !exists(&workshop.out("head")));
    fs::remove_file(workshop.out("snapshot")).unwrap();
    workshop.publish(&[]).succeeds();
    workshop.chain().succeeds();
}

#[test]
fn killed_between_snapshot_and_latest_leaves_the_old_version_in_force() {
    let workshop = published();
    let (before, latest) = (workshop.version(), bytes(&workshop.out("latest")));
    workshop.edit("US");
    workshop.interrupt(&SHOP.publish(&[]), "latest", || workshop.snapshots().len() == 2);
    assert_eq!(bytes(&workshop.out("latest")), latest);
    assert_eq!(workshop.version(), before);

    let json = workshop.publish(&["--json"]).succeeds().json();
    assert_eq!(json["scopes"][0]["did"], "published");
    assert!(workshop.version() > before);
}

/// Published twice, the second time killed between `latest` and `head`.
fn half_published() -> (Workshop, Vec<u8>) {
    let workshop = published();
    let head = bytes(&workshop.out("head"));
    workshop.edit("US");
    workshop.interrupt_before_head(&SHOP.publish(&[]));
    assert_eq!(bytes(&workshop.out("head")), head);
    workshop.chain().fails(1, "HEAD_ROLLBACK");
    (workshop, head)
}

#[test]
fn killed_between_latest_and_head_is_finished_by_the_next_run() {
    let (workshop, _) = half_published();
    let latest = bytes(&workshop.out("latest"));
    let json = workshop.publish(&["--json"]).succeeds().json();
    assert_eq!(json["scopes"][0]["did"], "finished");
    assert_eq!(json["scopes"][0]["wrote"], serde_json::json!(["head"]));
    assert_eq!(bytes(&workshop.out("latest")), latest);
    assert_eq!(workshop.snapshots().len(), 2);
    workshop.chain().succeeds();
}

#[test]
fn killed_between_latest_and_head_with_new_edits_goes_on_with_those() {
    let (workshop, _) = half_published();
    workshop.edit("GB");
    let json = workshop.publish(&["--json"]).succeeds().json();
    assert_eq!(json["scopes"][0]["did"], "published");
    workshop.chain().succeeds();
}

#[test]
fn a_kill_or_a_renewal_finishes_what_was_half_published() {
    for command in [&KILL[..], &["renew"]] {
        let (workshop, _) = half_published();
        workshop.at_out(command, &HEAD_KEY).succeeds();
        let json = workshop.chain().succeeds().json();
        let kills = if command == KILL {
            serde_json::json!(["banner"])
        } else {
            serde_json::json!([])
        };
        assert_eq!(json["scopes"][0]["kills"], kills);
        assert_eq!(
            workshop.publish(&["--json"]).succeeds().json()["scopes"][0]["head"]["kills"],
            kills
        );
        workshop.chain().succeeds();
    }
}

#[test]
fn an_unkill_that_was_interrupted_keeps_the_flag_off_until_it_is_run_again() {
    let workshop = published();
    workshop.kill("banner").succeeds();
    workshop.publish(&["--force"]).succeeds();
    let unkill = [
        "unkill",
        "banner",
        "--key",
        "keys/tidegate.key",
        "--at",
        "out",
        "--environment",
        "production",
    ];
    workshop.interrupt_before_head(&unkill);
    let (latest, snapshots) = (bytes(&workshop.out("latest")), workshop.snapshots().len());
    // Nobody can tell this from a kill that came in between: the flag stays off until somebody says otherwise.
    let json = workshop.publish(&["--dry-run", "--json"]).succeeds().json();
    assert_eq!(json["scopes"][0]["head"]["kills"][0], "banner");
    workshop.run(&unkill).succeeds();
    assert_eq!(
        (bytes(&workshop.out("latest")), workshop.snapshots().len()),
        (latest, snapshots)
    );
    assert_eq!(
        workshop.chain().succeeds().json()["scopes"][0]["kills"],
        serde_json::json!([])
    );
}

#[test]
fn damage_is_told_and_mended_only_when_asked_to() {
    for name in ["head", "latest"] {
        let workshop = published();
        let mut damaged = bytes(&workshop.out(name));
        let place = damaged.len() / 2;
        damaged[place] ^= 1;
        fs::write(workshop.out(name), &damaged).unwrap();
        workshop.publish(&[]).fails(1, "SIGNATURE_INVALID");
        workshop
            .at_out(&["renew"], &HEAD_KEY)
            .fails(1, "SIGNATURE_INVALID");
        assert_eq!(bytes(&workshop.out(name)), damaged);
        workshop.chain().fails(1, "SIGNATURE_INVALID");
        workshop.publish(&["--overwrite-unverified"]).succeeds();
        workshop.chain().succeeds();
    }
}

#[test]
fn a_snapshot_that_was_cut_off_on_its_way_is_written_again() {
    let workshop = published();
    let now = ["--now", "2026-11-21T12:00:00Z", "--version", "9000000000000000"];
    let log = workshop.files("shop/audit");
    let json = workshop
        .publish(&[&now[..], &["--json"]].concat())
        .succeeds()
        .json();
    let name = json["scopes"][0]["wrote"][0].as_str().unwrap().to_owned();
    let whole = bytes(&workshop.out(&name));
    // As if the same publication had been interrupted in the middle of its snapshot.
    let folder = workshop.path("other");
    fs::create_dir_all(workshop.path("other/production/client/snapshot")).unwrap();
    fs::write(
        folder.join("production/client").join(&name),
        &whole[..whole.len() / 2],
    )
    .unwrap();
    for (path, bytes) in log {
        workshop.write(&path, bytes);
    }
    let other = Order { to: "other", ..SHOP };
    workshop.run(&other.publish(&now)).succeeds();
    assert_eq!(bytes(&folder.join("production/client").join(&name)), whole);
}

#[test]
fn a_change_of_head_keys_that_was_interrupted_is_finished() {
    let workshop = published();
    workshop.kill("banner").succeeds();
    workshop.run(&["keygen", "--out", "other"]).succeeds();
    let change = SHOP.publish(&[
        "--head-key",
        "other/tidegate.key",
        "--trust-head-key",
        "other/tidegate.pub",
    ]);
    workshop.interrupt_before_head(&change);
    workshop.chain().fails(1, "KEY_UNKNOWN");
    let told = workshop.run(&change).succeeds().out;
    assert!(told.contains("the interrupted publication finished"), "{told}");
    assert_eq!(
        workshop.chain().succeeds().json()["scopes"][0]["kills"][0],
        "banner"
    );
}

#[test]
fn a_lost_latest_is_made_again_and_kills_are_not_forgotten() {
    for damage in [None, Some("not a frame, by far")] {
        let workshop = published();
        workshop.kill("banner").succeeds();
        fs::remove_file(workshop.out("latest")).unwrap();
        workshop.at_out(&["renew"], &HEAD_KEY).succeeds();
        let mut more = vec!["--json"];
        if let Some(text) = damage {
            fs::write(workshop.out("latest"), text).unwrap();
            workshop.publish(&more).fails(1, "FRAME_MALFORMED");
            more.push("--overwrite-unverified");
        }
        let json = workshop.publish(&more).succeeds().json();
        assert_eq!(json["scopes"][0]["did"], "published");
        assert_eq!(json["scopes"][0]["head"]["kills"][0], "banner");
        workshop.chain().succeeds();
    }
}
