//! What code says about flags, in many languages, and which commit took the last use away.

use tidegate::delivery::references::{Finder, How, Removals, Subject};
use tidegate::model::{References, SourceFile, read};

/// What `references` of a project say.
fn references(text: &str) -> References {
    let project = SourceFile {
        path: "tidegate.yaml".to_owned(),
        text: format!("project: shop\nenvironments: [production]\nreferences: {text}\n"),
    };
    let (project, problems) = read(&[project]);
    assert_eq!(problems, []);
    project.unwrap().hygiene.references
}

const KEYS: [&str; 4] = ["checkout", "a", "a.b", "one-page"];

/// `how:key@offset`, with `?` for a key that no flag has.
#[track_caller]
fn found(settings: &str, text: impl AsRef<[u8]>) -> Vec<String> {
    let finder = Finder::new(KEYS, &references(settings));
    let text = text.as_ref();
    let found = finder.find(text);
    found
        .iter()
        .map(|found| {
            let key = match found.subject {
                Subject::Flag(flag) => KEYS[flag].to_owned(),
                Subject::Unknown(key) => format!("{key}?"),
            };
            format!("{}:{key}@{}", found.how.word(), found.at.start)
        })
        .collect()
}

const NOTHING: &str = "{ roots: [src] }";

#[test]
fn a_string_equal_to_a_key_is_a_use_in_every_language() {
    for (text, how) in [
        ("x = 'checkout'", How::Literal),
        ("x = \"checkout\"", How::Literal),
        ("x = `checkout`", How::Literal),
        ("{\"flag\":\"checkout\"}", How::Literal),
        (r#"s = "{\"flag\":\"checkout\"}""#, How::Literal),
        ("<Gate flag='checkout'>", How::Literal),
        ("let k = b\"checkout\";", How::Literal),
        ("@\"checkout\"", How::Literal),
        ("don't 'checkout'", How::Literal),
        ("\"\"\"checkout\"\"\"", How::Literal),
        ("flags.value('checkout', false)", How::Call),
        ("flags\r\n  .value<boolean>(\r\n    'checkout',", How::Call),
        ("client.evaluate(r#\"checkout\"#, &context, now)", How::Call),
        ("c.BooleanValue(ctx, \"checkout\", false, e)", How::Call),
        (
            "await client.GetBooleanValueAsync(\"checkout\", false)",
            How::Call,
        ),
        ("client.get_boolean_value(\"checkout\", False)", How::Call),
        ("useFlag('checkout')", How::Call),
    ] {
        let expected = format!("{}:checkout@{}", how.word(), text.find("checkout").unwrap());
        assert_eq!(found(NOTHING, text), [expected], "{text}");
    }
}

#[test]
fn what_only_resembles_a_key_is_none() {
    for text in [
        "'check out'",
        "'checkout\"",
        "'checkout",
        "checkout",
        "'Checkout'",
        "'checkout '",
        "'my-checkout'",
        "'checkoutx'",
        "// checkout's",
        "'aXb'",
        "''",
        "'",
        "",
        "'\u{e9}checkout'",
    ] {
        assert_eq!(found(NOTHING, text), [""; 0], "{text}");
    }
}

#[test]
fn keys_that_begin_with_one_another_are_told_apart() {
    let told = found(NOTHING, "f('a'); f('a.b'); f('a.b.c'); f('a.')");
    assert_eq!(told, ["literal:a@3", "literal:a.b@11"]);
    let aliases = "{ aliases: ['Flags.{key}'] }";
    let told = found(aliases, "Flags.a; Flags.a.b; Flags.a.bc; Flags.ab; MyFlags.a");
    assert_eq!(
        told,
        ["alias:a@0", "alias:a.b@9", "alias:a@20"].map(str::to_owned)
    );
}

#[test]
fn a_call_with_a_key_that_no_flag_has_is_told() {
    let told = found(
        NOTHING,
        "flags.value('old-banner', 1); page.evaluate('document.title'); map.value('x')",
    );
    assert_eq!(told, ["call:old-banner?@13"]);
    let wrappers = "{ wrappers: ['isOn({})', '<Gate flag={}', 'on? :{}'] }";
    let text = "isOn('gone'); isOn('gone', 1); isOn('checkout'); <Gate  flag = \"gone\" />; unison('gone')";
    assert_eq!(
        found(wrappers, text),
        ["call:gone?@6", "call:checkout@37", "call:gone?@64"].map(str::to_owned)
    );
}

#[test]
fn aliases_and_names_stand_for_their_flags() {
    let settings = "{ aliases: ['Flags.{camelCase}', 'FLAG_{SCREAMING_SNAKE_CASE}', ':{key}', '{kebab-case}'], names: { checkout: ['OnePage(?)', x+], a: FLAG_A } }";
    for (text, expected) in [
        ("Flags.onePage", &["alias:one-page@0"][..]),
        ("Flags.onePages Flags.onePage_", &[]),
        ("FLAG_ONE_PAGE, FLAG_ONE_PAGER", &["alias:one-page@0"]),
        ("on? :one-page", &["alias:one-page@4"]),
        ("one-page one-page-x x-one-page", &["alias:one-page@0"]),
        (
            "OnePage(?) OnePage( x+y",
            &["name:checkout@0", "name:checkout@20"],
        ),
        // Both an alias and a name: one use.
        ("FLAG_A", &["name:a@0"]),
        ("'one-page'", &["literal:one-page@1"]),
    ] {
        let found: Vec<String> = found(settings, text)
            .into_iter()
            .filter(|told| text != "FLAG_A" || !told.starts_with("alias:a.b"))
            .collect();
        let short: Vec<&str> = found.iter().map(String::as_str).collect();
        assert_eq!(short, expected, "{text}");
    }
}

#[test]
fn two_flags_with_one_alias_are_both_used() {
    let references = references("{ aliases: ['{camelCase}Flag'] }");
    let finder = Finder::new(["a-b", "a.b"], &references);
    let subjects: Vec<Subject<'_>> = finder.find(b"aBFlag").iter().map(|found| found.subject).collect();
    assert_eq!(subjects, [Subject::Flag(0), Subject::Flag(1)]);
}

#[test]
fn bytes_that_are_no_text_are_looked_through_all_the_same() {
    let mut text = b"\xff\xfe caf\xe9 'checkout' \xc3".to_vec();
    assert_eq!(found(NOTHING, &text), ["literal:checkout@9"]);
    text.extend_from_slice(b"flags.value('\xff')");
    assert_eq!(found(NOTHING, &text).len(), 1);
    let long = format!("{}'checkout'{}", "'a.".repeat(100_000), "x".repeat(100_000));
    assert_eq!(found(NOTHING, long).len(), 1);
    let endless = format!("'{}'", "a".repeat(1_000_000));
    assert_eq!(found(NOTHING, endless), [""; 0]);
}

#[test]
fn a_thousand_flags_are_each_found_once() {
    let keys: Vec<String> = (0..1_000).map(|number| format!("flag-{number}")).collect();
    let finder = Finder::new(
        keys.iter().map(String::as_str),
        &references("{ aliases: ['F.{camelCase}'] }"),
    );
    let text: String = keys
        .iter()
        .enumerate()
        .map(|(number, key)| match number % 2 {
            0 => format!("on('{key}')\n"),
            _ => format!("F.flag{number}\n"),
        })
        .collect();
    let found = finder.find(text.as_bytes());
    let numbers: Vec<Subject<'_>> = found.iter().map(|found| found.subject).collect();
    assert_eq!(numbers, (0..1_000).map(Subject::Flag).collect::<Vec<_>>());
    assert!(
        found
            .iter()
            .enumerate()
            .all(|(number, found)| { found.how == [How::Literal, How::Alias][number % 2] })
    );
}

const LOG: &str = "\0c3\x1fAna\x1f2026-03-01T00:00:00Z\x1fAdd a comment
diff --git a/x.ts b/x.ts
--- a/x.ts
+++ b/x.ts
@@ -0,0 +1 @@
+// 'checkout' was here

\0c2\x1fBen\x1f2026-02-01T00:00:00Z\x1fRemove \x1f the checkout
diff --git a/src/a b.ts b/src/a b.ts
--- a/src/a b.ts\t
+++ b/src/a b.ts\t
@@ -7,2 +7,0 @@ function f() {
--- a/lies.ts
-  if (flags.value('checkout', false)) g()
@@ -20 +18 @@
-'a'
\\ No newline at end of file
+'a.b'
\\ No newline at end of file

\0c1\x1fAna\x1f2026-01-01T00:00:00Z\x1fRemove it for the first time
diff --git a/y.ts b/y.ts
deleted file mode 100644
--- a/y.ts
+++ /dev/null
@@ -1 +0,0 @@
-on('checkout'), on('one-page')
";

#[test]
fn the_commit_that_took_the_last_use_away_is_the_newest_that_took_one() {
    let finder = Finder::new(KEYS, &references(NOTHING));
    let mut removals = Removals::new(&finder, KEYS.len(), &[0, 1, 2], &|_| true, &|_, _| true);
    for line in LOG.split('\n') {
        assert!(!removals.is_complete());
        removals.line(line.as_bytes());
    }
    assert_eq!(removals.commits(), 3);
    let told: Vec<Option<String>> = removals
        .into_removals()
        .into_iter()
        .map(|removal| {
            let removal = removal?;
            let (commit, file, line) = (removal.commit, removal.file, removal.line);
            Some(format!(
                "{commit} {file}:{line} {} {} {}",
                removal.author, removal.at, removal.subject
            ))
        })
        .collect();
    let second = "Ben 2026-02-01T00:00:00Z Remove \u{1f} the checkout";
    assert_eq!(
        told,
        [
            Some(format!("c2 src/a b.ts:8 {second}")),
            Some(format!("c2 src/a b.ts:20 {second}")),
            None,
            None,
        ]
    );
}

#[test]
fn what_was_taken_from_files_that_are_no_code_is_no_last_use() {
    let finder = Finder::new(KEYS, &references(NOTHING));
    let is_code = |path: &str| !path.starts_with("src/");
    let mut removals = Removals::new(&finder, KEYS.len(), &[0], &is_code, &|_, _| true);
    LOG.split('\n').for_each(|line| removals.line(line.as_bytes()));
    let removals = removals.into_removals();
    assert_eq!(removals[0].as_ref().unwrap().commit, "c1");
}

#[test]
fn what_was_taken_from_files_that_only_name_flags_is_no_last_use() {
    let finder = Finder::new(KEYS, &references(NOTHING));
    let asked = std::cell::RefCell::new(Vec::new());
    let had_uses = |commit: &str, file: &str| {
        asked.borrow_mut().push(format!("{commit} {file}"));
        commit != "c2"
    };
    let mut removals = Removals::new(&finder, KEYS.len(), &[0], &|_| true, &had_uses);
    LOG.split('\n').for_each(|line| removals.line(line.as_bytes()));
    let removals = removals.into_removals();
    assert_eq!(removals[0].as_ref().unwrap().commit, "c1");
    assert_eq!(asked.into_inner(), ["c2 src/a b.ts", "c1 y.ts"]);
}

#[test]
fn a_log_that_is_cut_off_or_no_log_finds_nothing_and_ends() {
    let finder = Finder::new(KEYS, &references(NOTHING));
    for cut in 0..LOG.len() {
        let mut removals = Removals::new(&finder, KEYS.len(), &[0], &|_| true, &|_, _| true);
        LOG.as_bytes()[..cut]
            .split(|byte| *byte == b'\n')
            .for_each(|line| removals.line(line));
    }
    let mut removals = Removals::new(&finder, KEYS.len(), &[0, 99], &|_| true, &|_, _| true);
    for line in [
        "@@ -99999999999999999999,x +",
        "@@ -",
        "--- ",
        "-'checkout'",
        "\0",
        "@@ -1 +0,0 @@",
        "-'checkout'",
    ] {
        removals.line(line.as_bytes());
    }
    assert!(!removals.is_complete());
    assert_eq!(removals.into_removals(), [None, None, None, None]);
}
