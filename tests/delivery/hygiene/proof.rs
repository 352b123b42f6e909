//! Whatever anybody is served is among the outcomes that were concluded from the file.

use super::DAY_MS;
use crate::support::{self, NOW_MS};
use proptest::prelude::*;
use proptest::sample::select;
use tidegate::Context;
use tidegate::compile::compile;
use tidegate::delivery::hygiene::View;
use tidegate::{Client, Scope};

const VARIANTS: [&str; 3] = ["a", "b", "c"];

fn variant() -> impl Strategy<Value = &'static str> {
    select(&VARIANTS[..])
}

fn serve() -> impl Strategy<Value = String> {
    prop_oneof![
        4 => variant().prop_map(str::to_owned),
        1 => (variant(), variant()).prop_filter("two", |(one, other)| one != other)
            .prop_map(|(one, other)| format!("{{ split: {{ {one}: 40, {other}: 60 }} }}")),
        1 => variant().prop_map(|one| format!("{{ split: {{ {one}: 100 }} }}")),
        1 => (variant(), variant(), select(vec!["0", "0.001", "50", "100"]))
            .prop_filter("two", |(one, other, _)| one != other)
            .prop_map(|(one, other, share)| format!("{{ rollout: {{ to: {one}, from: {other}, share: {share} }} }}")),
        2 => Just("{ rollout: r }".to_owned()),
        1 => Just("{ experiment: e }".to_owned()),
    ]
}

fn condition() -> impl Strategy<Value = String> {
    let leaf = select(vec![
        "{ segment: qa }",
        "{ segment: testers }",
        "{ attribute: x, exists: true }",
        "{ window: { to: 2026-11-21T12:00:00Z } }",
        "{ window: { from: 2026-11-21T12:00:00Z } }",
        "{ window: { from: 2026-11-22T00:00:00Z, to: 2026-11-23T00:00:00Z } }",
    ])
    .prop_map(str::to_owned);
    leaf.prop_recursive(2, 6, 2, |part| {
        prop_oneof![
            (part.clone(), part.clone()).prop_map(|(one, other)| format!("{{ all: [{one}, {other}] }}")),
            (part.clone(), part.clone()).prop_map(|(one, other)| format!("{{ any: [{one}, {other}] }}")),
            part.prop_map(|part| format!("{{ not: {part} }}")),
        ]
    })
}

fn rule() -> impl Strategy<Value = String> {
    let condition = prop_oneof![
        4 => condition(),
        1 => Just("{ percentage: 30 }".to_owned()),
    ];
    (condition, serve()).prop_map(|(condition, serve)| format!("{{ if: {condition}, serve: {serve} }}"))
}

fn state() -> impl Strategy<Value = String> {
    let status = select(vec![
        "{ status: draft }",
        "{ status: completed }",
        "{ status: rolled_back }",
        "{ status: running, stage: ring, enteredAt: 2026-11-20T00:00:00Z }",
        "{ status: paused, stage: ring, enteredAt: 2026-11-20T00:00:00Z }",
        "{ status: running, stage: some, enteredAt: 2026-11-20T00:00:00Z }",
        "{ status: running, stage: ramp, enteredAt: 2026-11-20T00:00:00Z }",
        "{ status: running, stage: ramp, ceiling: 0, enteredAt: 2026-11-20T00:00:00Z }",
        "{ status: running, stage: all, enteredAt: 2026-11-20T00:00:00Z }",
    ]);
    (
        status,
        select(vec!["", "coverage: 0", "coverage: 100"]),
        any::<bool>(),
    )
        .prop_map(|(status, coverage, enabled)| {
            format!(
                "{{ enabled: {}, rollouts: {{ r: {status} }}, experiments: {{ e: {{ {coverage} }} }} }}",
                enabled || coverage.is_empty()
            )
        })
}

fn flag() -> impl Strategy<Value = String> {
    let plan = (
        select(vec!["", "holdback: 5,"]),
        select(vec![
            "",
            "end: 2026-11-21T12:00:00Z,",
            "end: 2026-11-22T00:00:00Z,",
        ]),
    );
    let more = (
        select(vec!["", "targets: { b: [u-3] }"]),
        select(vec![
            "",
            "disableAt: 2026-11-21T12:00:00Z",
            "disableAt: 2026-11-22T00:00:00Z",
        ]),
        select(vec!["", "prerequisites: { p: on }"]),
    );
    (serve(), proptest::collection::vec(rule(), 0..4), state(), plan, more).prop_map(
        |(default, rules, state, (holdback, end), (targets, disable_at, prerequisites))| {
            format!(
                "salt: s\nvariants: {{ a: 1, b: 2, c: 3 }}\noffVariant: a\ndefault: {default}\nrules: [{}]\n{targets}\n{disable_at}\n{prerequisites}\nrollouts: {{ r: {{ from: b, to: c, {holdback} {end} stages: [{{ name: ring, ring: qa }}, {{ name: some, share: 5 }}, {{ name: ramp, ramp: {{ to: 50, end: 2026-11-24T00:00:00Z }} }}, {{ name: all, share: 100 }}] }} }}\nexperiments: {{ e: {{ arms: {{ b: 50, c: 50 }}, control: b, coverage: 50, from: a }} }}\nenvironments: {{ production: {state} }}\n",
                rules.join(", ")
            )
        },
    )
}

const OTHERS: [&str; 4] = [
    "salt: p\ndefault: on\nenvironments: { production: {} }\n",
    "salt: p\ndefault: off\nenvironments: { production: {} }\n",
    "salt: p\ndefault: on\nenvironments: { production: { killed: true } }\n",
    "salt: p\ndefault: { rollout: { to: on, share: 50 } }\nenvironments: { production: {} }\n",
];

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    #[test]
    fn nobody_is_served_anything_else(flag in flag(), other in select(&OTHERS[..])) {
        let project = support::project(&[
            ("segments/qa.yaml", "if: { attribute: groups, anyOf: [qa] }"),
            ("segments/testers.yaml", "if: { all: [{ segment: qa }, { attribute: x, exists: true }] }"),
            ("flags/f.yaml", &flag),
            ("flags/p.yaml", other),
        ]);
        let payload = compile(&project, &support::options(1)).unwrap();
        let key = support::key();
        let mut client = Client::new(key.trust(), Some(Scope::parse(support::SCOPE).unwrap()));
        client.load(key.sign(&payload), NOW_MS).unwrap();
        let authored = project.flags.iter().find(|flag| flag.key.value == "f").unwrap();
        let possible = |outside| {
            let view = View { project: &project, environment: "production", outside, now_ms: Some(NOW_MS) };
            view.outcomes(authored).iter().map(|outcome| outcome.variant).collect::<Vec<_>>()
        };
        let (all, outside) = (possible(None), possible(Some("qa")));
        for unit in 0..40 {
            for is_qa in [false, true] {
                let mut context: Context = match unit {
                    // Without a unit.
                    0 => Context::from_iter([]),
                    _ => Context::new(format!("u-{unit}")),
                };
                if unit % 2 == 0 {
                    context = context.with("x", 1);
                }
                if is_qa {
                    context = context.with("groups", vec!["qa"]);
                }
                for days in [0, 1, 2, 3, 30] {
                    let now_ms = NOW_MS + days * DAY_MS;
                    let answer = client.evaluate("f", &context, now_ms).unwrap();
                    let variant = answer.variant().unwrap();
                    prop_assert!(all.contains(&variant), "{variant} is not in {all:?}");
                    prop_assert!(is_qa || outside.contains(&variant), "{variant} is not in {outside:?} from outside");
                }
            }
        }
    }
}
