use crate::publisher::*;
use crate::support::NOW_MS;
use tidegate::trust::{Head, Kind, SigningKey, seal};
use tidegate::{Loaded, Scope};

#[test]
fn latest_brings_a_head_and_its_snapshot_at_once() {
    let mut client = pinned();
    assert_eq!(client.load(latest(5), NOW_MS), Ok(Loaded::Applied));
    assert_eq!((version(&client), client.head().unwrap().version), (5, 5));
    assert!(client.wanted().is_none() && served(&client, "checkout"));
    assert_eq!(client.load(latest(5), NOW_MS), Ok(Loaded::Unchanged));
}

#[test]
fn a_head_says_which_snapshot_to_fetch() {
    let mut client = client(5);
    let file = snapshot(6);
    client.load(signed_head(&head(6, 6, &file)), NOW_MS).unwrap();
    let wanted = client.wanted().unwrap();
    assert_eq!((wanted.version, wanted.length as usize), (6, file.len()));
    assert_eq!(wanted.url.len(), "snapshot/".len() + 128);
    client.load(file, NOW_MS).unwrap();
    assert!(client.wanted().is_none() && version(&client) == 6);
}

#[test]
fn a_snapshot_without_a_head_is_refused_where_keys_sign_heads() {
    assert_eq!(refusal(&mut pinned(), snapshot(5)), "HEAD_REQUIRED");
}

#[test]
fn a_replayed_older_head_is_refused() {
    let mut client = client(5);
    assert_eq!(refusal(&mut client, latest(4)), "HEAD_ROLLBACK");
    assert_eq!(version(&client), 5);
}

#[test]
fn another_head_with_a_known_version_is_refused() {
    let mut client = client(5);
    let other = killing(head(5, 5, &snapshot(5)), &["checkout"]);
    assert_eq!(refusal(&mut client, signed_head(&other)), "HEAD_CONFLICT");
    assert!(served(&client, "checkout"));
}

#[test]
fn an_older_snapshot_under_a_newer_head_is_refused() {
    let mut client = client(5);
    let old = snapshot(4);
    let frames = [signed_head(&head(6, 4, &old)), old].concat();
    assert_eq!(refusal(&mut client, frames), "SNAPSHOT_ROLLBACK");
    assert_eq!((version(&client), client.head().unwrap().version), (5, 5));
}

#[test]
fn a_newer_head_cannot_go_back_behind_one_whose_snapshot_never_came() {
    let mut client = client(5);
    client
        .load(signed_head(&head(6, 9, &snapshot(9))), NOW_MS)
        .unwrap();
    let frames = signed_head(&head(7, 8, &snapshot(8)));
    assert_eq!(refusal(&mut client, frames), "SNAPSHOT_ROLLBACK");
}

#[test]
fn other_bytes_under_a_known_snapshot_version_are_refused() {
    let mut client = client(5);
    let other = signed(
        Kind::Snapshot,
        &compiled(5, |options| options.issued_at_ms += 1),
        &[11],
    );
    let frames = [signed_head(&head(6, 5, &other)), other].concat();
    assert_eq!(refusal(&mut client, frames), "SNAPSHOT_CONFLICT");
}

#[test]
fn head_and_snapshot_of_different_publications_do_not_mix() {
    for (name, snapshot_version, code) in [
        ("newer", 7, "SNAPSHOT_MISMATCH"),
        ("older", 5, "SNAPSHOT_ROLLBACK"),
    ] {
        let mut client = pinned();
        let frames = [signed_head(&head(6, 6, &snapshot(6))), snapshot(snapshot_version)].concat();
        assert_eq!(refusal(&mut client, frames), code, "{name}");
        assert_eq!(version(&client), 0, "{name}");
        // The head is authentic, and counts by itself.
        assert_eq!(client.wanted().unwrap().version, 6, "{name}");
    }
}

#[test]
fn a_file_whose_header_says_another_version_than_its_head_is_refused() {
    let file = snapshot(6);
    let frames = [signed_head(&head(6, 5, &file)), file].concat();
    assert_eq!(refusal(&mut pinned(), frames), "SNAPSHOT_MISMATCH");
}

#[test]
fn versions_that_no_host_counts_exactly_are_refused() {
    let file = snapshot(5);
    for version in [1 << 53, u64::MAX >> 1, u64::MAX] {
        let ahead = Head {
            version,
            ..head(1, 5, &file)
        };
        assert_eq!(refusal(&mut client(5), signed_head(&ahead)), "HEAD_MALFORMED");
    }
}

#[test]
fn a_head_of_another_scope_is_refused() {
    for scope in [
        "shop/staging/server",
        "shop/production/client",
        "bank/production/server",
    ] {
        let file = snapshot(6);
        let other = Head {
            scope: Scope::parse(scope).unwrap(),
            ..head(6, 6, &file)
        };
        assert_eq!(refusal(&mut client(5), signed_head(&other)), "SCOPE_MISMATCH");
    }
}

#[test]
fn a_head_that_lasts_longer_than_the_root_allows_is_refused() {
    let mut long = head(6, 5, &snapshot(5));
    long.expires_ms = long.issued_at_ms + 7 * DAY_MS + 1;
    assert_eq!(refusal(&mut client(5), signed_head(&long)), "HEAD_MALFORMED");
    long.expires_ms -= 1;
    client(5).load(signed_head(&long), NOW_MS).unwrap();
}

#[test]
fn a_minimum_above_the_snapshot_itself_is_refused() {
    let mut contradiction = head(6, 5, &snapshot(5));
    contradiction.minimum_version = 6;
    assert_eq!(
        refusal(&mut client(5), signed_head(&contradiction)),
        "HEAD_MALFORMED"
    );
}

#[test]
fn only_head_keys_sign_heads_and_only_snapshot_keys_snapshots() {
    let file = snapshot(6);
    let payload = head(6, 6, &file).encode();
    for seeds in [&[11], &[1], &[99]] {
        assert_eq!(
            refusal(&mut client(5), signed(Kind::Head, &payload, seeds)),
            "KEY_UNKNOWN"
        );
    }
    let forged = signed(Kind::Snapshot, &compiled(6, |_| {}), &[21]);
    let frames = [signed_head(&head(6, 6, &forged)), forged].concat();
    assert_eq!(refusal(&mut client(5), frames), "KEY_UNKNOWN");
    assert_eq!(
        refusal(&mut client(5), signed(Kind::Snapshot, &payload, &[21])),
        "KEY_UNKNOWN"
    );
    assert_eq!(
        refusal(&mut client(5), signed(Kind::Head, &compiled(6, |_| {}), &[21])),
        "HEAD_MALFORMED"
    );
}

#[test]
fn a_development_key_signs_nothing_for_a_production_root() {
    let development = SigningKey::from_seed(&[21; 32], true);
    let payload = head(6, 5, &snapshot(5)).encode();
    let frame = seal(Kind::Head, &payload, &[&development]).unwrap();
    assert_eq!(refusal(&mut client(5), frame), "PAYLOAD_TYPE_UNEXPECTED");
}

#[test]
fn a_flipped_bit_in_any_byte_of_latest_is_refused() {
    let sound = latest(6);
    let file = snapshot(6).len();
    for position in 0..sound.len() {
        let mut client = client(5);
        let mut broken = sound.clone();
        broken[position] ^= 1 << (position % 8);
        client.load(broken, NOW_MS).unwrap_err();
        assert_eq!(version(&client), 5, "byte {position}");
        // What stands before the snapshot is judged by itself.
        let head_is_sound = position >= sound.len() - file;
        assert!(
            client.head().unwrap().version == 5 || head_is_sound,
            "byte {position}"
        );
    }
}

#[test]
fn latest_cut_short_anywhere_changes_nothing() {
    let sound = latest(6);
    let head_ends = sound.len() - snapshot(6).len();
    for length in (0..sound.len()).filter(|length| *length != head_ends) {
        let mut client = client(5);
        assert_eq!(refusal(&mut client, sound[..length].to_vec()), "FRAME_TRUNCATED");
        assert_eq!((version(&client), client.head().unwrap().version), (5, 5));
    }
}

#[test]
fn documents_and_their_number_are_limited() {
    let kills: Vec<String> = (0..700).map(|flag| format!("{flag:0>100}")).collect();
    let kills: Vec<&str> = kills.iter().map(String::as_str).collect();
    let large = killing(head(6, 5, &snapshot(5)), &kills);
    assert_eq!(refusal(&mut client(5), signed_head(&large)), "LIMIT_EXCEEDED");
    let many = signed_head(&head(4, 4, &snapshot(4))).repeat(1_001);
    assert_eq!(refusal(&mut client(5), many), "LIMIT_EXCEEDED");
}

#[test]
fn of_signatures_that_name_one_key_the_first_counts() {
    let sound = signed_head(&head(6, 5, &snapshot(5)));
    let forged = [&sound[5..13], &[0; 64]].concat();
    let frame = |entries: &[&[u8]]| {
        let count = [entries.len() as u8];
        [&sound[..4], &count, &entries.concat(), &sound[77..]].concat()
    };
    let (own, other) = (&sound[5..77], forged.as_slice());
    assert_eq!(client(5).load(frame(&[own, other]), NOW_MS), Ok(Loaded::Applied));
    assert_eq!(refusal(&mut client(5), frame(&[other, own])), "SIGNATURE_INVALID");
}

#[test]
fn kills_that_are_out_of_order_or_named_twice_are_malformed() {
    let sound = killing(head(6, 5, &snapshot(5)), &["b", "a", "b"]).encode();
    let kills = |written: &[u8]| {
        let front = &sound[..sound.len() - 4];
        signed(Kind::Head, &[front, written].concat(), &[21])
    };
    assert_eq!(client(5).load(kills(b"\x01a\x01b"), NOW_MS), Ok(Loaded::Applied));
    for written in [b"\x01b\x01a", b"\x01a\x01a"] {
        assert_eq!(refusal(&mut client(5), kills(written)), "HEAD_MALFORMED");
    }
}
