//! What `publish` writes, in which order, and what it refuses.

use super::shop::{Order, SHOP, published};
use super::workshop::texts;
use super::{BANNER, Workshop, exists};
use std::fs;

#[test]
fn snapshot_latest_and_head_are_written_in_this_order() {
    let workshop = Workshop::with_shop(&[("banner", BANNER)]);
    let json = workshop.publish(&["--json"]).succeeds().json();
    let scope = &json["scopes"][0];
    assert_eq!(scope["scope"], "shop/production/client");
    assert_eq!(scope["did"], "published");
    let wrote = texts(&scope["wrote"]);
    assert!(wrote[0].starts_with("snapshot/"), "{wrote:?}");
    assert_eq!(wrote[1..], ["latest", "head"]);

    let (head, latest) = (
        fs::read(workshop.out("head")).unwrap(),
        fs::read(workshop.out("latest")).unwrap(),
    );
    let snapshot = fs::read(workshop.out(wrote[0])).unwrap();
    assert_eq!(latest, [head, snapshot].concat());
    assert_eq!(wrote[0], format!("snapshot/{}", workshop.snapshots()[0]));
}

#[test]
fn all_environments_and_audiences_are_published_unless_one_is_named() {
    let workshop = Workshop::with_shop(&[("banner", BANNER)]);
    workshop.publish_all(&[]).succeeds();
    for place in [
        "production/client",
        "production/server",
        "staging/client",
        "staging/server",
    ] {
        assert!(exists(&workshop.path(&format!("out/{place}/head"))), "{place}");
    }
}

#[test]
fn rules_that_are_published_already_are_not_published_again() {
    let workshop = published();
    let before = fs::read(workshop.out("head")).unwrap();
    let told = workshop.publish(&["--json"]).succeeds().json();
    assert_eq!(told["scopes"][0]["did"], "unchanged");
    assert_eq!(told["scopes"][0]["wrote"].as_array().unwrap().len(), 0);
    assert_eq!(fs::read(workshop.out("head")).unwrap(), before);
    assert_eq!(workshop.snapshots().len(), 1);

    workshop.write("shop/flags/banner.yaml", BANNER.replace("[CA]", "[US]"));
    let told = workshop.publish(&["--json"]).succeeds().json();
    assert_eq!(told["scopes"][0]["did"], "published");
    assert_eq!(workshop.snapshots().len(), 2);
    assert_eq!(
        workshop.publish(&["--force", "--json"]).succeeds().json()["scopes"][0]["did"],
        "published"
    );
}

#[test]
fn a_head_that_is_half_over_is_renewed_and_so_is_a_snapshot() {
    let workshop = Workshop::with_shop(&[("banner", BANNER)]);
    let at = |time: &str| {
        let run = workshop.publish(&["--now", time, "--json"]).succeeds().json();
        run["scopes"][0]["did"].as_str().unwrap().to_owned()
    };
    assert_eq!(at("2026-11-01T00:00:00Z"), "published");
    assert_eq!(at("2026-11-04T00:00:00Z"), "unchanged");
    assert_eq!(at("2026-11-05T00:00:00Z"), "renewed");
    assert_eq!(at("2026-11-17T00:00:00Z"), "published");
}

#[test]
fn versions_only_rise() {
    let workshop = published();
    let refused = |version: &str, code: &str| {
        let run = workshop.publish(&["--version", version, "--force"]);
        run.fails(1, code);
    };
    workshop.publish(&["--version", "9000000000000000"]).succeeds();
    refused("8999999999999999", "SNAPSHOT_ROLLBACK");
    refused("9000000000000000", "SNAPSHOT_CONFLICT");
    refused("9007199254740992", "2^53");
    // The clock is behind, and the version rises all the same.
    let next = workshop.publish(&["--force", "--json"]).succeeds().json();
    assert_eq!(next["scopes"][0]["version"], 9_000_000_000_000_001_u64);
}

#[test]
fn a_dry_run_writes_nothing() {
    let workshop = Workshop::with_shop(&[("banner", BANNER)]);
    let told = workshop.publish(&["--dry-run"]).succeeds().out;
    assert!(
        told.contains("would be published") && told.contains("would write head"),
        "{told}"
    );
    assert!(!exists(&workshop.path("out")));
}

#[test]
fn a_project_with_an_error_is_not_published_in_part() {
    let workshop = published();
    workshop.write("shop/flags/other.yaml", BANNER.replace("salt", "slat"));
    workshop.publish(&["--force"]).fails(1, "unknown key `slat`");
    assert_eq!(workshop.snapshots().len(), 1);
}

#[test]
fn what_another_key_signed_is_neither_believed_nor_replaced() {
    let workshop = published();
    workshop.run(&["keygen", "--out", "other"]).succeeds();
    let before = fs::read(workshop.out("latest")).unwrap();
    let other = Order {
        key: "other/tidegate.key",
        ..SHOP
    };
    for more in [&[][..], &["--force"]] {
        workshop.run(&other.publish(more)).fails(1, "KEY_UNKNOWN");
        assert_eq!(fs::read(workshop.out("latest")).unwrap(), before);
    }
    let told = workshop.run(&other.publish(&["--overwrite-unverified"]));
    let told = told.succeeds().out;
    assert!(
        told.contains("could not be verified: out/production/client/"),
        "{told}"
    );
}

#[test]
fn a_folder_that_was_copied_from_another_place_is_told() {
    let workshop = published();
    fs::create_dir_all(workshop.path("out/staging/client")).unwrap();
    for name in ["head", "latest"] {
        fs::copy(
            workshop.out(name),
            workshop.path(&format!("out/staging/client/{name}")),
        )
        .unwrap();
    }
    let staging = Order {
        environment: "staging",
        ..SHOP
    };
    workshop.run(&staging.publish(&[])).fails(1, "SCOPE_MISMATCH");
}

#[test]
fn a_development_key_publishes_nothing() {
    let workshop = Workshop::with_shop(&[("banner", BANNER)]);
    workshop
        .run(&["keygen", "--out", "dev", "--development"])
        .succeeds();
    let development = Order {
        key: "dev/tidegate.key",
        ..SHOP
    };
    workshop.run(&development.publish(&[])).fails(1, "key-refused");
    workshop
        .publish(&["--head-key", "dev/tidegate.key"])
        .fails(1, "key-refused");
    assert!(!exists(&workshop.path("out")));
}

#[test]
fn a_head_key_of_its_own_is_named_in_the_snapshot() {
    let workshop = Workshop::with_shop(&[("banner", BANNER)]);
    workshop.run(&["keygen", "--out", "head"]).succeeds();
    workshop.run(&["keygen", "--out", "phone"]).succeeds();
    workshop.publish(&["--head-key", "head/tidegate.key"]).succeeds();
    // The snapshot's own key may not sign heads now, until it is named.
    workshop.publish(&["--force"]).fails(1, "KEY_UNKNOWN");
    let both = [
        "--trust-head-key",
        "head/tidegate.pub",
        "--trust-head-key",
        "phone/tidegate.pub",
    ];
    workshop
        .publish(&[&both[..], &["--head-key", "head/tidegate.key"]].concat())
        .succeeds();
    let trust = workshop.trust();
    let kill = ["kill", "banner", "--reason", "r"];
    let with = |key: &str| workshop.at_out(&kill, &["--trust", &trust, "--head-key", key]);
    with("keys/tidegate.key").fails(1, "KEY_UNKNOWN");
    with("phone/tidegate.key").succeeds();
    // Those that were named stay named.
    workshop
        .publish(&["--force", "--head-key", "head/tidegate.key"])
        .succeeds();
    with("phone/tidegate.key").succeeds();
}

#[test]
fn a_head_lasts_no_longer_than_allowed() {
    let workshop = Workshop::with_shop(&[("banner", BANNER)]);
    workshop
        .publish(&["--head-lifetime", "91d"])
        .fails(1, "a head may last 90d at most");
    workshop
        .publish(&["--minimum-version", "9000000000000000"])
        .fails(1, "above the snapshot's own");
    assert!(!exists(&workshop.path("out")));
    let json = workshop.publish(&[
        "--head-lifetime",
        "12h",
        "--now",
        "2026-11-01T00:00:00Z",
        "--json",
    ]);
    let json = json.succeeds().json();
    assert_eq!(json["scopes"][0]["head"]["expires"], "2026-11-01T12:00:00Z");
}
