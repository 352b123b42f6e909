//! How the flags of a build are kept, and compared with those of the last one.

use super::repository::Repository;
use super::shop::BANNER;
use super::workshop::{Run, Workshop};
use serde_json::{Value, json};

const REPORT: [&str; 4] = ["ci-report", "--json", "--out", "flags.json"];

fn run(workshop: &Workshop, arguments: &[&str]) -> Run {
    workshop.run(&[&REPORT, arguments].concat())
}

fn report(workshop: &Workshop) -> Value {
    serde_json::from_slice(&workshop.read("flags.json")).unwrap()
}

#[test]
fn a_report_has_every_flag_of_every_scope_and_the_commit() {
    let repository = Repository::with_project(".");
    let told = run(&repository.workshop, &["--now", "2026-12-01T09:00:00Z"]).succeeds();
    let report = report(&repository.workshop);
    assert_eq!(report["format"], "tidegate-ci-report");
    assert_eq!(report["time"], "2026-12-01T09:00:00Z");
    let commit = repository.git(&["rev-parse", "HEAD"]);
    assert_eq!(report["build"]["commit"], commit.trim());
    assert_eq!(report["build"]["branch"], "main");
    assert_eq!(report["scopes"].as_array().unwrap().len(), 4);
    let banner = &report["scopes"][0]["flags"]["banner"];
    assert_eq!(
        banner["rules"][0]["if"],
        json!({ "attribute": "country", "in": ["CA"] })
    );
    assert_eq!(told.json()["digest"], report["digest"]);
    assert_eq!(told.json()["last"], Value::Null);
}

#[test]
fn a_build_is_told_by_its_environment() {
    let repository = Repository::with_project(".");
    let github = [
        ("GITHUB_ACTIONS", "true"),
        ("GITHUB_SHA", "0123abc"),
        ("GITHUB_HEAD_REF", "feature"),
        ("GITHUB_REF_NAME", "5/merge"),
        ("GITHUB_RUN_ID", "42"),
        ("GITHUB_SERVER_URL", "https://github.example.com"),
        ("GITHUB_REPOSITORY", "shop/web"),
    ];
    let gitlab = [
        ("GITLAB_CI", "true"),
        ("CI_COMMIT_SHA", "0123abc"),
        ("CI_COMMIT_REF_NAME", "feature"),
        ("CI_PIPELINE_ID", "42"),
        (
            "CI_PIPELINE_URL",
            "https://gitlab.example.com/shop/web/-/pipelines/42",
        ),
    ];
    for (system, variables, url) in [
        (
            "github",
            &github[..],
            "https://github.example.com/shop/web/actions/runs/42",
        ),
        (
            "gitlab",
            &gitlab[..],
            "https://gitlab.example.com/shop/web/-/pipelines/42",
        ),
    ] {
        repository.run_in(variables, &REPORT).succeeds();
        let expected = json!({
            "system": system, "commit": "0123abc", "branch": "feature", "id": "42", "url": url,
        });
        assert_eq!(report(&repository.workshop)["build"], expected);
    }
}

#[test]
fn a_project_that_is_in_no_repository_has_no_commit() {
    let workshop = Workshop::with_shop(&[("banner", BANNER)]);
    run(&workshop, &["--project", "shop"]).succeeds();
    assert_eq!(report(&workshop)["build"]["commit"], Value::Null);
}

#[test]
fn what_changed_since_the_last_build_is_told() {
    let repository = Repository::with_project(".");
    let workshop = &repository.workshop;
    run(workshop, &["--now", "2026-12-01T09:00:00Z"]).succeeds();
    let first = report(workshop);
    // Another build of the same flags has the same digest.
    let again = run(
        workshop,
        &["--last", "flags.json", "--now", "2026-12-02T09:00:00Z"],
    )
    .succeeds();
    assert_eq!(again.json()["changes"], json!([]));
    assert_eq!(report(workshop)["digest"], first["digest"]);
    assert_eq!(again.json()["last"]["time"], "2026-12-01T09:00:00Z");

    workshop.write("flags/banner.yaml", BANNER.replace("default: off", "default: on"));
    let changed = run(workshop, &["--last", "flags.json"]).succeeds().json();
    let change = &changed["changes"][0]["changes"][0];
    assert_eq!(
        (&change["flag"], &change["kinds"]),
        (&json!("banner"), &json!(["increase"]))
    );
    assert_eq!(change["differences"][0]["path"], "default");
    assert_eq!(changed["changes"].as_array().unwrap().len(), 4);
    assert_ne!(report(workshop)["digest"], first["digest"]);

    workshop.write("last.json", first.to_string());
    let text = workshop
        .run(&["ci-report", "--out", "x.json", "--last", "last.json"])
        .succeeds();
    assert!(
        text.out.contains("changed since 2026-12-01T09:00:00Z (main "),
        "{text:?}"
    );
    assert!(
        text.out
            .contains("banner in production (client, server): increase"),
        "{text:?}"
    );
    let markdown = [
        "ci-report",
        "--out",
        "x.json",
        "--last",
        "last.json",
        "--markdown",
    ];
    let markdown = workshop.run(&markdown).succeeds();
    let section = "<details><summary><code>banner</code> in <code>production</code> (client, server): increase</summary>";
    assert!(markdown.out.contains(section), "{markdown:?}");
    assert_eq!(markdown.out.matches("<details>").count(), 2, "{markdown:?}");
}

#[test]
fn an_environment_that_went_is_told() {
    let repository = Repository::with_project(".");
    let workshop = &repository.workshop;
    run(workshop, &[]).succeeds();
    workshop.write("tidegate.yaml", "project: shop\nenvironments: [production]\n");
    workshop.write("flags/banner.yaml", BANNER.replace("  staging: {}\n", ""));
    let changed = run(workshop, &["--last", "flags.json"]).succeeds().json();
    let places: Vec<&Value> = changed["changes"]
        .as_array()
        .unwrap()
        .iter()
        .map(|scope| &scope["environment"])
        .collect();
    assert_eq!(places, ["staging", "staging"]);
    assert_eq!(changed["changes"][0]["changes"][0]["kinds"], json!(["delete"]));
}

#[test]
fn a_last_report_that_is_none_is_told_with_its_place_and_nothing_is_written() {
    let repository = Repository::with_project(".");
    let workshop = &repository.workshop;
    run(workshop, &[]).succeeds();
    let good = String::from_utf8(workshop.read("flags.json")).unwrap();
    let line = |part: &str| 1 + good[..good.find(part).unwrap()].matches('\n').count();
    let (of_scope, _) = good.match_indices("\"digest\"").nth(1).unwrap();
    let of_scope = 1 + good[..of_scope].matches('\n').count();
    let cases = [
        (
            good[..good.len() / 2].to_owned(),
            "report-damaged",
            good[..good.len() / 2].matches('\n').count() + 1,
        ),
        (String::new(), "report-damaged", 1),
        (
            good.replace("\"version\": 1", "\"version\": 2"),
            "report-newer",
            line("\"version\""),
        ),
        (
            good.replace("\"version\": 1", "\"version\": \"1\""),
            "report-damaged",
            line("\"version\""),
        ),
        (
            good.replace("\"project\": \"shop\"", "\"project\": \"other\""),
            "report-foreign",
            line("\"project\""),
        ),
        ("{ \"flags\": [] }".to_owned(), "report-foreign", 1),
        (good.replacen("\"CA\"", "\"US\"", 1), "report-damaged", of_scope),
    ];
    workshop.write("flags.json", "as it was");
    for (text, code, line) in cases {
        workshop.write("last.json", &text);
        let told = run(workshop, &["--last", "last.json"]).fails(1, code);
        assert!(told.err.contains("\"file\":\"last.json\""), "{told:?}");
        assert!(
            told.err.contains(&format!("\"line\":{line},")),
            "{line}: {told:?}"
        );
        assert_eq!(workshop.read("flags.json"), b"as it was");
    }
    run(workshop, &["--last", "none.json"]).fails(1, "cannot-read");
    workshop.write("last.json", [0xff, 0xfe, 0x00]);
    run(workshop, &["--last", "last.json"]).fails(1, "report-damaged");
}

#[test]
fn a_project_with_errors_has_no_report() {
    let repository = Repository::with_project(".");
    let workshop = &repository.workshop;
    workshop.write("flags/banner.yaml", BANNER.replace("in: [CA]", "inn: [CA]"));
    run(workshop, &[]).fails(1, "unknown-key");
    assert!(!workshop.path("flags.json").exists());
}
