//! What was measured, and what a gate makes of it.

use super::{TWO, Told};
use crate::support::{NOW_MS, project};
use std::collections::BTreeMap;
use tidegate::delivery::judge::Look;
use tidegate::delivery::status::Gate;

const MEASURED: &str = "salt: s\ndefault: { rollout: launch }\nrollouts:\n  launch:\n    from: off\n    to: on\n    \
    gate: { minHold: 1h, minSample: 100, policy: orders }\n    stages: [{ name: tenth, share: 10 }, { name: half, share: 50 }]\n\
    environments: { production: { rollouts: { launch: { status: running, stage: half, enteredAt: 2026-11-21T02:00:00Z } } } }\n";
const POLICY: (&str, &str) = (
    "policies/orders.yaml",
    "metrics:\n  failed: { type: proportion, harm: increase, margin: { relative: 5 }, file: { path: m.json } }\n",
);

/// A look at the plan's stage with some units in each arm, and what it came to.
fn look(stage: &str, entered: &str, units: u32, decision: &str, reasons: &str) -> Look {
    let counts = format!(r#"{{"total":{units},"events":1}}"#);
    let line = format!(
        r#"{{"time":"2026-11-21T11:00:00Z","plan":"launch","stage":"{stage}","enteredAt":"{entered}","decision":"{decision}","reasons":[{reasons}],"metrics":{{"failed":{{"treatment":{counts},"control":{counts},"until":"2026-11-21T11:00:00Z"}}}}}}"#
    );
    Look::read(&line).unwrap()
}

fn measured(looks: Vec<Look>) -> (Gate, Vec<String>, Option<String>) {
    let project = project(&[TWO, POLICY, ("flags/f.yaml", MEASURED)]);
    let told = Told {
        looks: BTreeMap::from([(("production".to_owned(), "f".to_owned()), looks)]),
        ..Told::default()
    };
    let course = told.of(&project, NOW_MS).rows[0].cells[0].plans.remove(0);
    let codes = course.missing.iter().map(|missing| missing.code.clone());
    let verdict = course
        .verdict
        .map(|look| format!("{} at {}", look.verdict.name(), look.stage));
    (course.gate, codes.collect(), verdict)
}

#[test]
fn what_was_measured_is_told_by_the_last_look_at_the_stage() {
    let entered = "2026-11-21T02:00:00Z";
    let breach = r#"{"code":"guardrail-breach","metric":"failed","message":"worse"},{"code":"minimum-hold","message":"held"}"#;
    let sample = vec!["minimum-sample".to_owned()];
    let before = look("tenth", "2026-11-20T02:00:00Z", 500, "rollback", breach);
    for (looks, expected) in [
        (
            vec![],
            (
                Gate::Holds,
                [&["not-looked-at".to_owned()][..], &sample].concat(),
                None,
            ),
        ),
        // What another stage came to says nothing of this one.
        (
            vec![before],
            (
                Gate::Holds,
                [&["not-looked-at".to_owned()][..], &sample].concat(),
                Some("rollback at tenth".to_owned()),
            ),
        ),
        // What the gate asked for then is asked for anew; the breach stays.
        (
            vec![look("half", entered, 500, "rollback", breach)],
            (
                Gate::Holds,
                vec!["guardrail-breach".to_owned()],
                Some("rollback at half".to_owned()),
            ),
        ),
        (
            vec![look(
                "half",
                entered,
                99,
                "hold",
                r#"{"code":"minimum-sample","message":"99 units"}"#,
            )],
            (Gate::Holds, sample.clone(), Some("hold at half".to_owned())),
        ),
        (
            vec![look(
                "half",
                entered,
                500,
                "hold",
                r#"{"code":"minimum-hold","message":"held"}"#,
            )],
            (Gate::Open, vec![], Some("hold at half".to_owned())),
        ),
    ] {
        assert_eq!(measured(looks), expected);
    }
}
