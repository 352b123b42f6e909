//! Each kind of finding has its code and its place.

use super::{QA, check, flag, governed, repository};
use crate::repository::Repository;
use crate::workshop::Run;
use serde_json::{Value, json};

/// All that is found: check, code, file, line and column.
fn found(run: &Run) -> Vec<Value> {
    let report = run.json();
    let checks = report["checks"].as_array().unwrap().iter();
    let findings = checks.flat_map(|check| {
        let findings = check["findings"].as_array().unwrap().iter();
        findings.map(|finding| {
            let told = ["code", "file", "line", "column"].map(|name| finding[name].clone());
            Value::from([&[check["check"].clone()][..], &told].concat())
        })
    });
    findings.collect()
}

/// One finding is all there is, and people and comments are told of it.
fn only(repository: &Repository, expected: Value, text: &str) {
    let run = check(repository, &["--json"]);
    assert_eq!(run.code, 1, "{run:?}");
    assert_eq!(found(&run), [expected]);
    let told = check(repository, &[]).fails(1, "").out;
    assert!(told.contains(text), "no `{text}` in\n{told}");
    let code = text.split_whitespace().next().unwrap();
    let comment = check(repository, &["--markdown"]).fails(1, "").out;
    assert!(comment.contains(&format!("- <code>{code}</code> ")), "{comment}");
}

#[test]
fn code_needs_flag() {
    let repository = repository();
    repository.write("src/cart/deep/a.ts", "pay()\n");
    repository.write("CHANGELOG.md", "more\n");
    only(
        &repository,
        json!(["flags", "needs-flag", "src/cart/deep/a.ts", null, null]),
        "  needs-flag  src/cart/deep/a.ts: the file was changed",
    );
}

#[test]
fn code_wrong_trailer() {
    let repository = repository();
    repository.write("src/checkout/a.ts", "on('one-page')\n");
    repository.write("CHANGELOG.md", "more\n");
    repository.commit("Pay\n\nFlag: one-pgae");
    only(
        &repository,
        json!(["flags", "wrong-trailer", null, null, null]),
        "  wrong-trailer  the commit ",
    );
}

#[test]
fn code_untested_on() {
    let repository = repository();
    let on = "salt: a\ndefault: off\nrules: [{ if: { segment: internal-qa }, serve: on }]\nenvironments: { production: { default: on } }";
    repository.write("toggles/flags/one-page.yaml", flag(on));
    only(
        &repository,
        json!(["tested", "untested-on", "toggles/flags/one-page.yaml", 7, 40]),
        "  untested-on  toggles/flags/one-page.yaml:7: `one-page` is not fully tested",
    );
}

#[test]
fn code_needs_touch() {
    let repository = repository();
    repository.write("src/other/a.ts", "x\n");
    only(
        &repository,
        json!(["touch", "needs-touch", "src/other/a.ts", null, null]),
        "  needs-touch  src/other/a.ts: `src/other/a.ts` changed, but nothing of ",
    );
}

#[test]
fn code_missing_owner() {
    let repository = repository();
    let nobodys = "description: d\ntype: permission\nsalt: n\ndefault: off\n";
    repository.write("toggles/flags/new.yaml", nobodys);
    only(
        &repository,
        json!(["owners", "missing-owner", "toggles/flags/new.yaml", null, null]),
        "  missing-owner  toggles/flags/new.yaml: nobody answers for `new`",
    );
}

#[test]
fn code_lint() {
    let repository = repository();
    repository.write(
        "toggles/flags/one-page.yaml",
        flag("salt: a\ndefault: off\nrules: [{ if: { segment: nobody }, serve: on }]"),
    );
    only(
        &repository,
        json!(["lint", "lint", "toggles/flags/one-page.yaml", 6, 26]),
        "  lint  toggles/flags/one-page.yaml:6: ",
    );
}

#[test]
fn code_gate() {
    let repository = governed();
    let killed =
        "salt: a\ndefault: off\nenvironments: { production: { killed: true }, staging: { default: on } }";
    repository.write("toggles/flags/one-page.yaml", flag(killed));
    only(
        &repository,
        json!(["gate", "gate", null, null, null]),
        "  gate  the rule `two-eyes`: ",
    );
}

#[test]
fn findings_of_all_kinds_come_together() {
    let repository = repository();
    repository.write("src/checkout/a.ts", "pay()\n");
    repository.commit("Pay\n\nFlag: none");
    let on = "description: d\ntype: release\nsalt: a\ndefault: on\nenvironments: { production: {} }\n";
    repository.write("toggles/flags/one-page.yaml", on);
    repository.write("toggles/segments/internal-qa.yaml", QA);
    let found = found(&check(&repository, &["--json"]));
    let codes: Vec<&str> = found.iter().map(|found| found[1].as_str().unwrap()).collect();
    assert_eq!(
        codes,
        [
            "missing-owner",
            "wrong-trailer",
            "needs-flag",
            "untested-on",
            "needs-touch"
        ]
    );
}
