//! What Tidegate itself wrote names flags, and uses none: wherever it lies.

use super::{places, refs, repository, skipped};
use crate::repository::Repository;
use std::fs;

const LOG: &str = r#"{"time":"2026-11-01T00:00:00Z","flag":"launch","variant":"on","unit":"u-1"}
{"time":"2026-11-01T00:00:01Z","flag":"launch","variant":"off","unit":"u-2"}
{"time":"2026-11-01T00:00:02Z","unit":"u-1","metric":"order","value":1}
"#;

/// A committed project with the flag `launch`, which no code uses, and an audit log.
fn unused() -> Repository {
    let repository = repository(&["launch"], "");
    repository.write("src/app.ts", "start()\n");
    repository.commit("Begin");
    repository.write("out/log.ndjson", LOG);
    for arguments in [
        &["keygen", "--out", "keys", "--development"][..],
        &[
            "compile",
            "--project",
            "toggles",
            "--environment",
            "production",
            "--audience",
            "server",
            "--key",
            "keys/tidegate.key",
            "--out",
            "out/shop.tgf",
        ],
    ] {
        repository.run(arguments).succeeds();
    }
    repository
}

/// Every file that a command writes about `launch`, below `out`.
fn written(repository: &Repository) -> Vec<&'static str> {
    let table = "time,flag,variant,unit\n1793491200000,\"launch\",on,u-1\n";
    repository.write("out/log.csv", table);
    let run = |arguments: &[&str]| {
        let run = repository.run(arguments);
        // Findings are no reason not to keep the report.
        assert!(
            !run.out.is_empty() && !run.err.contains("error"),
            "{arguments:?}: {run:?}"
        );
        run.out
    };
    let inside = |arguments: &[&str]| run(&[arguments, &["--project", "toggles"]].concat());
    inside(&["ci-report", "--out", "out/build.json"]);
    inside(&["status", "--html", "out/status.html"]);
    let analyze = [
        "analyze",
        "launch",
        "--logs",
        "out/log.ndjson",
        "--control",
        "off",
        "--metric",
        "order",
    ];
    run(&[&analyze[..], &["--html", "out/analysis.html"]].concat());
    // What is untested and on is in all reports.
    let changed = super::flag("launch").replace("default: off", "tested: false\ndefault: on");
    let whole = fs::read(repository.path("toggles/flags/launch.yaml")).unwrap();
    repository.write("toggles/flags/launch.yaml", changed);
    let kept = [
        (
            "out/plan.json",
            inside(&["plan", "--against", "HEAD", "--count", "100", "--json"]),
        ),
        (
            "out/gate.json",
            inside(&["gate", "--against", "HEAD", "--author", "ana", "--json"]),
        ),
        (
            "out/check.json",
            inside(&["check-release", "--against", "HEAD", "--author", "ana", "--json"]),
        ),
        (
            "out/changes.json",
            inside(&[
                "ci-report",
                "--out",
                "out/build.json",
                "--last",
                "out/build.json",
                "--json",
            ]),
        ),
        ("out/status.json", inside(&["status", "--json"])),
        ("out/refs.json", inside(&["refs", "--json"])),
        ("out/stale.json", inside(&["stale", "--json"])),
        ("out/blame.json", inside(&["audit", "blame", "launch", "--json"])),
        ("out/analysis.json", run(&[&analyze[..], &["--json"]].concat())),
        ("out/shown.json", run(&["inspect", "out/shop.tgf"])),
        (
            "out/answers.ndjson",
            run(&[
                "eval",
                "--trust",
                "keys/tidegate.pub",
                "out/shop.tgf",
                "--context",
                r#"{"targetingKey":"u"}"#,
                "--json",
            ]),
        ),
    ];
    repository.write("toggles/flags/launch.yaml", whole);
    let mut names = vec![
        "out/analysis.html",
        "out/build.json",
        "out/log.csv",
        "out/log.ndjson",
        "out/shop.tgf",
        "out/status.html",
    ];
    for (name, text) in kept {
        repository.write(name, text);
        names.push(name);
    }
    names.sort_unstable();
    names
}

#[test]
fn what_tidegate_wrote_is_told_and_counts_as_no_use() {
    let repository = unused();
    let names = written(&repository);
    // They do name it, or they would be no test.
    for name in &names {
        let text = fs::read(repository.path(name)).unwrap();
        let is_named = text.windows("launch".len()).any(|part| part == b"launch");
        assert!(is_named, "{name} does not name the flag");
    }
    let run = refs(&repository, &["--json"]);
    assert_eq!(run.code, 1, "{run:?}");
    let told = run.json();
    assert_eq!(places(&told, "launch"), [""; 0]);
    let expected: Vec<String> = names
        .iter()
        .map(|name| format!("{name} written-by-tidegate"))
        .collect();
    assert_eq!(skipped(&told), expected);
    let text = refs(&repository, &[]).out;
    assert!(
        text.contains("not looked through, since Tidegate wrote it: out/analysis.html, out/analysis.json, "),
        "{text}"
    );

    // Code beside them is found as ever.
    repository.write("out/app.json", "{ \"feature\": \"launch\" }\n");
    let told = refs(&repository, &["--json"]).succeeds().json();
    assert_eq!(places(&told, "launch"), ["out/app.json:1:15 literal"]);
}

#[test]
fn a_flag_that_only_reports_name_is_stale_and_may_be_deleted() {
    let repository = unused();
    written(&repository);
    let code = "references: { roots: [..] }\ngrace: 0s\n";
    repository.write("toggles/tidegate.yaml", format!("{}{code}", super::PROJECT));
    let stale =
        |more: &[&str]| repository.run(&[&["stale", "--project", "toggles", "launch"], more].concat());
    let told = stale(&["--json"]).json();
    let reasons = told["flags"][0]["stale"].as_array().unwrap();
    assert!(reasons.contains(&"unreferenced".into()), "{told}");
    assert_eq!(told["flags"][0]["uses"], 0);
    stale(&["--apply"]).succeeds();
    assert!(!repository.path("toggles/flags/launch.yaml").exists());
}

#[test]
fn a_report_that_was_committed_and_removed_was_no_last_use() {
    let repository = unused();
    repository.write("src/app.ts", "on('launch')\n");
    repository.commit("Use it");
    repository.write("src/app.ts", "\n");
    repository.commit("Remove it");
    written(&repository);
    repository.commit("Keep reports by accident");
    fs::write(repository.path("out/build.json"), LOG).unwrap();
    repository.commit("Write over one");
    fs::remove_dir_all(repository.path("out")).unwrap();
    repository.commit("Remove the reports");
    let told = refs(&repository, &["--json"]).json();
    let removed = &told["flags"][0]["removed"];
    assert_eq!(
        (&removed["subject"], &removed["file"]),
        (&"Remove it".into(), &"src/app.ts".into())
    );
}
