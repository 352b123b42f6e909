//! Explanations, word for word: what was asked, what was found, and what was not reached.
#![cfg(feature = "compile")]
#![allow(clippy::unwrap_used)]

use tidegate::compile::{Audience, Options, compile};
use tidegate::engine::{Outcome, Trace};
use tidegate::model::{SourceFile, read};
use tidegate::trust::SigningKey;
use tidegate::{Client, Context};

/// 2026-11-21T12:00:00Z.
const NOW_MS: i64 = 1_795_262_400_000;
const DAY_MS: i64 = 86_400_000;

const PROJECT: &str = r#"
project: shop
environments: [production]
layers: { page: { salt: Lay1 } }
holdouts: { quarter: { salt: Hold1, share: 5 } }
"#;

const STAFF: &str = r#"
if:
  any:
    - { attribute: email, endsWith: "@shop.example", ignoreCase: true }
    - { attribute: groups, anyOf: [qa, release] }
"#;

const CHECKOUT: &str = r#"
salt: k3v9x2
variants: { classic: classic, one-page: one-page }
offVariant: classic
default: classic
disableAt: 2027-01-01T00:00:00Z
prerequisites: { payments: on }
targets: { one-page: [u-1, u-2] }
rules:
  - { name: staff, if: { segment: staff }, serve: one-page }
  - name: north-america
    if:
      all:
        - { attribute: country, in: [US, CA] }
        - { attribute: appVersion, semver: ">=2.4.0" }
        - { percentage: 50, salt: other }
    serve: { split: { one-page: 60, classic: 40 } }
  - { serve: { rollout: launch } }
rollouts:
  launch:
    from: classic
    to: one-page
    control: true
    stages:
      - { name: invited, ring: staff }
      - { name: climb, ramp: { from: 0, to: 100, end: 2026-12-01T12:00:00Z } }
environments:
  production:
    rollouts:
      launch: { status: running, stage: climb, enteredAt: 2026-11-11T12:00:00Z, ceiling: 90 }
"#;

const PAYMENTS: &str = "{ salt: p1, default: on, environments: { production: {} } }";

const BUTTON: &str = r#"
salt: Btn1
variants: { low: low, high: high }
offVariant: low
default: { experiment: place }
experiments:
  place: { arms: { low: 50, high: 50 }, control: low, coverage: 40, layer: page, slots: { from: 0, to: 60 } }
environments: { production: {} }
"#;

const TYPES: &str = r#"
salt: Typ1
default: off
rules:
  - if: { any: [
      { attribute: country, notIn: [US] }, { attribute: appVersion, semver: "^2" }, { attribute: ip, cidr: 10.0.0.0/8 },
      { attribute: total, ">=": 10 }, { attribute: since, before: 2026-01-01T00:00:00Z }, { attribute: roles, size: 1 },
      { attribute: [a.b, c], exists: true }, { not: { attribute: vip, type: boolean } } ] }
    serve: on
environments: { production: {} }
"#;

fn explain(flag: &str, context: &Context, now_ms: i64) -> Vec<String> {
    let files = [
        ("tidegate.yaml", PROJECT),
        ("segments/staff.yaml", STAFF),
        ("flags/checkout.yaml", CHECKOUT),
        ("flags/payments.yaml", PAYMENTS),
        ("flags/button.yaml", BUTTON),
        ("flags/types.yaml", TYPES),
    ];
    let files = files.map(|(path, text)| SourceFile {
        path: path.into(),
        text: text.into(),
    });
    let (project, problems) = read(&files);
    assert_eq!(problems, []);
    let options = Options {
        environment: "production".into(),
        audience: Audience::Server,
        version: 1,
        issued_at_ms: NOW_MS,
        not_before_ms: NOW_MS,
        expires_ms: Some(NOW_MS + 30 * DAY_MS),
        head_keys: Vec::new(),
        kills: Vec::new(),
    };
    let payload = compile(&project.unwrap(), &options).unwrap();
    let key = SigningKey::from_seed(&[7; 32], false);
    let mut client = Client::new(key.trust(), None);
    client.load(key.sign(&payload), NOW_MS).unwrap();
    let explanation = client.bind(context).unwrap().explain(flag, now_ms).unwrap();
    let plain = client.evaluate(flag, context, now_ms).unwrap();
    assert_eq!(format!("{:?}", explanation.answer), format!("{plain:?}"));
    let mut lines = Vec::new();
    write(&explanation.trace, 0, &mut lines);
    lines
}

fn write(trace: &Trace, depth: usize, lines: &mut Vec<String>) {
    let sign = match trace.outcome {
        Outcome::Holds => '+',
        Outcome::Fails => '-',
        Outcome::NotReached => '.',
        Outcome::Info => 'i',
    };
    lines.push(format!("{}{sign} {}", "  ".repeat(depth), trace.text));
    trace
        .children
        .iter()
        .for_each(|child| write(child, depth + 1, lines));
}

fn assert_lines(found: &[String], expected: &str) {
    let expected = expected.trim_matches('\n');
    assert_eq!(found.join("\n"), expected);
}

#[test]
fn a_rollout_is_explained_down_to_the_bucket() {
    let context = Context::new("u-17").with("country", "CA").with("appVersion", 3);
    assert_lines(
        &explain("checkout", &context, NOW_MS),
        r#"
i checkout serves `classic` (SPLIT, rule 2, stage `climb`, control)
  - killed: no
  - disabled, from 2027-01-01T00:00:00Z on: no
  + prerequisite: payments must serve `on`: it serves `on` (static)
    - killed: no
    - disabled: no
    + default: serve `on`
  - target `one-page`: targetingKey is one of 2 listed ids: it is "u-17"
  - rule 0 `staff`
    - segment `staff`
      - any of
        - email endsWith ["@shop.example"], ignoring case: it is absent
        - groups anyOf ["qa", "release"]: it is absent
    . serve `one-page`
  - rule 1 `north-america`
    - all of
      + country in ["US", "CA"]: it is "CA"
      - appVersion semver ">=2.4.0": it is 3, not a version
      . percentage 0% to 50% of targetingKey hashed with salt `other`: buckets 0 to 49,999
    . serve a split
      . targetingKey hashed with salt `k3v9x2`
      . `one-page` for 60%: buckets 0 to 59,999
      . `classic` for 40%: buckets 60,000 to 99,999
  + rule 2
    + serve a rollout from `classic` to `one-page`, stage `climb`
      - ring: any of
        - segment `staff`
          - any of
            - email endsWith ["@shop.example"], ignoring case: it is absent
            - groups anyOf ["qa", "release"]: it is absent
      i targetingKey hashed with salt `k3v9x2`: "u-17" lands in bucket 83,425 of 100,000
      - `one-page` for 0% at 2026-11-11T12:00:00Z to 100% at 2026-12-01T12:00:00Z, at most 90%: now 50%, buckets 0 to 49,999
      + `classic` as control, the same share at the other end: now 50%, buckets 50,000 to 99,999
  . default: serve `classic`
  i time may change the answer next at 2026-11-28T04:26:41.28Z
"#,
    );
}

#[test]
fn a_split_leaves_what_comes_after_it_unreached() {
    let context = Context::new("u-20")
        .with("country", "CA")
        .with("appVersion", "2.5");
    assert_lines(
        &explain("checkout", &context, NOW_MS),
        r#"
i checkout serves `classic` (SPLIT, rule 1 `north-america`)
  - killed: no
  - disabled, from 2027-01-01T00:00:00Z on: no
  + prerequisite: payments must serve `on`: it serves `on` (static)
    - killed: no
    - disabled: no
    + default: serve `on`
  - target `one-page`: targetingKey is one of 2 listed ids: it is "u-20"
  - rule 0 `staff`
    - segment `staff`
      - any of
        - email endsWith ["@shop.example"], ignoring case: it is absent
        - groups anyOf ["qa", "release"]: it is absent
    . serve `one-page`
  + rule 1 `north-america`
    + all of
      + country in ["US", "CA"]: it is "CA"
      + appVersion semver ">=2.4.0": it is "2.5"
      + percentage 0% to 50% of targetingKey hashed with salt `other`: buckets 0 to 49,999: "u-20" lands in bucket 35,673 of 100,000
    + serve a split
      i targetingKey hashed with salt `k3v9x2`: "u-20" lands in bucket 66,120 of 100,000
      - `one-page` for 60%: buckets 0 to 59,999
      + `classic` for 40%: buckets 60,000 to 99,999
  . rule 2
    . serve a rollout from `classic` to `one-page`, stage `climb`
      . ring: any of
        . segment `staff`
          . any of
            . email endsWith ["@shop.example"], ignoring case
            . groups anyOf ["qa", "release"]
      . targetingKey hashed with salt `k3v9x2`
      . `one-page` for 0% at 2026-11-11T12:00:00Z to 100% at 2026-12-01T12:00:00Z, at most 90%
      . `classic` as control, the same share at the other end
  . default: serve `classic`
  i time may change the answer next at 2027-01-01T00:00:00Z
"#,
    );
}

#[test]
fn a_target_decides_before_the_rules() {
    assert_lines(
        &explain("checkout", &Context::new("u-2"), NOW_MS),
        r#"
i checkout serves `one-page` (TARGETING_MATCH)
  - killed: no
  - disabled, from 2027-01-01T00:00:00Z on: no
  + prerequisite: payments must serve `on`: it serves `on` (static)
    - killed: no
    - disabled: no
    + default: serve `on`
  + target `one-page`: targetingKey is one of 2 listed ids: it is "u-2"
  . rule 0 `staff`
    . segment `staff`
      . any of
        . email endsWith ["@shop.example"], ignoring case
        . groups anyOf ["qa", "release"]
    . serve `one-page`
  . rule 1 `north-america`
    . all of
      . country in ["US", "CA"]
      . appVersion semver ">=2.4.0"
      . percentage 0% to 50% of targetingKey hashed with salt `other`: buckets 0 to 49,999
    . serve a split
      . targetingKey hashed with salt `k3v9x2`
      . `one-page` for 60%: buckets 0 to 59,999
      . `classic` for 40%: buckets 60,000 to 99,999
  . rule 2
    . serve a rollout from `classic` to `one-page`, stage `climb`
      . ring: any of
        . segment `staff`
          . any of
            . email endsWith ["@shop.example"], ignoring case
            . groups anyOf ["qa", "release"]
      . targetingKey hashed with salt `k3v9x2`
      . `one-page` for 0% at 2026-11-11T12:00:00Z to 100% at 2026-12-01T12:00:00Z, at most 90%
      . `classic` as control, the same share at the other end
  . default: serve `classic`
  i time may change the answer next at 2027-01-01T00:00:00Z
"#,
    );
}

#[test]
fn a_flag_is_disabled_from_its_moment_on() {
    assert_lines(
        &explain("checkout", &Context::new("u-2"), NOW_MS + 45 * DAY_MS),
        r#"
i checkout serves `classic` (DISABLED)
  - killed: no
  + disabled, from 2027-01-01T00:00:00Z on: yes
  . prerequisite: payments must serve `on`
  . target `one-page`: targetingKey is one of 2 listed ids
  . rule 0 `staff`
    . segment `staff`
      . any of
        . email endsWith ["@shop.example"], ignoring case
        . groups anyOf ["qa", "release"]
    . serve `one-page`
  . rule 1 `north-america`
    . all of
      . country in ["US", "CA"]
      . appVersion semver ">=2.4.0"
      . percentage 0% to 50% of targetingKey hashed with salt `other`: buckets 0 to 49,999
    . serve a split
      . targetingKey hashed with salt `k3v9x2`
      . `one-page` for 60%: buckets 0 to 59,999
      . `classic` for 40%: buckets 60,000 to 99,999
  . rule 2
    . serve a rollout from `classic` to `one-page`, stage `climb`
      . ring: any of
        . segment `staff`
          . any of
            . email endsWith ["@shop.example"], ignoring case
            . groups anyOf ["qa", "release"]
      . targetingKey hashed with salt `k3v9x2`
      . `one-page` for 0% at 2026-11-11T12:00:00Z to 100% at 2026-12-01T12:00:00Z, at most 90%
      . `classic` as control, the same share at the other end
  . default: serve `classic`
  i the snapshot expired at 2026-12-21T12:00:00Z: what opens by time stands still there
  i time alone does not change the answer from here on
"#,
    );
}

#[test]
fn an_experiment_shows_holdouts_layer_and_lanes() {
    assert_lines(
        &explain("button", &Context::new("u-3"), NOW_MS),
        r#"
i button serves `high` (SPLIT, treatment)
  - killed: no
  - disabled: no
  + default: serve an experiment, `low` outside it
    i targetingKey hashed with salt `Hold1`: "u-3" lands in bucket 20,305 of 100,000
    - held out: buckets 0 to 4,999
    i targetingKey hashed with salt `Lay1`: "u-3" lands in bucket 27,375 of 100,000
    + in its part of the layer: buckets 0 to 59,999
    i targetingKey hashed with salt `Btn1`: "u-3" lands in bucket 87,502 of 100,000
    - arm `low` (control): buckets 0 to 19,999 of the lane 0 to 49,999
    + arm `high`: buckets 80,000 to 99,999 of the lane 50,000 to 99,999
"#,
    );
}

#[test]
fn a_missing_unit_is_the_reason_for_the_error() {
    assert_lines(
        &explain("button", &Context::new(true), NOW_MS),
        r#"
i button serves `low` (TARGETING_KEY_MISSING)
  - killed: no
  - disabled: no
  - default: serve an experiment, `low` outside it
    - targetingKey hashed with salt `Hold1`: no unit, it is true, not a string or a whole number
    . held out: buckets 0 to 4,999
    . targetingKey hashed with salt `Lay1`
    . in its part of the layer: buckets 0 to 59,999
    . targetingKey hashed with salt `Btn1`
    . arm `low` (control): buckets 0 to 19,999 of the lane 0 to 49,999
    . arm `high`: buckets 80,000 to 99,999 of the lane 50,000 to 99,999
"#,
    );
}

#[test]
fn values_of_other_types_are_named() {
    let long = "x".repeat(100);
    let context = Context::new("u-1")
        .with("country", 7)
        .with("appVersion", "two")
        .with("ip", long)
        .with("total", "12")
        .with("since", "yesterday")
        .with("roles", vec!["a", "b"])
        .with("vip", true);
    assert_lines(
        &explain("types", &context, NOW_MS),
        r#"
i types serves `off` (DEFAULT)
  - killed: no
  - disabled: no
  - rule 0
    - any of
      - country notIn ["US"]: it is 7, not of a type among the literals
      - appVersion semver ">=2.0.0 <3.0.0-0": it is "two", not a version
      - ip cidr ["10.0.0.0/8"]: it is "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx"… (100 characters), not an IP address
      - total >= 10: it is "12", not a number
      - since before "2026-01-01T00:00:00Z": it is "yesterday", not a date-time
      - roles size 1: it is ["a", "b"]
      - a.b.c exists true: it is absent
      - not
        + vip type "boolean": it is true
    . serve `on`
  + default: serve `off`
"#,
    );
}
