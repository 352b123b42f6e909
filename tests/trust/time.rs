use crate::publisher::*;
use crate::support::{NOW_MS, SCOPE, options, project};
use tidegate::compile::{Options, compile};
use tidegate::trust::{Head, Kind};
use tidegate::{Client, Context};

const YEAR_MS: i64 = 365 * DAY_MS;

#[test]
fn what_is_in_force_is_stale_from_the_sooner_expiry() {
    let client = client(5);
    assert_eq!(client.expires_ms(), Some(NOW_MS + DAY_MS));
    let file = signed(
        Kind::Snapshot,
        &compiled(6, |options| options.expires_ms = Some(NOW_MS + 5)),
        &[11],
    );
    let mut short = pinned();
    short
        .load([signed_head(&head(6, 6, &file)), file].concat(), NOW_MS)
        .unwrap();
    assert_eq!(short.expires_ms(), Some(NOW_MS + 5));
}

#[test]
fn an_expired_head_is_taken_and_its_kills_count() {
    let mut client = client(5);
    let late = killing(head(6, 5, &snapshot(5)), &["checkout"]);
    client.load(signed_head(&late), NOW_MS + YEAR_MS).unwrap();
    assert!(!served(&client, "checkout"));
    assert_eq!(client.expires_ms(), Some(NOW_MS + DAY_MS));
}

#[test]
fn a_clock_a_year_behind_blocks_neither_snapshots_nor_kills() {
    let mut client = pinned();
    client.load(latest(5), NOW_MS - YEAR_MS).unwrap();
    let kill = killing(head(6, 5, &snapshot(5)), &["checkout"]);
    client.load(signed_head(&kill), NOW_MS - YEAR_MS).unwrap();
    assert!(!served(&client, "checkout"));
}

#[test]
fn a_snapshot_of_the_future_waits_even_below_a_head() {
    let later = NOW_MS + 10 * 60_000;
    let payload = compiled(5, |options| options.not_before_ms = later);
    let file = signed(Kind::Snapshot, &payload, &[11]);
    let mut client = pinned();
    let frames = [signed_head(&head(5, 5, &file)), file].concat();
    assert_eq!(refusal(&mut client, frames.clone()), "SNAPSHOT_NOT_YET_VALID");
    client.load(frames, later).unwrap();
    assert_eq!(version(&client), 5);
}

/// A flag that opens in an hour, one that closes in an hour, and one that is off a day after its expiry.
fn timed(change: impl FnOnce(&mut Head)) -> Client {
    let opens = "salt: a1\ndefault: off\nrules:\n  - { if: { window: { from: 2026-11-21T13:00:00Z } }, serve: on }\nenvironments: { production: {} }\n";
    let closes = "salt: b1\ndefault: on\ndisableAt: 2026-11-21T13:00:00Z\nenvironments: { production: {} }\n";
    let expires = "salt: c1\ndefault: on\nonExpired: off\nenvironments: { production: {} }\n";
    let files = [
        ("flags/opens.yaml", opens),
        ("flags/closes.yaml", closes),
        ("flags/expires.yaml", expires),
        (
            "tidegate.yaml",
            "project: shop\nenvironments: [production]\nsnapshot: { maxStale: 24h }\n",
        ),
    ];
    let options = Options {
        expires_ms: Some(NOW_MS + 30 * DAY_MS),
        ..options(5)
    };
    let file = signed(
        Kind::Snapshot,
        &compile(&project(&files), &options).unwrap(),
        &[11],
    );
    let mut head = head(5, 5, &file);
    change(&mut head);
    let mut client = pinned();
    client.load([signed_head(&head), file].concat(), NOW_MS).unwrap();
    assert_eq!(client.header().unwrap().scope.as_str(), SCOPE);
    client
}

fn at(client: &Client, flag: &str, now_ms: i64) -> bool {
    let answer = client.evaluate(flag, &Context::new("u-17"), now_ms).unwrap();
    answer.boolean().unwrap()
}

#[test]
fn a_head_that_expires_freezes_what_opens_and_nothing_else() {
    let client = timed(|head| head.expires_ms = NOW_MS + 60_000);
    assert!(!at(&client, "opens", NOW_MS + 2 * 3_600_000));
    assert!(!at(&client, "closes", NOW_MS + 2 * 3_600_000));
    let open = timed(|_| {});
    assert!(at(&open, "opens", NOW_MS + 2 * 3_600_000));
}

#[test]
fn a_head_that_is_ahead_of_the_clock_closes_but_never_opens() {
    let client = timed(|head| {
        head.issued_at_ms = NOW_MS + 2 * 3_600_000;
        head.expires_ms = NOW_MS + DAY_MS;
    });
    assert!(!at(&client, "closes", NOW_MS), "it is late enough, says the head");
    assert!(!at(&client, "opens", NOW_MS), "nobody but the clock opens");
}

#[test]
fn flags_go_off_when_a_frozen_head_is_staler_than_they_bear() {
    let client = timed(|head| head.expires_ms = NOW_MS + 60_000);
    assert!(at(&client, "expires", NOW_MS + DAY_MS));
    assert!(!at(&client, "expires", NOW_MS + DAY_MS + 60_000));
}
