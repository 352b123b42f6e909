//! Whether a change leaves the main branch releasable: one report, and what to do about each finding.

mod codes;

use super::repository::Repository;
use super::workshop::{Run, texts};
use std::fs;

const RULES: &str = "project: shop
environments: [production, staging]
release:
  needFlag:
    - { paths: [src/checkout/**], except: ['*.test.ts'] }
    - { paths: [src/cart/**], allowNone: true }
  qa: internal-qa
  environments: [production]
  touch:
    - { when: [src/**], except: ['*.test.ts'], changed: [CHANGELOG.md, docs/] }
";

const QA: &str = "description: d\nowner: o\nif: { attribute: groups, anyOf: [qa] }\n";

fn flag(more: &str) -> String {
    format!("description: d\nowner: o\ntype: release\n{more}\n")
}

/// A main branch that is releasable, and a branch for the change.
fn repository() -> Repository {
    let repository = Repository::new();
    repository.write("toggles/tidegate.yaml", RULES);
    repository.write("toggles/segments/internal-qa.yaml", QA);
    repository.write(
        "toggles/flags/one-page.yaml",
        flag("salt: a\ndefault: off\nrules: [{ if: { segment: internal-qa }, serve: on }]\nenvironments: { production: {}, staging: { default: on } }"),
    );
    repository.write("CHANGELOG.md", "# Changes\n");
    repository.write("src/checkout/old.ts", "old()\n");
    repository.commit("Begin");
    repository.git(&["switch", "--quiet", "--create", "change"]);
    repository
}

/// The same, where Ben must agree to every change.
fn governed() -> Repository {
    let repository = repository();
    let policy = "people: { ana: { login: ana-gh, email: ana@example.com }, ben: { login: ben-gh } }\nteams: { release: [ben] }\npolicy:\n  rules:\n    - { name: two-eyes, require: { teams: { release: 1 } } }\n";
    repository.git(&["switch", "--quiet", "main"]);
    repository.write("toggles/tidegate.yaml", format!("{RULES}{policy}"));
    repository.commit("Govern");
    repository.git(&["switch", "--quiet", "change"]);
    repository.git(&["merge", "--quiet", "--ff-only", "main"]);
    repository
}

fn check(repository: &Repository, more: &[&str]) -> Run {
    let arguments = [
        "check-release",
        "--project",
        "toggles",
        "--against",
        "main",
        "--author",
        "ana",
    ];
    repository.run(&[&arguments[..], more].concat())
}

/// `check: status` of all checks, and `check: file:line message` of all findings.
fn told(run: &Run) -> Vec<String> {
    let report = run.json();
    let mut told = Vec::new();
    for check in report["checks"].as_array().unwrap() {
        let name = check["check"].as_str().unwrap();
        told.push(format!("{name}: {}", check["status"].as_str().unwrap()));
        for finding in check["findings"].as_array().unwrap() {
            let file = finding["file"].as_str().unwrap_or_default();
            let line = finding["line"]
                .as_u64()
                .map_or(String::new(), |line| format!(":{line}"));
            assert!(!finding["help"].as_str().unwrap().is_empty());
            told.push(format!(
                "{name}: {file}{line} {}",
                finding["message"].as_str().unwrap()
            ));
        }
    }
    assert_eq!(report["releasable"], run.code == 0);
    told
}

/// What one check found.
fn findings(run: &Run, check: &str) -> Vec<String> {
    let prefix = format!("{check}: ");
    let told = told(run);
    let of_check = told.iter().filter_map(|line| line.strip_prefix(&prefix));
    of_check.skip(1).map(str::to_owned).collect()
}

#[test]
fn a_change_with_all_that_is_asked_for_is_releasable() {
    let repository = repository();
    repository.write(
        "src/checkout/new.ts",
        "if (flags.value('one-page', false)) pay()\n",
    );
    repository.write("CHANGELOG.md", "# Changes\n- a page\n");
    repository.commit("Pay on one page");
    let run = check(&repository, &["--json"]).succeeds();
    assert_eq!(
        told(&run),
        [
            "lint: met",
            "owners: met",
            "flags: met",
            "tested: met",
            "touch: met",
            "gate: not-asked"
        ]
    );
    assert_eq!(run.json()["changed"], 2);
    let text = check(&repository, &[]).succeeds().out;
    assert!(
        text.ends_with("releasable, 2 files differ from `main`\n"),
        "{text}"
    );
    let markdown = check(&repository, &["--markdown"]).succeeds().out;
    assert!(markdown.starts_with("### ✅ Releasable\n"), "{markdown}");
    fs::remove_file(repository.path("src/checkout/new.ts")).unwrap();
    let text = check(&repository, &[]).succeeds().out;
    assert!(
        text.ends_with("releasable, 1 file differs from `main`\n"),
        "{text}"
    );
}

#[test]
fn changed_files_that_need_a_flag_must_use_one() {
    let repository = repository();
    repository.write("CHANGELOG.md", "more\n");
    for path in [
        "src/checkout/new.ts",
        "src/checkout/new.test.ts",
        "src/cart/a.ts",
        "src/other/a.ts",
        "src/checkout/deep/not-added.ts",
    ] {
        repository.write(path, "flags.value('no-such-flag')\n");
    }
    fs::remove_file(repository.path("src/checkout/old.ts")).unwrap();
    repository.commit("Change much");
    repository.write("src/checkout/untracked.ts", "pay()\n");
    let run = check(&repository, &["--json"]);
    let needs = "the file was changed, needs a flag, and uses none";
    assert_eq!(
        findings(&run, "flags"),
        [
            format!("src/checkout/deep/not-added.ts {needs}"),
            format!("src/checkout/new.ts {needs}"),
            format!("src/checkout/untracked.ts {needs}"),
            format!("src/cart/a.ts {needs}"),
        ]
    );
    let text = check(&repository, &[]).fails(1, "").out;
    assert!(text.contains("flags   4 findings\n"), "{text}");
    assert!(
        text.contains("or say `Flag: KEY` or `Flag: none (reason)` in a commit that changes the file\n"),
        "{text}"
    );
    assert!(
        text.ends_with("not releasable, 8 files differ from `main`\n"),
        "{text}"
    );
    check(&repository, &["--warn"]).succeeds();
}

#[test]
fn a_commit_may_name_the_flag_of_its_files_or_say_why_there_is_none() {
    let repository = repository();
    repository.write("CHANGELOG.md", "more\n");
    repository.write("src/checkout/a.ts", "pay()\n");
    repository.commit("Pay\n\nFlag: one-page");
    repository.write("src/cart/a.ts", "x()\n");
    repository.commit("Spell\n\nflag: none (only a comment)\nSigned-off-by: Ana");
    check(&repository, &[]).succeeds();

    // Of other files that says nothing, and not everywhere is none good enough.
    repository.write("src/checkout/b.ts", "pay()\n");
    repository.commit("Pay more\n\nFlag: none (I like it so)");
    let found = findings(&check(&repository, &["--json"]), "flags");
    assert_eq!(
        found,
        ["src/checkout/b.ts the file was changed, needs a flag, and uses none"]
    );

    repository.write("src/checkout/b.ts", "pay(2)\n");
    repository.commit("Pay even more\n\nFlag: one-pgae");
    repository.write("src/cart/b.ts", "x()\n");
    repository.commit("Do\n\nFlag: none");
    let found = findings(&check(&repository, &["--json"]), "flags");
    assert_eq!(found.len(), 4, "{found:?}");
    assert!(
        found[0].ends_with("says `Flag: none`: it gives no reason"),
        "{found:?}"
    );
    assert!(
        found[1].ends_with("says `Flag: one-pgae`: the project has no such flag"),
        "{found:?}"
    );
}

#[test]
fn what_others_did_there_since_is_not_part_of_the_change() {
    let repository = repository();
    repository.write("docs/a.md", "a\n");
    repository.commit("Write");
    repository.git(&["switch", "--quiet", "main"]);
    repository.write("src/checkout/theirs.ts", "theirs()\n");
    repository.commit("Do without");
    repository.git(&["switch", "--quiet", "change"]);
    let run = check(&repository, &["--json"]).succeeds();
    assert_eq!(run.json()["changed"], 1);
}

#[test]
fn what_is_not_fully_tested_is_off_outside_of_the_ring() {
    let repository = repository();
    let write =
        |more: &str| repository.write("toggles/flags/one-page.yaml", flag(&format!("salt: a\n{more}")));
    let ring = "rollouts: { r: { from: off, to: on, stages: [{ name: s, ring: internal-qa }, { name: t, share: 5 }] } }\ndefault: { rollout: r }";
    for (more, expected) in [
        (
            "default: on\nenvironments: { production: {} }",
            Some(":5 `one-page`"),
        ),
        ("default: on\nenvironments: { staging: {} }", None),
        (
            "default: on\nenvironments: { production: { killed: true } }",
            None,
        ),
        (
            "default: on\ntested: true\nenvironments: { production: {} }",
            None,
        ),
        (
            "default: on\ntested: false\nenvironments: { production: {} }",
            Some(":5 "),
        ),
        (
            "default: off\ntargets: { on: [u-1] }\nenvironments: { production: {} }",
            Some(":6 "),
        ),
        (
            "default: off\nrules: [{ serve: { rollout: { to: on, share: 0.001 } } }]\nenvironments: { production: {} }",
            Some(":6 "),
        ),
        (
            &format!(
                "{ring}\nenvironments: {{ production: {{ rollouts: {{ r: {{ status: running, stage: s }} }} }} }}"
            ),
            None,
        ),
        (
            &format!(
                "{ring}\nenvironments: {{ production: {{ rollouts: {{ r: {{ status: running, stage: t }} }} }} }}"
            ),
            Some(":6 "),
        ),
        (
            &format!(
                "{ring}\nenvironments: {{ production: {{ rollouts: {{ r: {{ status: completed }} }} }} }}"
            ),
            Some(":6 "),
        ),
    ] {
        write(more);
        let run = check(&repository, &["--json"]);
        let found = findings(&run, "tested");
        match expected {
            None => assert_eq!(found, [""; 0], "{more}"),
            Some(place) => {
                assert_eq!(found.len(), 1, "{more}");
                assert!(
                    found[0].starts_with(&format!("toggles/flags/one-page.yaml{place}")),
                    "{found:?}"
                );
                assert!(
                    found[0].ends_with(
                        "is not fully tested, and people outside of `internal-qa` may get `on` in production"
                    ),
                    "{found:?}"
                );
            }
        }
    }
    // Other types hide nothing that is being built.
    let operational = "description: d\nowner: o\ntype: operational\nsalt: a\ndefault: on\nenvironments: { production: {} }\n";
    repository.write("toggles/flags/one-page.yaml", operational);
    assert_eq!(findings(&check(&repository, &["--json"]), "tested"), [""; 0]);
}

#[test]
fn a_project_without_a_ring_is_held_to_what_its_flags_say() {
    let repository = repository();
    repository.git(&["switch", "--quiet", "main"]);
    repository.write(
        "toggles/tidegate.yaml",
        "project: shop\nenvironments: [production, staging]\n",
    );
    repository.commit("Ask for nothing");
    for (tested, expected) in [
        ("", "tested: not-asked"),
        ("tested: true", "tested: not-asked"),
        ("tested: false", "tested: failed"),
    ] {
        let on = format!("salt: a\n{tested}\ndefault: on\nenvironments: {{ production: {{}} }}");
        repository.write("toggles/flags/one-page.yaml", flag(&on));
        let told = told(&check(&repository, &["--json"]));
        assert!(told.iter().any(|line| line == expected), "{tested}: {told:?}");
    }
}

#[test]
fn a_change_that_asks_for_another_does_not_come_alone() {
    let repository = repository();
    repository.write("src/other/a.test.ts", "x\n");
    repository.commit("Test");
    check(&repository, &[]).succeeds();
    repository.write("src/other/a.ts", "x\n");
    repository.commit("Do");
    let found = findings(&check(&repository, &["--json"]), "touch");
    assert_eq!(
        found,
        ["src/other/a.ts `src/other/a.ts` changed, but nothing of `CHANGELOG.md`, `docs/`"]
    );
    repository.write("docs/deep/a.md", "x\n");
    check(&repository, &[]).succeeds();
}

#[test]
fn a_change_cannot_let_itself_in_by_its_own_rules() {
    let repository = repository();
    repository.write(
        "toggles/tidegate.yaml",
        "project: shop\nenvironments: [production, staging]\n",
    );
    repository.write("src/checkout/a.ts", "pay()\n");
    repository.commit("Be free");
    let run = check(&repository, &["--json"]);
    assert_eq!(findings(&run, "flags").len(), 1);
    assert_eq!(findings(&run, "touch").len(), 1);

    // The first rules hold for whoever writes them.
    let first = Repository::new();
    first.write("a", "a");
    first.commit("Begin");
    first.git(&["switch", "--quiet", "--create", "change"]);
    first.write("toggles/tidegate.yaml", RULES);
    first.write("toggles/segments/internal-qa.yaml", QA);
    first.write("src/checkout/a.ts", "pay()\n");
    first.commit("Govern");
    check(&first, &["--json"]).fails(1, "not-in-commit");
    let run = check(&first, &["--json", "--first"]);
    assert_eq!(findings(&run, "flags").len(), 1);
    assert!(run.out.contains("nothing held the change"), "{run:?}");
}

#[test]
fn flags_without_owners_errors_and_a_gate_that_is_not_met_are_in_the_report() {
    let repository = governed();
    repository.write(
        "toggles/flags/new.yaml",
        "description: d\ntype: permission\nsalt: n\ndefault: on\nenvironments: { production: {} }\n",
    );
    let run = check(&repository, &["--json"]);
    assert_eq!(
        findings(&run, "owners"),
        ["toggles/flags/new.yaml nobody answers for `new`"]
    );
    let gate = findings(&run, "gate");
    assert_eq!(gate.len(), 1, "{run:?}");
    assert!(gate[0].starts_with(" the rule `two-eyes`: "), "{gate:?}");
    let markdown = check(&repository, &["--markdown"]).out;
    assert!(
        markdown.starts_with("### ⛔ Not releasable\n") && markdown.contains("| gate | ⛔ 1 finding |"),
        "{markdown}"
    );

    repository.write("toggles/flags/broken.yaml", "salt: 5\n");
    let run = check(&repository, &["--json"]);
    let lint = findings(&run, "lint");
    assert!(lint[0].starts_with("toggles/flags/broken.yaml:1 "), "{lint:?}");
    let report = run.json();
    let checks = report["checks"].as_array().unwrap().iter();
    let statuses: Vec<&str> = checks.map(|check| check["status"].as_str().unwrap()).collect();
    assert_eq!(
        statuses,
        [
            "failed",
            "not-asked",
            "not-asked",
            "not-asked",
            "not-asked",
            "not-asked"
        ]
    );
    assert_eq!(run.code, 1);
}

#[test]
fn without_a_history_or_a_commit_of_that_name_it_is_said() {
    let repository = Repository::new();
    repository.write("toggles/tidegate.yaml", RULES);
    repository.write("toggles/segments/internal-qa.yaml", QA);
    check(&repository, &[]).fails(1, "no-commits");
    repository.commit("Begin");
    repository
        .run(&["check-release", "--project", "toggles", "--against", "mian"])
        .fails(1, "unknown-ref");
    repository
        .run(&["check-release", "--project", "toggles", "--against", "./toggles"])
        .fails(2, "ref-invalid");
    fs::remove_dir_all(repository.path(".git")).unwrap();
    check(&repository, &[])
        .fails(1, "not-a-repository")
        .fails(1, "`git init`");
}

#[test]
fn findings_are_all_in_one_list_for_machines() {
    let repository = repository();
    repository.write("src/checkout/a.ts", "pay()\n");
    let report = check(&repository, &["--json"]).json();
    let names: Vec<&str> = report["checks"]
        .as_array()
        .unwrap()
        .iter()
        .map(|check| check["check"].as_str().unwrap())
        .collect();
    assert_eq!(names, ["lint", "owners", "flags", "tested", "touch", "gate"]);
    assert_eq!(texts(&serde_json::json!([report["against"]])), ["main"]);
}
