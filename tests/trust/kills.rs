use crate::publisher::*;
use crate::support::NOW_MS;
use tidegate::Context;

/// A head after version 5 that kills.
fn kill(version: u64, kills: &[&str]) -> Vec<u8> {
    signed_head(&killing(head(version, 5, &snapshot(5)), kills))
}

#[test]
fn a_kill_serves_the_off_variant_and_says_so() {
    let mut client = client(5);
    client.load(kill(6, &["checkout"]), NOW_MS).unwrap();
    let answer = client
        .evaluate("checkout", &Context::new("u-17"), NOW_MS)
        .unwrap();
    assert_eq!(answer.boolean(), Some(false));
    assert_eq!(answer.exit(), tidegate::engine::Exit::Killed);
    assert_eq!(version(&client), 5);
}

#[test]
fn a_killed_prerequisite_is_not_met() {
    let mut client = client(5);
    assert!(served(&client, "wallet"));
    client.load(kill(6, &["checkout"]), NOW_MS).unwrap();
    assert!(!served(&client, "wallet"));
}

#[test]
fn no_kill_ever_opens_a_flag() {
    let names = ["checkout", "wallet", "unknown", "", "check"];
    for choice in 0..1 << names.len() {
        let chosen: Vec<&str> = (0..names.len())
            .filter(|at| choice >> at & 1 == 1)
            .map(|at| names[at])
            .collect();
        let mut client = client(5);
        client.load(kill(6, &chosen), NOW_MS).unwrap();
        assert_eq!(served(&client, "checkout"), !chosen.contains(&"checkout"));
        let closed = chosen.contains(&"checkout") || chosen.contains(&"wallet");
        assert_eq!(served(&client, "wallet"), !closed);
    }
}

#[test]
fn a_head_that_drops_a_kill_does_not_lift_it() {
    let mut client = client(5);
    client.load(kill(6, &["checkout"]), NOW_MS).unwrap();
    client.load(kill(7, &[]), NOW_MS).unwrap();
    client.load(kill(8, &["wallet"]), NOW_MS).unwrap();
    assert!(!served(&client, "checkout") && !served(&client, "wallet"));
}

#[test]
fn a_pointer_to_a_snapshot_that_never_comes_does_not_lift_a_kill() {
    let mut client = client(5);
    client.load(kill(6, &["checkout"]), NOW_MS).unwrap();
    client
        .load(signed_head(&head(7, 6, &snapshot(6))), NOW_MS)
        .unwrap();
    assert!(!served(&client, "checkout"));
    client.load(snapshot(6), NOW_MS).unwrap();
    assert!(served(&client, "checkout"));
}

#[test]
fn kills_come_with_the_snapshot_that_they_are_for() {
    let mut client = client(5);
    let file = snapshot(6);
    let frames = [signed_head(&killing(head(6, 6, &file), &["checkout"])), file].concat();
    client.load(frames, NOW_MS).unwrap();
    assert!(!served(&client, "checkout") && version(&client) == 6);
}

#[test]
fn a_kill_that_was_folded_into_the_snapshot_stays() {
    let mut client = client(5);
    let payload = compiled(6, |options| options.kills = vec!["checkout".into()]);
    let file = signed(tidegate::trust::Kind::Snapshot, &payload, &[11]);
    client
        .load([signed_head(&head(6, 6, &file)), file].concat(), NOW_MS)
        .unwrap();
    assert!(!served(&client, "checkout"));
}

#[test]
fn a_kill_counts_although_the_snapshot_behind_it_is_refused() {
    let mut client = client(5);
    let frames = [
        kill(6, &["checkout"]),
        signed(tidegate::trust::Kind::Snapshot, b"junk", &[99]),
    ]
    .concat();
    assert_eq!(refusal(&mut client, frames), "KEY_UNKNOWN");
    assert!(!served(&client, "checkout"));
}

#[test]
fn heads_that_keep_dropping_kills_are_not_kept_without_end() {
    let mut client = client(5);
    let mut refused = None;
    for version in 6..200 {
        let name = format!("flag-{version}");
        if let Err(error) = client.load(kill(version, &[&name]), NOW_MS) {
            refused.get_or_insert((version, error.code()));
        }
    }
    assert_eq!(refused, Some((69, "LIMIT_EXCEEDED")));
    assert!(served(&client, "checkout"));
}
