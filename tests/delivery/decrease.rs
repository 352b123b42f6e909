//! What is not provably less is no decrease, with the largest step that it may have.

use super::change::{HEAD, ON, SETTINGS, STAFF, files, project_of};
use super::impact::client;
use super::support::NOW_MS;
use tidegate::delivery::change::{Change, Kind, between};
use tidegate::delivery::impact::{Compared, seen};
use tidegate::model::Project;

/// The change of the flag `f`, which must open for somebody, and be no emergency.
#[track_caller]
fn opens(before: &Project, after: &Project, kind: Kind, step: u32) -> Vec<Change> {
    let changes = between(before, after);
    let change = changes.iter().find(|change| change.flag == "f");
    let change = change.unwrap_or_else(|| panic!("nothing is told of it: {changes:#?}"));
    assert!(change.kinds.contains(&kind), "{change:#?}");
    assert_eq!(change.step, step, "{change:#?}");
    changes
}

#[track_caller]
fn flag(before: &str, after: &str, kind: Kind, step: u32) {
    opens(&project_of(before, STAFF), &project_of(after, STAFF), kind, step);
}

#[test]
fn who_leaves_a_rule_that_held_them_back_gets_the_default() {
    let of = |share: u32| {
        format!(
            "default: on\nrules: [{{ if: {{ all: [{{ percentage: {share} }}, {{ attribute: country, exists: true }}] }}, \
             serve: {{ split: {{ on: 1, off: 99 }} }} }}]"
        )
    };
    flag(&of(100), &of(1), Kind::Increase, 99_000);
}

fn experiment(arms: &str, rest: &str) -> String {
    format!("default: {{ experiment: e }}\nexperiments: {{ e: {{ arms: {arms}, {rest} }} }}")
}

#[test]
fn a_control_that_is_not_off_is_exposed() {
    let of = |arms: &str, coverage: u32| {
        experiment(arms, &format!("control: on, from: off, coverage: {coverage}"))
    };
    flag(
        &of("{ on: 1, more: 99 }", 10),
        &of("{ on: 95, more: 5 }", 100),
        Kind::Increase,
        94_900,
    );
    flag(
        &of("{ on: 50, more: 50 }", 10),
        "default: on",
        Kind::Increase,
        95_000,
    );
}

#[test]
fn what_an_experiment_comes_from_is_exposed_where_it_is_not_off() {
    let of = |coverage: u32, end: &str| {
        experiment(
            "{ off: 50, more: 50 }",
            &format!("control: off, from: on, coverage: {coverage}, end: {end}"),
        )
    };
    let later = "2027-01-01T00:00:00Z";
    flag(&of(100, later), &of(1, later), Kind::Increase, 49_500);
    flag(
        &of(100, later),
        &of(100, "2020-01-01T00:00:00Z"),
        Kind::Increase,
        50_000,
    );
}

#[test]
fn a_flag_that_asks_for_another_opens_with_it() {
    let of = |share: u32| {
        let asked = HEAD.replace("salt: s", "salt: x");
        files(&[
            ("tidegate.yaml", SETTINGS),
            (
                "flags/x.yaml",
                &format!(
                    "{asked}default: {{ split: {{ on: {share}, off: {} }} }}{ON}",
                    100 - share
                ),
            ),
            (
                "flags/f.yaml",
                &format!("{HEAD}default: on\nprerequisites: {{ x: off }}{ON}"),
            ),
        ])
    };
    let changes = opens(&of(100), &of(1), Kind::Targeting, 99_000);
    assert_eq!(changes.len(), 2);
    // The other way round nothing opens.
    assert_eq!(between(&of(1), &of(100)).len(), 1);
}

#[test]
fn flags_open_over_flags_that_ask_for_others() {
    let of = |x: &str| {
        let head = |salt: &str| HEAD.replace("salt: s", &format!("salt: {salt}"));
        files(&[
            ("tidegate.yaml", SETTINGS),
            ("flags/x.yaml", &format!("{}default: {x}{ON}", head("x"))),
            (
                "flags/y.yaml",
                &format!("{}default: on\nprerequisites: {{ x: [on] }}{ON}", head("y")),
            ),
            (
                "flags/f.yaml",
                &format!("{HEAD}default: on\nprerequisites: {{ y: [on] }}{ON}"),
            ),
        ])
    };
    opens(&of("off"), &of("on"), Kind::Targeting, 100_000);
    assert_eq!(between(&of("on"), &of("off")).len(), 1);
}

#[test]
fn any_percentage_that_widens_opens() {
    let rule = |condition: &str| format!("default: off\nrules: [{{ if: {condition}, serve: on }}]");
    let any = |share: u32| {
        rule(&format!(
            "{{ any: [{{ attribute: country, in: [CA] }}, {{ percentage: {share} }}] }}"
        ))
    };
    flag(&any(10), &any(90), Kind::Increase, 80_000);
    let all = |share: u32| {
        rule(&format!(
            "{{ all: [{{ percentage: 10 }}, {{ percentage: {share}, by: account }}] }}"
        ))
    };
    flag(&all(10), &all(100), Kind::Increase, 90_000);
}

#[test]
fn another_off_variant_opens() {
    let off = format!("{HEAD}default: off\n");
    let on = HEAD.replace("offVariant: off", "offVariant: on");
    flag(&off, &format!("{on}default: on\n"), Kind::Increase, 100_000);
    // Whoever kills it then would serve it to everybody.
    flag(&off, &format!("{on}default: off\n"), Kind::Increase, 100_000);
}

#[test]
fn another_value_opens_for_all_who_get_it() {
    let of = |values: &str, rest: &str| format!("salt: s\nvariants: {values}\noffVariant: off\n{rest}\n");
    let (one, other) = ("{ off: 0, on: 1 }", "{ off: 1, on: 0 }");
    flag(
        &of(one, "default: off"),
        &of(other, "default: off"),
        Kind::Increase,
        100_000,
    );
    let split = "default: { split: { on: 30, off: 70 } }";
    flag(
        &of(one, split),
        &of("{ off: 0, on: 5 }", split),
        Kind::Increase,
        30_000,
    );
    let killed = format!("{split}\nenvironments: {{ production: {{ killed: true }} }}");
    flag(
        &of(one, &killed),
        &of("{ off: 5, on: 1 }", &killed),
        Kind::Increase,
        100_000,
    );
}

#[test]
fn a_plan_the_wrong_way_round_opens() {
    let of = |share: u32| format!("default: {{ rollout: {{ from: on, to: off, share: {share} }} }}");
    flag("default: off", &of(100), Kind::Increase, 100_000);
    flag(&of(100), &of(0), Kind::Increase, 100_000);
    flag(&of(100), "default: on", Kind::Increase, 100_000);
    let of = |share: u32| format!("default: {{ rollout: {{ from: on, to: more, share: {share} }} }}");
    flag("default: more", &of(100), Kind::Increase, 100_000);
}

#[test]
fn layers_and_holdouts_have_salts_too() {
    let of = |layer: &str, holdout: &str, by: &str| {
        files(&[
            (
                "tidegate.yaml",
                &format!(
                    "{SETTINGS}layers: {{ l: {{ salt: {layer} }} }}\nholdouts: {{ h: {{ salt: {holdout}, share: 50, by: {by} }} }}\n"
                ),
            ),
            (
                "flags/f.yaml",
                &format!(
                    "{HEAD}{}{ON}",
                    experiment(
                        "{ on: 50, more: 50 }",
                        "control: more, from: off, layer: l, slots: { from: 0, to: 10 }"
                    )
                ),
            ),
        ])
    };
    let before = of("a", "h", "targetingKey");
    for after in [
        of("b", "h", "targetingKey"),
        of("a", "i", "targetingKey"),
        of("a", "h", "account"),
    ] {
        opens(&before, &after, Kind::Salt, 100_000);
    }
}

#[test]
fn a_salt_lets_through_all_whom_the_rule_held_back() {
    let of = |by: &str| {
        format!(
            "default: on\nrules: [{{ if: {{ percentage: {{ from: 0, to: 50 }} }}, serve: off }}, \
             {{ if: {{ percentage: {{ from: 50, to: 100 }}{by} }}, serve: off }}]"
        )
    };
    flag(&of(""), &of(", by: account"), Kind::Salt, 50_000);
}

#[test]
fn closing_stays_a_decrease() {
    let only = |before: &str, after: &str, kind: Kind| {
        let changes = between(&project_of(before, STAFF), &project_of(after, STAFF));
        assert_eq!(changes.len(), 1);
        assert_eq!(
            changes[0].kinds.iter().copied().collect::<Vec<_>>(),
            [kind],
            "{changes:#?}"
        );
        assert_eq!(changes[0].step, 0);
    };
    let rule = |share: u32| {
        format!(
            "default: off\nrules: [{{ if: {{ all: [{{ percentage: {share} }}, {{ attribute: country, exists: true }}] }}, serve: on }}]"
        )
    };
    only(&rule(90), &rule(10), Kind::Decrease);
    only(&rule(90), &rule(0), Kind::Decrease);
    let experiment = |coverage: u32| {
        experiment(
            "{ off: 50, on: 50 }",
            &format!("control: off, coverage: {coverage}"),
        )
    };
    only(&experiment(90), &experiment(10), Kind::Decrease);
    only(
        "default: on",
        "default: on\nenvironments: { production: { killed: true } }",
        Kind::Kill,
    );
}

#[test]
fn somebody_who_is_made_up_and_leaves_the_off_variant_makes_it_an_increase() {
    let of = |default: &str| {
        let text = format!("{HEAD}default: {default}{ON}");
        client(&[("flags/f.yaml".to_owned(), text)])
    };
    let (before, after) = (of("off"), of("on"));
    let told = |[before, after]: [&tidegate::Client; 2]| {
        // As if it had been taken for less.
        let mut changes = between(
            &project_of("default: on", STAFF),
            &project_of("default: off", STAFF),
        );
        let scope = Compared {
            before: Some(before),
            after: Some(after),
        };
        seen(&mut changes, "production", scope, NOW_MS);
        (changes[0].kinds.contains(&Kind::Increase), changes[0].step)
    };
    assert_eq!(told([&before, &after]), (true, 100_000));
    assert_eq!(told([&after, &before]), (false, 0));
}
