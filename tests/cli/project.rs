use super::{BANNER, Workshop};
use crate::repository::Repository;
use serde_json::Value;
use std::fs;

#[test]
fn init_makes_a_project_that_works_and_never_overwrites() {
    let workshop = Workshop::new();
    let told = workshop.run(&["init", "my shop"]).succeeds().out;
    assert!(told.contains("made the project `my-shop`"), "{told}");
    assert!(told.contains("next:\n  tidegate lint --project"), "{told}");
    let linted = workshop
        .run(&["lint", "--project", "my shop", "--deny-warnings"])
        .succeeds();
    assert_eq!(linted.out, "no problems: 1 flag, 1 segment\n");
    assert_eq!(linted.err, "");

    let flag = workshop.read("my shop/flags/welcome-banner.yaml");
    for (file, above) in [
        ("tidegate.yaml", ""),
        ("flags/welcome-banner.yaml", "flags/"),
        ("segments/internal-qa.yaml", "segments/"),
        ("rollouts/standard.yaml", "rollouts/"),
    ] {
        let text = String::from_utf8(workshop.read(&format!("my shop/{file}"))).unwrap();
        let (_, schema) = text.lines().next().unwrap().split_once("$schema=").unwrap();
        let schema = workshop.read(&format!("my shop/{above}{schema}"));
        serde_json::from_slice::<serde_json::Value>(&schema).unwrap();
    }
    workshop
        .run(&["init", "my shop"])
        .fails(1, "tidegate.yaml` exists and is not overwritten");
    assert_eq!(workshop.read("my shop/flags/welcome-banner.yaml"), flag);
    workshop.write("other/.gitignore", "target\n");
    workshop.run(&["init", "other"]).succeeds();
    assert_eq!(workshop.read("other/.gitignore"), b"target\n");
    let left_out = String::from_utf8(workshop.read("my shop/.gitignore")).unwrap();
    for line in [
        ".tidegate.lock",
        "/audit/.lock",
        "/looks/*/.lock",
        "/build.json",
        "/status.html",
        "/logs/*.ndjson",
    ] {
        assert!(
            left_out.lines().any(|left_out| left_out == line),
            "{line}: {left_out}"
        );
    }
    assert!(
        workshop
            .read("my shop/.gitattributes")
            .ends_with(b"/audit/*.jsonl -text\n")
    );
    assert_ne!(
        workshop.read("other/flags/welcome-banner.yaml"),
        flag,
        "each salt is new"
    );
}

#[test]
fn all_errors_are_shown_at_once_with_their_lines_marked() {
    let workshop = Workshop::with_shop(&[
        (
            "checkout",
            "salt: k3v9x2\nclientVisble: true\ndefault: on\nrules:\n  - serve: { split: { on: 50, off: 49 } }\n",
        ),
        (
            "search",
            "description: Search\nowner: web\ntype: release\nsalt: p5r8t1\ndefault: on\nrules:\n  - { name: qa, if: { segment: qa }, serve: on }\nenvironments:\n  production: {}\n",
        ),
    ]);
    let run = workshop.run(&["lint", "--project", "shop"]);
    assert_eq!(run.out, "");
    assert_eq!(
        run.fails(1, "").err,
        "\
error[unknown-key]: unknown key `clientVisble` in a flag
 --> shop/flags/checkout.yaml:2:1
  |
2 | clientVisble: true
  | ^^^^^^^^^^^^
  |
  = help: did you mean `clientVisible`?

error[weights-sum]: the shares of a split must add up to 100 percent, found 99
 --> shop/flags/checkout.yaml:5:21
  |
5 |   - serve: { split: { on: 50, off: 49 } }
  |                     ^^^^^^^^^^^^^^^^^^^

error[unknown-segment]: segment `qa` does not exist, there is no file `segments/qa.yaml`
 --> shop/flags/search.yaml:7:32
  |
7 |   - { name: qa, if: { segment: qa }, serve: on }
  |                                ^^

3 errors
"
    );

    let run = workshop.run(&["lint", "--project", "shop", "--json"]);
    assert_eq!(run.err, "");
    let list = run.json();
    assert_eq!(list.as_array().unwrap().len(), 3);
    assert_eq!(
        list[0],
        serde_json::json!({
            "severity": "error", "code": "unknown-key", "message": "unknown key `clientVisble` in a flag",
            "help": "did you mean `clientVisible`?", "file": "shop/flags/checkout.yaml",
            "line": 2, "column": 1, "endLine": 2, "endColumn": 13,
        })
    );
    assert_eq!(run.fails(1, "").code, 1);
    let lines = workshop.compile(&["--json"]).fails(1, "").err;
    assert_eq!(lines.lines().count(), 3, "one JSON object a line");
}

#[test]
fn warnings_alone_do_not_fail_unless_denied() {
    let unused = "clientVisible: true\nsalt: k3v9x2\nvariants: { a: 1, b: 2, c: 3 }\noffVariant: a\ndefault: b\nenvironments: { production: {}, staging: {} }\n";
    let workshop = Workshop::with_shop(&[("sizes", unused)]);
    let run = workshop.run(&["lint", "--project", "shop"]).succeeds();
    assert!(run.err.contains("warning["), "{}", run.err);
    workshop
        .run(&["lint", "--project", "shop", "--deny-warnings"])
        .fails(1, "warning[");
}

#[test]
fn warnings_do_not_bury_the_answer_and_machines_get_them_all() {
    let unused = "clientVisible: true\nsalt: k3v9x2\nvariants: { a: 1, b: 2, c: 3 }\noffVariant: a\ndefault: b\nenvironments: { production: {}, staging: {} }\n";
    let workshop = Workshop::with_shop(&[("sizes", unused), ("widths", &unused.replace("k3v9x2", "w1"))]);
    let lint = workshop
        .run(&["lint", "--project", "shop", "--json"])
        .succeeds()
        .json();
    let all = lint.as_array().unwrap().len();
    assert!(all > 1, "{lint:#}");
    let run = workshop.compile(&[]).succeeds();
    let expected = format!(
        "warning[lint-warnings]: {all} warnings in the project\n |\n = help: `tidegate lint` shows them\n"
    );
    assert_eq!(run.err, expected);
    let lines = workshop.compile(&["--json", "--force"]).succeeds().err;
    assert_eq!(lines.lines().count(), all, "{lines}");
    // Beside an error they are shown.
    workshop.write("shop/flags/broken.yaml", "colour: blue\n");
    let run = workshop.compile(&[]).fails(1, "error[");
    assert_eq!(run.err.matches("warning[").count(), all, "{}", run.err);
}

#[test]
fn files_that_are_not_text_have_a_place_and_are_no_end() {
    let workshop = Workshop::with_shop(&[("banner", BANNER)]);
    workshop.write("shop/flags/latin.yaml", b"salt: a1\ndescription: caf\xe9\n");
    workshop
        .run(&["lint", "--project", "shop"])
        .fails(1, " --> shop/flags/latin.yaml:2:17")
        .fails(1, "error[not-utf8]: the file is not UTF-8 from here on");
    fs::remove_file(workshop.path("shop/flags/latin.yaml")).unwrap();
    workshop.write("shop/flags/huge.yaml", vec![b' '; (4 << 20) + 1]);
    workshop
        .run(&["lint", "--project", "shop"])
        .fails(1, "error[file-too-large]");
}

#[test]
fn settings_that_are_not_utf_8_are_one_error_and_not_missing() {
    let repository = Repository::with_project("shop");
    let latin = b"project: caf\xe9\nenvironments: [production, staging]\n";
    repository.write("shop/tidegate.yaml", latin);
    for command in [
        &["status"][..],
        &["refs"],
        &["stale"],
        &["plan", "--against", "HEAD"],
        &["gate", "--against", "HEAD", "--author", "ana"],
        &["ci-report", "--out", "build.json"],
    ] {
        let run = repository.run(&[command, &["--project", "shop", "--json"]].concat());
        let told: Vec<Value> = run
            .fails(1, "not-utf8")
            .err
            .lines()
            .map(|line| serde_json::from_str(line).unwrap())
            .collect();
        assert_eq!(told.len(), 1, "{command:?}: {told:?}");
        assert_eq!(
            (&told[0]["code"], &told[0]["line"], &told[0]["column"]),
            (&"not-utf8".into(), &1.into(), &13.into()),
            "{told:?}"
        );
    }
    repository
        .run(&["lint", "--project", "shop"])
        .fails(1, " --> shop/tidegate.yaml:1:13\n")
        .fails(1, "1 error\n");
}

#[cfg(unix)]
#[test]
fn nothing_is_read_from_outside_of_the_project() {
    use std::os::unix::fs::symlink;
    let workshop = Workshop::with_shop(&[("banner", BANNER)]);
    workshop.write("secret.yaml", "salt: topsecret\n");
    symlink("../../secret.yaml", workshop.path("shop/flags/outside.yaml")).unwrap();
    let told = workshop
        .run(&["lint", "--project", "shop"])
        .fails(1, "error[symlink-outside-project]")
        .err;
    assert!(!told.contains("topsecret"), "{told}");
    fs::remove_file(workshop.path("shop/flags/outside.yaml")).unwrap();

    // Within the project links are fine, and what editors hide is left alone.
    fs::rename(
        workshop.path("shop/flags/banner.yaml"),
        workshop.path("shop/banner.yaml"),
    )
    .unwrap();
    symlink("../banner.yaml", workshop.path("shop/flags/banner.yaml")).unwrap();
    symlink("nobody@host.1", workshop.path("shop/flags/.#banner.yaml")).unwrap();
    workshop.run(&["lint", "--project", "shop"]).succeeds();
}

#[test]
fn lists_of_ids_are_read_where_segments_name_them() {
    let workshop = Workshop::with_shop(&[("banner", BANNER)]);
    workshop.write("shop/segments/friends.yaml", "idsFile: ../lists/friends.ids\n");
    let missing = workshop.run(&["lint", "--project", "shop"]);
    missing.fails(1, "there is no file `lists/friends.ids`");
    workshop.write("shop/lists/friends.ids", "u-1\nu-2\n");
    workshop.write("shop/lists/noise.bin", [0xff, 0xfe]);
    workshop.write(
        "shop/flags/gift.yaml",
        "salt: k3v9x3\ndefault: off\nrules:\n  - { if: { segment: friends }, serve: on }\nenvironments: { production: {}, staging: {} }\n",
    );
    workshop.run(&["lint", "--project", "shop"]).succeeds();
    workshop.write("shop/segments/friends.yaml", "idsFile: ../../keys/tidegate.pub\n");
    workshop
        .run(&["lint", "--project", "shop"])
        .fails(1, "is not a path inside the project");
}

#[test]
fn a_missing_project_is_told() {
    let workshop = Workshop::new();
    workshop
        .run(&["lint", "--project", "nowhere"])
        .fails(1, "cannot read `nowhere`");
    fs::create_dir(workshop.path("empty")).unwrap();
    workshop
        .run(&["lint", "--project", "empty"])
        .fails(1, "the project has no `tidegate.yaml`");
}
