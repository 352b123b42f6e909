//! Who is chosen: rules, targets, rings, segments, prerequisites and salts.

use super::{
    CANADA, HEAD, ON, PLAN, PRO, SETTINGS, STAFF, at, compared, files, project_of, row, rules, stage,
};

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
