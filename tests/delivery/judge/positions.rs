//! Where a plan stands, from its file.

use tidegate::delivery::judge::{Gate, Lanes, Position};
use tidegate::model::{Flag, SourceFile, read};

fn position(plan: &str, state: &str) -> Option<Position> {
    let file = |path: &str, text: &str| SourceFile {
        path: path.to_owned(),
        text: text.to_owned(),
    };
    let flag = format!(
        "salt: s\ndefault: {{ rollout: r }}\nrollouts: {{ r: {{ from: off, to: on, {plan} }} }}\n\
         environments: {{ production: {{ rollouts: {{ r: {{ {state} }} }} }} }}\n"
    );
    let (project, problems) = read(&[
        file("tidegate.yaml", "project: shop\nenvironments: [production]\n"),
        file("flags/f.yaml", &flag),
    ]);
    assert_eq!(problems, [], "{flag}");
    let Flag {
        rollouts,
        environments,
        ..
    } = project.unwrap().flags.remove(0);
    Position::of("r", &rollouts[0].1, &environments[0].1.rollouts[0].1)
}

const AT: &str = "status: running, enteredAt: 2026-11-20T09:00:00Z";

fn lanes(plan: &str, state: &str) -> (f64, f64, bool) {
    let Lanes {
        treatment,
        control,
        steady,
    } = position(plan, &format!("{AT}, {state}")).unwrap().lanes;
    (treatment, control, steady)
}

#[test]
fn a_stage_says_what_must_hold_to_leave_it() {
    let plan = "gate: { minHold: 24h, policy: p }, stages: [{ name: qa, ring: { attribute: a, exists: true }, gate: \
                { minSample: 5 } }, { name: s1, share: 1, gate: { minSample: 10, approvals: 2 } }]";
    let found = position(plan, &format!("{AT}, stage: s1, approvals: [alice]")).unwrap();
    assert_eq!(
        found.gate,
        Gate {
            min_hold_ms: Some(86_400_000),
            min_sample: Some(10),
            approvals: 2,
            policy: Some("p".to_owned()),
        }
    );
    assert_eq!(
        (found.stage.as_str(), found.stages.len(), found.entered_at_ms),
        ("s1", 2, 1_795_165_200_000)
    );
    assert_eq!(found.approvals, ["alice"]);
    // What is not monitored asks for nothing that is measured.
    let found = position(plan, &format!("{AT}, stage: qa")).unwrap();
    assert_eq!((found.gate.policy, found.gate.min_sample), (None, None));
}

#[test]
fn a_stage_that_does_not_exist_is_no_place_to_stand() {
    let plan = "stages: [{ name: s1, share: 1 }]";
    assert!(position(plan, &format!("{AT}, stage: s2")).is_none());
    assert!(position(plan, AT).is_none());
    assert!(position(plan, "status: running, stage: s1").is_none());
}

#[test]
fn lanes_are_as_wide_as_the_engine_makes_them() {
    let stages = "control: true, stages: [{ name: a, share: 10 }, { name: b, share: 80 }, { name: c, share: 100 }, \
                  { name: d, ramp: { from: 10, to: 40, end: 2026-12-01T00:00:00Z } }, \
                  { name: e, ramp: { to: 60, end: 2026-12-01T00:00:00Z } }]";
    assert_eq!(lanes(stages, "stage: a"), (10.0, 10.0, true));
    assert_eq!(lanes(stages, "stage: b"), (80.0, 20.0, true));
    assert_eq!(lanes(stages, "stage: c"), (100.0, 0.0, true));
    assert_eq!(lanes(stages, "stage: d"), (40.0, 40.0, true));
    assert_eq!(lanes(stages, "stage: e"), (60.0, 40.0, false));
    assert_eq!(lanes(stages, "stage: b, ceiling: 30"), (30.0, 30.0, true));
    let held_back = format!("holdback: 5, {stages}");
    assert_eq!(lanes(&held_back, "stage: c"), (95.0, 5.0, true));
    assert_eq!(
        lanes("stages: [{ name: a, share: 10 }]", "stage: a"),
        (10.0, 0.0, true)
    );
}

#[test]
fn a_stage_beyond_its_ceiling_is_cut_off_there() {
    let cut_off = |plan: &str, ceiling: &str| {
        let state = format!("{AT}, stage: a, ceiling: {ceiling}");
        position(plan, &state).unwrap().cut_off_at
    };
    let half = "stages: [{ name: a, share: 50 }]";
    assert_eq!([cut_off(half, "25"), cut_off(half, "50")], [Some(25.0), None]);
    let all = "holdback: 5, stages: [{ name: a, ramp: { to: 100, end: 2026-12-20T09:00:00Z } }]";
    assert_eq!([cut_off(all, "94.5"), cut_off(all, "95")], [Some(94.5), None]);
}
