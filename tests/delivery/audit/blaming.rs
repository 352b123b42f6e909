//! Who made each key of a flag what it is.

use super::{Files, add, entry, read};
use serde_json::{Value, json};

fn log() -> Files {
    let mut files = Files::new();
    let change = |flag: &str, environment: &str, kinds: Value, diff: Value| json!({ "flag": flag, "environment": environment, "kinds": kinds, "diff": diff });
    let mut publish = entry("2026-11-01T12:00:00Z", "publish");
    publish.flag = None;
    add(
        &mut files,
        &publish.clone().with(
            "changes",
            json!([change("checkout", "production", json!(["new"]), json!([]))]),
        ),
    );
    let share = json!([{ "path": "rules[0].serve.rollout.share", "before": 5, "after": 10 }]);
    let mut promote = entry("2026-11-02T12:00:00Z", "promote").with("diff", share);
    promote.environment = Some("production".to_owned());
    add(&mut files, &promote);
    let mut elsewhere = promote.clone();
    elsewhere.environment = Some("staging".to_owned());
    add(&mut files, &elsewhere);
    let mut other = promote;
    other.flag = Some("other".to_owned());
    add(&mut files, &other);
    files
}

fn present() -> Value {
    json!({
        "enabled": true, "killed": false,
        "rules": [{ "if": { "segment": "qa" }, "serve": { "rollout": { "stage": "tenth", "share": 10 } } }],
        "default": "classic", "reads": ["country", "plan"],
    })
}

fn blamed(files: &Files, environment: &str, present: &Value) -> Vec<(String, Option<u64>)> {
    let (chain, _) = read(files);
    let blamed = chain.blame("checkout", environment, present);
    blamed
        .into_iter()
        .map(|blamed| (blamed.path, blamed.entry.map(|entry| entry.sequence)))
        .collect()
}

fn of<'b>(blamed: &'b [(String, Option<u64>)], path: &str) -> &'b Option<u64> {
    &blamed.iter().find(|(found, _)| found == path).unwrap().1
}

#[test]
fn each_key_is_told_of_by_the_last_that_changed_it() {
    let blamed = blamed(&log(), "production", &present());
    let paths: Vec<&str> = blamed.iter().map(|(path, _)| path.as_str()).collect();
    assert_eq!(
        paths,
        [
            "enabled",
            "killed",
            "rules[0].if.segment",
            "rules[0].serve.rollout.stage",
            "rules[0].serve.rollout.share",
            "default",
            "reads"
        ]
    );
    assert_eq!(*of(&blamed, "rules[0].serve.rollout.share"), Some(2));
    assert_eq!(*of(&blamed, "default"), Some(1));
}

#[test]
fn another_environment_has_its_own_history() {
    let blamed = blamed(&log(), "staging", &present());
    assert_eq!(*of(&blamed, "rules[0].serve.rollout.share"), Some(3));
    assert_eq!(*of(&blamed, "default"), None, "it was so before the log began");
}

#[test]
fn what_was_edited_since_nobody_told_of() {
    let mut edited = present();
    edited["rules"][0]["serve"]["rollout"]["share"] = json!(20);
    let mut files = Files::new();
    let share = json!([{ "path": "rules[0].serve.rollout.share", "before": 5, "after": 10 }]);
    add(
        &mut files,
        &entry("2026-11-02T12:00:00Z", "promote").with("diff", share),
    );
    assert_eq!(
        *of(
            &blamed(&files, "production", &edited),
            "rules[0].serve.rollout.share"
        ),
        None
    );
}

#[test]
fn a_rule_is_found_where_others_came_before_it() {
    let mut moved = present();
    let rules = moved["rules"].as_array_mut().unwrap();
    rules.insert(0, json!({ "serve": "classic" }));
    assert_eq!(
        *of(
            &blamed(&log(), "production", &moved),
            "rules[1].serve.rollout.share"
        ),
        Some(2)
    );
}

#[test]
fn a_value_within_one_that_was_set_as_a_whole_is_told_of() {
    let mut files = log();
    let whole = json!([{ "path": "default", "before": "classic", "after": { "rollout": { "stage": "all", "to": "a.b", "a.b": { "c": 1 } } } }]);
    add(
        &mut files,
        &entry("2026-11-03T12:00:00Z", "promote").with("diff", whole),
    );
    let mut present = present();
    present["default"] = json!({ "rollout": { "stage": "all", "to": "a.b", "a.b": { "c": 1 } } });
    let blamed = blamed(&files, "production", &present);
    for path in [
        "default.rollout.stage",
        "default.rollout.to",
        "default.rollout.a.b.c",
    ] {
        assert_eq!(*of(&blamed, path), Some(5), "{path}");
    }
}

#[test]
fn a_kill_is_shown_until_it_is_lifted() {
    let mut files = log();
    let scopes = |kills: Value| json!([{ "scope": "shop/production/server", "head": { "kills": kills } }]);
    let kill = entry("2026-11-03T12:00:00Z", "kill").with("scopes", scopes(json!(["checkout"])));
    add(&mut files, &kill);
    add(
        &mut files,
        &entry("2026-11-03T13:00:00Z", "renew").with("scopes", scopes(json!(["checkout"]))),
    );
    let (chain, _) = read(&files);
    let killed = chain.blame("checkout", "production", &present()).remove(0);
    assert_eq!(
        (
            killed.path.as_str(),
            &killed.value,
            killed.entry.unwrap().sequence
        ),
        ("killed", &json!(true), 5)
    );
    let staging = chain.blame("checkout", "staging", &present());
    assert!(
        staging
            .iter()
            .any(|blamed| blamed.path == "killed" && blamed.value == json!(false)),
        "{staging:?}"
    );
    add(
        &mut files,
        &entry("2026-11-03T14:00:00Z", "unkill").with("scopes", scopes(json!([]))),
    );
    let (chain, _) = read(&files);
    let blamed = chain.blame("checkout", "production", &present());
    assert!(
        blamed
            .iter()
            .any(|blamed| blamed.path == "killed" && blamed.value == json!(false))
    );
}
