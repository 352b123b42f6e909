use super::shop::{Order, SHOP};
use super::{BANNER, Workshop};
use std::fs;

const NOON: &str = "2026-11-21T12:00:00Z";

#[test]
fn what_is_compiled_verifies_and_shows_itself() {
    let workshop = Workshop::with_shop(&[("banner", BANNER)]);
    let told = workshop
        .compile(&["--now", NOON, "--lifetime", "12h"])
        .succeeds()
        .out;
    assert!(
        told.starts_with("shop.tgf: shop/production/client version 1795262400000, 1 flag, "),
        "{told}"
    );
    let trust = workshop.trust();
    let verify = [
        "verify",
        "shop.tgf",
        "--trust",
        &trust,
        "--scope",
        "shop/production/client",
        "--now",
        NOON,
    ];
    let run = workshop.run(&verify).succeeds();
    assert_eq!(
        run.out,
        "shop/production/client version 1795262400000: 1 flag, issued 2026-11-21T12:00:00Z, expires 2026-11-22T00:00:00Z\n"
    );
    assert_eq!(run.err, "");
    let json = workshop
        .run(&[
            "verify",
            "shop.tgf",
            "--trust",
            &trust,
            "--now",
            "2026-11-23T00:00:00Z",
            "--json",
        ])
        .succeeds();
    assert_eq!(json.json()["stale"], true);
    assert!(json.err.contains("snapshot-expired"), "{}", json.err);

    let shown = workshop.run(&["inspect", "shop.tgf"]).succeeds().json();
    assert_eq!(shown["header"]["scope"], "shop/production/client");
    assert_eq!(shown["flags"]["banner"]["rules"][0]["name"], "canada");
    assert_eq!(
        workshop
            .run(&["inspect", "shop.tgf", "--json"])
            .succeeds()
            .out
            .lines()
            .count(),
        1
    );
}

#[test]
fn the_same_project_key_and_time_give_the_same_bytes() {
    let workshop = Workshop::with_shop(&[("banner", BANNER)]);
    workshop.compile(&["--now", NOON]).succeeds();
    let first = workshop.read("shop.tgf");
    workshop.compile(&["--now", NOON]).succeeds();
    assert_eq!(workshop.read("shop.tgf"), first);
}

#[test]
fn wrong_keys_scopes_and_bytes_are_refused_with_their_codes() {
    let workshop = Workshop::with_shop(&[("banner", BANNER)]);
    workshop.compile(&["--now", NOON]).succeeds();
    workshop.run(&["keygen", "--out", "other"]).succeeds();
    let trust = workshop.trust();
    let other = String::from_utf8(workshop.read("other/tidegate.pub")).unwrap();
    let verify = |file: &str, trust: &str, more: &[&str]| {
        let mut arguments = vec!["verify", file, "--trust", trust.trim()];
        arguments.extend(more);
        workshop.run(&arguments)
    };
    verify("shop.tgf", &other, &[]).fails(1, "error[KEY_UNKNOWN]");
    verify("shop.tgf", &trust, &["--scope", "shop/staging/client"]).fails(
        1,
        "`shop.tgf` is a snapshot for shop/production/client, not for shop/staging/client",
    );
    verify("shop.tgf", &trust, &["--now", "2026-11-21T10:00:00Z"]).fails(1, "SNAPSHOT_NOT_YET_VALID");
    verify("missing.tgf", &trust, &[]).fails(1, "there is no such file");
    verify("keys", &trust, &[]).fails(1, "it is a folder");

    let good = workshop.read("shop.tgf");
    let mut tampered = good.clone();
    *tampered.last_mut().unwrap() ^= 1;
    workshop.write("tampered.tgf", &tampered);
    verify("tampered.tgf", &trust, &[]).fails(1, "SIGNATURE_INVALID");
    workshop
        .run(&["eval", "tampered.tgf", "--trust", &trust])
        .fails(1, "SIGNATURE_INVALID");
    workshop
        .run(&["explain", "tampered.tgf", "banner", "--trust", &trust])
        .fails(1, "SIGNATURE_INVALID");
    workshop.write("short.tgf", &good[..good.len() - 1]);
    verify("short.tgf", &trust, &[]).fails(1, "FRAME_TRUNCATED");
    workshop.write("text.tgf", "hello, this is a text and not a frame");
    verify("text.tgf", &trust, &[]).fails(1, "FRAME_MALFORMED");
    workshop.run(&["inspect", "text.tgf"]).fails(1, "FRAME_MALFORMED");
    let json = verify("tampered.tgf", &trust, &["--json"]).fails(1, "");
    let told: serde_json::Value = serde_json::from_str(&json.err).unwrap();
    assert_eq!(told["code"], "SIGNATURE_INVALID");
}

#[test]
fn only_a_newer_snapshot_of_the_same_scope_takes_the_place_of_another() {
    let workshop = Workshop::with_shop(&[("banner", BANNER)]);
    workshop.compile(&["--version", "7"]).succeeds();
    let old = workshop.read("shop.tgf");
    workshop
        .compile(&["--version", "6"])
        .fails(1, "has version 7, and 6 is not higher");
    workshop
        .compile(&["--version", "7", "--now", NOON])
        .fails(1, "not-replaced");
    let staging = Order {
        environment: "staging",
        ..SHOP
    };
    workshop.run(&staging.compile(&[])).fails(
        1,
        "is a snapshot for shop/production/client, not for shop/staging/client",
    );
    assert_eq!(workshop.read("shop.tgf"), old);
    workshop.compile(&["--version", "8"]).succeeds();
    workshop.compile(&["--version", "6", "--force"]).succeeds();

    workshop.write("shop.tgf", "precious notes");
    workshop
        .compile(&[])
        .fails(1, "is not a snapshot that this key signed");
    assert_eq!(workshop.read("shop.tgf"), b"precious notes");
}

#[test]
fn a_failed_compilation_leaves_the_old_file_whole() {
    let workshop = Workshop::with_shop(&[("banner", BANNER)]);
    workshop.compile(&["--version", "1"]).succeeds();
    let old = workshop.read("shop.tgf");
    workshop.write("shop/flags/banner.yaml", BANNER.replace("salt", "slat"));
    workshop
        .compile(&["--version", "2"])
        .fails(1, "unknown key `slat`");
    assert_eq!(workshop.read("shop.tgf"), old);

    workshop.write("shop/flags/banner.yaml", BANNER);
    fs::create_dir(workshop.path("folder")).unwrap();
    let compile_to = |out: &str| workshop.run(&Order { out, ..SHOP }.compile(&["--force"]));
    compile_to("folder").fails(1, "cannot write `folder`: it is a folder");
    compile_to("missing/shop.tgf").fails(1, "cannot write `missing/shop.tgf`");
    let left: Vec<_> = fs::read_dir(workshop.folder.path())
        .unwrap()
        .filter(|entry| {
            entry
                .as_ref()
                .unwrap()
                .file_name()
                .to_string_lossy()
                .starts_with(".tidegate-")
        })
        .collect();
    assert!(left.is_empty(), "{left:?}");
}

#[test]
fn wrong_environments_and_times_are_refused() {
    let workshop = Workshop::with_shop(&[("banner", BANNER)]);
    let nowhere = Order {
        environment: "produktion",
        ..SHOP
    };
    let run = workshop.run(&nowhere.compile(&[]));
    assert!(
        run.err.contains("tidegate.yaml:2:"),
        "where environments are named: {}",
        run.err
    );
    run.fails(
        1,
        "environment `produktion` does not exist, the project has production, staging",
    );
    workshop.compile(&["--lifetime", "30"]).fails(2, "30");
    workshop
        .compile(&["--lifetime", "1d", "--expires", NOON])
        .fails(2, "cannot be used with");
    workshop
        .compile(&["--expires", "2001-01-01T00:00:00Z"])
        .fails(1, "would expire before");
    workshop
        .compile(&["--version", "9007199254740992"])
        .fails(1, "2^53");
}
