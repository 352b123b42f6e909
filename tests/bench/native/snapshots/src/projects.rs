use cases::{FILES, FLAGS, Flag, IDS, RULES, Rule, Test, operators, ruleset, three_rules};

/// The files of a project: their paths, and what they hold.
type Files = Vec<(String, String)>;

/// Every project by the name of its snapshot.
pub(crate) fn all() -> impl Iterator<Item = (String, Files)> {
    [
        ("cases".into(), of_flags(ruleset())),
        ("operators".into(), of_operators()),
    ]
    .into_iter()
    .chain(FLAGS.map(|count| (format!("flags-{count}"), of_flags((1..=count).map(three_rules)))))
    .chain(RULES.map(|count| (format!("rules-{count}"), of_rules(count))))
    .chain(IDS.map(|count| (format!("ids-{count}"), of_ids(count, "idsFile: members.ids\n"))))
    .chain(IDS.map(|count| {
        let segment = "hashed: { salt: s1, idsFile: members.ids }\n";
        (format!("hashed-ids-{count}"), of_ids(count, segment))
    }))
}

fn of_flags(flags: impl IntoIterator<Item = Flag>) -> Files {
    let files = flags.into_iter().map(|flag| {
        let rules: String = flag.rules.iter().map(written).collect();
        let text = format!(
            "salt: \"{}\"\ndefault: off\nrules:\n{rules}environments: {{ production: {{}} }}\n",
            flag.salt
        );
        (format!("flags/{}.yaml", flag.key), text)
    });
    project().chain(files).collect()
}

/// Rules that do not match, and one last that does.
fn of_rules(count: u32) -> Files {
    let rule = |number: u32| Rule {
        test: Test::Above("age", 1_000 - number),
        percent: 100,
    };
    of_flags([Flag {
        key: "ruled".into(),
        salt: "r1".into(),
        rules: (1..count)
            .map(rule)
            .chain([Rule {
                test: Test::Above("age", 1),
                percent: 100,
            }])
            .collect(),
    }])
}

fn of_ids(count: u32, segment: &str) -> Files {
    let members = (0..count).map(|number| format!("member-{number}\n")).collect();
    project()
        .chain([
            (
                "flags/listed.yaml".into(),
                "salt: l1\ndefault: off\nrules:\n  - { if: { segment: members }, serve: on }\nenvironments: { production: {} }\n"
                    .into(),
            ),
            ("segments/members.yaml".into(), segment.into()),
            ("segments/members.ids".into(), members),
        ])
        .collect()
}

fn of_operators() -> Files {
    let flags = operators().into_iter().enumerate().map(|(number, operator)| {
        let text = format!("salt: o{number}\n{}", operator.flag);
        (format!("flags/operator-{number}.yaml"), text)
    });
    let ids = (1..=100).map(|number| format!("visitor-{number}\n")).collect();
    FILES
        .map(|(path, text)| (path.into(), text.into()))
        .into_iter()
        .chain([("segments/hundred.ids".into(), ids)])
        .chain(flags)
        .collect()
}

fn project() -> impl Iterator<Item = (String, String)> {
    [(
        "tidegate.yaml".into(),
        "project: shop\nenvironments: [production]\n".into(),
    )]
    .into_iter()
}

fn written(rule: &Rule) -> String {
    let test = match &rule.test {
        Test::In(attribute, values) => format!("{{ attribute: {attribute}, in: [{}] }}", values.join(", ")),
        Test::Above(attribute, bound) => format!("{{ attribute: {attribute}, \">\": {bound} }}"),
    };
    let serve = match rule.percent {
        100 => "on".into(),
        share => format!("{{ rollout: {{ to: on, share: {share} }} }}"),
    };
    format!("  - {{ if: {test}, serve: {serve} }}\n")
}
