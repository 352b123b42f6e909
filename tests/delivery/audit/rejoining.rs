//! Two branches that went on by themselves become one chain, and nothing is lost.

use super::{Files, add, entry, read, three_months};
use std::collections::BTreeSet;
use tidegate::delivery::audit::{FaultKind, Rejoined, Tip, rejoin};

const NOVEMBER: &str = "2026-11.jsonl";

/// A branch that went on with these entries.
fn branch(entries: &[(&str, &str)]) -> Files {
    let mut files = three_months();
    for (time, action) in entries {
        add(&mut files, &entry(time, action));
    }
    files
}

fn ours() -> Files {
    branch(&[
        ("2026-11-30T13:00:00Z", "pause"),
        ("2026-12-01T09:00:00Z", "resume"),
    ])
}

fn theirs() -> Files {
    branch(&[
        ("2026-11-30T12:30:00Z", "kill"),
        ("2026-11-30T14:00:00Z", "review"),
        ("2026-11-30T15:00:00Z", "unkill"),
    ])
}

/// As git leaves it, with its marks or by union.
fn merged(ours: &Files, theirs: &Files, marks: bool) -> Files {
    let mut merged = three_months();
    let names: BTreeSet<&String> = ours.keys().chain(theirs.keys()).collect();
    for name in names {
        let base = merged.get(name).cloned().unwrap_or_default();
        let side = |files: &Files| {
            let text = files.get(name).cloned().unwrap_or_default();
            text.strip_prefix(&base).unwrap_or_default().to_owned()
        };
        let (ours, theirs) = (side(ours), side(theirs));
        let both = match (ours.is_empty() || theirs.is_empty(), marks) {
            (false, true) => format!("<<<<<<< HEAD\n{ours}=======\n{theirs}>>>>>>> branch\n"),
            _ => ours + &theirs,
        };
        merged.insert(name.clone(), base + &both);
    }
    merged
}

fn join(files: &Files, vouched: &[Tip]) -> Rejoined {
    let files: Vec<(&String, &String)> = files.iter().collect();
    rejoin(&files, vouched).unwrap()
}

fn applied(files: &Files, joined: &Rejoined) -> Files {
    let mut files = files.clone();
    files.extend(joined.files.iter().cloned());
    files
}

fn actions(files: &Files) -> Vec<String> {
    let (chain, faults) = read(files);
    assert_eq!(faults, []);
    let behind = chain.entries.into_iter().skip(9);
    behind.map(|entry| entry.action).collect()
}

#[test]
fn the_longer_branch_is_kept_and_the_other_follows_it() {
    for marks in [true, false] {
        let merged = merged(&ours(), &theirs(), marks);
        let joined = join(&merged, &[]);
        assert_eq!((joined.kept, joined.again), (12, 2));
        let files = applied(&merged, &joined);
        assert_eq!(actions(&files), ["kill", "review", "unkill", "pause", "resume"]);
        let (chain, _) = read(&files);
        let pause = chain.entry(13).unwrap();
        assert_eq!(
            pause.time_ms,
            super::moment("2026-12-01T09:00:00Z"),
            "time goes on"
        );
        assert_eq!(pause.effective_ms(), super::moment("2026-11-30T13:00:00Z"));
        let was = read(&ours()).0.entry(10).unwrap().link.digest;
        assert!(pause.digests().len() == 2 && pause.fields["was"]["seq"] == 10);
        let digest: String = was.iter().map(|byte| format!("{byte:02x}")).collect();
        assert_eq!(pause.fields["was"]["digest"], digest);
        assert_eq!(join(&files, &[]).files, [], "there is one chain now");
    }
}

#[test]
fn of_two_that_are_alike_the_first_is_kept() {
    let theirs = branch(&[
        ("2026-11-30T13:00:00Z", "kill"),
        ("2026-11-30T13:30:00Z", "unkill"),
    ]);
    let merged = merged(&ours(), &theirs, true);
    assert_eq!(
        actions(&applied(&merged, &join(&merged, &[])))[..2],
        ["pause", "resume"]
    );
}

#[test]
fn the_published_branch_is_kept_however_short() {
    let merged = merged(&ours(), &theirs(), true);
    let tip = read(&ours()).0.tip().unwrap();
    let joined = join(&merged, &[tip]);
    assert_eq!((joined.kept, joined.again), (11, 3));
    let files = applied(&merged, &joined);
    assert_eq!(actions(&files), ["pause", "resume", "kill", "review", "unkill"]);
    assert_eq!(
        read(&files).0.entry(tip.sequence).unwrap().link.digest,
        tip.digest
    );
}

#[test]
fn three_branches_become_one() {
    let third = branch(&[("2026-11-30T16:00:00Z", "renew")]);
    let two = merged(&ours(), &theirs(), false);
    let mut three = two.clone();
    let line = third[NOVEMBER].lines().last().unwrap();
    three.get_mut(NOVEMBER).unwrap().push_str(&format!("{line}\n"));
    assert_eq!(actions(&applied(&three, &join(&three, &[]))).len(), 6);
}

#[test]
fn what_was_joined_can_be_joined_again() {
    let merged_once = merged(&ours(), &theirs(), true);
    let one = applied(&merged_once, &join(&merged_once, &[]));
    let mut other = one.clone();
    let mut one = one;
    add(&mut one, &entry("2026-12-02T09:00:00Z", "promote"));
    add(&mut other, &entry("2026-12-03T09:00:00Z", "pause"));
    let line = other["2026-12.jsonl"].lines().last().unwrap().to_owned();
    one.get_mut("2026-12.jsonl")
        .unwrap()
        .push_str(&format!("{line}\n"));
    assert_eq!(
        actions(&applied(&one, &join(&one, &[])))[5..],
        ["promote", "pause"]
    );
}

/// Whoever is interrupted between two files, and runs it again.
#[test]
fn half_of_the_files_are_as_good_as_none() {
    let merged = merged(&theirs(), &ours(), false);
    let joined = join(&merged, &[]);
    assert!(joined.files.len() >= 2, "{:?}", joined.files);
    let whole = applied(&merged, &joined);
    for written in 0..joined.files.len() {
        let mut half = merged.clone();
        half.extend(joined.files[..written].iter().cloned());
        let again = applied(&half, &join(&half, &[]));
        assert_eq!(actions(&again), actions(&whole), "after {written} files");
    }
}

#[test]
fn what_is_wrong_otherwise_is_refused_and_named() {
    let merged = merged(&ours(), &theirs(), true);
    let mut edited = merged.clone();
    let text = edited.get_mut(NOVEMBER).unwrap();
    *text = text.replacen("\"action\":\"kill\"", "\"action\":\"kiss\"", 1);
    let files: Vec<(&String, &String)> = edited.iter().collect();
    let fault = rejoin(&files, &[]).unwrap_err();
    assert_eq!((fault.kind, fault.line), (FaultKind::Edited, 7), "{fault}");
    let mut cut = merged.clone();
    cut.remove("2026-10.jsonl");
    let files: Vec<(&String, &String)> = cut.iter().collect();
    let fault = rejoin(&files, &[]).unwrap_err();
    assert_eq!(
        (fault.kind, fault.sequence),
        (FaultKind::Missing, Some(7)),
        "{fault}"
    );
    let mut strange = merged;
    strange.get_mut(NOVEMBER).unwrap().push_str("nonsense\n");
    let files: Vec<(&String, &String)> = strange.iter().collect();
    assert_eq!(rejoin(&files, &[]).unwrap_err().kind, FaultKind::Unreadable);
}
