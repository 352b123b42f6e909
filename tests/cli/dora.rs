//! The measures of delivery, from a project's own log.

use super::workshop::{Run, Workshop};
use serde_json::{Value, json};
use tidegate::delivery::audit::{Actor, ActorKind, Entry, sha256};

/// 2026-11-02T00:00:00Z, a Monday.
const MONDAY_MS: i64 = 1_793_577_600_000;
const HOUR_MS: i64 = 3_600_000;
const NOW: &str = "2026-11-16T00:00:00Z";

/// What somebody did in production, hours after Monday.
fn entry(hours: i64, action: &str) -> Entry {
    let actor = Actor {
        name: "ana".to_owned(),
        kind: ActorKind::Human,
    };
    let mut entry = Entry::new(MONDAY_MS + hours * HOUR_MS, actor, action);
    entry.environment = Some("production".to_owned());
    entry
}

/// A project whose log has some entries: hours after Monday, action, flag.
fn shop(entries: &[(i64, &str, &str)]) -> Workshop {
    let entries = entries.iter().map(|(hours, action, flag)| {
        let mut entry = entry(*hours, action);
        entry.flag = Some((*flag).to_owned());
        match hours {
            48 => entry.with("state", json!({ "to": { "status": "completed" } })),
            _ => entry,
        }
    });
    with_log(entries)
}

fn with_log(entries: impl IntoIterator<Item = Entry>) -> Workshop {
    let shop = Workshop::with_shop(&[(
        "search",
        "createdAt: 2026-10-31\nsalt: s\ndefault: on\nenvironments: { production: {} }\n",
    )]);
    let (mut log, mut previous) = (String::new(), [0; 32]);
    for (entry, sequence) in entries.into_iter().zip(1..) {
        let line = entry.line(sequence, &previous);
        previous = sha256(line.as_bytes());
        log.push_str(&line);
        log.push('\n');
    }
    shop.write("shop/audit/2026-11.jsonl", log);
    shop
}

fn busy() -> Workshop {
    shop(&[
        (0, "promote", "search"),
        (5, "kill", "search"),
        (9, "unkill", "search"),
        (48, "promote", "search"),
        (170, "promote", "banner"),
    ])
}

fn dora(shop: &Workshop, more: &[&str]) -> Run {
    shop.run(&[&["dora", "--project", "shop", "--now", NOW], more].concat())
}

fn measures(run: Run) -> Vec<Value> {
    run.succeeds().json()["measures"].as_array().unwrap().clone()
}

#[test]
fn all_four_measures_come_from_the_log() {
    let shop = busy();
    let found = measures(dora(&shop, &["--json"]));
    let [found] = &found[..] else { panic!("{found:?}") };
    assert_eq!(found["environment"], "production");
    assert_eq!(found["releases"]["count"], 3);
    assert_eq!(found["releases"]["perDay"], 3.0 / 14.0);
    // Made two days before Monday, as its file says.
    assert_eq!(found["leadTime"]["medianMs"], 96 * HOUR_MS);
    assert_eq!(found["leadTime"]["underWay"], 1);
    assert_eq!(
        found["changeFailureRate"],
        json!({ "rate": 1.0 / 3.0, "failed": 1 })
    );
    assert_eq!(found["timeToRestore"]["medianMs"], 4 * HOUR_MS);
    assert_eq!(found["timeToClose"]["medianMs"], 5 * HOUR_MS);
    assert_eq!(found["missing"], json!([]));
    let text = dora(&shop, &[]).succeeds().out;
    for part in [
        "production",
        "33.3%",
        "1 of 3",
        "4d",
        "4h",
        "every 4.7 days",
        "to 2026-11-16",
        "stopped 5h",
    ] {
        assert!(text.contains(part), "no `{part}` in\n{text}");
    }
    let widest = text.lines().map(|line| line.chars().count()).max().unwrap();
    assert!(widest <= 80, "{widest}\n{text}");
}

#[test]
fn weeks_and_months_are_measured_by_themselves() {
    let shop = busy();
    let weeks = measures(dora(&shop, &["--by", "week", "--json"]));
    let counts: Vec<&Value> = weeks.iter().map(|week| &week["releases"]["count"]).collect();
    assert_eq!(counts, [&json!(2), &json!(1)]);
    assert_eq!(weeks[1]["since"], "2026-11-09T00:00:00Z");
    assert_eq!(weeks[1]["timeToRestore"]["medianMs"], Value::Null);
    // What is said of both is said once.
    let text = dora(&shop, &["--by", "week", "--environment", "production"])
        .succeeds()
        .out;
    assert_eq!(text.matches("production").count(), 1, "{text}");
    let text = dora(&shop, &["--by", "week", "--flag", "banner"]).succeeds().out;
    assert_eq!(text.matches("nothing was killed").count(), 1, "{text}");
    let since = ["--since", "2026-11-09", "--until", "2026-11-10", "--json"];
    assert_eq!(measures(dora(&shop, &since))[0]["releases"]["perDay"], 1.0);
    assert_eq!(
        measures(dora(&shop, &["--flag", "sea*", "--json"]))[0]["releases"]["count"],
        2
    );
    assert!(measures(dora(&shop, &["--environment", "staging", "--json"])).is_empty());
    // What is still to come is no part of a period.
    let until = ["--since", "2026-11-09", "--until", "2027-11-09", "--json"];
    assert_eq!(measures(dora(&shop, &until))[0]["until"], NOW);
}

#[test]
fn before_the_log_begins_nothing_is_measured_and_nothing_is_0() {
    let shop = busy();
    let whole = dora(&shop, &["--by", "month", "--json"]).succeeds().out;
    for since in ["2026-01-01", "-62135596800000"] {
        let found = dora(&shop, &["--since", since, "--by", "month", "--json"]);
        assert_eq!(found.succeeds().out, whole);
    }
    let before = ["--since", "2026-01-01", "--until", "2026-10-01"];
    let text = dora(&shop, &before).succeeds().out;
    assert_eq!(
        text,
        "the audit log tells of nothing between 2026-01-01T00:00:00Z and 2026-10-01T00:00:00Z: nothing can be measured\n"
    );
}

#[test]
fn what_cannot_be_computed_says_so() {
    let lasting = shop(&[(0, "kill", "search")]);
    let found = &measures(dora(&lasting, &["--json"]))[0];
    assert_eq!(found["changeFailureRate"]["rate"], Value::Null);
    assert_eq!(found["timeToRestore"]["medianMs"], Value::Null);
    assert_eq!(found["timeToRestore"]["lasting"], 1);
    let text = dora(&lasting, &[]).succeeds().out;
    assert!(
        text.contains("no failure rate, as nothing was released"),
        "{text}"
    );
    assert!(
        text.contains("no time to restore, as nothing was opened again yet"),
        "{text}"
    );
    let brief = [
        "--since",
        "2026-11-02T00:00:00Z",
        "--until",
        "2026-11-02T00:00:00.010Z",
    ];
    let found = &measures(dora(&busy(), &[&brief[..], &["--json"]].concat()))[0];
    assert_eq!(found["releases"], json!({ "count": 1, "perDay": null }));
    let text = dora(&busy(), &brief).succeeds().out;
    assert!(
        text.contains("2026-11-02") && !text.contains("to 2026-11-02"),
        "{text}"
    );
    assert!(
        text.contains("no frequency, as the period is shorter than a day"),
        "{text}"
    );
    let empty = Workshop::with_shop(&[]);
    let text = dora(&empty, &[]).succeeds().out;
    assert!(text.contains("nothing can be measured"), "{text}");
}

#[test]
fn a_damaged_log_is_told_of_and_an_empty_period_refused() {
    let shop = busy();
    dora(&shop, &["--since", "2026-11-20"]).fails(2, "period-empty");
    dora(&shop, &["--since", "soon"]).fails(2, "expected a day");
    dora(&shop, &["--by", "day"]).fails(2, "month");
    dora(&shop, &["--environment", "prodution"]).fails(1, "unknown-environment");
    dora(&shop, &["--environment", "prodution"])
        .fails(1, "does not exist, the project has production, staging");
    let project = String::from_utf8(shop.read("shop/tidegate.yaml")).unwrap();
    shop.write("shop/tidegate.yaml", "nothing: here\n");
    dora(&shop, &["--environment", "production"]).succeeds();
    dora(&shop, &["--environment", "prodution"]).fails(1, "unknown-environment");
    shop.write("shop/tidegate.yaml", project);
    let log = String::from_utf8(shop.read("shop/audit/2026-11.jsonl")).unwrap();
    shop.write("shop/audit/2026-11.jsonl", log.replace("unkill", "resume"));
    let run = dora(&shop, &["--json"]).succeeds();
    assert!(run.err.contains("audit-damaged"), "{}", run.err);
}

#[test]
fn what_a_flag_gives_while_it_is_off_is_what_its_file_says_where_the_log_does_not() {
    let changes = |after: &str| {
        let diff = json!([{ "path": "default", "before": "x", "after": after }]);
        json!([{ "flag": "search", "environment": "production", "kinds": ["increase", "decrease"], "diff": diff }])
    };
    for (after, arrived) in [("on", 1), ("off", 0)] {
        let shop = with_log([entry(5, "publish").with("changes", changes(after))]);
        let found = measures(dora(&shop, &["--json"]));
        assert_eq!(found[0]["leadTime"]["count"], arrived, "{after}");
    }
}

#[test]
fn a_flag_that_is_enabled_with_a_default_that_is_on_comes_to_everybody() {
    let flag = |state: &str| {
        format!(
            "salt: s\ndefault: on\nclientVisible: true\nenvironments: {{ production: {{ enabled: {state} }} }}\n"
        )
    };
    let shop = Workshop::with_shop(&[("search", &flag("false"))]);
    shop.publish_all(&[]).succeeds();
    let found = |shop: &Workshop| {
        let arguments = [
            "dora",
            "--project",
            "shop",
            "--environment",
            "production",
            "--json",
        ];
        measures(shop.run(&arguments))[0]["leadTime"].clone()
    };
    assert_eq!(
        (&found(&shop)["count"], &found(&shop)["underWay"]),
        (&json!(0), &json!(1))
    );
    shop.write("shop/flags/search.yaml", flag("true"));
    shop.publish_all(&[]).succeeds();
    assert_eq!(
        (&found(&shop)["count"], &found(&shop)["underWay"]),
        (&json!(1), &json!(0))
    );
}
