//! Flags that should go, the edit that removes each, and what of it the command makes itself.

mod history;

use super::repository::Repository;
use super::workshop::{Run, exists, texts};
use serde_json::{Value, json};
use tidegate::delivery::audit::sha256;

const NOW: &str = "2026-11-21T12:00:00Z";

fn flag(more: &str) -> String {
    let key: u32 = more.bytes().map(u32::from).sum();
    format!("description: d\nowner: o\nsalt: s{key}\n{more}\n")
}

/// A repository with a project in `toggles` whose flag `launch` is finished in production and nowhere else.
fn shop() -> Repository {
    let repository = Repository::new();
    repository.write(
        "toggles/tidegate.yaml",
        "project: shop\nenvironments: [production, staging]\n",
    );
    let launch = "type: release\ncreatedAt: 2026-10-01\nvariants: { new: { rows: 2 }, old: { rows: 1 } }\noffVariant: old\ndefault: { rollout: r }\nrules: [{ if: { segment: testers }, serve: new }]\nrollouts: { r: { from: old, to: new, stages: [{ name: s, share: 50 }] } }\nenvironments: { production: { rollouts: { r: { status: completed } } } }";
    repository.write("toggles/flags/launch.yaml", flag(launch));
    repository.write(
        "toggles/flags/ramp.yaml",
        flag("type: release\ncreatedAt: 2026-11-20\ndefault: { split: { on: 50, off: 50 } }\nenvironments: { production: {}, staging: {} }"),
    );
    repository.write(
        "toggles/segments/testers.yaml",
        "description: d\nowner: o\nidsFile: testers.txt\n",
    );
    repository.write("toggles/segments/testers.txt", "u-1\n");
    repository.write("src/app.ts", "if (flags.value('launch', old)) x()\non('ramp')\n");
    repository.write("src/more.rs", "// \"launch\"\n");
    repository
}

fn stale(repository: &Repository, more: &[&str]) -> Run {
    let arguments = [&["stale", "--project", "toggles", "--now", NOW], more].concat();
    repository.run(&arguments)
}

fn told(run: &Run, key: &str) -> Value {
    let told = run.json();
    let flags = told["flags"].as_array().unwrap();
    flags.iter().find(|flag| flag["key"] == key).unwrap().clone()
}

#[test]
fn stale_flags_are_told_with_the_edit_that_removes_each() {
    let shop = shop();
    let run = stale(&shop, &["--environment", "production", "--json"]);
    assert_eq!(run.code, 1, "{run:?}");
    let launch = told(&run, "launch");
    assert_eq!(texts(&launch["stale"]), ["expired", "one-sided", "unchanged"]);
    assert_eq!(
        launch["created"],
        json!({ "at": "2026-10-01T00:00:00Z", "source": "createdAt" })
    );
    assert_eq!(
        launch["expires"],
        json!({ "at": "2026-11-10T00:00:00Z", "source": "lifetime" })
    );
    assert_eq!(
        launch["oneSided"],
        json!({ "variant": "new", "value": { "rows": 2 }, "notBegun": false, "recent": false })
    );
    assert_eq!(
        launch["edits"],
        json!([
            { "kind": "replace", "file": "src/app.ts", "line": 1, "column": 18, "how": "call", "with": { "rows": 2 } },
            { "kind": "replace", "file": "src/more.rs", "line": 1, "column": 5, "how": "literal", "with": { "rows": 2 } },
            { "kind": "delete", "file": "flags/launch.yaml" },
            { "kind": "delete", "file": "segments/testers.yaml" },
        ])
    );
    assert_eq!(texts(&told(&run, "ramp")["stale"]), [""; 0]);

    let text = stale(&shop, &["--environment", "production"]).out;
    for line in [
        "launch  release, owned by o, made on 2026-10-01 (createdAt)\n",
        "  expired: on 2026-11-10, by the lifetime of its type\n",
        "  one-sided: everybody gets `new` in production\n",
        "  unchanged: since 2026-10-01 (createdAt)\n",
        "    src/app.ts:1:18: put {\"rows\":2} in its place\n",
        "    delete segments/testers.yaml, which nothing else uses\n",
        "1 of 2 flags stale: 1 expired, 1 one-sided, 1 unchanged\n",
    ] {
        assert!(text.contains(line), "no {line:?} in {text}");
    }
}

#[cfg(unix)]
#[test]
fn the_name_of_a_file_steers_no_terminal() {
    let shop = shop();
    shop.write("src/\x1b[2J\u{202e}.ts", "on('launch')\n");
    let text = stale(&shop, &["launch"]).out;
    assert!(text.contains("    src/\u{fffd}[2J\u{fffd}.ts:1:5: "), "{text:?}");
}

#[test]
fn in_all_environments_it_is_not_one_sided() {
    let shop = shop();
    let run = stale(&shop, &["launch", "--json"]);
    assert_eq!(texts(&told(&run, "launch")["stale"]), ["expired", "unchanged"]);
    assert!(
        stale(&shop, &["launch"])
            .out
            .contains("    src/app.ts:1:18: choose what stays\n")
    );
    stale(&shop, &["ramp"]).succeeds();
    stale(&shop, &["launch", "--warn"]).succeeds();
    stale(&shop, &["luanch"]).fails(2, "luanch");
    stale(&shop, &["--environment", "productoin"]).fails(1, "unknown-environment");
}

#[test]
fn lifetimes_are_those_of_the_project() {
    let shop = shop();
    shop.write(
        "toggles/tidegate.yaml",
        "project: shop\nenvironments: [production, staging]\nlifetimes: { release: none }\n",
    );
    let run = stale(&shop, &["--json"]);
    // What has no lifetime may rest where it is.
    assert_eq!(texts(&told(&run, "launch")["stale"]), [""; 0]);
    assert_eq!(run.code, 0);
}

#[test]
fn where_no_code_was_found_nothing_is_called_unreferenced() {
    let shop = shop();
    std::fs::remove_dir_all(shop.path("src")).unwrap();
    let yesterday = ("createdAt: 2026-11-20", "createdAt: 2026-11-13");
    shop.replace("toggles/flags/ramp.yaml", yesterday.0, yesterday.1);
    let run = stale(&shop, &["ramp", "--json"]).succeeds();
    shop.replace("toggles/flags/ramp.yaml", yesterday.1, yesterday.0);
    assert!(
        texts(&run.json()["limits"])
            .iter()
            .any(|limit| limit.contains("references.roots"))
    );
    shop.write("code/a.ts", "\n");
    let made = shop.read("toggles/flags/ramp.yaml");
    let unused = |made: &str| {
        shop.write("toggles/flags/ramp.yaml", made);
        let run = stale(&shop, &["ramp", "--root", "code", "--json"]);
        texts(&told(&run, "ramp")["stale"]).join(" ")
    };
    let made = String::from_utf8(made).unwrap();
    assert_eq!(unused(&made), "", "made yesterday");
    assert_eq!(unused(&made.replace("2026-11-20", "2026-11-13")), "unreferenced");
}

#[test]
fn what_is_applied_is_deleted_and_logged_and_again_it_is_nothing() {
    let shop = shop();
    shop.write("src/app.ts", "on('ramp')\n");
    shop.write("src/more.rs", "\n");
    let file = std::fs::read(shop.path("toggles/flags/launch.yaml")).unwrap();
    let run = stale(&shop, &["launch", "--apply", "--reason", "launched", "--json"]).succeeds();
    assert_eq!(
        texts(&run.json()["deleted"]),
        [
            "flags/launch.yaml",
            "segments/testers.yaml",
            "segments/testers.txt"
        ]
    );
    for gone in [
        "flags/launch.yaml",
        "segments/testers.yaml",
        "segments/testers.txt",
    ] {
        assert!(!exists(&shop.path(&format!("toggles/{gone}"))), "{gone}");
    }
    assert!(exists(&shop.path("toggles/flags/ramp.yaml")));
    shop.run(&["lint", "--project", "toggles"]).succeeds();
    let log = shop.files("toggles/audit");
    let lines: Vec<String> = log
        .iter()
        .filter(|(path, _)| path.ends_with(".jsonl"))
        .flat_map(|(_, bytes)| {
            String::from_utf8_lossy(bytes)
                .lines()
                .map(str::to_owned)
                .collect::<Vec<_>>()
        })
        .collect();
    assert_eq!(lines.len(), 1);
    let entry: Value = serde_json::from_str(&lines[0]).unwrap();
    assert_eq!(
        (&entry["action"], &entry["flag"], &entry["reason"]),
        (&json!("remove"), &json!("launch"), &json!("launched"))
    );
    assert_eq!(entry["time"], NOW);
    let digest: String = sha256(&file).iter().map(|byte| format!("{byte:02x}")).collect();
    assert_eq!(entry["from"], format!("sha256:{digest}"));
    let again = stale(&shop, &["launch", "--apply", "--reason", "launched"])
        .succeeds()
        .out;
    assert_eq!(again, "`launch` is not there: nothing to do\n");
    assert_eq!(shop.files("toggles/audit"), log);
}

#[test]
fn nothing_is_deleted_that_cannot_be_logged() {
    let shop = shop();
    shop.write("src/app.ts", "\n");
    shop.write("src/more.rs", "\n");
    shop.write("toggles/audit/2026-11.jsonl", "nonsense\n");
    stale(&shop, &["launch", "--apply", "--reason", "launched"]).fails(1, "audit-damaged");
    for kept in [
        "flags/launch.yaml",
        "segments/testers.yaml",
        "segments/testers.txt",
    ] {
        assert!(exists(&shop.path(&format!("toggles/{kept}"))), "{kept}");
    }
}

#[test]
fn what_is_used_needed_or_not_stale_is_not_deleted_unless_forced() {
    let shop = shop();
    let dependant = flag(
        "type: release\ncreatedAt: 2026-11-10\nprerequisites: { launch: new }\ndefault: { split: { on: 50, off: 50 } }\nenvironments: { production: {}, staging: {} }",
    );
    shop.write("toggles/flags/dependant.yaml", dependant);
    let refused = stale(&shop, &["launch", "ramp", "--apply"])
        .fails(1, "still-used")
        .err;
    for why in [
        "code still uses `launch`: 2 uses, the first at src/app.ts:1:18",
        "`dependant` has `launch` as a prerequisite, at flags/dependant.yaml:6",
        "`ramp` is not stale",
    ] {
        assert!(refused.contains(why), "no {why:?} in {refused}");
    }
    for kept in ["flags/launch.yaml", "flags/ramp.yaml", "segments/testers.yaml"] {
        assert!(exists(&shop.path(&format!("toggles/{kept}"))), "{kept}");
    }
    let text = stale(&shop, &["launch", "--environment", "production"]).out;
    let expected = "    flags/dependant.yaml:6: `dependant` has it as a prerequisite, which is always met: take the line away\n";
    assert!(text.contains(expected), "{text}");

    // What goes together does not hold itself up.
    shop.write("src/app.ts", "\n");
    shop.write("src/more.rs", "\n");
    stale(&shop, &["launch", "dependant", "--apply", "--root", "src"]).succeeds();
    let forced = stale(&shop, &["ramp", "--apply", "--force", "--root", "toggles"]).succeeds();
    assert!(!exists(&shop.path("toggles/flags/ramp.yaml")), "{forced:?}");
    stale(&shop, &["--apply"]).fails(2, "FLAG");
    stale(&shop, &["ramp", "--force"]).fails(2, "--apply");
}

#[test]
fn a_flag_that_the_project_names_otherwise_is_not_deleted_before_the_names_are() {
    let shop = shop();
    shop.write(
        "toggles/tidegate.yaml",
        "project: shop\nenvironments: [production, staging]\nreferences: { names: { launch: Launch } }\n",
    );
    shop.write("src/app.ts", "\n");
    shop.write("src/more.rs", "\n");
    stale(&shop, &["launch", "--apply"]).fails(1, "`references.names` names `launch`, at tidegate.yaml:3");
    let text = stale(&shop, &["launch"]).out;
    assert!(
        text.contains("    tidegate.yaml:3: take its names away\n"),
        "{text}"
    );
}

#[test]
fn the_sample_shop_is_judged_whole() {
    let root = concat!(env!("CARGO_MANIFEST_DIR"), "/www/flags");
    let repository = Repository::new();
    let run = repository.run(&[
        "stale",
        "--project",
        root,
        "--now",
        "2027-03-01T00:00:00Z",
        "--json",
    ]);
    assert_eq!(run.code, 1, "{run:?}");
    assert!(texts(&told(&run, "checkout")["stale"]).contains(&"expired"));
    assert_eq!(told(&run, "checkout")["expires"]["source"], "expiresAt");
    assert_eq!(told(&run, "live-chat")["expires"], Value::Null);
}

#[test]
fn nothing_but_lists_of_segments_goes_with_a_flag() {
    let apply = ["launch", "--apply", "--force", "--reason", "r"];
    let naming = |named: &str| {
        let shop = shop();
        let segment = format!("description: d\nowner: o\nidsFile: {named}\n");
        shop.write("toggles/segments/testers.yaml", segment);
        shop
    };
    let shop = naming("../lists/testers.txt");
    shop.write("toggles/lists/testers.txt", "u-1\n");
    stale(&shop, &apply).succeeds();
    assert!(!exists(&shop.path("toggles/segments/testers.yaml")));
    assert!(exists(&shop.path("toggles/lists/testers.txt")));
    for another in [
        "flags/ramp.yaml",
        "tidegate.yaml",
        "audit/2026-10.jsonl",
        "approvals/a.json",
        "segments/other.yaml",
    ] {
        let shop = naming(&format!("../{another}"));
        if !exists(&shop.path(&format!("toggles/{another}"))) {
            shop.write(&format!("toggles/{another}"), "u-1\n");
        }
        let before = shop.files("toggles");
        stale(&shop, &apply).fails(1, "list-is-document");
        let after = shop.files("toggles");
        let mut kept = before.keys();
        assert!(kept.all(|path| after.contains_key(path)), "{another}");
    }
}

#[test]
fn a_list_that_another_segment_names_too_does_not_go_with_a_flag() {
    let shop = shop();
    let testers = shop.read("toggles/segments/testers.yaml");
    shop.write("toggles/segments/others.yaml", testers);
    stale(&shop, &["launch", "--apply", "--force", "--reason", "r"]).succeeds();
    assert!(!exists(&shop.path("toggles/segments/testers.yaml")));
    assert!(exists(&shop.path("toggles/segments/testers.txt")));
    shop.run(&["lint", "--project", "toggles"]).succeeds();
}

#[cfg(unix)]
#[test]
fn no_list_behind_a_link_goes_with_a_flag() {
    let shop = shop();
    shop.write("toggles/lists/testers.txt", "u-1\n");
    std::os::unix::fs::symlink("../lists", shop.path("toggles/segments/l")).unwrap();
    shop.write(
        "toggles/segments/testers.yaml",
        "description: d\nowner: o\nidsFile: l/testers.txt\n",
    );
    let run = stale(&shop, &["launch", "--apply", "--force", "--reason", "r"]);
    assert!(!exists(&shop.path("toggles/flags/launch.yaml")), "{run:?}");
    assert!(exists(&shop.path("toggles/lists/testers.txt")), "{run:?}");
}
