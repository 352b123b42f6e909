//! What takes effect by time alone is known, with its moment.

use super::moment;
use tidegate::delivery::audit::{What, scheduled};
use tidegate::model::{Project, SourceFile, read};

const FLAG: &str = "salt: s\ndefault: { rollout: launch }
rollouts: { launch: { from: off, to: on, start: 2026-11-02T00:00:00Z, end: 2026-11-20T00:00:00Z, stages: [
    { name: climb, ramp: { to: 50, start: 2026-11-04T00:00:00Z, end: 2026-11-08T00:00:00Z } } ] } }\n";
const STATE: &str = "status: running, stage: climb, enteredAt: 2026-11-01T00:00:00Z";

fn project(files: &[(&str, String)]) -> Project {
    let start = (
        "tidegate.yaml",
        "project: p\nenvironments: [production, staging]\n".to_owned(),
    );
    let files: Vec<SourceFile> = std::iter::once(&start)
        .chain(files)
        .map(|(path, text)| SourceFile {
            path: (*path).to_owned(),
            text: text.clone(),
        })
        .collect();
    let (project, problems) = read(&files);
    assert_eq!(problems, []);
    project.unwrap()
}

fn rollout(state: &str, more: &str) -> Project {
    project(&[(
        "flags/f.yaml",
        format!(
            "{FLAG}{more}environments: {{ production: {{ rollouts: {{ launch: {{ {state} }} }} }}, staging: {{ enabled: false }} }}\n"
        ),
    )])
}

/// What takes effect in November.
fn november(project: &Project) -> Vec<(What, String)> {
    let effects = scheduled(
        project,
        "production",
        moment("2026-11-01T00:00:00Z"),
        moment("2026-11-30T00:00:00Z"),
    );
    let day = |at_ms: i64| (at_ms - moment("2026-11-01T00:00:00Z")) / 86_400_000 + 1;
    effects
        .iter()
        .map(|effect| (effect.what, day(effect.at_ms).to_string()))
        .collect()
}

fn told(effects: &[(What, &str)]) -> Vec<(What, String)> {
    effects
        .iter()
        .map(|(what, day)| (*what, (*day).to_owned()))
        .collect()
}

#[test]
fn a_plan_begins_ramps_and_ends() {
    let expected = [
        (What::RolloutStarted, "2"),
        (What::RampBegan, "4"),
        (What::RampEnded, "8"),
        (What::RolloutEnded, "20"),
    ];
    assert_eq!(november(&rollout(STATE, "")), told(&expected));
    assert_eq!(scheduled(&rollout(STATE, ""), "staging", i64::MIN, i64::MAX), []);
    assert_eq!(
        scheduled(&rollout(STATE, ""), "elsewhere", i64::MIN, i64::MAX),
        []
    );
}

#[test]
fn a_moment_belongs_to_the_look_that_comes_after_it() {
    let project = rollout(STATE, "");
    let at = moment("2026-11-04T00:00:00Z");
    assert_eq!(scheduled(&project, "production", at - 1, at).len(), 1);
    assert_eq!(scheduled(&project, "production", at, at + 1), []);
    assert_eq!(scheduled(&project, "production", at + 1, at), []);
}

#[test]
fn what_is_paused_or_closed_does_nothing() {
    let paused = format!("{STATE}, pausedAt: 2026-11-02T00:00:00Z").replace("running", "paused");
    let only_its_window = [(What::RolloutStarted, "2"), (What::RolloutEnded, "20")];
    assert_eq!(november(&rollout(&paused, "")), told(&only_its_window));
    for state in ["status: draft", "status: completed", "status: rolled_back"] {
        assert_eq!(november(&rollout(state, "")), [], "{state}");
    }
}

#[test]
fn a_ramp_that_was_delayed_is_late() {
    let effects = november(&rollout(&format!("{STATE}, delay: 2d"), ""));
    assert_eq!(
        effects[1..3],
        told(&[(What::RampBegan, "6"), (What::RampEnded, "10")])[..]
    );
}

#[test]
fn a_flag_that_is_disabled_does_nothing_afterwards() {
    let effects = november(&rollout(STATE, "disableAt: 2026-11-05T00:00:00Z\n"));
    let expected = [
        (What::RolloutStarted, "2"),
        (What::RampBegan, "4"),
        (What::FlagDisabled, "5"),
    ];
    assert_eq!(effects, told(&expected));
}

#[test]
fn experiments_and_windows_open_and_close() {
    let flag = "salt: s\ndefault: off
experiments: { trial: { arms: { off: 50, on: 50 }, control: off, start: 2026-11-03T00:00:00Z, end: 2026-11-09T00:00:00Z },
    unused: { arms: { off: 50, on: 50 }, control: off, start: 2026-11-03T00:00:00Z } }
rules:
  - name: sale
    if: { all: [ { segment: weekend }, { not: { window: { from: 2026-11-10T00:00:00Z, to: 2026-11-11T00:00:00Z } } } ] }
    serve: on
  - serve: { experiment: trial }
environments: { production: {} }\n";
    let segment =
        "if: { any: [ { window: { from: 2026-11-07T00:00:00Z } }, { attribute: staff, exists: true } ] }\n";
    let project = project(&[
        ("flags/f.yaml", flag.to_owned()),
        ("segments/weekend.yaml", segment.to_owned()),
    ]);
    let expected = [
        (What::ExperimentStarted, "3"),
        (What::WindowOpened, "7"),
        (What::ExperimentEnded, "9"),
        (What::WindowOpened, "10"),
        (What::WindowClosed, "11"),
    ];
    assert_eq!(november(&project), told(&expected));
    let effects = scheduled(&project, "production", i64::MIN, i64::MAX);
    assert_eq!(effects[1].of.as_deref(), Some("sale"));
}

#[test]
fn an_entry_tells_when_it_took_effect() {
    let project = rollout(STATE, "");
    let effects = scheduled(&project, "production", i64::MIN, i64::MAX);
    let entry = effects[1].entry("production", moment("2026-11-06T00:00:00Z"));
    let told = entry.told();
    assert_eq!(
        (&told["action"], &told["what"], &told["of"], &told["stage"]),
        (
            &"schedule".into(),
            &"ramp-began".into(),
            &"launch".into(),
            &"climb".into()
        )
    );
    assert_eq!(told["actor"]["kind"], "controller");
    assert_eq!(entry.effective_ms(), moment("2026-11-04T00:00:00Z"));
    assert_eq!(entry.time_ms, moment("2026-11-06T00:00:00Z"));
}
