//! `verify --chain`, and what `inspect` shows of heads and roots.

use super::roots::{ROTATE, rooted};
use super::shop::published;
use super::{BANNER, Workshop};
use std::fs;

#[test]
fn every_document_is_shown_with_its_signers() {
    let workshop = rooted();
    workshop.sign_both();
    workshop.publish_under("ci", "oncall", &[]).succeeds();
    workshop.kill_under(&["--trust", "roots/1.root"]).succeeds();
    let verify = ["verify", "--chain", "out", "--trust", "roots/1.root"];
    let told = workshop.run(&verify).succeeds().out;
    for part in [
        "latest: head",
        "latest: snapshot",
        "head: head",
        ", kills banner; signed by 1 of 1",
        "killed: banner",
    ] {
        assert!(told.contains(part), "no `{part}` in {told}");
    }
    let json = workshop
        .run(&[&verify[..], &["--json"]].concat())
        .succeeds()
        .json();
    let files: Vec<&str> = json["scopes"][0]["chain"]
        .as_array()
        .unwrap()
        .iter()
        .map(|link| link["file"].as_str().unwrap())
        .collect();
    assert_eq!(files[..3], ["latest", "latest", "head"]);
    assert_eq!(json["scopes"][0]["scope"], "shop/production/client");
    assert_eq!(json["scopes"][0]["problems"], serde_json::json!([]));
}

#[test]
fn the_first_problem_is_the_exit_code_and_all_are_told() {
    let workshop = published();
    let trust = workshop.trust();
    workshop.run(&["keygen", "--out", "other"]).succeeds();
    let verify = |trust: &str, more: &[&str]| {
        workshop.run(&[&["verify", "--chain", "out", "--trust", trust], more].concat())
    };
    verify("other/tidegate.pub", &[]).fails(1, "KEY_UNKNOWN");
    verify(&trust, &["--scope", "shop/staging/client"]).fails(1, "not-published");
    verify(&trust, &["--scope", "other/production/client"]).fails(1, "SCOPE_MISMATCH");
    let stale = verify(&trust, &["--now", "2127-11-21T12:00:00Z", "--json"])
        .succeeds()
        .json();
    assert_eq!(stale["scopes"][0]["stale"], true);

    let name = format!("snapshot/{}", workshop.snapshots()[0]);
    let whole = fs::read(workshop.out(&name)).unwrap();
    fs::write(workshop.out(&name), &whole[1..]).unwrap();
    verify(&trust, &[]).fails(1, "SNAPSHOT_MISMATCH");
    fs::remove_file(workshop.out(&name)).unwrap();
    verify(&trust, &[]).fails(1, "not-published");
    fs::remove_file(workshop.out("head")).unwrap();
    let told = verify(&trust, &["--json"]);
    let problems = told.json()["scopes"][0]["problems"].as_array().unwrap().clone();
    assert_eq!(problems.len(), 2, "{problems:?}");
    workshop
        .run(&["verify", "--chain", "nowhere", "--trust", &trust])
        .fails(1, "not-published");
}

#[test]
fn a_missing_link_of_the_chain_is_told() {
    let workshop = rooted();
    workshop.sign_both();
    workshop.publish_under("ci", "oncall", &[]).succeeds();
    workshop.root(&ROTATE, &["--key", "keys/bob.key"]).succeeds();
    workshop.publish_under("new", "oncall", &[]).succeeds();
    let verify = ["verify", "--chain", "out", "--trust", "roots/1.root"];
    let told = workshop.run(&verify).succeeds().out;
    assert!(told.contains("2.root: root 2; signed by 2 of 2"), "{told}");
    fs::remove_file(workshop.out("2.root")).unwrap();
    workshop.run(&verify).fails(1, "KEY_UNKNOWN");
}

#[test]
fn heads_and_roots_can_be_inspected() {
    let workshop = rooted();
    let root = workshop.run(&["inspect", "roots/1.root"]).succeeds().json();
    assert_eq!(root["root"]["project"], "shop");
    assert_eq!(root["root"]["roles"]["root"]["threshold"], 2);
    assert_eq!(root["frame"]["signatureChecked"], false);
    workshop.publish(&[]).succeeds();
    let head = workshop
        .run(&["inspect", "out/production/client/head"])
        .succeeds()
        .json();
    assert_eq!(head["head"]["scope"], "shop/production/client");
    let latest = workshop
        .run(&["inspect", "out/production/client/latest"])
        .succeeds()
        .json();
    assert_eq!(latest[0]["head"], head["head"]);
    assert_eq!(latest[1]["header"]["scope"], "shop/production/client");
}

#[test]
fn latest_can_be_verified_and_asked_like_any_snapshot() {
    let workshop = Workshop::with_shop(&[("banner", BANNER)]);
    workshop.publish(&[]).succeeds();
    let (trust, latest) = (workshop.trust(), "out/production/client/latest");
    workshop.run(&["verify", latest, "--trust", &trust]).succeeds();
    let name = format!("out/production/client/snapshot/{}", workshop.snapshots()[0]);
    workshop
        .run(&["verify", &name, "--trust", &trust])
        .fails(1, "HEAD_REQUIRED");
    workshop
        .run(&["eval", latest, "--trust", &trust, "--context", "{}"])
        .succeeds();
}
