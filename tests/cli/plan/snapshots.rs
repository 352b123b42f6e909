//! The other side is a snapshot, or what is published.

use super::{changed, of};
use crate::shop::{BANNER, HEAD_KEY};
use crate::workshop::{Run, Workshop};

fn plan(workshop: &Workshop, against: &[&str]) -> Run {
    let command = [
        "plan",
        "--json",
        "--project",
        "shop",
        "--count",
        "100",
        "--against",
    ];
    workshop.run(&[&command[..], against].concat())
}

/// Published for both audiences of production.
fn production() -> Workshop {
    let workshop = Workshop::with_shop(&[("banner", BANNER)]);
    workshop.publish_all(&["--environment", "production"]).succeeds();
    workshop
}

fn with_default_on(workshop: &Workshop) {
    workshop.write(
        "shop/flags/banner.yaml",
        BANNER.replace("default: off", "default: on"),
    );
}

#[test]
fn a_snapshot_is_compared_in_its_own_scope() {
    let workshop = Workshop::with_shop(&[("banner", BANNER)]);
    workshop.compile(&[]).succeeds();
    let run = plan(&workshop, &["./shop.tgf", "--trust", "keys/tidegate.pub"]).succeeds();
    assert_eq!(run.err, "");
    assert_eq!(run.json()["scopes"].as_array().unwrap().len(), 1);
    with_default_on(&workshop);
    let run = plan(&workshop, &["./shop.tgf", "--trust", "keys/tidegate.pub"]);
    assert_eq!(changed(&run, "production", "client"), [of("banner", "increase")]);
}

#[test]
fn a_file_that_is_called_like_a_branch_is_none() {
    let workshop = Workshop::with_shop(&[("banner", BANNER)]);
    with_default_on(&workshop);
    // Signed by whoever likes, and with it nothing differs.
    workshop.compile(&[]).succeeds();
    std::fs::rename(workshop.path("shop.tgf"), workshop.path("origin")).unwrap();
    plan(&workshop, &["./origin"]).fails(1, "TRUST_INVALID");
    plan(&workshop, &["origin"]).fails(1, "not-a-repository");
    let git = |arguments: &[&str]| {
        let mut git = std::process::Command::new("git");
        let git = git.args(arguments).current_dir(workshop.folder.path());
        assert!(git.status().unwrap().success());
    };
    git(&["init", "--quiet"]);
    let run = plan(&workshop, &["origin", "--trust", "keys/tidegate.pub"]);
    run.fails(1, "no-commits");
}

#[test]
fn a_snapshot_that_is_not_what_it_is_taken_for_is_told() {
    let workshop = Workshop::with_shop(&[("banner", BANNER)]);
    workshop.compile(&[]).succeeds();
    for arguments in [&["--environment", "staging"][..], &["--audience", "server"]] {
        plan(
            &workshop,
            &[&["./shop.tgf", "--trust", "keys/tidegate.pub"], arguments].concat(),
        )
        .fails(1, "SCOPE_MISMATCH");
    }
    plan(
        &workshop,
        &[
            "./shop.tgf",
            "--trust",
            "keys/tidegate.pub",
            "--environment",
            "prodution",
        ],
    )
    .fails(1, "unknown-environment");
    workshop.write(
        "shop/tidegate.yaml",
        "project: other\nenvironments: [production, staging]\n",
    );
    plan(&workshop, &["./shop.tgf", "--trust", "keys/tidegate.pub"]).fails(1, "SCOPE_MISMATCH");
    workshop.write("shop/tidegate.yaml", "project: shop\nenvironments: [staging]\n");
    workshop.write("shop/flags/banner.yaml", BANNER.replace("  production: {}\n", ""));
    plan(&workshop, &["./shop.tgf", "--trust", "keys/tidegate.pub"]).fails(1, "SCOPE_MISMATCH");
}

#[test]
fn a_damaged_snapshot_is_told() {
    let workshop = Workshop::with_shop(&[("banner", BANNER)]);
    workshop.compile(&[]).succeeds();
    let whole = workshop.read("shop.tgf");
    workshop.write("short.tgf", &whole[..whole.len() / 2]);
    plan(&workshop, &["./short.tgf", "--trust", "keys/tidegate.pub"]).fails(1, "FRAME_TRUNCATED");
    workshop.write("text.tgf", "flags: none\n");
    plan(&workshop, &["./text.tgf", "--trust", "keys/tidegate.pub"]).fails(1, "FRAME_MALFORMED");
    workshop.write("empty.tgf", "");
    plan(&workshop, &["./empty.tgf", "--trust", "keys/tidegate.pub"]).fails(1, "FRAME_TRUNCATED");
    let mut changed = whole;
    let middle = changed.len() / 2;
    changed[middle] ^= 1;
    workshop.write("changed.tgf", changed);
    let trust = ["./changed.tgf", "--trust", "keys/tidegate.pub"];
    plan(&workshop, &trust).fails(1, "SIGNATURE_INVALID");
}

#[test]
fn a_head_alone_is_no_snapshot() {
    let workshop = production();
    plan(
        &workshop,
        &["./out/production/client/head", "--trust", "keys/tidegate.pub"],
    )
    .fails(1, "PAYLOAD_TYPE_UNEXPECTED");
}

#[test]
fn what_is_published_is_compared_with_its_kills() {
    let workshop = production();
    let published = [
        "published",
        "--at",
        "out",
        "--trust",
        "keys/tidegate.pub",
        "--environment",
        "production",
    ];
    let run = plan(&workshop, &published).succeeds();
    assert_eq!(run.json()["scopes"].as_array().unwrap().len(), 2);

    let kill = [
        &[
            "kill",
            "banner",
            "--reason",
            "r",
            "--at",
            "out",
            "--environment",
            "production",
        ][..],
        &HEAD_KEY,
    ];
    workshop.run(&kill.concat()).succeeds();
    // It stays killed whatever is published next.
    plan(&workshop, &published).succeeds();
    with_default_on(&workshop);
    let run = plan(&workshop, &published);
    assert_eq!(changed(&run, "production", "client"), [of("banner", "other")]);
    assert_eq!(run.json()["scopes"][0]["impact"]["moved"], 0);
    // The next publication has it in `latest`, too.
    workshop.publish_all(&["--environment", "production"]).succeeds();
    let latest = ["./out/production/client/latest", "--trust", "keys/tidegate.pub"];
    plan(&workshop, &latest).succeeds();
    workshop.write("shop/flags/banner.yaml", BANNER);
    let run = plan(&workshop, &latest);
    assert_eq!(changed(&run, "production", "client"), [of("banner", "decrease")]);
}

#[test]
fn a_scope_that_is_not_published_yet_is_new() {
    let workshop = production();
    let published = ["published", "--at", "out", "--trust", "keys/tidegate.pub"];
    let run = plan(&workshop, &published);
    assert_eq!(changed(&run, "staging", "server"), [of("banner", "new")]);
    assert_eq!(changed(&run, "production", "server"), []);
}

#[test]
fn published_needs_a_place_and_somebody_to_believe() {
    let workshop = production();
    plan(&workshop, &["published"]).fails(1, "--at");
    plan(&workshop, &["published", "--at", "out"]).fails(1, "TRUST_INVALID");
    plan(&workshop, &["main", "--at", "out"]).fails(1, "usage");
    let nothing = ["published", "--at", "empty", "--trust", "keys/tidegate.pub"];
    plan(&workshop, &nothing).fails(1, "not-published");
    workshop.run(&["keygen", "--out", "others"]).succeeds();
    let others = ["published", "--at", "out", "--trust", "others/tidegate.pub"];
    plan(&workshop, &others).fails(1, "KEY_UNKNOWN");
}
