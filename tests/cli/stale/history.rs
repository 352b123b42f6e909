//! How old flags are, as far as files, git and the audit log tell.

use super::{flag, shop, stale, told};
use crate::repository::Repository;
use crate::workshop::{Run, texts};
use serde_json::{Value, json};

/// A shop with a flag whose file says no date, which nothing else makes stale.
fn undated() -> Repository {
    let shop = shop();
    let written = "type: release\ndefault: { split: { on: 50, off: 50 } }\nenvironments: { production: {}, staging: {} }";
    shop.write("toggles/flags/undated.yaml", flag(written));
    shop.write("src/undated.ts", "on('undated')\n");
    shop
}

/// Its age is not known, which is said, and is no reason to call it stale; what files say counts all the same.
fn is_of_unknown_age(shop: &Repository, run: impl Fn(&[&str]) -> Run, why: &str) {
    let all = run(&["--json"]);
    assert_eq!(all.code, 1, "{all:?}");
    assert_eq!(texts(&all.json()["limits"]), [why]);
    assert_eq!(told(&all, "undated")["created"], Value::Null);
    assert_eq!(texts(&told(&all, "undated")["stale"]), [""; 0]);
    assert_eq!(told(&all, "launch")["created"]["source"], "createdAt");
    assert!(texts(&told(&all, "launch")["stale"]).contains(&"expired"));
    let text = run(&[]).out;
    assert!(text.ends_with(&format!("{why}\n")), "{text}");
    // What is due goes without a history too.
    std::fs::remove_dir_all(shop.path("src")).unwrap();
    run(&["launch", "--apply"]).succeeds();
    assert!(!shop.path("toggles/flags/launch.yaml").exists());
}

#[test]
fn in_a_repository_without_commits_only_files_and_the_log_tell_the_age() {
    let shop = undated();
    let why = "the repository has no commits, so only files and the audit log tell how old flags are";
    is_of_unknown_age(&shop, |more| stale(&shop, more), why);
}

#[test]
fn outside_of_a_repository_only_files_and_the_log_tell_the_age() {
    let shop = undated();
    std::fs::remove_dir_all(shop.path(".git")).unwrap();
    let why = "the project is in no git repository, so only files and the audit log tell how old flags are";
    let roots = |more: &[&str]| stale(&shop, &[more, &["--root", "."]].concat());
    is_of_unknown_age(&shop, roots, why);
}

#[test]
fn without_git_only_files_and_the_log_tell_the_age() {
    let shop = undated();
    shop.commit("A history that nobody can read");
    let why = "git could not be asked, so only files and the audit log tell how old flags are";
    let run = |more: &[&str]| {
        let arguments = [&["stale", "--project", "toggles", "--now", super::NOW], more].concat();
        shop.run_in(&[("PATH", "")], &arguments)
    };
    is_of_unknown_age(&shop, run, why);
}

#[test]
fn in_a_shallow_repository_a_flag_may_be_older_than_its_oldest_commit() {
    let shop = undated();
    for (date, message) in [
        ("2026-10-01T00:00:00Z", "first"),
        ("2026-11-01T00:00:00Z", "second"),
    ] {
        shop.write(
            "toggles/flags/undated.yaml",
            [shop.read("toggles/flags/undated.yaml"), b"# more\n".to_vec()].concat(),
        );
        shop.commit_at(date, message);
    }
    let whole = format!("file://{}", shop.path(".").display());
    shop.git(&["clone", "--quiet", "--depth", "1", &whole, "shallow"]);
    let run = shop.run(&[
        "stale",
        "--project",
        "shallow/toggles",
        "--now",
        super::NOW,
        "--json",
        "undated",
    ]);
    assert_eq!(
        texts(&run.json()["limits"]),
        ["the repository is shallow: flags may be older than its oldest commit says"]
    );
    assert_eq!(
        told(&run, "undated")["created"],
        json!({ "at": "2026-11-01T00:00:00Z", "source": "commit" })
    );
}

#[test]
fn without_a_date_the_first_commit_tells_the_age_and_then_the_log() {
    let shop = shop();
    let written = flag(
        "type: release\ndefault: { split: { on: 50, off: 50 } }\nenvironments: { production: {}, staging: {} }",
    );
    shop.write("toggles/flags/undated.yaml", &written);
    shop.write("src/undated.ts", "on('undated')\n");
    let run = stale(&shop, &["undated", "--json"]).succeeds();
    assert_eq!(told(&run, "undated")["created"], Value::Null);
    assert!(texts(&run.json()["limits"])[0].contains("no commits"));

    shop.commit_at("2026-10-01T00:00:00Z", "first");
    shop.write("toggles/flags/undated.yaml", format!("# later\n{written}"));
    shop.commit_at("2026-11-01T00:00:00Z", "second");
    let run = stale(&shop, &["undated", "--json"]);
    let undated = told(&run, "undated");
    assert_eq!(texts(&undated["stale"]), ["expired"]);
    assert_eq!(
        undated["created"],
        json!({ "at": "2026-10-01T00:00:00Z", "source": "commit" })
    );
    assert_eq!(
        undated["changed"],
        json!({ "at": "2026-11-01T00:00:00Z", "source": "commit" })
    );
    assert_eq!(run.json()["limits"], json!([]));

    // Deleted and made again, it is as old as the second one, before which it was not there.
    std::fs::remove_file(shop.path("toggles/flags/undated.yaml")).unwrap();
    shop.commit_at("2026-11-02T00:00:00Z", "third");
    shop.write("toggles/flags/undated.yaml", &written);
    let undated = told(&stale(&shop, &["undated", "--json"]), "undated");
    assert_eq!(undated["created"]["at"], "2026-11-02T00:00:00Z");
    shop.commit_at("2026-11-03T00:00:00Z", "fourth");
    let undated = told(&stale(&shop, &["undated", "--json"]), "undated");
    assert_eq!(undated["created"]["at"], "2026-11-03T00:00:00Z");

    // By another name it is another flag.
    shop.git(&["mv", "toggles/flags/undated.yaml", "toggles/flags/renamed.yaml"]);
    shop.commit_at("2026-11-04T00:00:00Z", "fifth");
    let renamed = told(&stale(&shop, &["renamed", "--json"]), "renamed");
    assert_eq!(renamed["created"]["at"], "2026-11-04T00:00:00Z");
}

#[test]
fn a_log_that_is_damaged_is_told_to_keep_ages_from_being_known() {
    let shop = undated();
    shop.commit("first");
    shop.write("toggles/audit/2026-11.jsonl", "nonsense\n");
    let limits = stale(&shop, &["--json"]).json()["limits"].clone();
    assert_eq!(
        texts(&limits),
        ["the audit log is damaged, `tidegate audit verify` tells how"]
    );
}

#[test]
fn outside_of_a_repository_the_audit_log_tells_the_age() {
    let shop = shop();
    std::fs::remove_dir_all(shop.path(".git")).unwrap();
    let written = flag(
        "type: operational\ndefault: { rollout: r }\nrollouts: { r: { from: off, to: on } }\nenvironments: { production: { rollouts: { r: { status: draft } } } }",
    );
    shop.write("toggles/flags/logged.yaml", &written);
    shop.write(
        "toggles/segments/internal-qa.yaml",
        "description: d\nowner: o\nids: [u-1]\n",
    );
    let promoted = [
        "promote",
        "logged",
        "--project",
        "toggles",
        "--environment",
        "production",
        "--reason",
        "go",
    ];
    shop.run(&[&promoted[..], &["--now", "2026-11-01T00:00:00Z"]].concat())
        .succeeds();
    let run = stale(&shop, &["logged", "--json", "--root", "src"]);
    let logged = told(&run, "logged");
    assert_eq!(
        logged["created"],
        json!({ "at": "2026-11-01T00:00:00Z", "source": "audit" }),
        "{run:?}"
    );
    assert_eq!(texts(&logged["stale"]), ["expired", "unchanged", "unreferenced"]);
    assert!(texts(&run.json()["limits"])[0].contains("in no git repository"));
    // The last entry tells when it was changed.
    for (command, day) in [("pause", "05"), ("resume", "06")] {
        let now = format!("2026-11-{day}T00:00:00Z");
        let steer = [&[command], &promoted[1..], &["--now", &now]].concat();
        shop.run(&steer).succeeds();
    }
    let run = stale(&shop, &["logged", "--json", "--root", "src"]);
    assert_eq!(
        told(&run, "logged")["changed"],
        json!({ "at": "2026-11-06T00:00:00Z", "source": "audit" })
    );
    // A publication is about all flags that it changes.
    shop.run(&["keygen", "--out", "keys"]).succeeds();
    let publish = [
        "publish",
        "--project",
        "toggles",
        "--to",
        "site",
        "--environment",
        "production",
    ];
    let when = ["--key", "keys/tidegate.key", "--now", "2026-11-08T00:00:00Z"];
    shop.run(&[&publish[..], &when].concat()).succeeds();
    let run = stale(&shop, &["logged", "--json", "--root", "src"]);
    assert_eq!(
        told(&run, "logged")["changed"],
        json!({ "at": "2026-11-08T00:00:00Z", "source": "audit" })
    );
}

#[test]
fn what_was_rolled_back_a_moment_ago_is_not_to_be_deleted() {
    let shop = shop();
    std::fs::remove_dir_all(shop.path(".git")).unwrap();
    let plan = "rollouts: { r: { from: off, to: on, stages: [{ name: s, share: 50 }] } }";
    let running = "environments: { production: { rollouts: { r: { status: running, stage: s, enteredAt: 2026-11-01T00:00:00Z } } } }";
    let written = flag(&format!(
        "type: release\ncreatedAt: 2026-11-01\ndefault: {{ rollout: r }}\n{plan}\n{running}"
    ));
    shop.write("toggles/flags/search.yaml", &written);
    shop.write("src/search.ts", "on('search')\n");
    let at = |command: &[&str], now: &str| {
        let more = [
            "--project",
            "toggles",
            "--environment",
            "production",
            "--now",
            now,
        ];
        shop.run(&[command, &more].concat())
    };
    let rollback = ["rollback", "search", "--reason", "slow"];
    at(&rollback, "2026-11-20T12:00:00Z").succeeds();
    let stale = ["stale", "search", "--root", "src", "--json"];
    let soon = at(&stale, "2026-11-20T12:01:00Z").succeeds();
    let search = told(&soon, "search");
    assert_eq!(texts(&search["stale"]), [""; 0]);
    assert_eq!(search["oneSided"]["recent"], true);
    let later = at(&stale, "2026-11-28T12:00:00Z");
    assert_eq!(later.code, 1, "{later:?}");
    assert_eq!(texts(&told(&later, "search")["stale"]), ["one-sided"]);
}
