use crate::publisher::*;
use crate::support::{NOW_MS, SCOPE};
use tidegate::trust::{Head, Kind, Role, Root, Signer, SigningKey, add_signature, seal};
use tidegate::{Client, Loaded, Scope, Trust};

/// Root 2: another key 4 signs roots instead of 1, 13 snapshots instead of 11, 23 heads instead of 21.
fn rotated() -> Root {
    Root {
        root: role(2, &[2, 3, 4]),
        snapshot: role(1, &[12, 13]),
        head: role(1, &[22, 23]),
        ..root(2)
    }
}

#[test]
fn a_next_root_needs_a_threshold_of_the_old_and_of_the_new() {
    for (name, seeds, code) in [
        ("one of the old", &[2][..], "THRESHOLD_UNMET"),
        ("old ones only", &[1, 2], "THRESHOLD_UNMET"),
        ("new ones only", &[3, 4], "THRESHOLD_UNMET"),
        ("the same one twice", &[2, 2], "THRESHOLD_UNMET"),
        ("strangers", &[98, 99], "KEY_UNKNOWN"),
        ("snapshot keys", &[11, 12], "KEY_UNKNOWN"),
    ] {
        let mut client = client(5);
        assert_eq!(
            refusal(&mut client, signed_root(&rotated(), seeds)),
            code,
            "{name}"
        );
        assert_eq!(client.root_version(), 1, "{name}");
    }
    for seeds in [&[2, 3][..], &[1, 2, 4, 3]] {
        let mut client = client(5);
        assert_eq!(
            client.load(signed_root(&rotated(), seeds), NOW_MS),
            Ok(Loaded::Applied)
        );
        assert_eq!(client.root_version(), 2);
        assert!(served(&client, "checkout"), "what is in force goes on serving");
    }
}

#[test]
fn signatures_are_gathered_one_by_one() {
    let alone = signed_root(&rotated(), &[2]);
    let both = add_signature(&alone, &key(3)).unwrap();
    assert_eq!(
        add_signature(&both, &key(3)).unwrap(),
        both,
        "signing again adds nothing"
    );
    assert_eq!(client(5).load(both, NOW_MS), Ok(Loaded::Applied));
}

#[test]
fn removed_keys_sign_nothing_any_more() {
    let mut client = client(5);
    client.load(signed_root(&rotated(), &[2, 3]), NOW_MS).unwrap();
    let file = snapshot(6);
    let next = head(6, 6, &file);
    assert_eq!(refusal(&mut client, signed_head(&next)), "KEY_UNKNOWN");
    client
        .load(signed(Kind::Head, &next.encode(), &[23]), NOW_MS)
        .unwrap();
    assert_eq!(refusal(&mut client, file), "KEY_UNKNOWN");
    assert_eq!(version(&client), 5);
}

#[test]
fn roots_are_not_skipped_and_older_ones_are_passed_over() {
    let mut client = client(5);
    let third = Root {
        version: 3,
        ..rotated()
    };
    assert_eq!(
        refusal(&mut client, signed_root(&third, &[2, 3])),
        "ROOT_CONFLICT"
    );
    client.load(signed_root(&rotated(), &[2, 3]), NOW_MS).unwrap();
    client.load(signed_root(&third, &[2, 3]), NOW_MS).unwrap();
    assert_eq!(
        client.load(signed_root(&root(1), &[1, 2]), NOW_MS),
        Ok(Loaded::Unchanged)
    );
    assert_eq!(
        client.load(signed_root(&rotated(), &[2, 3]), NOW_MS),
        Ok(Loaded::Unchanged)
    );
    let other = Root {
        longest_head_lifetime_ms: 1,
        ..third
    };
    assert_eq!(
        refusal(&mut client, signed_root(&other, &[2, 3])),
        "ROOT_CONFLICT"
    );
    assert_eq!(client.root_version(), 3);
}

#[test]
fn a_client_that_was_asleep_walks_from_root_1_to_root_3() {
    let mut client = client(5);
    let third = Root {
        root: role(1, &[5]),
        snapshot: role(2, &[13, 14]),
        head: role(1, &[24]),
        ..root(3)
    };
    let file = signed(Kind::Snapshot, &compiled(6, |_| {}), &[13, 14]);
    let newest = signed(
        Kind::Head,
        &Head {
            root_version: 3,
            ..head(6, 6, &file)
        }
        .encode(),
        &[24],
    );
    let chain = [signed_root(&rotated(), &[2, 3]), signed_root(&third, &[3, 4, 5])].concat();
    assert_eq!(refusal(&mut client, newest.clone()), "KEY_UNKNOWN");
    client.load(chain, NOW_MS).unwrap();
    client.load([newest, file].concat(), NOW_MS).unwrap();
    assert_eq!((version(&client), client.root_version()), (6, 3));
    let below = signed(Kind::Snapshot, &compiled(7, |_| {}), &[13]);
    let next = signed(Kind::Head, &head(7, 7, &below).encode(), &[24]);
    assert_eq!(refusal(&mut client, [next, below].concat()), "THRESHOLD_UNMET");
}

#[test]
fn a_version_that_stolen_keys_ran_ahead_to_is_forgotten_with_them() {
    let furthest = (1 << 53) - 1;
    let mut client = client(5);
    client.load(latest(furthest), NOW_MS).unwrap();
    assert_eq!(version(&client), furthest);
    assert_eq!(refusal(&mut client, latest(6)), "HEAD_ROLLBACK");
    client.load(signed_root(&rotated(), &[2, 3]), NOW_MS).unwrap();
    let file = signed(Kind::Snapshot, &compiled(6, |_| {}), &[12]);
    let honest = signed(Kind::Head, &head(6, 6, &file).encode(), &[22]);
    client.load([honest, file].concat(), NOW_MS).unwrap();
    assert_eq!(version(&client), 6);
}

#[test]
fn a_root_of_another_project_is_refused() {
    let other = Root {
        project: "bank".into(),
        ..rotated()
    };
    assert_eq!(
        refusal(&mut client(5), signed_root(&other, &[2, 3])),
        "SCOPE_MISMATCH"
    );
    let pinned = Trust::from_root(signed_root(
        &Root {
            project: "bank".into(),
            ..root(1)
        },
        &[1, 2],
    ))
    .unwrap();
    let mut client = Client::new(pinned, None);
    assert_eq!(refusal(&mut client, latest(5)), "SCOPE_MISMATCH");
}

#[test]
fn a_pinned_root_is_signed_by_its_own_keys() {
    let refused = |frame: Vec<u8>| Trust::from_root(frame).unwrap_err().code();
    assert_eq!(refused(signed_root(&root(1), &[1])), "THRESHOLD_UNMET");
    assert_eq!(refused(signed_root(&root(1), &[99])), "KEY_UNKNOWN");
    assert_eq!(refused(snapshot(1)), "PAYLOAD_TYPE_UNEXPECTED");
    let sound = signed_root(&root(1), &[1, 2]);
    for length in 0..sound.len() {
        assert_eq!(refused(sound[..length].to_vec()), "FRAME_TRUNCATED");
    }
    let text = Trust::from_root(sound.clone()).unwrap().to_string();
    assert_eq!(Trust::parse(&text), Trust::from_root(sound));
}

#[test]
fn a_root_that_makes_no_sense_is_refused() {
    let refused = |role: Role| {
        let next = Root {
            head: role,
            ..rotated()
        };
        refusal(&mut client(5), signed_root(&next, &[2, 3]))
    };
    let twice = Role {
        threshold: 2,
        keys: vec![key(21).public_key(); 2],
    };
    for role in [role(0, &[21]), role(3, &[21, 22]), role(1, &[]), twice] {
        assert_eq!(refused(role), "ROOT_MALFORMED");
    }
}

#[test]
fn a_development_key_signs_no_root() {
    let development = SigningKey::from_seed(&[1; 32], true);
    assert!(seal(Kind::Root, &root(1).encode(), &[&development]).is_err());
}

#[test]
fn a_newer_pinned_root_takes_over_from_stored_older_ones() {
    let mut old = client(5);
    old.load(signed_root(&rotated(), &[2, 3]), NOW_MS).unwrap();
    let trust = Trust::from_root(signed_root(&rotated(), &[2, 3])).unwrap();
    let mut updated = Client::new(trust, Some(Scope::parse(SCOPE).unwrap()));
    // The head in it is by a key that has gone: nothing of it is taken, and nothing breaks.
    assert!(updated.load(old.state(), NOW_MS).is_err());
    assert_eq!((version(&updated), updated.root_version()), (0, 2));
}

#[test]
fn a_head_by_a_key_that_stays_is_not_forgotten_when_others_go() {
    let mut client = client(5);
    let payload = killing(head(7, 5, &snapshot(5)), &["checkout"]).encode();
    client.load(signed(Kind::Head, &payload, &[22]), NOW_MS).unwrap();
    client.load(signed_root(&rotated(), &[2, 3]), NOW_MS).unwrap();
    let older = head(6, 5, &snapshot(5));
    assert_eq!(
        refusal(&mut client, signed(Kind::Head, &older.encode(), &[22])),
        "HEAD_ROLLBACK"
    );
    // The same head in another envelope is no newer one.
    assert_eq!(
        refusal(&mut client, signed(Kind::Head, &payload, &[22, 99])),
        "HEAD_CONFLICT"
    );
}
