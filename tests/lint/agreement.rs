//! What neither the reader nor lint refuses compiles for everybody, and the engine reads every flag of it.

use proptest::prelude::*;
use tidegate::compile::{Audience, Options, compile, lint};
use tidegate::model::{Severity, SourceFile, read};
use tidegate::trust::SigningKey;
use tidegate::{Client, Context};

const PROJECT: &str = "project: p
environments: [here, there]
layers: { search: { salt: l1 } }
holdouts: { q4: { salt: h1, share: 5 }, few: { salt: h2, share: 1, layers: [search] } }
";

/// Some of these do not exist, so that lint has something to refuse.
fn variant() -> impl Strategy<Value = &'static str> {
    prop_oneof![60 => Just("on"), 60 => Just("off"), 1 => Just("other")]
}

fn condition() -> impl Strategy<Value = String> {
    let segment = (0..4_u8).prop_map(|segment| format!("{{ segment: s{segment} }}"));
    let percentage = (1..100_u8, any::<bool>()).prop_map(|(share, own)| {
        format!(
            "{{ percentage: {share}{} }}",
            if own { ", salt: other" } else { "" }
        )
    });
    let good = proptest::sample::select(vec![
        "{ attribute: a, exists: true }",
        "{ attribute: a, in: [x, 1, true] }",
        "{ attribute: a, notIn: [x, y], ignoreCase: true }",
        "{ attribute: a.b, contains: [x, y] }",
        "{ attribute: a.b, startsWith: x }",
        "{ attribute: a, matches: '^x+' }",
        "{ attribute: v, semver: '>=1.2' }",
        "{ attribute: ip, cidr: 10.0.0.0/8 }",
        "{ attribute: n, '<': 5 }",
        "{ attribute: t, before: 9007199254740991 }",
        "{ attribute: l, noneOf: [x] }",
        "{ attribute: l, size: 3 }",
        "{ window: { from: 0001-01-01T00:00:00Z, to: 9999-12-30T00:00:00Z } }",
    ]);
    let bad = proptest::sample::select(vec![
        "{ attribute: a, in: [x, 1], ignoreCase: true }",
        "{ attribute: a, matches: 'x(' }",
        "{ attribute: v, semver: 'new' }",
    ]);
    let leaf = prop_oneof![
        10 => segment,
        6 => percentage,
        80 => good.prop_map(str::to_owned),
        1 => bad.prop_map(str::to_owned),
    ];
    leaf.prop_recursive(18, 20, 2, |inner| {
        prop_oneof![
            3 => inner.clone().prop_map(|part| format!("{{ not: {part} }}")),
            1 => proptest::collection::vec(inner.clone(), 1..3)
                .prop_map(|parts| format!("{{ all: [{}] }}", parts.join(", "))),
            1 => proptest::collection::vec(inner, 1..3)
                .prop_map(|parts| format!("{{ any: [{}] }}", parts.join(", "))),
        ]
    })
}

fn serve() -> impl Strategy<Value = String> {
    prop_oneof![
        3 => variant().prop_map(str::to_owned),
        1 => (0..=100_u8).prop_map(|share| {
            format!("{{ split: {{ on: {share}, off: {} }} }}", 100 - share)
        }),
        1 => (0..=100_u8).prop_map(|share| {
            format!("{{ rollout: {{ to: on, share: {share}, control: true }} }}")
        }),
        1 => Just("{ rollout: r }".to_owned()),
        1 => Just("{ experiment: e }".to_owned()),
    ]
}

fn state() -> impl Strategy<Value = String> {
    let good = proptest::sample::select(vec![
        "status: draft",
        "status: completed, stage: three",
        "status: rolled_back",
        "status: running, stage: one",
        "status: paused, stage: one",
        "status: running, stage: two, enteredAt: 2026-11-20T09:00:00Z, ceiling: 5",
        "status: running, stage: two, enteredAt: 0000-01-01T00:00:00Z",
        "status: paused, stage: two, enteredAt: 2026-11-20T09:00:00Z, pausedAt: 2026-11-19T09:00:00Z",
        "status: running, stage: three",
        "status: running, stage: three, delay: 3650d",
        "status: paused, stage: two, enteredAt: 2026-12-21T09:00:00Z, delay: 2d, pausedAt: 2026-12-22T09:00:00Z",
        "status: paused, stage: three, pausedAt: 9999-11-19T09:00:00Z",
    ]);
    let bad = proptest::sample::select(vec![
        "status: running",
        "status: paused, stage: four",
        "status: running, stage: two",
        "status: paused, stage: three",
        "status: running, stage: two, enteredAt: 2027-11-20T09:00:00Z",
    ]);
    let state = prop_oneof![30 => good, 1 => bad];
    (state, proptest::option::of(serve())).prop_map(|(state, default)| {
        let default = default.map_or_else(String::new, |default| format!(", default: {default}"));
        format!("{{ rollouts: {{ r: {{ {state} }} }}{default} }}")
    })
}

fn flag(number: u8) -> impl Strategy<Value = String> {
    let rules = proptest::collection::vec((condition(), serve()), 0..4);
    let ring = (condition(), 0..100_u8, 0..=50_u8);
    (rules, serve(), ring, state(), any::<bool>(), 0..4_u8).prop_map(
        move |(rules, default, (ring, share, held), state, visible, needs)| {
            let rules: Vec<String> =
                rules.iter().map(|(condition, serve)| format!("  - {{ if: {condition}, serve: {serve} }}\n")).collect();
            let rules = if rules.is_empty() { String::new() } else { format!("rules:\n{}", rules.concat()) };
            let needs = if needs > number { format!("prerequisites: {{ f{needs}: on }}\n") } else { String::new() };
            format!(
                "salt: k{number}\ndefault: {default}\nclientVisible: {visible}\n{rules}{needs}rollouts:\n  r:\n    \
                 from: off\n    to: on\n    holdback: {held}\n    stages:\n      - {{ name: one, ring: {ring}, share: {share} }}\n      \
                 - {{ name: two, ramp: {{ to: 90, end: 2026-12-20T09:00:00Z }} }}\n      \
                 - {{ name: three, ramp: {{ from: 90, to: 3, start: 2026-01-01T00:00:00Z, end: 2026-12-21T09:00:00Z }} }}\n\
                 experiments:\n  e: {{ arms: {{ on: 30, off: 70 }}, control: off, layer: search, \
                 slots: {{ from: {}, to: {} }} }}\nenvironments: {{ here: {state}, there: {{}} }}\n",
                number * 20,
                number * 20 + 20,
            )
        },
    )
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, max_global_rejects: 10_000, ..ProptestConfig::default() })]

    #[test]
    fn what_lint_lets_pass_is_compiled_and_readable(
        segments in (condition(), condition(), proptest::bool::weighted(0.2)),
        flags in (flag(0), flag(1), flag(2)),
    ) {
        let list = if segments.2 { "ids: [u-1]\n" } else { "hashed: { salt: h, ids: [u-0123456789] }\n" };
        let files = [
            ("tidegate.yaml", PROJECT.to_owned()),
            ("segments/s0.yaml", format!("salt: k7\nif: {}\n", segments.0)),
            ("segments/s1.yaml", format!("salt: k8\nif: {}\n", segments.1)),
            ("segments/s2.yaml", list.to_owned()),
            ("segments/s3.yaml", "if: { attribute: a, exists: true }\n".to_owned()),
            ("flags/f0.yaml", flags.0),
            ("flags/f1.yaml", flags.1),
            ("flags/f2.yaml", flags.2),
            ("flags/f3.yaml", "salt: k3\ndefault: on\nclientVisible: true\nenvironments: { here: {} }\n".to_owned()),
        ];
        let sources: Vec<SourceFile> =
            files.into_iter().map(|(path, text)| SourceFile { path: path.to_owned(), text }).collect();
        let (project, problems) = read(&sources);
        let project = project.unwrap();
        let told = lint(&project);
        let refused = |found: &tidegate::model::Diagnostic| found.severity == Severity::Error;
        prop_assume!(!problems.iter().chain(&told).any(refused));
        for (environment, audience) in [
            ("here", Audience::Client),
            ("here", Audience::Server),
            ("there", Audience::Client),
            ("there", Audience::Server),
        ] {
            let options = Options {
                environment: environment.to_owned(),
                audience,
                version: 1,
                issued_at_ms: 0,
                not_before_ms: 0,
                expires_ms: None,
                head_keys: Vec::new(),
                kills: Vec::new(),
            };
            let payload = compile(&project, &options);
            prop_assert!(payload.is_ok(), "{:?}", payload);
            let key = SigningKey::from_seed(&[7; 32], false);
            let mut client = Client::new(key.trust(), None);
            client.load(key.sign(&payload.unwrap()), 0).unwrap();
            for answer in client.bind(&Context::new("u-17")).unwrap().evaluate_all(0) {
                prop_assert!(answer.variant().is_some(), "{} in {environment}", answer.flag());
            }
        }
    }
}
