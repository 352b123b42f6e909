use super::{BANNER, Workshop};
use std::io::{BufRead, BufReader};
use std::process::Stdio;

fn compiled() -> Workshop {
    let split = "clientVisible: true\nsalt: zz1\nvariants: { small: { px: 1 }, large: { px: 2 } }\noffVariant: small\n\
        default: { split: { small: 50, large: 50 } }\nenvironments: { production: {}, staging: {} }\n";
    let workshop = Workshop::with_shop(&[("banner", BANNER), ("size", split)]);
    workshop.compile(&[]).succeeds();
    workshop
}

#[test]
fn one_context_gives_one_line_of_all_flags() {
    let workshop = compiled();
    let trust = workshop.trust();
    let eval = |more: &[&str]| {
        let mut arguments = vec!["eval", "shop.tgf", "--trust", &trust];
        arguments.extend(more);
        workshop.run(&arguments)
    };
    assert_eq!(
        eval(&["--context", r#"{"country": "CA"}"#]).succeeds().out,
        "{\"banner\":{\"variant\":\"on\",\"value\":true,\"reason\":\"TARGETING_MATCH\",\"rule\":\"canada\"},\
         \"size\":{\"variant\":\"small\",\"value\":{\"px\":1},\"reason\":\"ERROR\",\"errorCode\":\"TARGETING_KEY_MISSING\"}}\n"
    );
    let beyond = eval(&["--context", r#"{"targetingKey": 1e400, "country": "CA"}"#, "size"]);
    assert!(beyond.succeeds().out.contains("TARGETING_KEY_MISSING"));
    assert_eq!(
        eval(&["banner"]).succeeds().out,
        "{\"banner\":{\"variant\":\"off\",\"value\":false,\"reason\":\"DEFAULT\"}}\n"
    );
    eval(&["baner"]).fails(2, "did you mean `banner`?");
    eval(&["banner", "size", "banner"]).fails(2, "the flag `banner` is named twice");
    eval(&["--scope", "shop/production/server"]).fails(1, "SCOPE_MISMATCH");
    eval(&["--context", "[1]"]).fails(1, "expected a JSON object");
    eval(&["--context", "{", "banner"]).fails(1, " --> --context:1:");
    eval(&["--context", "{}", "--contexts", "x"]).fails(2, "cannot be used with");
    let run = workshop.run_with(
        &["eval", "shop.tgf", "--trust", &trust, "--context", "-", "banner"],
        r#"{"country": "CA"}"#,
    );
    assert!(run.succeeds().out.contains("\"variant\":\"on\""));
}

#[test]
fn an_expired_snapshot_decides_and_says_so() {
    let workshop = compiled();
    let trust = workshop.trust();
    let run = workshop
        .run(&[
            "eval",
            "shop.tgf",
            "--trust",
            &trust,
            "--now",
            "2099-01-01T00:00:00Z",
            "banner",
        ])
        .succeeds();
    assert_eq!(
        run.out,
        "{\"banner\":{\"variant\":\"off\",\"value\":false,\"reason\":\"DEFAULT\"}}\n"
    );
    assert!(
        run.err
            .starts_with("warning[snapshot-expired]: the snapshot expired at "),
        "{}",
        run.err
    );
}

#[test]
fn many_contexts_are_answered_in_order() {
    let workshop = compiled();
    let countries = ["CA", "US", "CA", "FR", "CA"];
    let mut lines = String::from("\u{feff}");
    for country in countries.iter().cycle().take(5_000) {
        lines.push_str(&format!(
            "{{\"targetingKey\":\"\\ud83d\",\"country\":\"{country}\"}}\r\n\n"
        ));
    }
    workshop.write("users.ndjson", &lines);
    let trust = workshop.trust();
    let from_file = workshop
        .run(&[
            "eval",
            "shop.tgf",
            "--trust",
            &trust,
            "--contexts",
            "users.ndjson",
            "banner",
        ])
        .succeeds();
    assert_eq!(from_file.err, "", "no bar where there is no terminal");
    let variants: Vec<bool> = from_file.out.lines().map(|line| line.contains("true")).collect();
    assert_eq!(variants.len(), 5_000);
    for (variant, country) in variants.iter().zip(countries.iter().cycle()) {
        assert_eq!(*variant, *country == "CA");
    }
    let from_pipe = workshop.run_with(
        &["eval", "shop.tgf", "--trust", &trust, "--contexts", "-", "banner"],
        &lines,
    );
    assert_eq!(from_pipe.out, from_file.out);
}

#[test]
fn a_bad_line_is_shown_and_what_came_before_is_kept() {
    let workshop = compiled();
    workshop.write("users.ndjson", "{\"country\":\"CA\"}\n\n{\"country\": CA}\n{}\n");
    let trust = workshop.trust();
    let run = workshop.run(&[
        "eval",
        "shop.tgf",
        "--trust",
        &trust,
        "--contexts",
        "users.ndjson",
        "banner",
    ]);
    assert_eq!(run.out.lines().count(), 1);
    assert_eq!(
        run.fails(1, "").err,
        "\
error[context-invalid]: not a context: expected value
 --> users.ndjson:3:13
  |
3 | {\"country\": CA}
  |             ^
"
    );
    let run = workshop.run(&[
        "eval",
        "shop.tgf",
        "--trust",
        &trust,
        "--contexts",
        "users.ndjson",
        "--json",
    ]);
    let told: serde_json::Value = serde_json::from_str(&run.fails(1, "").err).unwrap();
    assert_eq!(
        (told["line"].as_u64(), told["column"].as_u64()),
        (Some(3), Some(13))
    );
    let missing = workshop.run(&[
        "eval",
        "shop.tgf",
        "--trust",
        &trust,
        "--contexts",
        "missing.ndjson",
    ]);
    missing.fails(1, "cannot read `missing.ndjson`");
}

#[test]
fn answers_do_not_wait_for_the_end_of_the_input_and_nobody_minds_a_closed_pipe() {
    let workshop = compiled();
    let trust = workshop.trust();
    let mut child = workshop
        .command(&["eval", "shop.tgf", "--trust", &trust, "--contexts", "-", "banner"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut input = child.stdin.take().unwrap();
    let mut output = BufReader::new(child.stdout.take().unwrap());
    std::io::Write::write_all(&mut input, b"{}\n").unwrap();
    let mut line = String::new();
    output.read_line(&mut line).unwrap();
    assert!(line.starts_with("{\"banner\""), "{line}");
    drop(output);
    // The command ends as soon as it finds that nobody reads; until then the pipe takes what it holds.
    while std::io::Write::write_all(&mut input, b"{}\n").is_ok() {}
    let ended = child.wait_with_output().unwrap();
    assert!(ended.status.success(), "{ended:?}");
    assert!(ended.stderr.is_empty(), "{ended:?}");
}

#[test]
fn an_explanation_is_a_tree() {
    let workshop = compiled();
    let trust = workshop.trust();
    let explain = |more: &[&str]| {
        let mut arguments = vec![
            "explain",
            "shop.tgf",
            "banner",
            "--context",
            r#"{"country": "CA"}"#,
        ];
        arguments.extend(more);
        workshop.run(&arguments)
    };
    let run = explain(&["--trust", &trust]).succeeds();
    assert!(
        run.out
            .starts_with("banner serves `on` (TARGETING_MATCH, rule 0 `canada`)\n├─ "),
        "{}",
        run.out
    );
    assert!(
        run.out.contains("│  ├─ ✓ country in [\"CA\"]: it is \"CA\"\n"),
        "{}",
        run.out
    );
    assert!(!run.out.contains('\u{1b}'));
    assert_eq!(run.err, "");
    assert!(
        explain(&[])
            .succeeds()
            .err
            .contains("the signature was not checked")
    );
    assert!(
        explain(&["--color", "always"])
            .succeeds()
            .out
            .contains("\u{1b}[32m✓ ")
    );
    let json = explain(&["--json"]).succeeds().json();
    assert_eq!(json["evaluation"]["variant"], "on");
    assert_eq!(json["signatureChecked"], false);
    assert!(json["trace"]["children"].as_array().unwrap().len() > 2);
    workshop
        .run(&["explain", "shop.tgf", "baner"])
        .fails(2, "did you mean `banner`?");
}
