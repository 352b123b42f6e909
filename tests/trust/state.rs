use crate::publisher::*;
use crate::support::NOW_MS;
use proptest::prelude::*;
use tidegate::trust::{Kind, Root};
use tidegate::{Client, Loaded};

/// What a client knows, as others can see it.
fn known(client: &Client) -> (u64, u64, u64, Option<String>, [bool; 2]) {
    (
        version(client),
        client.head().map_or(0, |head| head.version),
        client.root_version(),
        client.wanted().map(|pointer| pointer.url.clone()),
        ["checkout", "wallet"].map(|flag| version(client) > 0 && served(client, flag)),
    )
}

fn restarted(client: &Client) -> Client {
    let mut restarted = pinned();
    restarted.load(client.state(), NOW_MS).unwrap();
    assert_eq!(known(&restarted), known(client));
    assert_eq!(restarted.state(), client.state());
    restarted
}

#[test]
fn what_was_stored_is_verified_again_and_comes_to_the_same() {
    let mut client = client(5);
    restarted(&client);
    let kill = |version, kills: &[&str]| signed_head(&killing(head(version, 5, &snapshot(5)), kills));
    client.load(kill(6, &["checkout"]), NOW_MS).unwrap();
    client.load(kill(7, &["wallet"]), NOW_MS).unwrap();
    client
        .load(signed_head(&head(8, 6, &snapshot(6))), NOW_MS)
        .unwrap();
    let mut again = restarted(&client);
    assert!(!served(&again, "checkout") && !served(&again, "wallet"));
    assert_eq!(refusal(&mut again, latest(7)), "HEAD_ROLLBACK");
}

#[test]
fn a_rotation_after_the_snapshot_is_replayed_in_its_order() {
    let mut client = client(5);
    let next = Root {
        head: role(1, &[23]),
        snapshot: role(1, &[13]),
        ..root(2)
    };
    client.load(signed_root(&next, &[1, 2]), NOW_MS).unwrap();
    restarted(&client);
    let file = signed(Kind::Snapshot, &compiled(4, |_| {}), &[13]);
    client
        .load(signed(Kind::Head, &head(3, 4, &file).encode(), &[23]), NOW_MS)
        .unwrap();
    restarted(&client);
    client.load(file, NOW_MS).unwrap();
    restarted(&client);
}

#[test]
fn the_state_of_another_tab_never_takes_anything_back() {
    let mut ahead = client(6);
    let before = known(&ahead);
    assert!(ahead.load(client(5).state(), NOW_MS).is_err());
    assert_eq!(known(&ahead), before);
    let mut behind = client(5);
    behind.load(ahead.state(), NOW_MS).unwrap();
    assert_eq!(known(&behind), before);
    assert_eq!(behind.load(ahead.state(), NOW_MS), Ok(Loaded::Unchanged));
}

#[test]
fn a_damaged_state_is_refused_and_leaves_a_client_that_works() {
    let sound = client(5).state();
    for position in (0..sound.len()).step_by(7) {
        let mut broken = sound.clone();
        broken[position] ^= 64;
        let mut client = pinned();
        assert!(client.load(broken, NOW_MS).is_err());
        client.load(latest(5), NOW_MS).unwrap();
        assert_eq!(version(&client), 5);
    }
}

proptest! {
    /// Whatever authentic documents come in whatever order: versions only rise, kills of a snapshot stay, and a restart
    /// knows the same.
    #[test]
    fn no_order_of_authentic_documents_takes_anything_back(
        order in prop::collection::vec((1u64..8, 1u64..5, prop::sample::subsequence(vec!["checkout", "wallet"], 0..=2), any::<bool>()), 1..12),
    ) {
        let mut client = pinned();
        for (head_version, snapshot_version, kills, with_snapshot) in order {
            let before = known(&client);
            let file = snapshot(snapshot_version);
            let mut frames = signed_head(&killing(head(head_version, snapshot_version, &file), &kills));
            if with_snapshot {
                frames.extend(file);
            }
            let _ = client.load(frames, NOW_MS);
            let after = known(&client);
            prop_assert!(after.0 >= before.0 && after.1 >= before.1);
            if after.0 == before.0 && before.0 > 0 {
                prop_assert!((0..2).all(|flag| before.4[flag] || !after.4[flag]), "a kill was lifted");
            }
            restarted(&client);
        }
    }
}
