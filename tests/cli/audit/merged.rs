//! Branches in git that both told something, and are merged.

use super::{codes, published};
use crate::Workshop;
use crate::repository;

fn git(workshop: &Workshop, arguments: &[&str]) -> bool {
    repository::git(&workshop.path("shop"), arguments)
        .status
        .success()
}

/// Two branches: one told of one kill, the other of two.
fn branches(attributes: &str) -> Workshop {
    let workshop = published();
    workshop.write("shop/.gitignore", "/audit/.lock\n");
    workshop.write("shop/.gitattributes", attributes);
    let commit = |message: &str| {
        assert!(git(&workshop, &["add", "--all"]));
        assert!(git(&workshop, &["commit", "--quiet", "-m", message]));
    };
    assert!(git(&workshop, &["init", "--quiet", "--initial-branch=main"]));
    commit("published");
    assert!(git(&workshop, &["checkout", "--quiet", "-b", "other"]));
    workshop.kill_told("on the other branch").succeeds();
    commit("one kill");
    assert!(git(&workshop, &["checkout", "--quiet", "main"]));
    workshop.kill_told("on main").succeeds();
    workshop.kill_told("on main again").succeeds();
    commit("two kills");
    workshop
}

fn reasons(workshop: &Workshop) -> Vec<String> {
    let audit = workshop.audit();
    let reasons = audit.iter().filter_map(|entry| entry["reason"].as_str());
    reasons.map(str::to_owned).collect()
}

#[test]
fn the_marks_of_a_merge_are_found_and_both_sides_kept() {
    let workshop = branches("/audit/*.jsonl -text\n");
    assert!(!git(&workshop, &["merge", "other"]), "git leaves its marks");
    let found = workshop.verified_log().fails(1, "audit-conflict");
    assert_eq!(codes(&found), ["audit-conflict"]);
    let dry = workshop.log("rejoin", &["--dry-run"]).succeeds().out;
    assert!(
        dry.contains("entries up to 3 are kept, 1 would be written again"),
        "{dry}"
    );
    workshop.log("rejoin", &[]).succeeds();
    assert_eq!(
        reasons(&workshop),
        ["on main", "on main again", "on the other branch"]
    );
    let audit = workshop.audit();
    assert_eq!(audit[3]["was"]["seq"], 2);
    assert_eq!(
        (&audit[4]["action"], &audit[4]["again"]),
        (&"rejoin".into(), &1.into())
    );
    workshop.verified_log().succeeds();
    assert_eq!(workshop.log("rejoin", &[]).succeeds().out, "one chain already\n");
    // And on it goes.
    workshop.kill_told("afterwards").succeeds();
    workshop.verified_log().succeeds();
}

#[test]
fn a_merge_by_union_is_found_and_joined_as_well() {
    let workshop = branches("/audit/*.jsonl -text merge=union\n");
    assert!(git(&workshop, &["merge", "--quiet", "--no-edit", "other"]));
    let found = workshop.verified_log().fails(1, "audit-forked");
    assert_eq!(codes(&found), ["audit-forked"]);
    workshop.publish(&["--force"]).fails(1, "audit-damaged");
    workshop.log("rejoin", &[]).succeeds();
    assert_eq!(reasons(&workshop).len(), 3);
    workshop.verified_log().succeeds();
}

#[test]
fn the_side_that_is_published_is_kept() {
    let workshop = branches("");
    assert!(git(&workshop, &["checkout", "--quiet", "other"]));
    workshop.publish(&["--force"]).succeeds();
    assert!(git(&workshop, &["commit", "--quiet", "--all", "-m", "published"]));
    assert!(git(&workshop, &["checkout", "--quiet", "main"]));
    workshop.kill_told("and again").succeeds();
    assert!(git(&workshop, &["commit", "--quiet", "--all", "-m", "third"]));
    assert!(!git(&workshop, &["merge", "other"]));
    let trust = workshop.trust();
    let joined = workshop
        .log("rejoin", &["--at", "out", "--trust", &trust])
        .succeeds();
    assert!(
        joined.out.contains("entries up to 3 are kept, 3 written again"),
        "{joined:?}"
    );
    assert_eq!(
        reasons(&workshop),
        ["on the other branch", "on main", "on main again", "and again"]
    );
    workshop.verified_log().succeeds();
}

#[test]
fn what_was_edited_in_a_merge_is_not_joined() {
    let workshop = branches("");
    assert!(!git(&workshop, &["merge", "other"]));
    let name = workshop
        .files("shop/audit")
        .into_keys()
        .find(|name| name.ends_with(".jsonl"))
        .unwrap();
    let text = String::from_utf8(workshop.read(&name)).unwrap();
    workshop.write(&name, text.replace("on the other branch", "on another branch"));
    let before = workshop.read(&name);
    workshop.log("rejoin", &[]).fails(1, "audit-edited");
    assert_eq!(workshop.read(&name), before);
}
