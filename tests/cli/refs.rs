//! Where code uses flags: what is found, what is not looked through and why, and who took the last use away.

mod history;
mod outputs;

use super::repository::Repository;
use super::workshop::{Run, Workshop, texts};
use serde_json::Value;
use std::fs;

const PROJECT: &str = "project: shop\nenvironments: [production]\n";

fn flag(key: &str) -> String {
    format!(
        "description: d\nowner: o\ntype: release\nsalt: {}\ndefault: off\nenvironments: {{ production: {{}} }}\n",
        key.replace('.', "_")
    )
}

/// A repository with a project in `toggles`, and these flags.
fn repository(keys: &[&str], settings: &str) -> Repository {
    let workshop = Repository::new();
    workshop.write("toggles/tidegate.yaml", format!("{PROJECT}{settings}"));
    for key in keys {
        workshop.write(&format!("toggles/flags/{key}.yaml"), flag(key));
    }
    workshop
}

fn refs(workshop: &Workshop, more: &[&str]) -> Run {
    let arguments = [&["refs", "--project", "toggles"], more].concat();
    workshop.run(&arguments)
}

/// `file:line:column how` of each use of a flag.
fn places(told: &Value, key: &str) -> Vec<String> {
    let found = |list: &str| {
        let list = told[list].as_array().unwrap();
        list.iter().find(|flag| flag["key"] == key).cloned()
    };
    let flag = found("flags").or_else(|| found("notDefined")).unwrap();
    let uses = flag["uses"].as_array().unwrap().iter();
    uses.map(|place| {
        let text = |name: &str| place[name].as_str().unwrap().to_owned();
        format!(
            "{}:{}:{} {}",
            text("file"),
            place["line"],
            place["column"],
            text("how")
        )
    })
    .collect()
}

/// `file reason` of all that was not looked through.
fn skipped(told: &Value) -> Vec<String> {
    let list = told["skipped"].as_array().unwrap().iter();
    list.map(|one| {
        format!(
            "{} {}",
            one["file"].as_str().unwrap(),
            one["reason"].as_str().unwrap()
        )
    })
    .collect()
}

#[test]
fn uses_are_found_with_their_places_and_unknown_ones_told() {
    let workshop = repository(&["checkout", "gift-cards", "a", "a.b"], "");
    workshop.write(
        "src/cart.ts",
        "// é\nif (flags.value('checkout', false)) show()\n",
    );
    workshop.write(
        "lib/deep/er/app.py",
        "ON = client.get_boolean_value(\n    \"checkout\", False)\r\nX = 'a.b'\n",
    );
    workshop.write(".github/flags.yml", "- 'a'\n");
    workshop.write(
        "main.go",
        "x := client.BooleanValue(ctx, \"long-gone\", false, e)\n",
    );
    let run = refs(&workshop, &["--json"]);
    assert_eq!(run.code, 1, "{run:?}");
    let told = run.json();
    assert_eq!(
        places(&told, "checkout"),
        ["lib/deep/er/app.py:2:6 call", "src/cart.ts:2:18 call"]
    );
    assert_eq!(places(&told, "a.b"), ["lib/deep/er/app.py:3:6 literal"]);
    assert_eq!(places(&told, "a"), [".github/flags.yml:1:4 literal"]);
    assert_eq!(places(&told, "long-gone"), ["main.go:1:32 call"]);
    assert_eq!(texts(&told["notUsed"]), ["gift-cards"]);
    assert_eq!(
        (&told["files"], &told["lines"]),
        (&Value::from(4), &Value::from(7))
    );

    let run = refs(&workshop, &[]);
    assert_eq!(run.code, 1);
    for line in [
        "checkout: 2 uses in 2 files\n",
        "  src/cart.ts:2:18  call  if (flags.value('checkout', false)) show()\n",
        "used but not defined:\n\nlong-gone: 1 use in 1 file\n  main.go:1:32  call",
        "defined but not used:\n\n  gift-cards  (flags/gift-cards.yaml)\n",
        "looked through 4 files with 7 lines: 5 uses, 1 flag used but not defined, 1 flag defined but not used\n",
    ] {
        assert!(run.out.contains(line), "no {line:?} in {}", run.out);
    }
    let problems = refs(&workshop, &["--problems", "--warn"]).succeeds().out;
    assert!(
        !problems.contains("cart.ts") && problems.contains("main.go"),
        "{problems}"
    );

    workshop.write("src/gift.rs", "client.evaluate(\"gift-cards\", now)\n");
    fs::remove_file(workshop.path("main.go")).unwrap();
    assert!(
        refs(&workshop, &[])
            .succeeds()
            .out
            .contains("no flag without one")
    );
}

#[test]
fn single_flags_are_found_also_where_the_project_has_them_no_more() {
    let workshop = repository(&["checkout", "cart"], "");
    workshop.write(
        "a.ts",
        "on('old-banner'); on('checkout'); flags.value('other', 1)\n",
    );
    let run = refs(&workshop, &["old-banner", "checkout", "--json"]);
    assert_eq!(run.code, 1);
    let told = run.json();
    assert_eq!(places(&told, "old-banner"), ["a.ts:1:5 literal"]);
    assert_eq!(places(&told, "checkout"), ["a.ts:1:23 literal"]);
    assert_eq!(told["flags"].as_array().unwrap().len(), 1);
    assert_eq!(told["notUsed"], Value::Array(Vec::new()));
    refs(&workshop, &["checkout"]).succeeds();
    let unused = refs(&workshop, &["cart"]);
    assert_eq!(unused.code, 1);
    assert!(
        unused.out.contains("defined but not used:\n\n  cart  "),
        "{unused:?}"
    );
}

#[test]
fn lines_around_a_use_are_shown_as_far_as_there_are_any() {
    let workshop = repository(&["checkout"], "");
    workshop.write("a.ts", "one\r\ntwo\r\nif (on('checkout'))\r\nfour\r\n");
    let told = refs(&workshop, &["--context", "2", "--json"]).succeeds().json();
    let found = &told["flags"][0]["uses"][0];
    assert_eq!(texts(&found["before"]), ["one", "two"]);
    assert_eq!(found["text"], "if (on('checkout'))");
    assert_eq!(texts(&found["after"]), ["four"]);
    let text = refs(&workshop, &["--context", "1"]).succeeds().out;
    let expected = "  a.ts-2-  two\n  a.ts:3:9  literal  if (on('checkout'))\n  a.ts-4-  four\n  --\n";
    assert!(text.contains(expected), "{text}");
}

#[test]
fn what_gitignore_and_the_project_name_is_passed_over() {
    let settings = "references: { only: ['*.ts', '*.rs'], ignore: ['*.test.ts', generated/] }\n";
    let workshop = repository(&["checkout"], settings);
    let use_it = "on('checkout')\n";
    workshop.write(".gitignore", "node_modules/\n*.local.ts\n");
    workshop.write("src/.gitignore", "!kept.local.ts\n");
    for path in [
        "src/app.ts",
        "src/kept.local.ts",
        "src/app.test.ts",
        "src/app.local.ts",
        "src/app.js",
        "generated/app.ts",
        "node_modules/a/index.ts",
        "toggles/flags/other.ts",
        "toggles/server/app.ts",
        ".git/hooks/a.ts",
    ] {
        workshop.write(path, use_it);
    }
    let told = refs(&workshop, &["--json"]).succeeds().json();
    assert_eq!(
        places(&told, "checkout"),
        [
            "src/app.ts:1:5 literal",
            "src/kept.local.ts:1:5 literal",
            "toggles/server/app.ts:1:5 literal"
        ]
    );
    let told = refs(&workshop, &["--root", "src", "--root", "src/", "--json"])
        .succeeds()
        .json();
    assert_eq!(places(&told, "checkout").len(), 2);
}

#[test]
fn roots_may_lie_outside_and_are_looked_through_once() {
    let workshop = repository(&["checkout"], "references: { roots: [../src, ../src/deep] }\n");
    workshop.write("src/deep/a.ts", "on('checkout')\n");
    workshop.write("other/a.ts", "on('checkout')\n");
    let told = refs(&workshop, &["--json"]).succeeds().json();
    assert_eq!(places(&told, "checkout"), ["src/deep/a.ts:1:5 literal"]);
    workshop.write(
        "toggles/tidegate.yaml",
        format!("{PROJECT}references: {{ roots: [../nowhere] }}\n"),
    );
    refs(&workshop, &[]).fails(1, "nowhere");
    refs(&workshop, &["--root", "gone"]).fails(1, "there is no such file or folder");
}

#[test]
fn aliases_wrappers_and_names_are_found() {
    let settings = "references:\n  wrappers: ['<Gate flag={}']\n  aliases: ['Flags.{camelCase}', 'FLAG_{SCREAMING_SNAKE_CASE}']\n  names: { checkout: OnePage }\n";
    let workshop = repository(&["checkout", "gift-cards"], settings);
    workshop.write(
        "a.tsx",
        "<Gate flag=\"gone\">\n{Flags.giftCards && FLAG_GIFT_CARDS}\n<OnePage/>\n",
    );
    let run = refs(&workshop, &["--json"]);
    assert_eq!(run.code, 1);
    let told = run.json();
    assert_eq!(places(&told, "gone"), ["a.tsx:1:13 call"]);
    assert_eq!(
        places(&told, "gift-cards"),
        ["a.tsx:2:2 alias", "a.tsx:2:21 alias"]
    );
    assert_eq!(places(&told, "checkout"), ["a.tsx:3:2 name"]);
}

#[test]
fn a_glob_that_is_none_is_told_at_its_place() {
    let workshop = repository(&["checkout"], "references: { only: ['*.ts'], ignore: ['{a'] }\n");
    let told = refs(&workshop, &[]).fails(1, "bad-glob").err;
    assert!(told.contains("tidegate.yaml:3"), "{told}");
}

#[test]
fn a_project_with_errors_is_told_and_not_searched_for() {
    let workshop = repository(&["checkout"], "");
    workshop.write("toggles/flags/broken.yaml", "salt: 5\n");
    refs(&workshop, &[]).fails(1, "wrong-type");
}

#[test]
fn binary_files_are_told_and_not_looked_through() {
    let workshop = repository(&["checkout"], "");
    workshop.write("a.ts", "on('checkout')\n");
    workshop.write("image.png", b"\x89PNG\0\0'checkout'");
    let run = refs(&workshop, &["--json"]).succeeds();
    assert_eq!(skipped(&run.json()), ["image.png binary"]);
    assert_eq!(places(&run.json(), "checkout").len(), 1);
    let text = refs(&workshop, &[]).succeeds().out;
    assert!(
        text.contains("not looked through, since binary: image.png\n"),
        "{text}"
    );
}

#[test]
fn huge_files_are_told_and_not_looked_through() {
    let workshop = repository(&["checkout"], "");
    workshop.write("a.ts", "on('checkout')\n");
    let huge = format!("'checkout'{}", " ".repeat(1 << 20));
    workshop.write("huge.ts", &huge);
    workshop.write("limit.ts", &huge[..1 << 20]);
    let run = refs(&workshop, &["--largest", "1", "--json"]).succeeds();
    assert_eq!(skipped(&run.json()), ["huge.ts too-large"]);
    assert_eq!(
        places(&run.json(), "checkout"),
        ["a.ts:1:5 literal", "limit.ts:1:2 literal"]
    );
    let text = refs(&workshop, &["--largest", "1"]).succeeds().out;
    assert!(text.contains("larger than --largest: huge.ts\n"), "{text}");
    assert_eq!(places(&refs(&workshop, &["--json"]).json(), "checkout").len(), 3);
}

#[test]
fn files_that_are_not_utf_8_are_looked_through_all_the_same() {
    let workshop = repository(&["checkout"], "");
    workshop.write("latin.php", b"<?php // caf\xe9\n$x = on('checkout'); // \xff\n");
    workshop.write("mark.ts", "\u{feff}on('checkout')\n");
    let wide: Vec<u8> = "\u{feff}\r\non('checkout')"
        .encode_utf16()
        .flat_map(u16::to_le_bytes)
        .collect();
    workshop.write("wide.cs", wide);
    let run = refs(&workshop, &["--json"]).succeeds();
    assert_eq!(skipped(&run.json()), ["latin.php not-utf8"]);
    assert_eq!(
        places(&run.json(), "checkout"),
        [
            "latin.php:2:10 literal",
            "mark.ts:1:5 literal",
            "wide.cs:2:5 literal"
        ]
    );
    let text = refs(&workshop, &[]).succeeds().out;
    assert!(
        text.contains("not UTF-8, and looked through as bytes: latin.php\n"),
        "{text}"
    );
}

#[cfg(unix)]
#[test]
fn links_are_told_and_never_followed() {
    use std::os::unix::fs::symlink;
    let workshop = repository(&["checkout"], "");
    workshop.write("src/a.ts", "on('checkout')\n");
    symlink("a.ts", workshop.path("src/again.ts")).unwrap();
    symlink("..", workshop.path("src/loop")).unwrap();
    symlink("/etc", workshop.path("outside")).unwrap();
    symlink("nowhere", workshop.path("dangling")).unwrap();
    let run = refs(&workshop, &["--json"]).succeeds();
    assert_eq!(places(&run.json(), "checkout"), ["src/a.ts:1:5 literal"]);
    assert_eq!(
        skipped(&run.json()),
        [
            "dangling symlink",
            "outside symlink",
            "src/again.ts symlink",
            "src/loop symlink"
        ]
    );
}

#[cfg(unix)]
#[test]
fn what_is_no_plain_file_or_may_not_be_read_is_told() {
    use std::os::unix::fs::PermissionsExt;
    let workshop = repository(&["checkout"], "");
    workshop.write("a.ts", "on('checkout')\n");
    let pipe = workshop.path("pipe");
    let made = std::process::Command::new("mkfifo").arg(&pipe).status().unwrap();
    assert!(made.success());
    workshop.write("secret.ts", "on('checkout')\n");
    workshop.write("closed/b.ts", "on('checkout')\n");
    for (path, mode) in [("secret.ts", 0o000), ("closed", 0o000)] {
        fs::set_permissions(workshop.path(path), fs::Permissions::from_mode(mode)).unwrap();
    }
    let run = refs(&workshop, &["--json"]);
    fs::set_permissions(workshop.path("closed"), fs::Permissions::from_mode(0o755)).unwrap();
    let told = skipped(&run.succeeds().json());
    assert!(told.contains(&"pipe no-plain-file".to_owned()), "{told:?}");
    // Whoever is root may read everything.
    if fs::File::open(workshop.path("secret.ts")).is_err() {
        assert_eq!(
            told,
            ["closed unreadable", "pipe no-plain-file", "secret.ts unreadable"]
        );
    }
}

#[test]
fn a_file_of_one_endless_line_is_found_in_and_shown_in_part() {
    let workshop = repository(&["checkout"], "");
    workshop.write(
        "app.min.js",
        format!("{}on('checkout'){}", "a;".repeat(500_000), "b;".repeat(500_000)),
    );
    let run = refs(&workshop, &["--json", "--context", "3"]).succeeds();
    assert_eq!(places(&run.json(), "checkout"), ["app.min.js:1:1000005 literal"]);
    assert!(run.out.len() < 2_000, "{}", run.out.len());
}

#[cfg(unix)]
#[test]
fn nothing_that_stands_around_a_use_steers_a_terminal_or_turns_its_text() {
    let workshop = repository(&["checkout"], "");
    workshop.write("a\x1b[2J.ts", "\x1b]0;x\x07\u{202e}on('checkout')\n");
    let text = refs(&workshop, &[]).succeeds().out;
    assert!(!text.contains(['\x1b', '\x07', '\u{202e}']), "{text:?}");
    assert!(text.contains("on('checkout')"), "{text:?}");
    // Machines get what stands there.
    let told = refs(&workshop, &["--json"]).succeeds().json();
    let found = &told["flags"][0]["uses"][0];
    assert_eq!(found["file"], "a\x1b[2J.ts");
    assert_eq!(found["text"], "\x1b]0;x\x07\u{202e}on('checkout')");
}

#[test]
fn a_thousand_flags_that_are_prefixes_of_one_another_are_told_apart() {
    let keys: Vec<String> = (0..1_000)
        .map(|number| format!("f{}", ".x".repeat(number % 20) + &number.to_string()))
        .collect();
    let names: Vec<&str> = keys.iter().map(String::as_str).collect();
    let workshop = repository(&names, "");
    let text: String = names.iter().map(|key| format!("on('{key}')\n")).collect();
    workshop.write("all.ts", text);
    let told = refs(&workshop, &["--json"]).succeeds().json();
    for (number, key) in names.iter().enumerate() {
        assert_eq!(places(&told, key), [format!("all.ts:{}:5 literal", number + 1)]);
    }
}

#[cfg(unix)]
#[test]
fn no_name_of_a_file_writes_lines_of_its_own() {
    let workshop = repository(&["launch"], "");
    let use_of = |key: &str| format!("flags.value('{key}', false)\n");
    let name = |what: &str| format!("src/a\u{1b}[2J\n{what}\nno flag without one.js");
    workshop.write(&name("used"), use_of("launch"));
    workshop.write(&name("undefined"), use_of("nowhere"));
    for more in [&[][..], &["--context", "2"]] {
        let run = refs(&workshop, more);
        assert!(run.out.contains("launch"), "{}", run.out);
        assert!(!run.out.contains('\u{1b}'), "{}", run.out);
        assert!(
            !run.out
                .lines()
                .any(|line| line.starts_with("no flag without one")),
            "{}",
            run.out
        );
    }
}
