//! What machines are told: every key of a report is named where the document tells of that report.

use super::needs::governed;
use super::project::Shop;
use serde_json::Value;
use std::collections::BTreeSet;

const REPORTS: &str = include_str!("../../src/cli/govern/REPORTS.md");

/// Below these stands what people wrote, or what `inspect` and the audit log have: not the report's own keys.
const OTHERS: [&str; 6] = ["context", "requires", "value", "with", "before", "after"];

/// What the document says of a command.
fn section(command: &str) -> &'static str {
    let mut sections = REPORTS.split("\n# `tidegate ").skip(1);
    sections
        .find(|section| section.starts_with(&format!("{command}`\n")))
        .unwrap_or_else(|| panic!("no section tells of `{command}`"))
}

fn keys(value: &Value, found: &mut BTreeSet<String>) {
    match value {
        Value::Array(list) => list.iter().for_each(|value| keys(value, found)),
        Value::Object(fields) => {
            for (key, value) in fields {
                found.insert(key.clone());
                // Of groups and explanations these are the report's own.
                let is_own = value.get("exit").is_some() || value.get("outcome").is_some();
                if is_own || !OTHERS.contains(&key.as_str()) {
                    keys(value, found);
                }
            }
        }
        _ => {}
    }
}

#[track_caller]
fn is_told(shop: &Shop, command: &str, more: &str) {
    let (_, told) = shop.tell(&format!("tidegate {command} {more} --json 2> problems"));
    // Behind it the shell says what it runs.
    let line = told.lines().next().unwrap_or_default();
    let report: Value =
        serde_json::from_str(line).unwrap_or_else(|error| panic!("{command}: {error}: {told}"));
    let mut found = BTreeSet::new();
    keys(&report, &mut found);
    assert!(found.len() > 5, "{command}: {told}");
    let section = section(command.split_once(' ').map_or(command, |(first, _)| first));
    for key in found.iter().filter(|key| *key != "format") {
        assert!(
            section.contains(&format!("`{key}`")),
            "no word of `{key}` in what is told of `{command}`: {report}"
        );
    }
}

#[test]
fn every_key_of_a_report_is_in_its_document() {
    let shop = governed();
    shop.run("git switch --quiet --create change; git add --all; git commit --quiet --message noted");
    shop.run("sed -i 's/one-page: 50, classic: 50/one-page: 60, classic: 40/' flags/checkout.yaml");
    shop.run("tidegate ci-report --out ../last.json; sed -i 's/one-page: 60, classic: 40/one-page: 70, classic: 30/' flags/checkout.yaml");
    shop.run("tidegate approve --change --against main --by ana --key ../keys/ana/tidegate.key");
    shop.run("tidegate approve --change --against main --by ben --key ../keys/ben/tidegate.key");
    shop.run("TIDEGATE_ACTOR=ana tidegate kill checkout --reason why --at ../site --environment production --head-key ../keys/tidegate.key --project .");
    let at = "--at ../site --trust ../keys/tidegate.pub";
    is_told(&shop, "plan", "--against main");
    is_told(&shop, "gate", "--against main --now 2030-01-01T00:00:00Z");
    is_told(&shop, "gate", "--against main");
    is_told(&shop, "status", at);
    is_told(&shop, "stale", "--now 2030-01-01T00:00:00Z");
    is_told(&shop, "refs", "--context 1");
    is_told(&shop, "check-release", "--against main");
    is_told(&shop, "ci-report", "--out build.json --last ../last.json");
    is_told(&shop, "dora", "");
    is_told(&shop, "audit verify", at);
    is_told(&shop, "audit blame", "checkout");
}
