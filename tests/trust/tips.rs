//! What tools find of the audit log in documents, and clients pass over.

use crate::publisher::*;
use crate::support::NOW_MS;
use tidegate::compile::vouch;
use tidegate::snapshot::AuditTip;
use tidegate::trust::{Document, Head, Kind};

const TIP: AuditTip = AuditTip {
    sequence: 12,
    digest: [9; 32],
};

#[test]
fn a_head_and_a_snapshot_that_vouch_for_a_log_are_served_as_before() {
    let payload = vouch(&compiled(5, |_| {}), Some(&TIP)).unwrap();
    let snapshot = signed(Kind::Snapshot, &payload, &[11]);
    let head = killing(head(6, 5, &snapshot), &["wallet"]);
    let payload = head.encode_with(Some(&TIP));
    assert_eq!(Head::decode(&payload).unwrap(), head);
    let frames = [signed(Kind::Head, &payload, &[21]), snapshot].concat();
    let mut client = pinned();
    client.load(frames.clone(), NOW_MS).unwrap();
    assert!(served(&client, "checkout"));
    assert!(!served(&client, "wallet"));
    let documents = Document::all(&frames).unwrap();
    assert_eq!(Head::audit_tip(documents[0].payload()).unwrap(), Some(TIP));
    assert_eq!(AuditTip::of_snapshot(documents[1].payload()).unwrap(), Some(TIP));
}

#[test]
fn documents_of_before_vouch_for_nothing() {
    let snapshot = snapshot(5);
    let head = killing(head(6, 5, &snapshot), &["wallet"]).encode();
    assert_eq!(Head::audit_tip(&head).unwrap(), None);
    let documents = Document::all(&snapshot).unwrap();
    assert_eq!(AuditTip::of_snapshot(documents[0].payload()).unwrap(), None);
    for length in 0..40 {
        let short = [head.clone(), vec![1; length]].concat();
        assert_eq!(Head::audit_tip(&short).unwrap(), None, "{length}");
    }
}
