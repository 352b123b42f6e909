//! Roots: who may sign what, and how that changes while clients look on.

use super::shop::{KILL, Order, SHOP};
use super::workshop::texts;
use super::{BANNER, Run, Workshop, exists};
use std::fs;

const FIRST: [&str; 5] = ["init", "--project", "shop", "--out", "roots/1.root"];

/// Another key for snapshots, in the second root.
pub(super) const ROTATE: [&str; 5] = ["rotate", "keys/ci.pub", "keys/new.pub", "--from", "roots/1.root"];

/// A shop whose first root `alice` and `bob` must both sign; `ci` signs snapshots, `oncall` heads.
pub(super) fn rooted() -> Workshop {
    let workshop = Workshop::with_shop(&[("banner", BANNER)]);
    for name in ["alice", "bob", "ci", "oncall", "new"] {
        workshop
            .run(&["keygen", "--out", "keys", "--name", name])
            .succeeds();
    }
    let init = || {
        let keys = [
            "--root-key",
            "keys/bob.pub",
            "--snapshot-key",
            "keys/ci.pub",
            "--head-key",
            "keys/oncall.pub",
        ];
        workshop.root(&FIRST, &[&["--threshold", "2"], &keys[..]].concat())
    };
    init().fails(1, "cannot write");
    fs::create_dir(workshop.path("roots")).unwrap();
    let told = init().succeeds().out;
    assert!(
        told.contains("signed by 1 of the 2 keys") && !told.contains("trust root:"),
        "{told}"
    );
    workshop
}

impl Workshop {
    /// A command about roots, signed by `alice`.
    pub(super) fn root(&self, command: &[&str], more: &[&str]) -> Run {
        self.run(&[&["root"], command, &["--key", "keys/alice.key"], more].concat())
    }

    /// Completes the first root.
    pub(super) fn sign_both(&self) {
        assert_eq!(self.sign(1, "bob").succeeds().json()["complete"], true);
    }

    fn sign(&self, version: u64, name: &str) -> Run {
        let (file, key) = (format!("roots/{version}.root"), format!("keys/{name}.key"));
        self.run(&["root", "sign", &file, "--key", &key, "--json"])
    }

    /// Publishes with the roots, signed by two keys.
    pub(super) fn publish_under(&self, snapshot_key: &str, head_key: &str, more: &[&str]) -> Run {
        let keys = [snapshot_key, head_key].map(|name| format!("keys/{name}.key"));
        let order = Order {
            key: &keys[0],
            ..SHOP
        };
        let roots = ["--root", "roots", "--head-key", &keys[1]];
        self.run(&order.publish(&[&roots[..], more].concat()))
    }

    /// Kills a flag that was published with the roots.
    pub(super) fn kill_under(&self, trust: &[&str]) -> Run {
        self.at_out(&KILL, &[&["--head-key", "keys/oncall.key"], trust].concat())
    }
}

#[test]
fn a_root_takes_effect_when_enough_have_signed() {
    let workshop = rooted();
    workshop
        .publish_under("ci", "oncall", &[])
        .fails(1, "THRESHOLD_UNMET");
    assert!(!exists(&workshop.path("out")));
    // Once more by the same key is still one key.
    assert_eq!(workshop.sign(1, "alice").succeeds().json()["complete"], false);
    let told = workshop.sign(1, "bob").succeeds().json();
    assert_eq!(told["complete"], true);
    assert_eq!(told["signatures"][0]["signed"].as_array().unwrap().len(), 2);
    let trust = told["trust"].as_str().unwrap().to_owned();
    assert!(trust.starts_with("root:"));

    let json = workshop
        .publish_under("ci", "oncall", &["--json"])
        .succeeds()
        .json();
    assert_eq!(json["scopes"][0]["wrote"][0], "1.root");
    assert_eq!(json["scopes"][0]["head"]["rootVersion"], 1);
    assert_eq!(
        fs::read(workshop.out("1.root")).unwrap(),
        workshop.read("roots/1.root")
    );
    workshop.kill_under(&["--trust", &trust]).succeeds();
    workshop.kill_under(&["--trust", "roots/1.root"]).succeeds();
    workshop
        .kill_under(&[])
        .fails(1, "give with --trust what clients trust");
}

#[test]
fn a_root_of_another_project_is_refused_by_both_names() {
    let workshop = rooted();
    workshop.sign_both();
    workshop.write(
        "shop/tidegate.yaml",
        "project: ana\nenvironments: [production, staging]\n",
    );
    workshop
        .publish_under("ci", "oncall", &[])
        .fails(1, "SCOPE_MISMATCH")
        .fails(
            1,
            "the root is of the project `shop`, and what is published is `ana`",
        )
        .fails(1, "`project` in `tidegate.yaml`");
    assert!(!exists(&workshop.path("out")));
}

#[test]
fn each_key_signs_only_what_its_role_allows() {
    let workshop = rooted();
    workshop.sign(1, "bob").succeeds();
    let refused = |snapshot: &str, head: &str, why: &str| {
        workshop.publish_under(snapshot, head, &[]).fails(1, why);
        assert!(!exists(&workshop.path("out/production/client/latest")));
    };
    refused("oncall", "oncall", "no key that may sign a snapshot was given");
    refused("ci", "ci", "no key that may sign a head was given");
    refused("alice", "alice", "KEY_UNKNOWN");
    workshop.publish_under("ci", "oncall", &[]).succeeds();
}

#[test]
fn every_role_is_rotated_in_turn() {
    let workshop = rooted();
    workshop.sign(1, "bob").succeeds();
    workshop.publish_under("ci", "oncall", &[]).succeeds();
    workshop.kill_under(&["--trust", "roots/1.root"]).succeeds();

    let next = workshop.root(&ROTATE, &["--json"]).succeeds().json();
    assert_eq!((&next["version"], &next["complete"]), (&2.into(), &false.into()));
    workshop
        .publish_under("new", "oncall", &[])
        .fails(1, "THRESHOLD_UNMET");
    workshop.sign(2, "bob").succeeds();
    // The third root replaces `bob`, so both the second's keys and its own must sign.
    let id = |name: &str| {
        let told = workshop.sign(2, "alice").succeeds().json();
        let public = String::from_utf8(workshop.read(&format!("keys/{name}.pub"))).unwrap();
        let keys = told["roles"]["root"]["keys"].as_array().unwrap().clone();
        let key = keys.iter().find(|key| key["key"] == public.trim()).unwrap();
        key["id"].as_str().unwrap().to_owned()
    };
    workshop
        .root(
            &["rotate", &id("bob"), "keys/new.pub", "--from", "roots/2.root"],
            &[],
        )
        .succeeds();
    let told = workshop.sign(3, "bob").succeeds().json();
    assert_eq!(told["complete"], false, "{told}");
    workshop.sign(3, "oncall").fails(1, "key-refused");
    assert_eq!(workshop.sign(3, "new").succeeds().json()["complete"], true);
    workshop
        .root(
            &[
                "rotate",
                "keys/oncall.pub",
                "keys/ci.pub",
                "--from",
                "roots/3.root",
            ],
            &[],
        )
        .succeeds();
    workshop.sign(4, "new").succeeds();

    workshop
        .publish_under("ci", "oncall", &[])
        .fails(1, "no key that may sign a snapshot");
    workshop
        .publish_under("new", "oncall", &[])
        .fails(1, "no key that may sign a head");
    // Removed keys stay out, and the kill that one of them signed is kept.
    let json = workshop.publish_under("new", "ci", &["--json"]).succeeds().json();
    let scope = &json["scopes"][0];
    assert_eq!(scope["did"], "published");
    assert_eq!(scope["head"]["rootVersion"], 4);
    assert_eq!(scope["head"]["kills"][0], "banner");
    let wrote = texts(&scope["wrote"]);
    assert_eq!(wrote[..3], ["2.root", "3.root", "4.root"]);
    assert_eq!(wrote[4..], ["latest", "head"]);
}

#[test]
fn the_head_key_is_rotated_past_a_version_that_nothing_could_follow() {
    let workshop = rooted();
    workshop.sign(1, "bob").succeeds();
    workshop
        .publish_under("ci", "oncall", &["--version", "9007199254740991"])
        .succeeds();
    workshop
        .publish_under("ci", "oncall", &["--force"])
        .fails(1, "version-exhausted");
    workshop.root(&ROTATE, &[]).succeeds();
    workshop.sign(2, "bob").succeeds();
    let json = workshop
        .publish_under("new", "oncall", &["--json"])
        .succeeds()
        .json();
    assert!(json["scopes"][0]["version"].as_u64().unwrap() < 9_007_199_254_740_991);
}

#[test]
fn a_client_of_a_bare_key_is_led_to_a_root() {
    let workshop = rooted();
    workshop.sign(1, "bob").succeeds();
    workshop.publish(&[]).succeeds();
    let bare = workshop.trust();
    let lead = |more: &[&str]| workshop.publish_under("ci", "oncall", &[&["--trust", &bare], more].concat());
    lead(&[]).fails(1, "KEY_UNKNOWN");
    workshop.sign(1, "tidegate").succeeds();
    lead(&[]).succeeds();
    workshop.publish_under("ci", "oncall", &["--force"]).succeeds();
}

#[test]
fn roles_that_nobody_could_fill_are_refused() {
    let workshop = rooted();
    workshop.sign(1, "bob").succeeds();
    let from = ["--from", "roots/1.root"];
    let change = |command: &[&str]| workshop.root(command, &from);
    change(&["remove-key", "keys/ci.pub"]).fails(1, "the role has no key");
    change(&["remove-key", "keys/bob.pub"]).fails(1, "threshold-invalid");
    change(&["add-key", "keys/ci.pub", "--role", "snapshot"]).fails(1, "role-unchanged");
    change(&["remove-key", "keys/new.pub"]).fails(1, "has no role");
    change(&["remove-key", "keys/ci.pub", "--role", "head"]).fails(1, "not the role head");
    change(&["rotate", "keys/alice.pub", "keys/bob.pub"]).fails(1, "role-unchanged");
    change(&["add-key", "keys/ci.key", "--role", "head"]).fails(1, "is a private key");
    change(&["add-key", "keys/new.pub", "--role", "head", "--threshold", "3"]).fails(1, "threshold-invalid");
    assert!(!exists(&workshop.path("roots/2.root")));
    workshop
        .root(
            &["remove-key", "keys/bob.pub", "--from", "roots/1.root"],
            &["--threshold", "1"],
        )
        .succeeds();
    change(&["remove-key", "keys/bob.pub", "--threshold", "1"]).fails(1, "is not overwritten");
    let add = [
        "root",
        "add-key",
        "keys/new.pub",
        "--role",
        "head",
        "--from",
        "roots/1.root",
        "--key",
    ];
    workshop
        .run(&[&add[..], &["keys/ci.key"]].concat())
        .fails(1, "key-refused");
}

#[test]
fn a_root_that_is_not_the_published_one_is_not_put_in_its_place() {
    let workshop = rooted();
    workshop.sign(1, "bob").succeeds();
    workshop.publish_under("ci", "oncall", &[]).succeeds();
    let published = fs::read(workshop.out("1.root")).unwrap();
    fs::remove_file(workshop.path("roots/1.root")).unwrap();
    let keys = ["--snapshot-key", "keys/ci.pub", "--head-key", "keys/oncall.pub"];
    let other = [&["--head-lifetime", "1d"], &keys[..]].concat();
    workshop.root(&FIRST, &other).succeeds();
    workshop
        .publish_under("ci", "oncall", &["--force"])
        .fails(1, "ROOT_CONFLICT");
    assert_eq!(fs::read(workshop.out("1.root")).unwrap(), published);
}

#[test]
fn more_than_one_may_have_to_sign_a_snapshot() {
    let workshop = Workshop::with_shop(&[("banner", BANNER)]);
    for name in ["alice", "ci", "review"] {
        workshop
            .run(&["keygen", "--out", "keys", "--name", name])
            .succeeds();
    }
    fs::create_dir(workshop.path("roots")).unwrap();
    let keys = [
        "--snapshot-key",
        "keys/ci.pub",
        "--snapshot-key",
        "keys/review.pub",
        "--head-key",
        "keys/ci.pub",
        "--snapshot-threshold",
        "2",
    ];
    workshop.root(&FIRST, &keys).succeeds();
    workshop
        .publish_under("ci", "ci", &[])
        .fails(1, "THRESHOLD_UNMET");
    workshop
        .publish_under("ci", "ci", &["--key", "keys/ci.key"])
        .fails(1, "THRESHOLD_UNMET");
    workshop
        .publish_under("ci", "ci", &["--key", "keys/review.key"])
        .succeeds();
}

#[test]
fn every_command_about_roots_shows_an_example() {
    let workshop = Workshop::new();
    for command in ["init", "add-key", "remove-key", "rotate", "sign"] {
        let help = workshop.run(&["root", command, "--help"]).succeeds().out;
        assert!(
            help.contains(&format!("Example:\n  tidegate root {command}")),
            "{help}"
        );
    }
}
