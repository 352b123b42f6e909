//! Who is asked about, and what is told of them.

use super::Repository;
use crate::shop::BANNER;
use crate::workshop::Run;
use serde_json::json;

/// A banner for Americans as well, and another for everybody.
fn changed() -> Repository {
    let repository = Repository::with_project(".");
    repository
        .workshop
        .write("flags/banner.yaml", BANNER.replace("in: [CA]", "in: [CA, US]"));
    repository
}

fn plan(repository: &Repository, more: &[&str]) -> Run {
    let command = [
        "plan",
        "--json",
        "--against",
        "main",
        "--environment",
        "production",
        "--audience",
        "server",
    ];
    repository.workshop.run(&[&command[..], more].concat())
}

#[test]
fn contexts_of_a_file_are_counted_by_variant_and_rule() {
    let repository = changed();
    let contexts = "{\"country\":\"US\"}\n\n{\"country\":\"CA\"}\n{\"country\":\"US\",\"mail\":\"ana@example.com\"}\n{}\n";
    repository.workshop.write("people.ndjson", contexts);
    repository
        .workshop
        .write("people.csv", "country,age:number\nUS,1\nCA,2\nUS,3\n,\n");
    for file in ["people.ndjson", "people.csv"] {
        let run = plan(&repository, &["--population", file]);
        let json = run.json();
        let impact = &json["scopes"][0]["impact"];
        assert_eq!(
            (&impact["people"], &impact["moved"]),
            (&json!(4), &json!(2)),
            "{file}"
        );
        let group = json!({
            "people": 2,
            "before": { "variant": "off", "rule": null, "ruleIndex": null, "exit": "default" },
            "after": { "variant": "on", "rule": "canada", "ruleIndex": 0, "exit": "rule" },
        });
        assert_eq!(impact["flags"][0]["groups"], json!([group]), "{file}");
    }
    let first = plan(&repository, &["--population", "people.ndjson", "--count", "2"]);
    assert_eq!(first.json()["scopes"][0]["impact"]["moved"], 1);
}

#[test]
fn examples_show_only_what_the_flag_asks_about() {
    let repository = changed();
    let contexts = "{\"country\":\"US\",\"mail\":\"ana@example.com\"}\n";
    repository.workshop.write("people.ndjson", contexts);
    let run = plan(&repository, &["--population", "people.ndjson"]);
    let example = &run.json()["scopes"][0]["examples"][0];
    assert_eq!(example["context"], json!({ "country": "US" }));
    assert!(!run.out.contains("ana@example.com"), "{run:?}");
    assert_eq!(example["before"]["text"], "banner serves `off` (DEFAULT)");
    let run = plan(&repository, &["--population", "people.ndjson", "--examples", "0"]);
    assert_eq!(run.json()["scopes"][0]["examples"], json!([]));
}

#[test]
fn a_line_that_is_no_context_is_told_with_its_place() {
    let repository = changed();
    for (file, text, line, why) in [
        ("bad.ndjson", "{}\n{\"country\": }\n", 2, "context-invalid"),
        ("list.ndjson", "{}\n{}\n[1]\n", 3, "context-invalid"),
        (
            "bad.csv",
            "country,age:number\nUS,1\nUS,old\n",
            3,
            "context-invalid",
        ),
        ("bad.yaml", "size: many\n", 1, "wrong-type"),
    ] {
        repository.workshop.write(file, text);
        let run = plan(&repository, &["--population", file]).fails(1, why);
        assert!(run.err.contains(&format!("\"line\":{line}")), "{file}: {run:?}");
        assert_eq!(run.out, "");
    }
    plan(&repository, &["--population", "none.ndjson"]).fails(1, "cannot-read");
}

#[test]
fn a_file_without_people_moves_nobody_and_says_so() {
    let repository = changed();
    for (name, text) in [
        ("none.ndjson", ""),
        ("blank.ndjson", "\n\u{feff}\n"),
        ("none.csv", "country\n"),
    ] {
        repository.workshop.write(name, text);
        let run = plan(&repository, &["--population", name]).fails(1, "nobody-comes");
        assert_eq!(run.out, "");
    }
}

#[test]
fn a_described_population_is_drawn() {
    let repository = changed();
    let text = "size: 1000\nattributes: { country: { oneOf: { US: 1, MX: 1 } } }\nmetrics: { orders: { rate: 3 } }\n";
    repository.workshop.write("people.yaml", text);
    let run = plan(&repository, &["--population", "people.yaml"]);
    let moved = run.json()["scopes"][0]["impact"]["moved"].as_u64().unwrap();
    assert!((400..600).contains(&moved), "{moved}");
    let fewer = plan(&repository, &["--population", "people.yaml", "--count", "10"]);
    assert_eq!(fewer.json()["scopes"][0]["impact"]["people"], 10);
}

#[test]
fn what_a_prerequisite_moves_is_told_of_the_flag_that_moves() {
    let repository = Repository::with_project(".");
    let asks = BANNER
        .replace("k3v9x2", "other")
        .replace("default: off", "default: on\nprerequisites: { banner: on }");
    repository.workshop.write("flags/poster.yaml", asks);
    repository.commit("a poster");
    repository
        .workshop
        .write("flags/banner.yaml", BANNER.replace("default: off", "default: on"));
    let run = plan(&repository, &[]);
    let json = run.json();
    let impact = &json["scopes"][0]["impact"]["flags"];
    assert_eq!(impact[1]["flag"], "poster");
    assert!(impact[1]["moved"].as_u64().unwrap() > 0);
    let changes = &json["scopes"][0]["changes"];
    assert_eq!(changes.as_array().unwrap().len(), 2);
    assert_eq!(changes[1]["flag"], "poster");
    assert_eq!(changes[1]["kinds"], serde_json::json!(["targeting"]));
    let text = repository.workshop.run(&["plan", "--against", "main"]);
    assert!(text.out.contains("prerequisites.banner.default"), "{text:?}");
}
