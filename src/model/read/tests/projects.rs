use super::*;
use crate::model::{Condition, Ramp, RolloutState, Serve, Status, Test};

const CHECKOUT: &str = r#"description: One-page checkout
owner: payments
type: release
clientVisible: true
salt: k3v9x2
variants: { classic: classic, one-page: one-page }
offVariant: classic
default: classic
targets: { one-page: [u-17, 42], classic: { by: accountId, ids: ["007"] } }
prerequisites: { payments: [on], cart: on }
rules:
  - name: staff
    if: { segment: internal-qa }
    serve: one-page
  - name: north-america
    if:
      all:
        - { attribute: country, in: [US, CA] }
        - { attribute: appVersion, semver: ">=2.4.0" }
    serve: { split: { one-page: 50, classic: 50 } }
  - serve: { rollout: one-page-launch }
rollouts:
  one-page-launch:
    from: classic
    to: one-page
    stages:
      - { name: s1, ring: internal-qa }
      - { name: s2, share: 12.5 }
      - { name: s3, ramp: { to: 100, end: 2026-12-01T00:00:00Z } }
environments:
  production: { enabled: true, rollouts: { one-page-launch: { status: running, stage: s2, enteredAt: 2026-11-20T09:00:00Z, ceiling: 25 } } }
  staging: { enabled: true, default: one-page }
"#;

#[test]
fn the_flag_of_the_design_is_read_whole() {
    let flag = flag(CHECKOUT);
    assert_eq!(flag.key.value, "f");
    assert_eq!(flag.description.as_deref(), Some("One-page checkout"));
    assert_eq!(flag.variants.len(), 2);
    assert_eq!(flag.off_variant.value, "classic");
    assert_eq!(flag.targets[0].ids, ["u-17", "42"]);
    assert_eq!(flag.targets[1].ids, ["007"]);
    assert_eq!(flag.targets[1].by.as_deref(), Some(&["accountId".to_owned()][..]));
    assert_eq!(flag.prerequisites[1].variants[0].value, "on");

    let rules: Vec<_> = flag.rules.iter().map(|rule| &rule.value).collect();
    assert_eq!(rules[0].serve.value, Serve::Variant("one-page".to_owned()));
    let Some(Condition::All(parts)) = rules[1].condition.as_ref().map(|part| &part.value) else {
        panic!("not all")
    };
    let Condition::Attribute { path, test } = &parts[1].value else {
        panic!("not an attribute")
    };
    assert_eq!(path, &["appVersion"]);
    assert!(matches!(&test.value, Test::Semver(range) if range.value == ">=2.4.0"));
    assert_eq!((test.place.line, test.place.column), (19, 36));
    assert_eq!(&CHECKOUT[test.place.start..test.place.end], "semver");
    let Serve::Split(split) = &rules[1].serve.value else {
        panic!("not a split")
    };
    assert_eq!(
        split.shares.iter().map(|(_, share)| *share).collect::<Vec<_>>(),
        [50_000, 50_000]
    );
    assert_eq!(rules[2].serve.value, Serve::Rollout("one-page-launch".to_owned()));

    let stages = &flag.rollouts[0].1.stages;
    assert!(matches!(
        &stages[0].ring.as_ref().unwrap().condition.value,
        Condition::Segment(_)
    ));
    assert_eq!(stages[1].share, Some(12_500));
    assert!(matches!(
        stages[2].ramp,
        Some(Ramp {
            from: None,
            to: 100_000,
            start: None,
            end: 1_796_083_200_000,
            ..
        })
    ));

    let production = &flag.environments[0].1;
    assert!(matches!(
        production.rollouts[0].1,
        RolloutState {
            status: Status::Running,
            entered_at: Some(1_795_165_200_000),
            ceiling: Some(25_000),
            ..
        }
    ));
    assert_eq!(
        flag.environments[1].1.default.as_ref().unwrap().value,
        Serve::Variant("one-page".to_owned())
    );
}
