use super::workshop::{Run, Workshop};
use serde_json::Value;
use std::fmt::Write;

const FLAG: &str = "description: Checkout\nowner: web\ntype: release\nsalt: k3v9x2\n\
variants: { classic: classic, one-page: one-page }\noffVariant: classic\ndefault: classic\nrules:\n  \
- { name: everyone, if: { attribute: country, in: [US] }, serve: { rollout: launch } }\nrollouts:\n  launch:\n    \
from: classic\n    to: one-page\n    control: true\n    gate: { minHold: 1d, policy: orders }\n    stages:\n      \
- { name: qa, ring: internal-qa, gate: { minHold: 2h, approvals: 1 } }\n      - { name: s10, share: 10 }\n      \
- { name: s50, share: 50 }\n";
const POLICY: &str = "metrics:\n  failed:\n    role: guardrail\n    type: proportion\n    harm: increase\n    \
onBreach: rollback\n    file: { path: numbers.json }\n";
const PEOPLE: &str = "size: 12000\nlasts: 5d\nevery: 6h\nattributes:\n  \
country: { oneOf: { US: 3, CA: 1 } }\n  groups: { listOf: { qa: 1 } }\nmetrics:\n  failed: { rate: 5 }\n";
const COMMAND: [&str; 9] = [
    "simulate",
    "checkout",
    "--project",
    "shop",
    "--environment",
    "production",
    "--population",
    "people.yaml",
    "--now=2026-11-22T00:00:00Z",
];

fn workshop() -> Workshop {
    let workshop = Workshop::new();
    workshop.write(
        "shop/tidegate.yaml",
        "project: shop\nenvironments: [production, staging]\n",
    );
    workshop.write("shop/flags/checkout.yaml", FLAG);
    workshop.write("shop/policies/orders.yaml", POLICY);
    workshop.write(
        "shop/segments/internal-qa.yaml",
        "description: Our own\nowner: web\nif: { attribute: groups, anyOf: [qa] }\n",
    );
    workshop.write("people.yaml", PEOPLE);
    workshop
}

impl Workshop {
    fn simulate(&self, more: &[&str]) -> Run {
        self.run(&[&COMMAND[..], more].concat())
    }
}

#[test]
fn a_release_that_hurts_is_shown_to_be_rolled_back() {
    let workshop = workshop();
    let told = workshop.simulate(&["--harm", "failed=+200%"]).succeeds().out;
    let lines: Vec<&str> = told.lines().collect();
    assert_eq!(
        lines[..2],
        [
            "checkout: `launch` in production, 12,000 people over 5d, a look every 6h",
            "harm: failed +200%"
        ]
    );
    assert!(
        lines[3].trim_start().starts_with("after  looks  stage  share"),
        "{told}"
    );
    assert!(lines[4].contains("qa") && lines[4].contains("promote"), "{told}");
    let decided = lines.iter().rfind(|line| line.contains("rollback:")).unwrap();
    assert!(decided.contains("`failed`"), "{told}");
    assert!(told.contains("\nrolled back after "), "{told}");
    assert!(told.contains("\nhurt by the plan: "), "{told}");
    assert!(told.contains("\nhurt all at once: "), "{told}");

    let json = workshop
        .simulate(&["--harm", "failed=+200%", "--json"])
        .succeeds()
        .json();
    assert_eq!(
        (&json["end"], &json["plan"]),
        (&"rolled-back".into(), &"launch".into())
    );
    let looks = json["looks"].as_array().unwrap();
    let last = looks.last().unwrap();
    assert_eq!(last["decision"], "rollback");
    assert_eq!(last["reasons"][0]["code"], "guardrail-breach");
    assert!(last["comparisons"][0]["lowerBound"].as_f64().unwrap() > 0.0);
    assert_eq!(json["afterMs"], last["afterMs"]);
    let people = |path: &str| json.pointer(path).and_then(Value::as_u64).unwrap();
    assert_eq!(people("/inAll/came"), 12_000);
    assert!(people("/inAll/reached/hurt") * 3 < people("/inAll/allAtOnce/hurt"));
    // Only three of four people come under the rule at all.
    assert!((8_700..9_300).contains(&people("/inAll/allAtOnce/people")));
}

#[test]
fn a_release_that_does_no_harm_is_completed() {
    let told = workshop().simulate(&[]).succeeds().out;
    assert!(told.contains("\nharm: none\n"), "{told}");
    assert!(told.contains("\ncompleted after "), "{told}");
    assert!(told.contains("\nhurt by the plan: 0 of "), "{told}");
}

#[test]
fn nothing_but_time_changes_without_approvals() {
    let told = workshop().simulate(&["--unapproved"]).succeeds().out;
    assert!(told.contains("hold: 0 of 1 people approved"), "{told}");
    assert!(
        told.contains("still at `qa` when the last person had come"),
        "{told}"
    );
}

#[test]
fn the_same_seed_gives_the_same_with_any_number_of_threads() {
    let workshop = workshop();
    let with = |more: &[&str]| workshop.simulate(&[&["--harm", "failed=+50%", "--json"], more].concat());
    let one = with(&["--threads", "1"]).succeeds().out;
    assert_eq!(with(&["--threads", "3"]).succeeds().out, one);
    workshop.write("people.yaml", PEOPLE.replace("size:", "seed: 2\nsize:"));
    assert_ne!(with(&[]).succeeds().out, one);
}

#[test]
fn the_sample_shop_has_people() {
    let shop = concat!(env!("CARGO_MANIFEST_DIR"), "/www/flags");
    let people = format!("{shop}/populations/visitors.yaml");
    let command = [
        "simulate",
        "dark-mode",
        "--project",
        shop,
        "--environment",
        "production",
    ];
    let more = [
        "--population",
        &people,
        "--size",
        "60000",
        "--harm",
        "failed-orders=+900%",
    ];
    let told = Workshop::new()
        .run(&[&command[..], &more].concat())
        .succeeds()
        .out;
    assert!(told.contains("60,000 people over 14d"), "{told}");
    assert!(told.contains("\nrolled back after "), "{told}");
}

#[test]
fn people_come_from_a_file_of_contexts() {
    let workshop = workshop();
    let (mut lines, mut table) = (
        String::from("\u{feff}"),
        String::from("targetingKey,country,age:number,staff:boolean\r\n"),
    );
    for number in 0..3_000 {
        let country = if number % 4 == 0 { "CA" } else { "US" };
        writeln!(
            lines,
            r#"{{"targetingKey":"v-{number}","country":"{country}","age":30,"staff":false}}"#
        )
        .unwrap();
        if number % 7 == 0 {
            lines.push('\n');
        }
        write!(table, "v-{number},\"{country}\",30,false\r\n").unwrap();
    }
    workshop.write("people.ndjson", &lines);
    workshop.write("people.csv", &table);
    let with = |file: &str| {
        let more = ["--contexts", file, "--harm", "failed=+100%", "--json"];
        workshop.simulate(&more).succeeds().json()
    };
    let json = with("people.ndjson");
    assert_eq!(json["inAll"]["came"], 3_000);
    assert_eq!(json["inAll"]["allAtOnce"]["people"], 2_250);
    assert_eq!(with("people.csv"), json);
}

#[test]
fn contexts_that_are_none_are_refused_with_their_line() {
    let workshop = workshop();
    let refused = |name: &str, text: &str, why: &str| {
        workshop.write(name, text);
        workshop.simulate(&["--contexts", name]).fails(1, why);
    };
    refused(
        "a.ndjson",
        "{\"targetingKey\":\"a\"}\n\n{\"targetingKey\":}\n",
        "a.ndjson:3:17",
    );
    refused("b.ndjson", "[1]\n", "error[context-invalid]: not a context");
    refused(
        "c.ndjson",
        "\n \n",
        "error[nobody-comes]: there are no people to simulate",
    );
    refused("d.csv", "targetingKey,age:number\nx,1\ny,old\n", "d.csv:3:1");
    refused(
        "e.csv",
        "targetingKey,age\nx\n",
        "error[context-invalid]: e.csv: not a table of contexts",
    );
    refused(
        "f.csv",
        "a:boolean\nyes\n",
        "`yes` is neither `true` nor `false` in the column `a`",
    );
    workshop
        .simulate(&["--contexts", "none.ndjson"])
        .fails(1, "cannot read `none.ndjson`");
    workshop
        .simulate(&["--contexts", "shop"])
        .fails(1, "it is a folder");
}

#[test]
fn what_cannot_be_simulated_is_refused() {
    let workshop = workshop();
    workshop
        .run(&[&["simulate", "chekout"], &COMMAND[2..]].concat())
        .fails(1, "error[unknown-flag]: flag `chekout` does not exist");
    workshop
        .simulate(&["--plan", "lunch"])
        .fails(1, "error[unknown-plan]: rollout `lunch` does not exist");
    for harm in [
        "failed",
        "failed=20",
        "failed=+x%",
        "failed=NaN%",
        "failed=-101%",
        "=+1%",
        "failed=inf%",
    ] {
        workshop
            .simulate(&["--harm", harm])
            .fails(2, "expected a metric and a change of it");
    }
    workshop
        .simulate(&["--harm", "faild=+1%"])
        .fails(1, "error[harm-unknown]: the population has no metric `faild`");
    workshop
        .simulate(&["--harm", "failed=+2000%"])
        .fails(1, "error[harm-impossible]");
    let environment = |name| {
        let mut command = COMMAND;
        command[5] = name;
        workshop.run(&command)
    };
    environment("prod").fails(1, "error[unknown-environment]");

    let people = |text: &str, why: &str| {
        workshop.write("people.yaml", text);
        workshop.simulate(&[]).fails(1, why);
    };
    people(
        "size: 10\nmetrics: { failed: { rate: .nan } }\n",
        "people.yaml:2:28",
    );
    people(
        "size: 10\nmetric: { failed: { rate: 3 } }\n",
        "did you mean `metrics`?",
    );
    people(
        "size: 10\nmetrics: { other: { rate: 3 } }\n",
        "error[metric-missing]",
    );
    people(
        "size: 10\nmetrics: { failed: { mean: 3, deviation: 1 } }\n",
        "error[metric-differs]",
    );
    people("metrics: { failed: { rate: 3 } }\n", "error[nobody-comes]");
    people("", "expected a population (a mapping), found null");

    workshop.write("people.yaml", PEOPLE);
    workshop.write(
        "shop/flags/checkout.yaml",
        "description: d\nowner: o\ntype: release\nsalt: s\nvariants: { a: a, b: b }\noffVariant: a\ndefault: a\n",
    );
    workshop
        .simulate(&[])
        .fails(1, "error[no-plan]: the flag has no rollout");
    workshop.write(
        "shop/flags/checkout.yaml",
        FLAG.split("    stages:")
            .next()
            .unwrap()
            .replace("orders }", "orders }\n    stages: []"),
    );
    workshop.simulate(&[]).fails(1, "error[empty-list]");
}
