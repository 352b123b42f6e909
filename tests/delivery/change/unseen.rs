//! What nobody gets, cannot be read, or says the same.

use super::{
    CANADA, HEAD, ON, PLAN, SETTINGS, STAFF, at, compared, files, plan, project_of, row, rules, same, stage,
};
use std::collections::BTreeSet;
use tidegate::delivery::change::{Kind, between};

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
