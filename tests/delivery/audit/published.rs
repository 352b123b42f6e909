//! What is signed and published finds what a chain alone cannot.

use super::{Files, add, entry, read, three_months};
use serde_json::json;
use tidegate::delivery::audit::{Fault, FaultKind, Published, Tip};

const SCOPE: &str = "shop/production/client";

/// Three months, and the publication that vouches for them, told of by the tenth entry.
fn published() -> (Files, Published) {
    let mut files = three_months();
    let tip = read(&files).0.tip().unwrap();
    let scope =
        json!({ "scope": SCOPE, "version": 7, "digest": "ab", "head": { "version": 8, "kills": ["old"] } });
    let publish = entry("2026-11-30T13:00:00Z", "publish").with("scopes", json!([scope]));
    add(&mut files, &publish);
    let published = Published {
        scope: SCOPE.to_owned(),
        version: 7,
        digest: "ab".to_owned(),
        head_version: 8,
        kills: vec!["old".to_owned()],
        tips: vec![tip, tip],
    };
    (files, published)
}

fn held(files: &Files, published: &Published) -> Vec<Fault> {
    let (chain, faults) = read(files);
    assert_eq!(faults, [], "the chain itself is whole");
    chain.held_against(std::slice::from_ref(published))
}

fn kinds(faults: &[Fault]) -> Vec<FaultKind> {
    faults.iter().map(|fault| fault.kind).collect()
}

/// The first entries, chained anew.
fn rewritten(
    files: &Files,
    count: usize,
    change: impl Fn(u64, &mut tidegate::delivery::audit::Entry),
) -> Files {
    let mut again = Files::new();
    for mut entry in read(files).0.entries.into_iter().take(count) {
        change(entry.sequence, &mut entry);
        add(&mut again, &entry);
    }
    again
}

#[test]
fn a_chain_that_is_told_of_is_whole() {
    let (mut files, published) = published();
    assert_eq!(held(&files, &published), []);
    add(&mut files, &entry("2026-11-30T14:00:00Z", "review"));
    assert_eq!(held(&files, &published), []);
    let (chain, _) = read(&files);
    assert_eq!(chain.vouched_up_to(&[published]), 9);
    assert_eq!(chain.vouched_up_to(&[]), 0);
}

#[test]
fn a_whole_history_with_digests_that_fit_is_found_by_the_tip() {
    let (files, published) = published();
    let same = rewritten(&files, 10, |_, _| {});
    assert_eq!(same, files, "nothing but the change is another");
    let forged = rewritten(&files, 10, |sequence, entry| {
        if sequence == 2 {
            entry.actor.name = "mallory".to_owned();
        }
    });
    let faults = held(&forged, &published);
    assert_eq!(kinds(&faults), [FaultKind::Rewritten]);
    assert_eq!(
        (&*faults[0].file, faults[0].line, faults[0].sequence),
        ("2026-11.jsonl", 3, Some(9))
    );
    assert!(faults[0].message.contains("expected"), "{}", faults[0]);
}

#[test]
fn an_end_that_was_cut_off_is_found() {
    let (files, published) = published();
    let without_its_telling = rewritten(&files, 9, |_, _| {});
    assert_eq!(
        kinds(&held(&without_its_telling, &published)),
        [FaultKind::Untold]
    );
    let shorter = rewritten(&files, 5, |_, _| {});
    let faults = held(&shorter, &published);
    assert_eq!(kinds(&faults), [FaultKind::Cut, FaultKind::Untold]);
    assert!(faults[0].to_string().contains("entries up to 9"), "{}", faults[0]);
    assert_eq!(
        kinds(&held(&Files::new(), &published)),
        [FaultKind::Cut, FaultKind::Untold]
    );
}

#[test]
fn a_kill_that_nobody_told_of_is_found_and_a_renewal_is_none() {
    let (files, mut published) = published();
    published.head_version = 9;
    assert_eq!(held(&files, &published), [], "a timer renewed it");
    published.kills.push("checkout".to_owned());
    let faults = held(&files, &published);
    assert_eq!(kinds(&faults), [FaultKind::Untold]);
    assert!(faults[0].message.contains("kills old, checkout"), "{}", faults[0]);
}

#[test]
fn a_scope_that_vouches_for_nothing_is_told_of_all_the_same() {
    let (files, mut published) = published();
    published.tips.clear();
    assert_eq!(held(&files, &published), []);
    published.scope = "shop/staging/client".to_owned();
    assert_eq!(kinds(&held(&files, &published)), [FaultKind::Untold]);
}

#[test]
fn a_tip_counts_where_its_entry_was_written_down_again() {
    let (mut files, mut published) = published();
    let ninth = read(&files).0.entry(9).unwrap().restated().unwrap();
    let other = Tip {
        sequence: 42,
        digest: read(&files).0.entry(9).unwrap().link.digest,
    };
    add(&mut files, &{
        let mut again = ninth;
        again.time_ms = super::moment("2026-11-30T15:00:00Z");
        again
    });
    published.tips = vec![other];
    assert_eq!(held(&files, &published), []);
}
