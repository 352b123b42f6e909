//! What kinds of change there are, and how far each goes at most: the table of `KINDS.md`, row by row.

mod proof;
mod targeting;
mod unseen;

use std::collections::BTreeSet;
use tidegate::delivery::change::{Change, Kind, between};
use tidegate::model::{Project, SourceFile, read};

pub(super) const SETTINGS: &str = "project: shop\nenvironments: [production]\n";
pub(super) const HEAD: &str = "salt: s\nvariants: { off: 0, on: 1, more: 2 }\noffVariant: off\n";
pub(super) const ON: &str = "\nenvironments: { production: {} }\n";

/// A project of one flag, and a segment that it may ask for.
pub(super) fn project_of(flag: &str, segment: &str) -> Project {
    let mut text = match flag.contains("salt:") {
        true => flag.to_owned(),
        false => format!("{HEAD}{flag}\n"),
    };
    if !text.contains("environments:") {
        text.push_str(ON);
    }
    files(&[
        ("tidegate.yaml", SETTINGS),
        ("flags/f.yaml", &text),
        ("segments/staff.yaml", segment),
    ])
}

pub(super) fn files(files: &[(&str, &str)]) -> Project {
    let files: Vec<SourceFile> = files
        .iter()
        .map(|(path, text)| SourceFile {
            path: (*path).to_owned(),
            text: (*text).to_owned(),
        })
        .collect();
    let (project, problems) = read(&files);
    project.unwrap_or_else(|| panic!("{problems:?}"))
}

pub(super) const STAFF: &str = "if: { attribute: mail, endsWith: [\"@example.com\"] }\n";

/// The kinds and the step of the one change there is.
#[track_caller]
fn compared(before: &Project, after: &Project) -> (String, u32, Vec<String>) {
    let changes = between(before, after);
    let [
        Change {
            kinds,
            step,
            differences,
            environment,
            ..
        },
    ] = changes.as_slice()
    else {
        panic!("{changes:#?}");
    };
    assert_eq!(environment, "production");
    let words: Vec<&str> = kinds.iter().map(|kind| kind.word()).collect();
    let paths = differences.iter().map(|difference| difference.path.clone());
    (words.join(" "), *step, paths.collect())
}

#[track_caller]
fn row(before: &str, after: &str, kinds: &str, step: u32, paths: &[&str]) {
    let compared = compared(&project_of(before, STAFF), &project_of(after, STAFF));
    assert_eq!(
        compared,
        (
            kinds.to_owned(),
            step,
            paths.iter().map(|path| (*path).to_owned()).collect()
        )
    );
}

#[track_caller]
fn same(before: &str, after: &str) {
    let found = between(&project_of(before, STAFF), &project_of(after, STAFF));
    assert_eq!(found, []);
}

fn at(share: &str) -> String {
    format!("default: {{ rollout: {{ to: on, share: {share} }} }}")
}

const PLAN: &str = "default: { rollout: p }\nrollouts: { p: { from: off, to: on, stages: [
    { name: qa, ring: staff }, { name: tenth, share: 10 }, { name: half, share: 50 },
    { name: climb, ramp: { to: 80, start: 2026-12-01T00:00:00Z, end: 2026-12-03T00:00:00Z } } ] } }\n";

fn plan(state: &str) -> String {
    format!("{PLAN}environments: {{ production: {{ rollouts: {{ p: {{ {state} }} }} }} }}")
}

fn stage(stage: &str) -> String {
    plan(&format!(
        "status: running, stage: {stage}, enteredAt: 2026-11-20T09:00:00Z"
    ))
}

fn rules(rules: &str) -> String {
    format!("default: off\nrules: [{rules}]")
}

const CANADA: &str = "{ name: ca, if: { attribute: country, in: [CA] }, serve: on }";
const PRO: &str = "{ name: pro, if: { attribute: plan, in: [pro] }, serve: more }";

fn without_flag() -> Project {
    files(&[("tidegate.yaml", SETTINGS), ("segments/staff.yaml", STAFF)])
}

#[test]
fn a_new_flag_is_new_with_the_most_that_anybody_gets() {
    let found = compared(&without_flag(), &project_of(&at("10"), STAFF));
    assert_eq!(found, ("new".into(), 10_000, vec![String::new()]));
}

#[test]
fn a_new_flag_that_is_closed_has_no_step() {
    let closed = format!(
        "{}\nenvironments: {{ production: {{ enabled: false }} }}",
        at("10")
    );
    let found = compared(&without_flag(), &project_of(&closed, STAFF));
    assert_eq!((found.0.as_str(), found.1), ("new", 0));
}

#[test]
fn a_flag_that_is_gone_is_deleted() {
    let found = compared(&project_of(&at("10"), STAFF), &without_flag());
    assert_eq!(found, ("delete".into(), 0, vec![String::new()]));
}

#[test]
fn a_renamed_flag_is_gone_and_new() {
    let text = format!("{HEAD}default: on\n{ON}");
    let one = files(&[("tidegate.yaml", SETTINGS), ("flags/old.yaml", &text)]);
    let other = files(&[("tidegate.yaml", SETTINGS), ("flags/new.yaml", &text)]);
    let changes = between(&one, &other);
    let told: Vec<(&str, bool)> = changes
        .iter()
        .map(|change| (change.flag.as_str(), change.kinds.contains(&Kind::New)))
        .collect();
    assert_eq!(told, [("new", true), ("old", false)]);
    assert_eq!(changes[1].kinds, BTreeSet::from([Kind::Delete]));
}

#[test]
fn killing_and_disabling_are_kills() {
    for state in ["killed: true", "enabled: false"] {
        let after = format!("default: on\nenvironments: {{ production: {{ {state} }} }}");
        let path = state.split(':').next().unwrap();
        row("default: on", &after, "kill", 0, &[path]);
    }
}

#[test]
fn opening_a_flag_is_an_increase_to_the_most_that_anybody_gets() {
    let closed = format!(
        "{}\nenvironments: {{ production: {{ enabled: false }} }}",
        at("30")
    );
    row(&closed, &at("30"), "increase", 30_000, &["enabled"]);
}

#[test]
fn a_share_that_goes_up_is_an_increase_by_as_much() {
    row(
        &at("10"),
        &at("25.5"),
        "increase",
        15_500,
        &["default.rollout.share"],
    );
    let percentage = |share: &str| {
        format!(
            "default: off\nrules: [{{ if: {{ all: [{{ attribute: a, exists: true }}, {{ percentage: {share} }}] }}, serve: on }}]"
        )
    };
    row(
        &percentage("10"),
        &percentage("25"),
        "increase",
        15_000,
        &["rules[0].if.all[1].percentage"],
    );
    let split = |on: u32, off: u32| format!("default: {{ split: {{ on: {on}, off: {off} }} }}");
    row(
        &split(10, 90),
        &split(40, 60),
        "increase",
        30_000,
        &["default.split.off", "default.split.on"],
    );
}

#[test]
fn coverage_that_goes_up_is_an_increase_of_what_is_tried() {
    let coverage = |share: u32| {
        format!(
            "default: {{ experiment: e }}\nexperiments: {{ e: {{ arms: {{ off: 50, on: 50 }}, control: off, coverage: {share} }} }}"
        )
    };
    let found = compared(
        &project_of(&coverage(20), STAFF),
        &project_of(&coverage(60), STAFF),
    );
    assert_eq!((found.0.as_str(), found.1), ("increase", 20_000));
    let found = compared(
        &project_of(&coverage(60), STAFF),
        &project_of(&coverage(20), STAFF),
    );
    assert_eq!((found.0.as_str(), found.1), ("decrease", 0));
}

#[test]
fn a_share_that_goes_down_is_a_decrease() {
    row(&at("25"), &at("10"), "decrease", 0, &["default.rollout.share"]);
    row("default: on", "default: off", "decrease", 0, &["default"]);
}

#[test]
fn from_one_variant_to_another_is_an_increase_of_that() {
    row("default: on", "default: more", "increase", 100_000, &["default"]);
    let split = |on: u32, more: u32| format!("default: {{ split: {{ on: {on}, more: {more} }} }}");
    row(
        &split(50, 50),
        &split(40, 60),
        "increase",
        10_000,
        &["default.split.more", "default.split.on"],
    );
}

#[test]
fn a_fixed_variant_is_everybody() {
    row("default: off", "default: on", "increase", 100_000, &["default"]);
    row(&at("30"), "default: on", "increase", 70_000, &["default"]);
}

#[test]
fn completing_a_plan_is_an_increase_from_its_share() {
    row(
        &stage("half"),
        &plan("status: completed"),
        "increase",
        50_000,
        &["default"],
    );
}

#[test]
fn rolling_back_is_a_decrease_even_where_a_plan_starts_from_another_variant() {
    row(
        &stage("half"),
        &plan("status: rolled_back"),
        "decrease",
        0,
        &["default"],
    );
    let of = |text: String| text.replace("from: off, to: on", "from: on, to: more");
    row(
        &of(stage("half")),
        &of(plan("status: rolled_back")),
        "decrease",
        0,
        &["default"],
    );
    row(
        &of(stage("half")),
        &of(stage("tenth")),
        "decrease",
        0,
        &["default.rollout.share", "default.rollout.stage"],
    );
}

#[test]
fn a_ramp_is_an_increase_to_its_end() {
    let paths = [
        "default.rollout.ramp",
        "default.rollout.share",
        "default.rollout.stage",
    ];
    row(&stage("half"), &stage("climb"), "increase", 30_000, &paths);
}

#[test]
fn a_ramp_that_stands_still_may_have_jumped() {
    let still =
        plan("status: paused, stage: climb, enteredAt: 2026-11-20T09:00:00Z, pausedAt: 2026-12-02T00:00:00Z");
    let paths = ["default.rollout.ramp", "default.rollout.share"];
    row(&stage("climb"), &still, "decrease increase", 15_000, &paths);
}

#[test]
fn what_begins_earlier_or_ends_later_is_an_increase() {
    let timed = |window: &str| stage("half").replace("to: on, stages", &format!("to: on, {window}, stages"));
    let (one, other) = (
        timed("start: 2026-12-01T00:00:00Z"),
        timed("start: 2026-12-02T00:00:00Z"),
    );
    row(&other, &one, "increase", 100_000, &["default.rollout.start"]);
    row(&one, &other, "decrease", 0, &["default.rollout.start"]);
    let (one, other) = (
        timed("end: 2026-12-01T00:00:00Z"),
        timed("end: 2026-12-02T00:00:00Z"),
    );
    row(&one, &other, "increase", 100_000, &["default.rollout.end"]);
    row(&other, &one, "decrease", 0, &["default.rollout.end"]);
    row(&stage("half"), &one, "decrease", 0, &["default.rollout.end"]);
    row(
        "default: on\ndisableAt: 2026-12-01T00:00:00Z",
        "default: on",
        "increase",
        100_000,
        &["disableAt"],
    );
}
