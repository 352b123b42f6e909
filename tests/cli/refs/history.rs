//! Who took the last use of a flag away, as far as there is a past to ask.

use super::{flag, places, refs, repository};
use crate::workshop::texts;
use serde_json::Value;
use std::fs;

#[test]
fn the_commit_that_took_the_last_use_away_is_named() {
    let workshop = repository(&["checkout", "never", "cart"], "");
    workshop.write("src/a b.ts", "x\non('checkout')\n");
    workshop.write("src/b.ts", "on('checkout')\non('cart')\n");
    workshop.commit("Use flags");
    workshop.write("src/b.ts", "on('cart')\n");
    workshop.commit("Use one less");
    workshop.write("src/a b.ts", "x\n");
    workshop.commit("Remove the old checkout");
    fs::remove_file(workshop.path("src/b.ts")).unwrap();
    workshop.commit("Remove the cart");
    // A flag's own file is no use of another flag.
    let flag = flag("never").replace("description: d", "description: 'checkout'");
    workshop.write("toggles/flags/never.yaml", flag);
    workshop.commit("Describe");
    let run = refs(&workshop, &["--json"]);
    assert_eq!(run.code, 1);
    let told = run.json();
    let removed = |key: &str| {
        let flags = told["flags"].as_array().unwrap();
        flags.iter().find(|flag| flag["key"] == key).unwrap()["removed"].clone()
    };
    let last = removed("checkout");
    assert_eq!(
        (&last["subject"], &last["file"], &last["line"]),
        (
            &Value::from("Remove the old checkout"),
            &Value::from("src/a b.ts"),
            &Value::from(2)
        )
    );
    assert_eq!(last["author"], "Ana");
    assert_eq!(removed("cart")["subject"], "Remove the cart");
    assert_eq!(removed("never"), Value::Null);
    assert_eq!(told["history"]["limits"], Value::Array(Vec::new()));
    let text = refs(&workshop, &[]).out;
    assert!(text.contains("    last used at src/a b.ts:2, until "), "{text}");

    let told = refs(&workshop, &["--json", "--look-back", "2"]).json();
    assert_eq!(texts(&told["history"]["limits"]), ["commits"]);
    let told = refs(&workshop, &["--json", "--look-back", "0"]).json();
    assert_eq!(told["history"]["commits"], 0);
}

#[test]
fn without_a_history_or_a_repository_the_code_is_searched_all_the_same() {
    let workshop = repository(&["checkout", "cart"], "");
    workshop.write("a.ts", "on('cart')\n");
    let run = refs(&workshop, &["--json"]);
    assert_eq!(run.code, 1, "{run:?}");
    assert_eq!(texts(&run.json()["history"]["limits"]), ["no-commits"]);
    assert!(refs(&workshop, &[]).out.contains("the repository has no commits"));

    fs::remove_dir_all(workshop.path(".git")).unwrap();
    let told = refs(&workshop, &["--root", ".", "--json"]).json();
    assert_eq!(texts(&told["history"]["limits"]), ["no-repository"]);
    assert_eq!(places(&told, "cart").len(), 1);
    assert!(
        refs(&workshop, &["--root", "."])
            .out
            .contains("in no git repository")
    );
}

#[test]
fn without_git_the_code_is_searched_all_the_same() {
    let workshop = repository(&["checkout", "cart"], "");
    workshop.write("a.ts", "on('cart')\n");
    workshop.commit("A history that nobody can read");
    let run = |more: &[&str]| {
        let arguments = [&["refs", "--project", "toggles"], more].concat();
        workshop.run_in(&[("PATH", "")], &arguments)
    };
    let told = run(&["--json"]).json();
    assert_eq!(texts(&told["history"]["limits"]), ["no-git"]);
    assert_eq!(places(&told, "cart"), ["a.ts:1:5 literal"]);
    assert!(
        run(&[])
            .out
            .contains("git could not be asked for the past of the code")
    );
}

#[test]
fn of_a_shallow_repository_it_is_told_that_the_rest_is_not_known() {
    let workshop = repository(&["checkout"], "");
    workshop.write("a.ts", "on('checkout')\n");
    workshop.commit("Use it");
    workshop.write("a.ts", "\n");
    workshop.commit("Remove it");
    workshop.write("b.ts", "\n");
    workshop.commit("Go on");
    let whole = format!("file://{}", workshop.path(".").display());
    workshop.git(&["clone", "--quiet", "--depth", "1", &whole, "shallow"]);
    let run = workshop.run(&["refs", "--project", "shallow/toggles", "--json"]);
    assert_eq!(texts(&run.json()["history"]["limits"]), ["shallow"]);
    assert_eq!(run.json()["flags"][0]["removed"], Value::Null);
}
