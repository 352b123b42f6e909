//! Kills, from the moment that somebody is alarmed until they are lifted.

use super::shop::{HEAD_KEY, KEY, published};
use super::{BANNER, Workshop};
use std::fs;
use tidegate::trust::{Document, Head, Kind, SigningKey, seal};

const KILL: [&str; 4] = ["kill", "banner", "--reason", "orders are lost"];

#[test]
fn a_kill_touches_only_the_head_and_needs_no_project() {
    let workshop = published();
    let latest = fs::read(workshop.out("latest")).unwrap();
    let before = fs::read(workshop.out("head")).unwrap();
    // There is no project any more, where the alarm is raised.
    fs::remove_dir_all(workshop.path("shop")).unwrap();
    let told = workshop
        .at_out(&KILL, &[&HEAD_KEY[..], &["--json"]].concat())
        .succeeds()
        .json();
    assert_eq!(told["scopes"][0]["head"]["kills"][0], "banner");
    assert_eq!(told["reason"], "orders are lost");
    assert_eq!(fs::read(workshop.out("latest")).unwrap(), latest);
    assert_eq!(workshop.snapshots().len(), 1);
    let head = fs::read(workshop.out("head")).unwrap();
    assert_ne!(head, before);
    // Reasons are nobody's business outside.
    assert!(!head.windows(6).any(|part| part == b"orders"));
    assert!(head.len() <= 1_024, "{}", head.len());

    let again = workshop.at_out(&KILL, &HEAD_KEY).succeeds().out;
    assert!(again.contains("is killed already"), "{again}");
    assert_eq!(fs::read(workshop.out("head")).unwrap(), head);
}

#[test]
fn every_audience_that_has_the_flag_is_told() {
    let workshop = Workshop::with_shop(&[
        ("banner", BANNER),
        ("hidden", &BANNER.replace("clientVisible: true\n", "")),
    ]);
    workshop.publish_all(&[]).succeeds();
    let kill = |flag: &str| {
        let at = ["--at", "out", "--environment", "production", "--json"];
        let run = workshop.run(&[&["kill", flag, "--reason", "r"], &at[..], &HEAD_KEY].concat());
        let scopes = run.succeeds().json()["scopes"].as_array().unwrap().clone();
        scopes
            .iter()
            .map(|scope| scope["scope"].as_str().unwrap().to_owned())
            .collect::<Vec<_>>()
    };
    assert_eq!(
        kill("banner"),
        ["shop/production/client", "shop/production/server"]
    );
    assert_eq!(kill("hidden"), ["shop/production/server"]);
}

#[test]
fn a_flag_that_is_not_there_is_not_killed_by_mistake() {
    let workshop = published();
    let before = fs::read(workshop.out("head")).unwrap();
    let kill = |more: &[&str]| {
        workshop.at_out(
            &["kill", "baner", "--reason", "r"],
            &[&HEAD_KEY[..], more].concat(),
        )
    };
    kill(&[]).fails(2, "did you mean `banner`?");
    assert_eq!(fs::read(workshop.out("head")).unwrap(), before);
    kill(&["--force"]).succeeds();
    for flag in ["", "..", "a b", &"x".repeat(129)] {
        let kill = ["kill", flag, "--reason", "r", "--force"];
        workshop
            .at_out(&kill, &HEAD_KEY)
            .fails(2, "cannot be a flag's key");
    }
    let nowhere = ["--at", "nowhere", "--environment", "production"];
    workshop
        .run(&[&KILL[..], &nowhere, &HEAD_KEY].concat())
        .fails(1, "not-published");
    workshop
        .at_out(&["kill", "banner"], &HEAD_KEY)
        .fails(2, "--reason");
}

#[test]
fn a_reason_is_one_line_that_says_something() {
    let workshop = published();
    let before = fs::read(workshop.out("head")).unwrap();
    for reason in ["", " \t", "a\nb", "a\u{1b}[2Jb", &"x".repeat(1_001)] {
        let kill = ["kill", "banner", "--reason", reason];
        workshop
            .at_out(&kill, &HEAD_KEY)
            .fails(2, "expected a line of 1 to 1000 characters");
        let undone = [
            &["unkill", "banner"][..],
            &["rollback", "banner"],
            &["rollback", "--to", "1"],
        ];
        for undone in undone {
            let undone = [undone, &["--reason", reason]].concat();
            workshop
                .at_out(&undone, &KEY)
                .fails(2, "expected a line of 1 to 1000 characters");
        }
    }
    assert_eq!(fs::read(workshop.out("head")).unwrap(), before);
    assert_eq!(workshop.audit().len(), 1);
}

#[test]
fn a_dry_run_kills_nothing() {
    let workshop = published();
    let before = fs::read(workshop.out("head")).unwrap();
    let project = ["--project", "shop", "--dry-run"];
    let told = workshop
        .at_out(&KILL, &[&HEAD_KEY[..], &project].concat())
        .succeeds()
        .out;
    assert!(told.contains("`banner` would be killed"), "{told}");
    assert_eq!(fs::read(workshop.out("head")).unwrap(), before);
    assert_eq!(workshop.audit().len(), 1, "it was published");
}

#[test]
fn the_audit_log_of_a_project_keeps_reasons() {
    let workshop = published();
    let project = [&HEAD_KEY[..], &["--project", "shop"]].concat();
    workshop.at_out(&KILL, &project).succeeds();
    workshop
        .at_out(&["kill", "banner", "--reason", "again"], &project)
        .succeeds();
    let entries = workshop.audit();
    let told: Vec<(&str, Option<&str>)> = entries
        .iter()
        .map(|entry| (entry["action"].as_str().unwrap(), entry["reason"].as_str()))
        .collect();
    assert_eq!(
        told,
        [
            ("publish", None),
            ("kill", Some("orders are lost")),
            ("kill", Some("again"))
        ]
    );
    assert_eq!(entries[1]["scopes"][0]["did"], "killed");
    assert_eq!(
        entries[1]["scopes"][0]["head"]["kills"],
        serde_json::json!(["banner"])
    );
    assert_eq!(entries[2]["scopes"][0]["did"], "unchanged");
}

#[test]
fn what_is_published_after_a_kill_keeps_it() {
    let workshop = published();
    workshop.at_out(&KILL, &HEAD_KEY).succeeds();
    workshop.write("shop/flags/banner.yaml", BANNER.replace("[CA]", "[US]"));
    let json = workshop.publish(&["--json"]).succeeds().json();
    assert_eq!(json["scopes"][0]["head"]["kills"][0], "banner");
    let snapshot = json["scopes"][0]["wrote"][0].as_str().unwrap().to_owned();
    let shown = workshop
        .run(&["inspect", &format!("out/production/client/{snapshot}")])
        .succeeds()
        .json();
    assert_eq!(shown["flags"]["banner"]["killed"], true);
}

#[test]
fn a_renewed_head_says_the_same_for_longer() {
    let workshop = Workshop::with_shop(&[("banner", BANNER)]);
    workshop.publish(&["--now", "2026-11-01T00:00:00Z"]).succeeds();
    workshop
        .at_out(
            &KILL,
            &[&HEAD_KEY[..], &["--now", "2026-11-01T01:00:00Z"]].concat(),
        )
        .succeeds();
    let renew = |more: &[&str]| {
        workshop
            .at_out(&["renew", "--json"], &[&HEAD_KEY[..], more].concat())
            .succeeds()
            .json()
    };
    let early = renew(&["--now", "2026-11-02T00:00:00Z", "--if-within", "3d"]);
    assert_eq!(early["scopes"][0]["changed"], false);
    let due = renew(&["--now", "2026-11-06T00:00:00Z", "--if-within", "3d"]);
    let head = &due["scopes"][0]["head"];
    assert_eq!(due["scopes"][0]["changed"], true);
    assert_eq!(head["expires"], "2026-11-13T00:00:00Z");
    assert_eq!(head["kills"][0], "banner");
}

#[test]
fn what_a_stolen_head_key_leaves_out_stays_killed() {
    let workshop = published();
    workshop.at_out(&KILL, &HEAD_KEY).succeeds();
    workshop.publish(&["--force"]).succeeds();
    let pem = String::from_utf8(workshop.read("keys/tidegate.key")).unwrap();
    let der = data_encoding::BASE64
        .decode(pem.lines().nth(1).unwrap().as_bytes())
        .unwrap();
    let stolen = SigningKey::from_seed(der.last_chunk().unwrap(), false);
    let bytes = fs::read(workshop.out("head")).unwrap();
    let mut head = Head::decode(Document::all(&bytes).unwrap()[0].payload()).unwrap();
    head.version += 1;
    head.kills.clear();
    fs::write(
        workshop.out("head"),
        seal(Kind::Head, &head.encode(), &[&stolen]).unwrap(),
    )
    .unwrap();

    let json = workshop.publish(&["--json"]).succeeds().json();
    assert_eq!(json["scopes"][0]["did"], "renewed");
    assert_eq!(json["scopes"][0]["head"]["kills"][0], "banner");
}

#[test]
fn a_root_is_not_asked_for_and_the_refusal_says_so() {
    let workshop = published();
    let told = workshop.at_out(&KILL, &[&HEAD_KEY[..], &["--root", "1.root"]].concat());
    told.fails(
        2,
        "`kill` publishes no snapshot and needs no root: `--trust FILE` says what it trusts",
    );
}
