use tidegate::delivery::plan::{Plan, Refusal, approve, pause, promote, resume, roll_back};
use tidegate::model::{Flag, RolloutState, SourceFile, Status, read};

/// 2026-11-20T09:00:00Z.
const ENTERED_MS: i64 = 1_795_165_200_000;
const HOUR_MS: i64 = 3_600_000;

const PLAN: &str = "launch: { from: off, to: on, gate: { minHold: 1d, policy: orders }, stages: [
    { name: qa, ring: { attribute: staff, exists: true }, gate: { approvals: 1 } },
    { name: tenth, share: 10, gate: { minHold: 2h } },
    { name: climb, ramp: { to: 60, end: 2026-11-30T00:00:00Z } },
    { name: hold },
    { name: late, ramp: { from: 60, to: 80, start: 2026-12-01T00:00:00Z, end: 2026-12-03T00:00:00Z } },
    { name: drain, ramp: { to: 5, start: 2026-12-05T00:00:00Z, end: 2026-12-06T00:00:00Z } } ] }";

fn flag(rollouts: &str, state: &str) -> Flag {
    let text = format!(
        "salt: s\ndefault: off\nrollouts: {{ {rollouts} }}\nenvironments: {{ production: {{ rollouts: {{ {state} }} }}, staging: {{}} }}\n"
    );
    let file = |path: &str, text: &str| SourceFile {
        path: path.into(),
        text: text.into(),
    };
    let files = [
        file(
            "tidegate.yaml",
            "project: p\nenvironments: [production, staging]\n",
        ),
        file("flags/f.yaml", &text),
    ];
    let (project, problems) = read(&files);
    assert_eq!(problems, [], "{text}");
    project.unwrap().flags.remove(0)
}

/// What a step makes of the plan in a state.
#[track_caller]
fn after(state: &str, step: impl Fn(&Plan<'_>) -> Result<RolloutState, Refusal>) -> Result<String, String> {
    let flag = flag(PLAN, &format!("launch: {{ {state} }}"));
    let plan = Plan::of(&flag, None, "production").unwrap();
    match step(&plan) {
        Ok(state) => Ok(said(&state)),
        Err(refusal) => Err(format!("{}: {refusal}", refusal.code())),
    }
}

/// A state in one line, times in hours since [`ENTERED_MS`].
fn said(state: &RolloutState) -> String {
    let length = |length_ms: i64| match (length_ms / HOUR_MS, length_ms % HOUR_MS) {
        (hours, 0) => hours.to_string(),
        (hours, rest_ms) => format!("{hours}h{rest_ms}ms"),
    };
    let hours = |moment: Option<i64>| moment.map(|moment| length(moment - ENTERED_MS));
    let mut said = state.status.word().to_owned();
    let parts = [
        state.stage.as_ref().map(|stage| stage.value.clone()),
        hours(state.entered_at).map(|hours| format!("entered {hours}")),
        state.ceiling.map(|ceiling| format!("ceiling {ceiling}")),
        hours(state.paused_at).map(|hours| format!("paused {hours}")),
        (state.delay_ms > 0).then(|| format!("delay {}", length(state.delay_ms))),
        state.reason.clone(),
        (!state.approvals.is_empty()).then(|| state.approvals.join("+")),
    ];
    for part in parts.into_iter().flatten() {
        said = format!("{said}, {part}");
    }
    said
}

fn at(hours: i64) -> i64 {
    ENTERED_MS + hours * HOUR_MS
}

const TENTH: &str =
    "status: running, stage: tenth, enteredAt: 2026-11-20T09:00:00Z, ceiling: 10, approvals: [ana]";

#[test]
fn promoting_enters_stage_after_stage() {
    let next = |state: &str, to: Option<&str>| after(state, |plan| promote(plan, to, Some("why"), at(5)));
    for (state, to, expected) in [
        ("status: draft", None, "running, qa, entered 5, ceiling 0, why"),
        (
            "status: draft",
            Some("tenth"),
            "running, tenth, entered 5, ceiling 10000, why",
        ),
        (
            "status: rolled_back, stage: tenth",
            None,
            "running, qa, entered 5, ceiling 0, why",
        ),
        (
            "status: rolled_back, stage: tenth",
            Some("tenth"),
            "running, tenth, entered 5, ceiling 10000, why",
        ),
        (TENTH, None, "running, climb, entered 5, ceiling 60000, why"),
        (
            TENTH,
            Some("hold"),
            "running, hold, entered 5, ceiling 60000, why",
        ),
        // What is there already, approvals and all.
        (
            TENTH,
            Some("tenth"),
            "running, tenth, entered 0, ceiling 10000, ana",
        ),
        // A ramp that falls begins above where it ends.
        (
            "status: running, stage: late",
            None,
            "running, drain, entered 5, ceiling 80000, why",
        ),
        (
            "status: running, stage: drain",
            None,
            "completed, drain, entered 5, why",
        ),
    ] {
        assert_eq!(next(state, to).as_deref(), Ok(expected), "{state}");
    }
    for (state, to, expected) in [
        (
            TENTH,
            Some("qa"),
            "stage-backwards: the stage `qa` lies before `tenth`, where the rollout is",
        ),
        (
            TENTH,
            Some("tenht"),
            "unknown-stage: stage `tenht` does not exist, expected `qa`, `tenth`, `climb`, `hold`, `late` or `drain`",
        ),
        (
            "status: paused, stage: tenth",
            None,
            "wrong-status: cannot promote a rollout that is paused",
        ),
        (
            "status: completed, stage: drain",
            None,
            "wrong-status: cannot promote a rollout that is completed",
        ),
        (
            "status: running, stage: tenth, enteredAt: 2026-11-20T14:00:00.001Z",
            None,
            "clock-went-back: the time lies before the `enteredAt` of the rollout's state",
        ),
    ] {
        assert_eq!(next(state, to), Err(expected.to_owned()), "{state}");
    }
}

#[test]
fn a_ramp_that_is_entered_late_begins_at_its_beginning() {
    // 2026-12-02T12:00:00Z, when a ramp that had been entered in time would be at 75 percent.
    let late = |plan: &Plan<'_>| promote(plan, Some("late"), None, at(291));
    assert_eq!(
        after("status: running, stage: hold", late).as_deref(),
        Ok("running, late, entered 291, ceiling 80000, delay 36")
    );
    let over = |plan: &Plan<'_>| promote(plan, Some("climb"), None, at(231));
    assert_eq!(
        after(TENTH, over),
        Err("ramp-over: the ramp of the stage `climb` is over before the stage is entered".into())
    );
}

#[test]
fn a_pause_takes_nothing_from_a_stage() {
    let climb =
        "status: running, stage: climb, enteredAt: 2026-11-20T09:00:00Z, ceiling: 60, approvals: [ana]";
    let paused = "status: paused, stage: climb, enteredAt: 2026-11-20T09:00:00Z, ceiling: 60, pausedAt: 2026-11-20T12:00:00Z, delay: 1h, approvals: [ana]";
    let pause_it = |plan: &Plan<'_>| pause(plan, Some("why"), at(3));
    let resume_it = |plan: &Plan<'_>| resume(plan, Some("why"), at(10) + 1);
    for (state, step, expected) in [
        (climb, true, "running, climb, entered 0, ceiling 60000, ana"),
        (
            paused,
            false,
            "paused, climb, entered 0, ceiling 60000, paused 3, delay 1, ana",
        ),
        // To the second, upwards.
        (
            paused,
            true,
            "running, climb, entered 7h1000ms, ceiling 60000, delay 8h1000ms, why, ana",
        ),
        (
            climb,
            false,
            "paused, climb, entered 0, ceiling 60000, paused 3, why, ana",
        ),
    ] {
        let found = if step {
            after(state, resume_it)
        } else {
            after(state, pause_it)
        };
        assert_eq!(found.as_deref(), Ok(expected), "{state}");
    }
    for (status, told) in [
        ("draft", "draft"),
        ("completed", "completed"),
        ("rolled_back", "rolled back"),
    ] {
        let state = format!("status: {status}");
        assert_eq!(
            after(&state, pause_it),
            Err(format!("wrong-status: cannot pause a rollout that is {told}"))
        );
        assert_eq!(
            after(&state, resume_it),
            Err(format!("wrong-status: cannot resume a rollout that is {told}"))
        );
    }
    let before = |plan: &Plan<'_>| resume(plan, None, at(2));
    assert_eq!(
        after(paused, before),
        Err("clock-went-back: the time lies before the `pausedAt` of the rollout's state".into())
    );
}

#[test]
fn no_stage_is_entered_after_it_is_resumed() {
    let paused = "status: paused, stage: tenth, enteredAt: 2026-11-20T09:00:00Z, ceiling: 10, pausedAt: 2026-11-20T09:00:00Z";
    let resumed = after(paused, |plan| resume(plan, None, at(10) + 1));
    assert_eq!(
        resumed.as_deref(),
        Ok("running, tenth, entered 10h1ms, ceiling 10000")
    );
}

#[test]
fn a_roll_back_tells_how_far_it_came() {
    let back = |plan: &Plan<'_>| roll_back(plan, Some("why"));
    for (state, expected) in [
        (TENTH, "rolled_back, tenth, entered 0, why"),
        (
            "status: paused, stage: climb, pausedAt: 2026-11-20T09:00:00Z, delay: 1h",
            "rolled_back, climb, why",
        ),
        ("status: completed, stage: drain", "rolled_back, drain, why"),
        (
            "status: rolled_back, stage: tenth, reason: before",
            "rolled_back, tenth, before",
        ),
    ] {
        assert_eq!(after(state, back).as_deref(), Ok(expected), "{state}");
    }
    assert_eq!(
        after("status: draft", back),
        Err("wrong-status: cannot roll back a rollout that is draft".into())
    );
}

#[test]
fn approvals_are_of_different_people_and_end_with_the_stage() {
    let by = |who: &'static str| move |plan: &Plan<'_>| approve(plan, who);
    let same = "running, tenth, entered 0, ceiling 10000, ana";
    assert_eq!(after(TENTH, by("ana")).as_deref(), Ok(same));
    assert_eq!(after(TENTH, by(" ana ")).as_deref(), Ok(same));
    assert_eq!(after(TENTH, by("bob")), Ok(format!("{same}+bob")));
    assert_eq!(
        after(TENTH, by(" ")),
        Err("bad-name: `` cannot be somebody's name".into())
    );
    assert_eq!(
        after(TENTH, by("a\nb")),
        Err("bad-name: `a\\nb` cannot be somebody's name".into())
    );
    assert_eq!(
        after("status: draft", by("ana")),
        Err("wrong-status: cannot approve a rollout that is draft".into())
    );
    let left = |plan: &Plan<'_>| promote(plan, None, None, at(1));
    assert_eq!(
        after(TENTH, left).as_deref(),
        Ok("running, climb, entered 1, ceiling 60000")
    );
}

#[test]
fn a_plan_is_found_by_its_id_or_because_no_other_can_be_meant() {
    let two = "one: { from: off, to: on }, two: { from: off, to: on }";
    let found = |rollouts: &str, state: &str, id: Option<&str>, environment: &str| {
        let flag = flag(rollouts, state);
        let plan = Plan::of(&flag, id, environment);
        plan.map(|plan| (plan.id.to_owned(), plan.state.status, plan.current))
            .map_err(|refusal| format!("{}: {refusal}", refusal.code()))
    };
    let draft = "one: { status: draft }";
    let running = "one: { status: running, stage: percent-1 }, two: { status: completed }";
    assert_eq!(
        found(two, draft, Some("two"), "production"),
        Ok(("two".into(), Status::Draft, None))
    );
    assert_eq!(
        found(two, running, None, "production"),
        Ok(("one".into(), Status::Running, Some(1)))
    );
    for (rollouts, state, id, environment, told) in [
        (
            two,
            draft,
            None,
            "production",
            "several-plans: the flag has several rollouts: `one` or `two`",
        ),
        (
            two,
            running,
            None,
            "staging",
            "several-plans: the flag has several rollouts: `one` or `two`",
        ),
        (
            two,
            draft,
            Some("three"),
            "production",
            "unknown-plan: rollout `three` does not exist, expected `one` or `two`",
        ),
        (
            two,
            "one: { status: running, stage: gone }",
            None,
            "production",
            "unknown-stage: stage `gone` does not exist, expected `qa`, `percent-1`, `percent-5`, `percent-10`, `percent-25`, `percent-50` or `everybody`",
        ),
    ] {
        assert_eq!(
            found(rollouts, state, id, environment),
            Err(told.into()),
            "{state}"
        );
    }
}

#[test]
fn the_steps_of_a_plan_have_the_gates_that_apply() {
    let flag = flag(PLAN, &format!("launch: {{ {TENTH}, delay: 1h }}"));
    let plan = Plan::of(&flag, Some("launch"), "production").unwrap();
    let steps: Vec<_> = plan
        .steps()
        .iter()
        .map(|step| {
            let hold = step.gate.min_hold_ms.unwrap() / HOUR_MS;
            (
                step.stage.name.value.clone(),
                hold,
                step.gate.approvals,
                step.is_monitored,
                step.highest_share,
            )
        })
        .collect();
    let expected = [
        ("qa", 24, Some(1), false, 0),
        ("tenth", 2, None, true, 10_000),
        ("climb", 24, None, true, 60_000),
        ("hold", 24, None, false, 60_000),
        ("late", 24, None, true, 80_000),
        ("drain", 24, None, true, 80_000),
    ]
    .map(|(name, hold, approvals, monitored, share)| (name.to_owned(), hold, approvals, monitored, share));
    assert_eq!(steps, expected);
    assert_eq!(plan.current_step().unwrap().stage.name.value, "tenth");
    assert_eq!(plan.ramp_ends_ms(), None);
}
