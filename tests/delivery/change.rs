use super::generated::tweaked;
use super::impact::{client_of, project_of as made};
use super::support::NOW_MS;
use std::collections::BTreeSet;
use tidegate::delivery::change::{Change, Kind, between};
use tidegate::delivery::impact::{Compared, Generated};
use tidegate::delivery::simulate::Crowd;
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

fn rules(rules: &str) -> String {
    format!("default: off\nrules: [{rules}]")
}

const CANADA: &str = "{ name: ca, if: { attribute: country, in: [CA] }, serve: on }";
const PRO: &str = "{ name: pro, if: { attribute: plan, in: [pro] }, serve: more }";

#[test]
fn conditions_and_the_order_of_rules_are_targeting() {
    let wider = CANADA.replace("[CA]", "[CA, US]");
    row(
        &rules(CANADA),
        &rules(&wider),
        "targeting",
        100_000,
        &["rules[0].if.in"],
    );
    row(
        &rules(CANADA),
        &rules(&format!("{PRO}, {CANADA}")),
        "targeting",
        100_000,
        &["rules[0]"],
    );
    row(
        &rules(&format!("{PRO}, {CANADA}")),
        &rules(CANADA),
        "targeting",
        100_000,
        &["rules[0]"],
    );
    let found = compared(
        &project_of(&rules(&format!("{PRO}, {CANADA}")), STAFF),
        &project_of(&rules(&format!("{CANADA}, {PRO}")), STAFF),
    );
    assert_eq!((found.0.as_str(), found.1), ("targeting", 100_000));
}

#[test]
fn targets_rings_segments_and_prerequisites_are_targeting() {
    row(
        "default: off",
        "default: off\ntargets: { on: [u-1] }",
        "targeting",
        100_000,
        &["targets"],
    );
    let ring = stage("qa").replace("ring: staff", "ring: { attribute: staff, exists: true }");
    let found = compared(&project_of(&stage("qa"), STAFF), &project_of(&ring, STAFF));
    assert_eq!((found.0.as_str(), found.1), ("targeting", 100_000));
    row(PLAN, &stage("qa"), "targeting", 100_000, &["default"]);
    row(&stage("qa"), PLAN, "decrease", 0, &["default"]);
    let asks = rules("{ if: { segment: staff }, serve: on }");
    let found = compared(
        &project_of(&asks, STAFF),
        &project_of(&asks, &STAFF.replace("example.com", "example.org")),
    );
    let paths = vec!["segments.staff.if.endsWith".to_owned()];
    assert_eq!(found, ("targeting".into(), 100_000, paths));
}

#[test]
fn a_segment_that_a_segment_names_counts_as_well() {
    let of = |mail: &str| {
        files(&[
            ("tidegate.yaml", SETTINGS),
            (
                "flags/f.yaml",
                &format!("{HEAD}{}\n{ON}", rules("{ if: { segment: crew }, serve: on }")),
            ),
            (
                "segments/crew.yaml",
                "if: { any: [{ segment: staff }, { attribute: crew, exists: true }] }\n",
            ),
            ("segments/staff.yaml", &STAFF.replace("example.com", mail)),
        ])
    };
    let found = compared(&of("example.com"), &of("example.org"));
    assert_eq!(found.2, ["segments.staff.if.endsWith"]);
}

#[test]
fn a_prerequisite_that_goes_is_targeting_of_all_that_it_held_back() {
    let of = |with: &str| {
        files(&[
            ("tidegate.yaml", SETTINGS),
            ("flags/f.yaml", &format!("{HEAD}default: on\n{with}{ON}")),
            (
                "flags/g.yaml",
                &format!("{}default: on\n{ON}", HEAD.replace("salt: s", "salt: t")),
            ),
        ])
    };
    let with = of("prerequisites: { g: on }\n");
    let found = compared(&with, &of(""));
    assert_eq!(found, ("targeting".into(), 100_000, vec!["prerequisites".into()]));
    assert_eq!(compared(&of(""), &with).0, "targeting");
}

#[test]
fn a_rule_that_loses_its_condition_is_an_increase_too() {
    let open = CANADA.replace("if: { attribute: country, in: [CA] }, ", "");
    row(
        &rules(CANADA),
        &rules(&open),
        "increase targeting",
        100_000,
        &["rules[0].if"],
    );
}

#[test]
fn others_who_are_as_many_are_targeting() {
    let percentage = |range: &str| rules(&format!("{{ if: {{ percentage: {range} }}, serve: on }}"));
    let (one, other) = ("{ from: 0, to: 10 }", "{ from: 50, to: 60 }");
    let found = compared(
        &project_of(&percentage(one), STAFF),
        &project_of(&percentage(other), STAFF),
    );
    assert_eq!(found.0, "targeting");
    let (one, other) = (
        "default: { split: { on: 50, off: 50 } }",
        "default: { split: { off: 50, on: 50 } }",
    );
    row(one, other, "targeting", 50_000, &["default.order"]);
}

#[test]
fn another_salt_or_unit_draws_everybody_anew() {
    let salted = format!("{HEAD}{}", at("30"));
    let other = salted.replace("salt: s", "salt: other");
    row(&salted, &other, "salt", 30_000, &["default.rollout.salt"]);
    let by = at("80").replace("share: 80", "share: 80, by: accountId");
    row(&at("80"), &by, "salt", 20_000, &["default.rollout.by"]);
}

#[test]
fn what_nobody_gets_and_names_are_other() {
    let of = |head: &str| format!("{head}default: on\n");
    row(
        &of(HEAD),
        &of(&HEAD.replace("more: 2", "more: 5")),
        "other",
        0,
        &["variants.more"],
    );
    row(
        "default: on",
        "default: on\nonExpired: off",
        "other",
        0,
        &["onExpired"],
    );
    row(
        &rules(CANADA),
        &rules(&CANADA.replace("name: ca", "name: canada")),
        "other",
        0,
        &["rules[0].name"],
    );
}

#[test]
fn visibility_is_other() {
    row(
        "default: on",
        "default: on\nclientVisible: true",
        "other",
        0,
        &["clientVisible"],
    );
}

#[test]
fn what_is_prepared_in_a_closed_flag_is_no_increase() {
    let closed = |text: &str| format!("{text}\nenvironments: {{ production: {{ enabled: false }} }}");
    row(
        &closed(&at("10")),
        &closed(&at("90")),
        "other",
        0,
        &["default.rollout.share"],
    );
    row(
        &closed("default: off"),
        &closed(&rules(CANADA)),
        "targeting",
        0,
        &["rules[0]"],
    );
}

#[test]
fn what_could_not_be_read_before_may_have_been_nothing() {
    let broken = project_of("default: nothing-like-this", STAFF);
    let (kinds, step, paths) = compared(&broken, &project_of("default: on", STAFF));
    assert_eq!((kinds.as_str(), step), ("increase targeting other", 100_000));
    assert!(paths.contains(&"unreadable".to_owned()), "{paths:?}");
    let (kinds, step, _) = compared(&project_of("default: on", STAFF), &broken);
    assert_eq!((kinds.as_str(), step), ("other", 0));
}

#[test]
fn one_broken_flag_leaves_the_others_comparable() {
    let of = |broken: &str, default: &str| {
        files(&[
            ("tidegate.yaml", SETTINGS),
            ("flags/bad.yaml", broken),
            (
                "flags/needs.yaml",
                &format!(
                    "{}default: on\nprerequisites: {{ bad: on }}\n{ON}",
                    HEAD.replace("salt: s", "salt: n")
                ),
            ),
            ("flags/f.yaml", &format!("{HEAD}default: {default}\n{ON}")),
        ])
    };
    let good = format!("{}default: on\n{ON}", HEAD.replace("salt: s", "salt: b"));
    let changes = between(&of("salt: [", "off"), &of(&good, "on"));
    let flags: Vec<&str> = changes.iter().map(|change| change.flag.as_str()).collect();
    assert_eq!(flags, ["bad", "f", "needs"]);
    assert_eq!(changes[1].kinds, BTreeSet::from([Kind::Increase]));
}

#[test]
fn what_says_the_same_is_no_change() {
    same(
        "default: on",
        "default: on\nenvironments: { production: { enabled: true } }",
    );
    same(&plan("status: draft"), PLAN);
    same(
        &rules("{ if: { attribute: c, in: [CA, US] }, serve: on }"),
        &rules("{ if: { attribute: c, in: [US, CA] }, serve: on }"),
    );
    same(&stage("tenth"), &stage("tenth").replace("share: 50", "share: 60"));
}

#[test]
fn an_environment_that_is_new_has_new_flags() {
    let of = |environments: &str| {
        files(&[
            (
                "tidegate.yaml",
                &format!("project: shop\nenvironments: {environments}\n"),
            ),
            ("flags/f.yaml", &format!("{HEAD}default: on\n{ON}")),
        ])
    };
    let changes = between(&of("[production]"), &of("[production, staging]"));
    assert_eq!(changes.len(), 1);
    assert_eq!(
        (
            changes[0].environment.as_str(),
            changes[0].kinds.contains(&Kind::New)
        ),
        ("staging", true)
    );
}

/// How many people asked about got the off variant, and get another.
fn opened(flag: &str, scope: &Compared<'_>, crowd: &Generated) -> u64 {
    let mut opened = 0;
    let each = &mut |_: u64, context: &tidegate::Context| {
        let is_off = |client: &tidegate::Client| {
            let answer = client.evaluate(flag, context, NOW_MS);
            answer.unwrap().variant() == Some("off")
        };
        opened += u64::from(is_off(scope.before.unwrap()) && !is_off(scope.after.unwrap()));
    };
    crowd
        .meet(0..crowd.size(), each)
        .unwrap_or_else(|never| match never {});
    opened
}

#[test]
fn nobody_gets_more_than_the_kinds_and_the_step_say() {
    const PEOPLE: u64 = 400;
    // So many may get more by the luck of the draw: four deviations of as many coins.
    const LUCK: f64 = 4.0 * 0.5 / 20.0;
    let (mut closing, mut opening) = (0, 0);
    for seed in 1..=30 {
        let [before, after] = tweaked(seed);
        let [before, after] = [before, after].map(|files| made(&files));
        let changes = between(&before, &after);
        let [before, after] = [before, after].map(|project| client_of(&project));
        let scope = Compared {
            before: Some(&before),
            after: Some(&after),
        };
        let crowd = Generated::new(&[scope], PEOPLE, seed, NOW_MS).unwrap();
        for change in changes {
            let opened = opened(&change.flag, &scope, &crowd);
            let told = format!("seed {seed}: {opened} of {PEOPLE} by {change:#?}");
            if change
                .kinds
                .iter()
                .all(|kind| matches!(kind, Kind::Kill | Kind::Decrease))
            {
                assert_eq!(opened, 0, "{told}");
                closing += 1;
            }
            let share = opened as f64 / PEOPLE as f64;
            assert!(share <= f64::from(change.step) / 100_000.0 + LUCK, "{told}");
            assert!(change.step > 0 || opened == 0, "{told}");
            opening += u64::from(opened > 0);
        }
    }
    assert!(
        closing > 30 && opening > 100,
        "only {closing} close and {opening} open"
    );
}
