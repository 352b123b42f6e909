use super::*;
use crate::model::{Ramp, Range};

#[test]
fn a_rollout_has_variants_and_stages() {
    let rollout = |text: &str| flag_problems(&format!("rollouts:\n  r: {text}"));
    expect(
        rollout,
        &[
            (
                "x",
                &["2:6: error[wrong-type]: expected a rollout (a mapping), found the string `x`"],
            ),
            (
                "{form: a, to: b, stages: []}",
                &[
                    "2:7: error[unknown-key]: unknown key `form` in a rollout | did you mean `from`?",
                    "2:31: error[empty-list]: a list of stages must not be empty",
                ],
            ),
            (
                "{from: a, to: b, start: 2026-01-02T00:00:00Z, end: 2026-01-02T00:00:00Z, stages: [{name: a}]}",
                &["2:6: error[runs-backwards]: a rollout must end after it starts"],
            ),
            (
                "{stages: {name: a}, control: 1}",
                &[
                    "2:6: error[missing-key]: a rollout needs the key `from`",
                    "2:6: error[missing-key]: a rollout needs the key `to`",
                    "2:15: error[wrong-type]: expected a list of stages, found a mapping",
                    "2:35: error[wrong-type]: expected `true` or `false`, found the number `1`",
                ],
            ),
        ],
    );
    expect(
        flag_problems,
        &[
            (
                "rollouts: {}",
                &["1:11: error[empty-list]: the rollouts of a flag must not be empty"],
            ),
            (
                "rollouts: {'a/b': {from: a, to: b, stages: [{name: a}]}}",
                &[
                    "1:12: error[invalid-name]: `a/b` cannot be a rollout's id | use 1 to 64 of the characters A-Z, a-z, 0-9, `.`, `_` and `-`, not only dots",
                ],
            ),
        ],
    );
}

#[test]
fn stages_and_ramps_have_their_shape() {
    let stage = |text: &str| {
        flag_problems(&format!(
            "rollouts: {{r: {{from: a, to: b, stages: [\n{text}]}}}}"
        ))
    };
    expect(
        stage,
        &[
            (
                "{share: 5}",
                &["2:1: error[missing-key]: a stage needs the key `name`"],
            ),
            (
                "{name: a}, {name: b}, {name: a}",
                &["2:30: error[duplicate-name]: a stage named `a` is already on line 2"],
            ),
            (
                "{name: a, share: 5, ramp: {to: 3, end: 2026-01-01T00:00:00Z}}",
                &["2:21: error[conflicting-keys]: a stage has a `share` or a `ramp`, not both"],
            ),
            (
                "{name: a, ring: 5}",
                &[
                    "2:17: error[wrong-type]: expected a string (a segment's name) or a condition, found the number `5` | put it in quotes to make it a string",
                ],
            ),
            (
                "{name: a, ring: {all: []}}",
                &["2:23: error[empty-list]: a list of conditions in `all` must not be empty"],
            ),
            (
                "{name: a, ramp: {to: 101, start: 2026-01-02T00:00:00Z, end: 2026-01-01T00:00:00Z}}",
                &[
                    "2:22: error[invalid-percentage]: `101` is more than 100 percent",
                    "2:61: error[runs-backwards]: time ramp runs backwards: its end is not after its start",
                ],
            ),
            (
                "{name: a, ramp: {to: 5, start: 2026-01-01T01:00:00+01:00, end: 2026-01-01T00:00:00Z}}",
                &["2:64: error[runs-backwards]: time ramp runs backwards: its end is not after its start"],
            ),
            (
                "{name: a, ramp: {from: 5}}",
                &[
                    "2:17: error[missing-key]: a ramp needs the key `to`",
                    "2:17: error[missing-key]: a ramp needs the key `end`",
                ],
            ),
        ],
    );
}

#[test]
fn a_plan_is_read_whole() {
    let flag = flag(
        "salt: s\ndefault: on\nrollouts:\n  r:\n    from: off\n    to: on\n    by: account\n    control: true\n    start: 1970-01-01T00:00:01Z\n    end: 1970-01-01T00:00:09Z\n    stages:\n      - name: a\n        ring: { attribute: staff, '=': true }\n      - name: b\n        ring: beta\n        ramp: { from: 100, to: 0.5, start: 1970-01-01T00:00:02Z, end: 1970-01-01T00:00:03Z }\n",
    );
    let rollout = &flag.rollouts[0].1;
    assert!(rollout.control);
    assert_eq!((rollout.start, rollout.end), (Some(1_000), Some(9_000)));
    assert!(matches!(
        rollout.stages[0].ring.as_ref().unwrap().condition.value,
        Condition::Attribute { .. }
    ));
    assert!(
        matches!(&rollout.stages[1].ring.as_ref().unwrap().condition.value, Condition::Segment(name) if name.value == "beta")
    );
    let ramp = rollout.stages[1].ramp.as_ref().unwrap();
    assert!(matches!(
        ramp,
        Ramp {
            from: Some(100_000),
            to: 500,
            start: Some(2_000),
            end: 3_000,
            ..
        }
    ));
    assert_eq!((ramp.place.line, ramp.place.column), (16, 15));
}

#[test]
fn gates_and_holdbacks_have_their_shape() {
    let rollout = |text: &str| flag_problems(&format!("rollouts: {{r: {{from: a, to: b,\n {text}}}}}"));
    expect(
        rollout,
        &[
            (
                "holdback: 50.001",
                &["2:12: error[invalid-percentage]: a rollout holds back at most 50 percent"],
            ),
            (
                "gate: {minHolds: 1d, minSample: 0.5, approvals: 21, policy: ''}",
                &[
                    "2:9: error[unknown-key]: unknown key `minHolds` in a gate | did you mean `minHold`?",
                    "2:34: error[invalid-number]: `0.5` is not a number of units: a whole number from 0 to 1000000000000",
                    "2:50: error[invalid-number]: `21` is not a number of people: a whole number from 0 to 20",
                    "2:62: error[invalid-name]: `` cannot be a policy's name | use 1 to 128 of the characters A-Z, a-z, 0-9, `.`, `_` and `-`, not only dots",
                ],
            ),
            (
                "gate: {minHold: 1w, minSample: many}",
                &[
                    "2:18: error[invalid-duration]: `1w` is not a duration of at most 3650d | write a whole number and s, m, h or d, like 90m, 12h or 30d",
                    "2:33: error[wrong-type]: expected a number of units (a whole number), found the string `many`",
                ],
            ),
            (
                "stages: [{name: a, monitored: yes, gate: 5}]",
                &[
                    "2:32: error[wrong-type]: expected `true` or `false`, found the string `yes`",
                    "2:43: error[wrong-type]: expected a gate (a mapping), found the number `5`",
                ],
            ),
            (
                "template: standard, stages: [{name: a}]",
                &[
                    "2:2: error[conflicting-keys]: a rollout has `stages` of its own or a `template`, not both",
                ],
            ),
            (
                "template: standrad",
                &[
                    "2:12: error[unknown-template]: template `standrad` does not exist, there is no file `rollouts/standrad.yaml` | did you mean `standard`?",
                ],
            ),
            (
                "template: big-bang",
                &[
                    "2:12: error[unknown-template]: template `big-bang` does not exist, there is no file `rollouts/big-bang.yaml` | there is `standard`",
                ],
            ),
        ],
    );
}

#[test]
fn a_plan_has_the_stages_of_its_template() {
    let template = "control: true\nholdback: 2\ngate: { minHold: 1d, policy: orders }\n\
        stages:\n  - { name: a, ring: staff, gate: { minHold: 1h } }\n  - { name: b, share: 5 }\n  - { name: c, share: 9, monitored: false }\n";
    let flag = "salt: s\ndefault: on\nrollouts:\n  r: { from: off, to: on, template: slow, holdback: 5, gate: { minHold: 2d, approvals: 1 } }\n";
    let (project, diagnostics) = read_with(&[("flags/f.yaml", flag), ("rollouts/slow.yaml", template)]);
    assert_eq!(diagnostics, []);
    let project = project.unwrap();
    let rollout = &project.flags[0].rollouts[0].1;
    assert!(rollout.control, "the template says so");
    assert_eq!(rollout.holdback, 5_000, "the plan says so");
    assert_eq!(rollout.stages, project.templates[0].stages);
    assert_eq!(&*rollout.stages[1].name.place.file, "rollouts/slow.yaml");
    let gates: Vec<_> = rollout
        .stages
        .iter()
        .map(|stage| {
            let gate = rollout.gate_of(stage);
            let policy = gate.policy.map(|policy| policy.value);
            (
                gate.min_hold_ms,
                gate.approvals,
                policy,
                rollout.is_monitored(stage),
            )
        })
        .collect();
    let orders = Some("orders".to_owned());
    assert_eq!(
        gates,
        [
            (Some(3_600_000), Some(1), orders.clone(), false),
            (Some(172_800_000), Some(1), orders.clone(), true),
            (Some(172_800_000), Some(1), orders, false),
        ]
    );
}

#[test]
fn a_plan_without_stages_has_those_of_the_standard_template() {
    let text = "salt: s\ndefault: on\nrollouts:\n  r: { from: off, to: on }\n";
    let rollout = flag(text).rollouts.remove(0).1;
    let stages: Vec<_> = rollout
        .stages
        .iter()
        .map(|stage| (stage.name.value.as_str(), stage.share, stage.ring.is_some()))
        .collect();
    assert_eq!(
        stages,
        [
            ("qa", None, true),
            ("percent-1", Some(1_000), false),
            ("percent-5", Some(5_000), false),
            ("percent-10", Some(10_000), false),
            ("percent-25", Some(25_000), false),
            ("percent-50", Some(50_000), false),
            ("everybody", Some(100_000), false),
        ]
    );
    assert!(rollout.control);
    // What nobody wrote is told where the plan stands.
    assert_eq!(rollout.stages[0].name.place.to_string(), "flags/f.yaml:4:6");
    let (project, _) = read_with(&[
        ("flags/f.yaml", text),
        ("rollouts/standard.yaml", "stages: [{ name: all, share: 100 }]"),
    ]);
    assert_eq!(project.unwrap().flags[0].rollouts[0].1.stages.len(), 1);
}

#[test]
fn a_template_with_errors_leaves_out_the_flags_that_use_it() {
    let uses = |name: &str| {
        format!("salt: s\ndefault: on\nrollouts: {{ r: {{ from: off, to: on, template: {name} }} }}\n")
    };
    let (project, diagnostics) = read_with(&[
        ("flags/f.yaml", &uses("bad")),
        ("flags/g.yaml", &uses("standard")),
        ("rollouts/bad.yaml", "stages: []\nfrom: off\n"),
    ]);
    let told: Vec<String> = diagnostics.iter().map(ToString::to_string).collect();
    assert_eq!(
        told,
        [
            "rollouts/bad.yaml:1:9: error[empty-list]: a list of stages must not be empty",
            "rollouts/bad.yaml:2:1: error[unknown-key]: unknown key `from` in a template of rollouts",
        ]
    );
    let project = project.unwrap();
    assert_eq!(project.left_out, ["rollouts/bad", "flags/f"]);
    assert_eq!(project.flags.len(), 1);
}

#[test]
fn an_experiment_has_arms_and_a_control() {
    let experiment = |text: &str| flag_problems(&format!("experiments:\n  e: {text}"));
    expect(
        experiment,
        &[
            (
                "{arms: {a: 100}, control: a}",
                &["2:13: error[too-few]: an experiment needs at least two arms"],
            ),
            (
                "{arms: {a: 50, b: 50}, control: c}",
                &["2:38: error[unknown-variant]: the control `c` is not one of the arms"],
            ),
            (
                "{arms: {a: 100, b: 0, c: 0}, control: a}",
                &[
                    "2:22: error[zero-weight]: the share of the arm `b` must not be 0",
                    "2:28: error[zero-weight]: the share of the arm `c` must not be 0",
                ],
            ),
            (
                "{arms: {a: 50, b: 60}, controls: a}",
                &[
                    "2:13: error[weights-sum]: the arms of an experiment must add up to 100 percent, found 110",
                    "2:29: error[unknown-key]: unknown key `controls` in an experiment | did you mean `control`?",
                ],
            ),
            (
                "{arms: {a: 50, b: 50}, control: a, layer: x}",
                &["2:41: error[missing-key]: an experiment with the key `layer` needs the key `slots`"],
            ),
            (
                "{arms: {a: 50, b: 50}, control: a, slots: {from: 5, to: 4}}",
                &[
                    "2:41: error[missing-key]: an experiment with the key `slots` needs the key `layer`",
                    "2:48: error[runs-backwards]: a range must end after it starts",
                ],
            ),
            (
                "{arms: {a: 50, b: 50}, control: a, coverage: 1000, start: 2026-01-02T00:00:00Z, end: 2026-01-01T00:00:00Z}",
                &[
                    "2:6: error[runs-backwards]: an experiment must end after it starts",
                    "2:51: error[invalid-percentage]: `1000` is more than 100 percent",
                ],
            ),
        ],
    );
    let flag = flag(
        "salt: s\ndefault: on\nexperiments: { e: { arms: { on: 33.5, off: 66.5 }, control: off, layer: ui, slots: { from: 0, to: 50 } } }",
    );
    let experiment = &flag.experiments[0].1;
    assert_eq!(
        experiment
            .arms
            .iter()
            .map(|(_, share)| *share)
            .collect::<Vec<_>>(),
        [33_500, 66_500]
    );
    assert_eq!(experiment.coverage, 100_000);
    let (layer, slots) = experiment.layer.as_ref().unwrap();
    assert_eq!(
        (layer.value.as_str(), *slots),
        ("ui", Range { from: 0, to: 50_000 })
    );
}

#[test]
fn the_state_of_an_environment_has_its_shape() {
    let state = |text: &str| flag_problems(&format!("environments:\n  production: {text}"));
    expect(
        state,
        &[
            (
                "",
                &["2:13: error[wrong-type]: expected the state of an environment (a mapping), found null"],
            ),
            (
                "{enabled: on, kiled: true, default: 5, rules: [{}]}",
                &[
                    "2:25: error[wrong-type]: expected `true` or `false`, found the string `on`",
                    "2:29: error[unknown-key]: unknown key `kiled` in the state of an environment | did you mean `killed`?",
                    "2:51: error[wrong-type]: expected a string (a variant's name), or a mapping with `split`, `rollout` or `experiment`, found the number `5` | put it in quotes to make it a string",
                    "2:62: error[missing-key]: a rule needs the key `serve`",
                ],
            ),
            (
                "{rollouts: {r: {status: rolledback, stage: 1, enteredAt: now, ceiling: 200, pausedAt: 5}, q: {}}}",
                &[
                    "2:39: error[unknown-word]: expected a status (`draft`, `running`, `paused`, `completed` or `rolled_back`), found `rolledback` | did you mean `rolled_back`?",
                    "2:58: error[wrong-type]: expected a string (a stage's name), found the number `1` | put it in quotes to make it a string",
                    "2:72: error[invalid-time]: `now` is not a date-time in RFC 3339 | write it like 2026-11-20T09:00:00Z or 2026-11-20T09:00:00+01:00",
                    "2:86: error[invalid-percentage]: `200` is more than 100 percent",
                    "2:101: error[wrong-type]: expected a string, found the number `5` | put it in quotes to make it a string",
                    "2:108: error[missing-key]: the state of a rollout needs the key `status`",
                ],
            ),
            (
                "{rollouts: {r: {status: paused, reason: 5, approvals: []}, q: {status: paused, approvals: [5]}}}",
                &[
                    "2:55: error[wrong-type]: expected a string, found the number `5` | put it in quotes to make it a string",
                    "2:69: error[empty-list]: a list of people must not be empty",
                    "2:106: error[wrong-type]: expected a string, found the number `5` | put it in quotes to make it a string",
                ],
            ),
            (
                "{experiments: {e: {coverage: -1, x: 1}}}",
                &[
                    "2:44: error[invalid-percentage]: `-1` is less than 0 percent",
                    "2:48: error[unknown-key]: unknown key `x` in the state of an experiment | the keys of the state of an experiment are `coverage`",
                ],
            ),
        ],
    );
}
