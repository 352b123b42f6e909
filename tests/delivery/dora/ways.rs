//! Each way in which the language lets a flag come to everybody, and what only looks like one: from files, by the
//! differences that the log tells of them.

use super::{MONDAY_MS, WEEK, entry, hours};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use tidegate::compile::{Audience, Options, compile};
use tidegate::delivery::audit::{Chain, Entry};
use tidegate::delivery::change::{Difference, between};
use tidegate::delivery::dora::{Filed, Measures, measure};
use tidegate::model::{Diagnostic, Project, Severity, SourceFile, read};

/// A project without flags, or with the flag `a`.
fn project(flag: Option<&str>) -> Project {
    let file = |path: &str, text: String| SourceFile {
        path: path.to_owned(),
        text,
    };
    let mut files = vec![
        file(
            "tidegate.yaml",
            "project: shop\nenvironments: [production, staging]\n".to_owned(),
        ),
        file(
            "segments/staff.yaml",
            "if: { attribute: mail, endsWith: [\"@example.com\"] }\n".to_owned(),
        ),
    ];
    files.extend(flag.map(|flag| {
        let head = "salt: s\nvariants: { off: 0, on: 1, more: 2 }\n";
        let off = if flag.contains("offVariant") {
            ""
        } else {
            "offVariant: off\n"
        };
        let there = match flag.contains("environments:") {
            true => "",
            false => "\nenvironments: { production: {} }\n",
        };
        file("flags/a.yaml", format!("{head}{off}{flag}{there}"))
    }));
    let (project, problems) = read(&files);
    let wrong = problems
        .iter()
        .filter(|problem| problem.severity == Severity::Error);
    assert_eq!(wrong.collect::<Vec<_>>(), [] as [&Diagnostic; 0]);
    let project = project.unwrap();
    let options = Options {
        environment: "production".to_owned(),
        audience: Audience::Server,
        version: 1,
        issued_at_ms: MONDAY_MS,
        not_before_ms: MONDAY_MS,
        expires_ms: None,
        head_keys: Vec::new(),
        kills: Vec::new(),
    };
    assert_eq!(compile(&project, &options).err(), None);
    project
}

fn difference(difference: &Difference) -> Value {
    let mut told = json!({ "path": difference.path });
    for (name, value) in [("before", &difference.before), ("after", &difference.after)] {
        if let Some(value) = value {
            told[name] = value.clone();
        }
    }
    told
}

/// What a publication at an hour tells of the step from one state of the files to another.
fn published(hour: i64, before: Option<&str>, after: Option<&str>) -> Entry {
    let changes = between(&project(before), &project(after));
    let changes = changes.iter().map(|change| {
        json!({
            "flag": change.flag,
            "environment": change.environment,
            "kinds": change.kinds.iter().map(|kind| kind.word()).collect::<Vec<_>>(),
            "diff": change.differences.iter().map(difference).collect::<Vec<_>>(),
        })
    });
    super::publish(hour, changes.collect())
}

/// Entries of publications, one an hour from Monday on.
fn history(states: &[&str]) -> Vec<Entry> {
    let before = [None].into_iter().chain(states.iter().map(|state| Some(*state)));
    let steps = before.zip(states).zip(0..);
    steps
        .map(|((before, after), hour)| published(hour, before, Some(after)))
        .collect()
}

/// What entries say, for whoever reads why a test fails.
fn told(entries: &[Entry]) -> String {
    let lines = entries.iter().map(|entry| entry.line(1, &[0; 32]));
    lines.collect::<Vec<_>>().join("\n")
}

fn measured(entries: &[Entry]) -> Measures {
    super::measured_with(entries, &BTreeMap::new(), WEEK)
}

/// What the file of `a` says today.
fn filed() -> BTreeMap<String, Filed> {
    let file = Filed {
        created_ms: None,
        off_variant: Some("off".to_owned()),
    };
    BTreeMap::from([("a".to_owned(), file)])
}

/// Is everybody reached by the last of these states, and by none before?
#[track_caller]
fn reaches(states: &[&str]) {
    let all = history(states);
    assert_eq!(
        measured(&all).lead,
        hours(1, states.len() as i64 - 1),
        "{}",
        told(&all)
    );
    let (_, before) = all.split_last().unwrap();
    if !before.is_empty() {
        assert_eq!(measured(before).lead.count, 0, "{}", told(before));
    }
}

#[track_caller]
fn never_reaches(states: &[&str]) {
    let all = history(states);
    let found = measured(&all);
    assert_eq!((found.lead.count, found.under_way), (0, 1), "{}", told(&all));
}

/// A plan in the state that an environment gives it.
fn plan(state: &str) -> String {
    format!(
        "rollouts: {{ r: {{ from: off, to: on, stages: [{{ name: s, share: 10 }}, \
         {{ name: slow, ramp: {{ from: 10, to: 100, start: 2026-11-02T00:00:00Z, end: 2026-11-02T06:00:00Z }} }}, \
         {{ name: all, share: 100 }}] }} }}\ndefault: {{ rollout: r }}\nenvironments: {{ production: {{ rollouts: {{ r: {{ {state} }} }} }} }}\n"
    )
}

#[test]
fn a_plan_that_is_completed() {
    reaches(&[&plan("status: running, stage: s"), &plan("status: completed")]);
    never_reaches(&[&plan("status: draft"), &plan("status: running, stage: s")]);
    never_reaches(&[&plan("status: running, stage: s"), &plan("status: rolled_back")]);
    // By hand, whatever rule it stands in.
    let completed = entry(3, "promote", "a").with("state", json!({ "to": { "status": "completed" } }));
    let begun = published(0, None, Some(&plan("status: running, stage: s")));
    assert_eq!(measured(&[begun, completed]).lead, hours(1, 3));
}

#[test]
fn a_stage_with_everybody() {
    reaches(&[
        &plan("status: running, stage: s"),
        &plan("status: running, stage: all"),
    ]);
    never_reaches(&[
        &plan("status: running, stage: s"),
        &plan("status: running, stage: all, ceiling: 99"),
    ]);
}

#[test]
fn a_ramp_to_everybody_that_has_ended() {
    let running = published(
        1,
        None,
        Some(&plan(
            "status: running, stage: slow, enteredAt: 2026-11-02T00:00:00Z",
        )),
    );
    let ended = |what: &str| {
        entry(9, "schedule", "a")
            .with("what", json!(what))
            .with("effectiveAt", json!("2026-11-02T06:00:00Z"))
    };
    let began = entry(2, "schedule", "a").with("what", json!("ramp-began"));
    assert_eq!(measured(&[running.clone(), began]).lead.count, 0);
    assert_eq!(
        measured(&[running.clone(), ended("ramp-ended")]).lead,
        hours(1, 5)
    );
    let held = |ceiling: &str| {
        plan(&format!(
            "status: running, stage: slow, enteredAt: 2026-11-02T00:00:00Z, ceiling: {ceiling}"
        ))
    };
    let low = published(1, None, Some(&held("50")));
    assert_eq!(measured(&[low.clone(), ended("ramp-ended")]).lead.count, 0);
    let raised = published(8, Some(&held("50")), Some(&held("100")));
    assert_eq!(measured(&[low, ended("ramp-ended"), raised]).lead, hours(1, 7));
    let late = published(
        8,
        Some(&plan("status: running, stage: s")),
        Some(&plan(
            "status: running, stage: slow, enteredAt: 2026-11-02T00:00:00Z",
        )),
    );
    let begun = published(0, None, Some(&plan("status: running, stage: s")));
    assert_eq!(measured(&[begun, late]).lead, hours(1, 8));
}

#[test]
fn a_default_that_is_another_variant() {
    reaches(&["default: off", "default: on"]);
    never_reaches(&["default: { split: { on: 50, off: 50 } }", "default: off"]);
    // Something else of the flag is closed in the same change.
    let rule = |share: u32| {
        format!(
            "rules: [{{ if: {{ segment: staff }}, serve: {{ split: {{ more: {share}, off: {} }} }} }}]",
            100 - share
        )
    };
    let both = [
        format!("default: off\n{}", rule(60)),
        format!("default: on\n{}", rule(10)),
    ];
    let entries = history(&[&both[0], &both[1]]);
    let kinds = entries[1].list("changes")[0]["kinds"].clone();
    assert_eq!(kinds, json!(["decrease", "increase"]), "or it is no such change");
    reaches(&[&both[0], &both[1]]);
    // And the other way about it only looks alike.
    let other = [
        format!("default: {{ split: {{ on: 60, off: 40 }} }}\n{}", rule(10)),
        format!("default: off\n{}", rule(60)),
    ];
    never_reaches(&[&other[0], &other[1]]);
}

#[test]
fn a_default_that_changes_beside_something_else_where_the_log_does_not_tell_the_off_variant() {
    let change = |after: &str| {
        let diff = json!([{ "path": "default", "before": "x", "after": after }]);
        let change = json!({ "flag": "a", "environment": "production", "kinds": ["increase", "decrease"], "diff": diff });
        [entry(0, "approve", "a"), super::publish(4, json!([change]))]
    };
    let files = filed();
    let lead = |entries: &[Entry], files| super::measured_with(entries, files, WEEK).lead;
    assert_eq!(lead(&change("on"), &files), hours(1, 4));
    assert_eq!(lead(&change("off"), &files).count, 0);
    assert_eq!(lead(&change("on"), &BTreeMap::new()).count, 0, "nobody knows");
}

#[test]
fn a_split_or_a_share_of_everybody() {
    reaches(&[
        "default: { split: { on: 50, off: 50 } }",
        "default: { split: { on: 100, off: 0 } }",
    ]);
    reaches(&["default: off", "default: { split: { on: 100, off: 0 } }"]);
    never_reaches(&[
        "default: { split: { on: 50, off: 50 } }",
        "default: { split: { on: 0, off: 100 } }",
    ]);
    never_reaches(&["default: off", "default: { split: { on: 50, more: 50 } }"]);
    let share = |share: &str| format!("default: {{ rollout: {{ to: on, share: {share} }} }}");
    reaches(&[&share("10"), &share("100")]);
    reaches(&["default: off", &share("100")]);
    never_reaches(&[&share("10"), &share("99.999")]);
    never_reaches(&[
        "default: off",
        "default: { rollout: { from: on, to: off, share: 100 } }",
    ]);
}

#[test]
fn a_rollout_that_starts_later_or_ends() {
    let later = "rollouts: { r: { from: off, to: on, start: 2026-11-03T00:00:00Z, end: 2026-11-05T00:00:00Z, stages: [{ name: all, share: 100 }] } }\n\
        default: { rollout: r }\nenvironments: { production: { rollouts: { r: { status: running, stage: all } } } }";
    let entries = history(&["default: off", later]);
    assert_eq!(measured(&entries).lead.count, 0, "before it starts");
    let scheduled = |what: &str, at: &str| {
        entry(100, "schedule", "a")
            .with("what", json!(what))
            .with("effectiveAt", json!(at))
    };
    let started = scheduled("rollout-started", "2026-11-03T00:00:00Z");
    assert_eq!(measured(&[&entries[..], &[started]].concat()).lead, hours(1, 24));
    // Until then everybody has what it begins with.
    reaches(&["default: off", &later.replace("from: off", "from: more")]);
    let over = scheduled("rollout-ended", "2026-11-05T00:00:00Z");
    assert_eq!(measured(&[&entries[..], &[over]].concat()).lead.count, 0);
}

#[test]
fn a_rule_that_is_about_everybody() {
    let rule =
        |rule: &str| format!("default: off\nrules: [{{ if: {{ segment: staff }}, serve: more }}, {rule}]");
    reaches(&["default: off", &rule("{ serve: on }")]);
    reaches(&[&rule("{ serve: off }"), &rule("{ serve: on }")]);
    reaches(&[
        &rule("{ name: n, if: { segment: staff }, serve: on }"),
        &rule("{ name: n, serve: on }"),
    ]);
    reaches(&[
        &rule("{ serve: { rollout: { to: on, share: 5 } } }"),
        &rule("{ serve: { rollout: { to: on, share: 100 } } }"),
    ]);
    reaches(&[
        &rule("{ if: { percentage: 10 }, serve: on }"),
        &rule("{ if: { percentage: 100 }, serve: on }"),
    ]);
    // Whoever no rule is about gets less.
    never_reaches(&[
        &rule("{ serve: { rollout: { to: on, share: 5 } } }"),
        &format!(
            "{}\n",
            rule("{ serve: { rollout: { to: on, share: 5 } } }").replace("default: off", "default: on")
        ),
    ]);
    let some = |share: u32| {
        rule(&format!(
            "{{ if: {{ attribute: country, in: [CA] }}, serve: {{ rollout: {{ to: on, share: {share} }} }} }}"
        ))
    };
    never_reaches(&[&some(5), &some(100)]);
}

#[test]
fn rules_that_move_are_still_known_for_what_they_are() {
    let first = "default: off\nrules:\n  - { name: one, if: { segment: staff }, serve: on }\n  - { name: all, serve: off }";
    let second = "default: off\nrules:\n  - { name: zero, if: { attribute: country, in: [CA] }, serve: on }\n  - { name: all, serve: off }";
    let third = "default: off\nrules:\n  - { name: zero, if: { attribute: country, in: [CA] }, serve: on }\n  - { name: all, serve: on }";
    reaches(&[first, second, third]);
    // Of two rules the first goes.
    reaches(&[
        "default: off\nrules: [{ name: one, if: { segment: staff }, serve: on }, { name: all, serve: off }]",
        "default: off\nrules: [{ name: all, serve: off }]",
        "default: off\nrules: [{ name: all, serve: on }]",
    ]);
    // A rule that comes before it does not take the place of the one that keeps all out.
    let [out, still_out] = ["", "{ if: { segment: staff }, serve: on }, "]
        .map(|before| format!("default: on\nrules: [{before}{{ serve: off }}]"));
    never_reaches(&[&out, &still_out]);
    reaches(&[
        &out,
        &still_out,
        "default: on\nrules: [{ if: { segment: staff }, serve: on }]",
    ]);
    reaches(&[
        first,
        "default: on\nrules: [{ name: one, if: { segment: staff }, serve: on }]",
    ]);
}

#[test]
fn a_flag_that_is_there_for_everybody_from_the_first() {
    reaches(&["default: on"]);
    never_reaches(&["default: off"]);
    never_reaches(&["default: on\ntargets: { off: [u-1] }\nrules: [{ serve: off }]"]);
}

#[test]
fn a_flag_that_is_enabled_or_no_longer_killed() {
    let there = |state: &str| format!("default: on\nenvironments: {{ {state} }}");
    reaches(&[
        &there("production: { enabled: false }"),
        &there("production: { enabled: true }"),
    ]);
    reaches(&[&there("staging: {}"), &there("production: {}")]);
    reaches(&[&there("production: { killed: true }"), &there("production: {}")]);
    never_reaches(&[
        "default: off\nenvironments: { production: { enabled: false } }",
        "default: off\nenvironments: { production: { enabled: true } }",
    ]);
    // What was prepared while it was off.
    reaches(&[
        "default: off\nenvironments: { production: { enabled: false } }",
        "default: on\nenvironments: { production: { enabled: false } }",
        "default: on",
    ]);
    never_reaches(&[
        &there("production: {}").replace("default: on", "default: on\ndisableAt: 2026-11-01T00:00:00Z")
    ]);
    // By the head alone, and lifted from there.
    let killed = [published(0, None, Some("default: off")), entry(1, "kill", "a")];
    let opened = published(2, Some("default: off"), Some("default: on"));
    let all = [&killed[..], &[opened]].concat();
    assert_eq!(measured(&all).lead.count, 0, "it is killed still");
    let all = [&all[..], &[entry(7, "unkill", "a")]].concat();
    assert_eq!(measured(&all).lead, hours(1, 7));
}

#[test]
fn another_off_variant_than_what_everybody_gets() {
    reaches(&["offVariant: on\ndefault: on", "offVariant: off\ndefault: on"]);
    never_reaches(&["offVariant: off\ndefault: off", "offVariant: on\ndefault: on"]);
}

#[test]
fn a_snapshot_that_was_rolled_back_is_known_for_what_it_is() {
    let entries = history(&["default: off", "default: { split: { on: 10, off: 90 } }"]);
    let mut back = published(
        5,
        Some("default: { split: { on: 10, off: 90 } }"),
        Some("default: on"),
    );
    back.action = "rollback".to_owned();
    assert_eq!(measured(&[&entries[..], &[back]].concat()).lead, hours(1, 5));
}

#[test]
fn what_is_compared_is_not_released() {
    let experiment = |arms: &str| {
        format!("experiments: {{ e: {{ arms: {arms}, control: off }} }}\ndefault: {{ experiment: e }}")
    };
    never_reaches(&["default: off", &experiment("{ on: 50, off: 50 }")]);
}

#[test]
fn a_flag_that_was_deleted_and_made_again_is_another() {
    let flag = "default: on\nenvironments: { production: { enabled: false } }";
    let entries = [
        published(0, None, Some(flag)),
        published(1, Some(flag), None),
        published(2, None, Some("default: off")),
        published(
            3,
            Some("default: off"),
            Some("default: { split: { on: 10, off: 90 } }"),
        ),
    ];
    let chain = Chain {
        entries: entries.to_vec(),
    };
    let found = measure(&chain, &BTreeMap::new(), &[WEEK], |_| true);
    let measures = &found[0].measures;
    assert_eq!((measures.lead.count, measures.under_way), (0, 1));
}

#[test]
fn a_rule_whose_condition_was_never_told_is_not_taken_for_one_without() {
    let rule = |condition: &str, on: u8| {
        let off = 100 - on;
        format!(
            "rules: [{{ name: r, {condition}serve: {{ split: {{ on: {on}, off: {off} }} }} }}]\ndefault: off\n"
        )
    };
    let raised = |condition: &str| published(1, Some(&rule(condition, 10)), Some(&rule(condition, 100)));
    let staff = "if: { segment: staff }, ";
    // Both were there before the log began, and it tells of them in the same words.
    assert_eq!(told(&[raised("")]), told(&[raised(staff)]));
    assert_eq!(super::measured_with(&[raised("")], &filed(), WEEK).lead.count, 0);
    reaches(&[&rule("", 10), &rule("", 100)]);
    never_reaches(&[&rule(staff, 10), &rule(staff, 100)]);
}
