use crate::publisher::*;
use crate::support::{NOW_MS, SCOPE};
use tidegate::trust::{Kind, Role, Root, Signer};
use tidegate::{Client, Scope};

/// A client that trusts key 11 alone.
fn bare() -> Client {
    Client::new(key(11).trust(), Some(Scope::parse(SCOPE).unwrap()))
}

/// The same, after it took some frames.
fn bare_with(frames: Vec<u8>) -> Client {
    let mut client = bare();
    client.load(frames, NOW_MS).unwrap();
    client
}

/// A snapshot by key 11 that names head keys.
fn naming(version: u64, seeds: &[u8]) -> Vec<u8> {
    let keys = seeds.iter().map(|seed| key(*seed).public_key()).collect();
    signed(
        Kind::Snapshot,
        &compiled(version, |options| options.head_keys = keys),
        &[11],
    )
}

fn published(version: u64, named: &[u8], signer: u8) -> Vec<u8> {
    let file = naming(version, named);
    [
        signed(Kind::Head, &head(version, version, &file).encode(), &[signer]),
        file,
    ]
    .concat()
}

#[test]
fn a_snapshot_that_names_no_head_keys_stands_alone() {
    let mut client = bare();
    client.load(snapshot(5), NOW_MS).unwrap();
    assert_eq!(version(&client), 5);
    assert_eq!(refusal(&mut client, snapshot(4)), "SNAPSHOT_ROLLBACK");
    let uninvited = head(6, 6, &snapshot(6));
    assert_eq!(refusal(&mut client, signed_head(&uninvited)), "KEY_UNKNOWN");
}

#[test]
fn head_keys_are_those_that_the_snapshot_names() {
    let mut client = bare();
    assert_eq!(refusal(&mut client, naming(5, &[21])), "HEAD_REQUIRED");
    assert_eq!(refusal(&mut client, published(5, &[21], 22)), "KEY_UNKNOWN");
    client.load(published(5, &[21], 21), NOW_MS).unwrap();
    let kill = killing(head(6, 5, &naming(5, &[21])), &["checkout"]);
    client.load(signed_head(&kill), NOW_MS).unwrap();
    assert!(!served(&client, "checkout"));
}

#[test]
fn a_newer_snapshot_may_name_other_head_keys_and_the_version_of_the_old_is_forgotten() {
    let mut client = bare();
    client.load(published(5, &[21], 21), NOW_MS).unwrap();
    let ahead = head((1 << 53) - 1, 5, &naming(5, &[21]));
    client.load(signed_head(&ahead), NOW_MS).unwrap();
    assert_eq!(refusal(&mut client, published(4, &[22], 22)), "KEY_UNKNOWN");
    client.load(published(6, &[22], 22), NOW_MS).unwrap();
    assert_eq!((version(&client), client.head().unwrap().version), (6, 6));
    assert_eq!(
        refusal(&mut client, signed_head(&head(7, 6, &naming(6, &[22])))),
        "KEY_UNKNOWN"
    );
}

#[test]
fn a_snapshot_with_heads_may_follow_one_without_and_the_other_way_round() {
    let mut client = bare();
    client.load(snapshot(5), NOW_MS).unwrap();
    assert_eq!(refusal(&mut client, published(5, &[21], 21)), "KEY_UNKNOWN");
    client.load(published(6, &[21], 21), NOW_MS).unwrap();
    assert_eq!(refusal(&mut client, snapshot(6)), "SNAPSHOT_CONFLICT");
    client.load(snapshot(7), NOW_MS).unwrap();
    assert_eq!(version(&client), 7);
    assert!(client.head().is_none());
}

#[test]
fn a_head_and_the_snapshot_that_names_its_keys_come_into_force_together_or_not_at_all() {
    let later = naming(7, &[22]);
    let elsewhere = signed(Kind::Head, &head(6, 7, &later).encode(), &[22]);
    for mut client in [bare(), bare_with(published(5, &[21], 21))] {
        let before = client.state();
        let frames = [elsewhere.clone(), naming(6, &[22])].concat();
        assert_eq!(refusal(&mut client, frames), "SNAPSHOT_ROLLBACK");
        assert_eq!(client.state(), before);
        assert!(client.head().is_none_or(|head| head.version == 5));
        client
            .load([elsewhere.clone(), later.clone()].concat(), NOW_MS)
            .unwrap();
        assert_eq!(version(&bare_with(client.state())), 7);
    }
}

#[test]
fn a_head_brings_no_snapshot_that_names_other_keys() {
    let mut client = bare_with(published(5, &[21], 21));
    client.load(published(6, &[22], 21), NOW_MS).unwrap_err();
    assert_eq!(refusal(&mut client, naming(6, &[22])), "HEAD_REQUIRED");
    assert_eq!(version(&bare_with(client.state())), 5);
    client.load(published(7, &[21, 22], 21), NOW_MS).unwrap();
    assert_eq!(version(&bare_with(client.state())), 7);
}

#[test]
fn a_head_from_before_a_root_with_other_keys_brings_nothing() {
    let mut client = bare_with(published(5, &[31], 31));
    let file = naming(6, &[31]);
    let early = signed(Kind::Head, &head(6, 6, &file).encode(), &[31]);
    client.load(early, NOW_MS).unwrap();
    client.load(signed_root(&first(), &[11, 1]), NOW_MS).unwrap();
    assert_eq!(refusal(&mut client, snapshot(6)), "SNAPSHOT_CONFLICT");
    assert_eq!(refusal(&mut client, file), "HEAD_REQUIRED");
    assert_eq!(version(&bare_with(client.state())), 5);
}

/// Root 1 of a chain that begins with key 11.
fn first() -> Root {
    Root {
        root: Role::any(&[key(1).public_key()]),
        ..root(1)
    }
}

#[test]
fn the_key_itself_can_hand_over_to_a_root() {
    let mut client = bare();
    client.load(snapshot(5), NOW_MS).unwrap();
    client.load(signed_root(&first(), &[11, 1]), NOW_MS).unwrap();
    assert_eq!(client.root_version(), 1);
    assert_eq!(refusal(&mut client, snapshot(6)), "HEAD_REQUIRED");
    client.load(latest(6), NOW_MS).unwrap();
    assert_eq!(version(&client), 6);
}

#[test]
fn a_snapshot_that_came_before_the_root_is_joined_by_the_head_to_it() {
    for snapshot_keys in [vec![11], vec![11, 12]] {
        // The head that a root's publisher wrote is refused, the snapshot is signed by the key that is trusted.
        let mut client = bare();
        assert_eq!(client.load(latest(5), NOW_MS).unwrap_err().code(), "KEY_UNKNOWN");
        client.load(snapshot(5), NOW_MS).unwrap();
        let root = Root {
            snapshot: role(1, &snapshot_keys),
            ..first()
        };
        client.load(signed_root(&root, &[11, 1]), NOW_MS).unwrap();
        let kill = killing(head(6, 5, &snapshot(5)), &["checkout"]);
        client.load(signed_head(&kill), NOW_MS).unwrap();
        assert!(!served(&client, "checkout"));
        assert_eq!(client.wanted(), None);
        let again = bare_with(client.state());
        assert_eq!(
            (version(&again), again.head(), again.state()),
            (5, client.head(), client.state())
        );
    }
}

#[test]
fn a_head_cannot_put_another_snapshot_below_the_version_of_one_that_stood_alone() {
    let mut client = bare_with(snapshot(5));
    let root = Root {
        snapshot: role(1, &[11]),
        ..first()
    };
    client.load(signed_root(&root, &[11, 1]), NOW_MS).unwrap();
    let other = head(6, 5, &naming(5, &[21]));
    assert_eq!(refusal(&mut client, signed_head(&other)), "SNAPSHOT_CONFLICT");
    let older = head(6, 4, &snapshot(4));
    assert_eq!(refusal(&mut client, signed_head(&older)), "SNAPSHOT_ROLLBACK");
}

#[test]
fn a_forged_root_moves_nobody() {
    let mut client = bare();
    client.load(snapshot(5), NOW_MS).unwrap();
    for seeds in [&[1][..], &[1, 99], &[99]] {
        assert_eq!(refusal(&mut client, signed_root(&first(), seeds)), "KEY_UNKNOWN");
    }
    assert_eq!(refusal(&mut client, signed_root(&first(), &[11])), "KEY_UNKNOWN");
    assert_eq!((client.root_version(), version(&client)), (0, 5));
}

#[test]
fn a_head_lasts_ninety_days_at_most() {
    let file = naming(5, &[21]);
    let mut long = head(5, 5, &file);
    long.expires_ms = long.issued_at_ms + 90 * DAY_MS + 1;
    let frames = [signed_head(&long), file].concat();
    assert_eq!(bare().load(frames, NOW_MS).unwrap_err().code(), "HEAD_MALFORMED");
}
