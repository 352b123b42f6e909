//! The comment on a pull request.

use super::Repository;
use crate::shop::BANNER;
use std::fmt::Write;

fn comment(repository: &Repository) -> String {
    let run = repository
        .workshop
        .run(&["plan", "--against", "main", "--markdown", "--count", "50"]);
    assert_eq!(run.code, 2, "{run:?}");
    run.out
}

#[test]
fn a_comment_is_a_table_with_the_rest_folded_away() {
    let repository = Repository::with_project(".");
    repository
        .workshop
        .write("flags/banner.yaml", BANNER.replace("default: off", "default: on"));
    let comment = comment(&repository);
    assert!(
        comment.starts_with("<!-- tidegate plan -->\n### Flags of <code>shop</code>: 1 flag changes\n"),
        "{comment}"
    );
    let row = "| <code>banner</code> | <code>production</code> | client, server | increase | 100% |";
    assert!(comment.contains(row), "{comment}");
    assert!(
        comment.contains("| <code>default</code> | <code>\"off\"</code> | <code>\"on\"</code> |"),
        "{comment}"
    );
    assert_eq!(
        comment.matches("<details>").count(),
        comment.matches("</details>").count()
    );
    assert_eq!(
        comment.matches("<pre>").count(),
        comment.matches("</pre>").count()
    );
}

#[test]
fn nothing_that_others_wrote_is_markup_or_mentions_anybody() {
    let repository = Repository::with_project(".");
    let hostile = "\"@everyone | `x` </pre></details><img src=x> [a](https://b) \\u202e\\n# head\"";
    let text = BANNER
        .replace("in: [CA]", &format!("in: [CA, {hostile}]"))
        .replace("name: canada", "name: \"a|b @team `<b>`\"");
    repository.workshop.write("flags/banner.yaml", text);
    repository
        .workshop
        .write("people.ndjson", format!("{{\"country\":{hostile}}}\n"));
    let run = repository.workshop.run(&[
        "plan",
        "--against",
        "main",
        "--markdown",
        "--population",
        "people.ndjson",
    ]);
    assert_eq!(run.code, 2, "{run:?}");
    for there in ["@everyone", "@team", "<img", "<b>", "\u{202e}"] {
        assert!(!run.out.contains(there), "{there} in {}", run.out);
    }
    assert_eq!(
        run.out.matches("</pre>").count(),
        run.out.matches("<pre>").count()
    );
    assert_eq!(
        run.out.matches("</details>").count(),
        run.out.matches("<details>").count()
    );
    for row in run.out.lines().filter(|line| line.starts_with("| ")) {
        assert!([4, 7].contains(&row.matches('|').count()), "{row}");
    }
}

#[test]
fn a_comment_that_would_be_too_long_says_what_it_leaves_out() {
    let repository = Repository::with_project(".");
    for number in 0..300 {
        let flag = BANNER.replace("k3v9x2", &format!("s{number}"));
        repository
            .workshop
            .write(&format!("flags/a-flag-with-a-long-name-{number:03}.yaml"), flag);
    }
    repository.commit("many flags");
    for number in 0..300 {
        let mut countries = String::new();
        for country in 0..30 {
            let _ = write!(countries, ", country-{country}");
        }
        let flag = BANNER
            .replace("k3v9x2", &format!("s{number}"))
            .replace("in: [CA]", &format!("in: [CA{countries}]"));
        repository
            .workshop
            .write(&format!("flags/a-flag-with-a-long-name-{number:03}.yaml"), flag);
    }
    let comment = comment(&repository);
    assert!(comment.len() <= 49_152, "{}", comment.len());
    assert!(comment.len() > 40_000, "{}", comment.len());
    let last = comment.lines().last().unwrap();
    assert!(last.starts_with("_Left out for want of room: "), "{last}");
    assert_eq!(
        comment.matches("<details>").count(),
        comment.matches("</details>").count()
    );
}

#[test]
fn a_comment_says_that_nothing_changes() {
    let repository = Repository::with_project(".");
    let run = repository
        .workshop
        .run(&["plan", "--against", "main", "--markdown", "--count", "50"]);
    let run = run.succeeds();
    assert!(run.out.contains("nothing changes"), "{run:?}");
    repository
        .workshop
        .run(&["plan", "--against", "main", "--markdown", "--json"])
        .fails(1, "--json");
}

#[test]
fn a_flag_that_is_new_or_gone_is_told_in_words_and_whole_for_machines() {
    let repository = Repository::with_project(".");
    let workshop = &repository.workshop;
    workshop.write("flags/banner.yaml", "");
    std::fs::remove_file(workshop.path("flags/banner.yaml")).unwrap();
    workshop.write("flags/ribbon.yaml", BANNER.replace("default: off", "default: on"));
    let line =
        |default: &str| format!("variants on, off; rules canada → on; default {default}; on in production");
    let run = workshop.run(&["plan", "--against", "main", "--count", "50"]);
    assert_eq!(run.code, 2, "{run:?}");
    let (new, gone) = (line("on"), line("off"));
    for told in [
        format!("  the flag: {gone} → nothing\n"),
        format!("  the flag: nothing → {new}\n"),
        "people get another variant (100%)\n".to_owned(),
        "not there → on by default\n".to_owned(),
    ] {
        assert!(run.out.contains(&told), "{told} in {}", run.out);
    }
    assert!(!run.out.contains("offVariant"), "{}", run.out);
    assert!(run.out.lines().all(|line| line.trim_end() == line), "{}", run.out);
    let comment = comment(&repository);
    for told in [new, gone] {
        let told = told.replace(';', "&#59;");
        assert!(
            comment.contains(&format!("<code>{told}</code>")),
            "{told} in {comment}"
        );
    }
    assert!(!comment.contains("offVariant"), "{comment}");
    let json = repository.plan(".", "main").json();
    let flag = &json["scopes"][0]["changes"][1]["differences"][0]["after"];
    assert_eq!(
        (&flag["enabled"], &flag["offVariant"]),
        (&true.into(), &"off".into())
    );
}
