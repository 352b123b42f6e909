//! One flag for each thing that a flag can be made of, as its file has it behind the salt.

/// What is timed by itself.
#[derive(Debug)]
pub struct Operator {
    /// Its word in the language, and how much of it there is.
    pub name: &'static str,
    /// The flag.
    pub flag: String,
    /// Where the evaluation must end for the visitor who has every attribute, by the exit's name.
    pub exit: &'static str,
}

/// Everything that is timed, a flag without anything first.
pub fn operators() -> Vec<Operator> {
    let hundred = |word: &str| {
        (0..100)
            .map(|number| format!("{word}{number}"))
            .collect::<Vec<_>>()
            .join(", ")
    };
    let mut all = vec![
        serves("no rules", "default: on", "static"),
        holds("in, 2 strings", "{ attribute: country, in: [CA, US] }"),
        holds(
            "in, 101 strings",
            format!("{{ attribute: country, in: [{}, US] }}", hundred("Z")),
        ),
        holds(
            "in, ignoreCase",
            "{ attribute: country, in: [ca, us], ignoreCase: true }",
        ),
        holds("notIn, 2 strings", "{ attribute: country, notIn: [DE, FR] }"),
        holds("=, string", "{ attribute: country, \"=\": US }"),
        holds("=, number", "{ attribute: age, \"=\": 41 }"),
        holds("=, boolean", "{ attribute: staff, \"=\": true }"),
        holds("=, below an object", "{ attribute: account.tier, \"=\": gold }"),
        holds("startsWith", "{ attribute: email, startsWith: someone }"),
        holds("endsWith", "{ attribute: email, endsWith: \"@example.com\" }"),
        holds(
            "endsWith, ignoreCase",
            "{ attribute: email, endsWith: \"@EXAMPLE.com\", ignoreCase: true }",
        ),
        holds("contains", "{ attribute: email, contains: exam }"),
        holds(
            "contains, 101 strings",
            format!("{{ attribute: email, contains: [{}, exam] }}", hundred("zz")),
        ),
        holds(
            "matches",
            "{ attribute: email, matches: '@(example|test)\\.com$' }",
        ),
        holds(
            "matches, 200 bytes",
            "{ attribute: agent, matches: 'Chrome/1[2-4]\\d\\.' }",
        ),
        holds(">, number", "{ attribute: age, \">\": 40 }"),
        holds(
            "after, RFC 3339",
            "{ attribute: signedUp, after: 2026-01-01T00:00:00Z }",
        ),
        holds(
            "after, a date",
            "{ attribute: lastSeen, after: 2026-01-01T00:00:00Z }",
        ),
        holds("semver", "{ attribute: appVersion, semver: \">=2.4.0 <3\" }"),
        holds("cidr, v4", "{ attribute: ip, cidr: 203.0.113.0/24 }"),
        holds(
            "cidr, v6 of 3",
            "{ attribute: ip6, cidr: [10.0.0.0/8, \"2001:db8::/32\", 192.0.2.0/24] }",
        ),
        holds("exists", "{ attribute: country, exists: true }"),
        holds("type", "{ attribute: age, type: number }"),
        holds("anyOf", "{ attribute: roles, anyOf: [editor, owner] }"),
        holds("allOf", "{ attribute: roles, allOf: [editor, author] }"),
        holds("noneOf", "{ attribute: roles, noneOf: [guest, bot] }"),
        holds("size", "{ attribute: roles, size: { \">=\": 2 } }"),
        holds(
            "all of 3",
            "{ all: [{ attribute: country, in: [US] }, { attribute: age, \">\": 40 }, { attribute: staff, \"=\": true }] }",
        ),
        holds(
            "any of 3, the last",
            "{ any: [{ attribute: country, in: [DE] }, { attribute: age, \">\": 60 }, { attribute: staff, \"=\": true }] }",
        ),
        holds("not", "{ not: { attribute: country, in: [DE, FR] } }"),
        holds(
            "window",
            "{ window: { from: 2026-11-01T00:00:00Z, to: 2026-12-24T00:00:00Z } }",
        ),
        holds("segment of a condition", "{ segment: americans }"),
        holds("segment of 100 ids", "{ segment: listed }"),
        holds("segment of 100 hashed ids", "{ segment: hashed }"),
        holds("percentage", "{ percentage: 99.999 }"),
        serves(
            "targets, 100 ids",
            format!("default: off\ntargets: {{ on: [{}, visitor-1] }}", hundred("t")),
            "target",
        ),
        serves(
            "prerequisite",
            "default: on\nprerequisites: { needed: on }",
            "static",
        ),
        serves(
            "split, 2 arms",
            "default: { split: { on: 50, off: 50 } }",
            "split",
        ),
        serves(
            "split, 10 arms",
            format!(
                "variants: {{ {} }}\noffVariant: v0\ndefault: {{ split: {{ {} }} }}",
                ten("v", ": v"),
                (0..10)
                    .map(|arm| format!("v{arm}: 10"))
                    .collect::<Vec<_>>()
                    .join(", ")
            ),
            "split",
        ),
        serves(
            "rollout, share",
            "default: { rollout: { to: on, share: 50 } }",
            "rollout",
        ),
    ];
    for (name, stages, stage, exit) in [
        (
            "rollout, ramp",
            "{ name: climb, ramp: { from: 1, to: 99, start: 2026-11-01T00:00:00Z, end: 2026-12-24T00:00:00Z } }",
            "climb",
            "rollout",
        ),
        ("rollout, ring", "{ name: own, ring: americans }", "own", "ring"),
    ] {
        let plan = format!(
            "default: {{ rollout: plan }}\nrollouts: {{ plan: {{ from: off, to: on, stages: [{stages}] }} }}"
        );
        let state = format!(
            "{{ rollouts: {{ plan: {{ status: running, stage: {stage}, enteredAt: 2026-11-01T00:00:00Z, ceiling: 100 }} }} }}"
        );
        all.push(Operator {
            name,
            flag: format!("{plan}\nenvironments: {{ production: {state} }}\n"),
            exit,
        });
    }
    for (name, layer) in [
        ("experiment", ""),
        (
            "experiment, layer and holdout",
            ", layer: page, slots: { from: 0, to: 100 }",
        ),
    ] {
        let test = format!("experiments: {{ test: {{ arms: {{ off: 50, on: 50 }}, control: off{layer} }} }}");
        all.push(serves(
            name,
            format!("default: {{ experiment: test }}\n{test}"),
            "experiment",
        ));
    }
    all
}

/// The project's own file and segments, and the flag that another needs.
pub const FILES: [(&str, &str); 5] = [
    (
        "tidegate.yaml",
        "project: shop\nenvironments: [production]\nlayers: { page: { salt: p1, by: targetingKey } }\n\
         holdouts: { quarter: { salt: h1, share: 0.001, layers: [page] } }\n",
    ),
    (
        "flags/needed.yaml",
        "salt: n1\ndefault: on\nenvironments: { production: {} }\n",
    ),
    (
        "segments/americans.yaml",
        "if: { attribute: country, in: [US, CA] }\n",
    ),
    ("segments/listed.yaml", "idsFile: hundred.ids\n"),
    (
        "segments/hashed.yaml",
        "hashed: { salt: s1, idsFile: hundred.ids }\n",
    ),
];

fn holds(name: &'static str, condition: impl std::fmt::Display) -> Operator {
    serves(
        name,
        format!("default: off\nrules:\n  - {{ if: {condition}, serve: on }}"),
        "rule",
    )
}

fn serves(name: &'static str, body: impl std::fmt::Display, exit: &'static str) -> Operator {
    Operator {
        name,
        flag: format!("{body}\nenvironments: {{ production: {{}} }}\n"),
        exit,
    }
}

fn ten(word: &str, between: &str) -> String {
    let pairs = (0..10).map(|arm| format!("{word}{arm}{between}{arm}"));
    pairs.collect::<Vec<_>>().join(", ")
}
