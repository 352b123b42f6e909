use super::*;
use crate::model::{Condition, FlagType, Hygiene, Lifetimes, Ramp, RolloutState, Serve, Status, Test};

pub(super) const CHECKOUT: &str = r#"description: One-page checkout
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

fn whole(files: &[(&str, &str)]) -> (Option<Project>, Vec<String>) {
    let files: Vec<SourceFile> = files
        .iter()
        .map(|&(path, text)| SourceFile {
            path: path.to_owned(),
            text: text.to_owned(),
        })
        .collect();
    let (project, diagnostics) = read(&files);
    (project, diagnostics.iter().map(ToString::to_string).collect())
}

#[test]
fn without_a_project_there_is_none_but_flags_are_checked() {
    let (project, found) = whole(&[("flags/f.yaml", "salt: s")]);
    assert_eq!(project, None);
    let expected = [
        "tidegate.yaml:1:1: error[missing-file]: the project has no `tidegate.yaml`",
        "flags/f.yaml:1:1: error[missing-key]: a flag needs the key `default`",
    ];
    assert_eq!(found, expected);
    assert_eq!(whole(&[]).1, expected[..1]);
}

#[test]
fn a_project_names_itself_and_its_environments() {
    let environment = "`é` cannot be an environment's name";
    for (text, expected) in [
        (
            "",
            vec!["1:1: error[wrong-type]: expected a project (a mapping), found null".to_owned()],
        ),
        (
            "nmae: x",
            vec![
                "1:1: error[unknown-key]: unknown key `nmae` in a project".to_owned(),
                "1:1: error[missing-key]: a project needs the key `project`".to_owned(),
                "1:1: error[missing-key]: a project needs the key `environments`".to_owned(),
            ],
        ),
        (
            "project: a/b\nenvironments: []",
            vec![
                "1:10: error[invalid-name]: `a/b` cannot be a project's name".to_owned(),
                "2:15: error[empty-list]: a list of environments must not be empty".to_owned(),
            ],
        ),
        (
            "project: a\nenvironments: production",
            vec![
                "2:15: error[wrong-type]: expected a list of environments, found the string `production`"
                    .to_owned(),
            ],
        ),
        (
            "project: a\nenvironments: [p, é]",
            vec![format!("2:19: error[invalid-name]: {environment}")],
        ),
        (
            "project: [",
            vec!["1:11: error[syntax]: while parsing a node, did not find expected node content".to_owned()],
        ),
    ] {
        let (project, found) = whole(&[("tidegate.yaml", text)]);
        assert_eq!(project, None, "{text}");
        let expected: Vec<_> = expected
            .iter()
            .map(|line| format!("tidegate.yaml:{line}"))
            .collect();
        assert_eq!(found, expected, "{text}");
    }
    let many = (0..33)
        .map(|number| format!("e{number}"))
        .collect::<Vec<_>>()
        .join(", ");
    let (_, found) = whole(&[("tidegate.yml", &format!("project: a\nenvironments: [{many}]"))]);
    assert_eq!(
        found,
        ["tidegate.yml:2:15: error[too-many]: 33 environments are more than 32"]
    );
}

#[test]
fn other_parts_of_a_project_are_checked_without_losing_it() {
    let text = "project: a\nenvironments: [p, q, p]\nengine: 0.1\nsnapshot: { lifetime: 0d, maxStale: 1w, lifetme: 1d }\nlayers: { l: { salt: 1 }, m: {} }\nholdouts: { h: { salt: s, share: 100.5, layers: [] }, i: { salt: s } }\n";
    let (project, found) = whole(&[("tidegate.json", text)]);
    let expected = [
        "2:22: error[duplicate-name]: the environment `p` is already in the list",
        "3:9: error[wrong-type]: expected a string, found the number `0.1`",
        "4:23: error[invalid-duration]: the lifetime of a snapshot must be longer than 0",
        "4:37: error[invalid-duration]: `1w` is not a duration of at most 3650d",
        "4:41: error[unknown-key]: unknown key `lifetme` in the policy for snapshots",
        "5:22: error[wrong-type]: expected a string (a salt), found the number `1`",
        "5:30: error[missing-key]: a layer needs the key `salt`",
        "6:34: error[invalid-percentage]: `100.5` is more than 100 percent",
        "6:49: error[empty-list]: a list of layers must not be empty",
        "6:58: error[missing-key]: a holdout needs the key `share`",
    ];
    assert_eq!(found, expected.map(|line| format!("tidegate.json:{line}")));
    let project = project.unwrap();
    assert_eq!(
        (project.engine, project.layers, project.holdouts),
        (None, vec![], vec![])
    );
    for engine in [
        "0.1",
        ">0.1",
        ">=",
        ">=a",
        ">=1.2.3",
        "^1",
        ">=-1",
        ">=1.",
        ">=99999999999999999999.0",
    ] {
        let text = format!("project: a\nenvironments: [p]\nengine: '{engine}'");
        let expected =
            format!("tidegate.yaml:3:9: error[invalid-engine]: `{engine}` is not a lowest engine version");
        assert_eq!(whole(&[("tidegate.yaml", &text)]).1, [expected]);
    }
    for duration in [
        "",
        "d",
        "1",
        "1.5h",
        "-1d",
        "1D",
        "5 m",
        "3651d",
        "99999999999999999999d",
        "9223372036854775807d",
        "１d",
    ] {
        let text = format!("project: a\nenvironments: [p]\nsnapshot: {{ maxStale: '{duration}' }}");
        let expected = format!(
            "tidegate.yaml:3:23: error[invalid-duration]: `{duration}` is not a duration of at most 3650d"
        );
        assert_eq!(whole(&[("tidegate.yaml", &text)]).1, [expected]);
    }
}

#[test]
fn what_a_project_asks_of_its_flags_is_checked() {
    for (text, expected) in [
        (
            "required: [salt]",
            "3:12: error[unknown-word]: expected a flag's key (`description`, `owner`, `type`, `risk` or `createdAt`), found `salt`",
        ),
        (
            "lifetimes: { release: 0d }",
            "3:23: error[invalid-duration]: a lifetime must be longer than 0",
        ),
        (
            "lifetimes: { killSwitch: 1d }",
            "3:14: error[unknown-key]: unknown key `killSwitch` in the lifetimes of flags",
        ),
        (
            "grace: none",
            "3:8: error[invalid-duration]: `none` is not a duration of at most 3650d",
        ),
        (
            "references: { wrappers: ['useFlag()'] }",
            "3:26: error[invalid-pattern]: `useFlag()` does not say where the key stands",
        ),
        (
            "references: { wrappers: ['a({}, {})'] }",
            "3:26: error[invalid-pattern]: `a({}, {})` does not say where the key stands",
        ),
        (
            "references: { aliases: [camelCase] }",
            "3:25: error[invalid-pattern]: `camelCase` does not say where the key stands",
        ),
        (
            "references: { roots: [\"a\\nb\"] }",
            "3:23: error[invalid-pattern]: the text holds a control character",
        ),
        (
            "references: { names: { a: '' } }",
            "3:27: error[invalid-pattern]: the text must not be empty",
        ),
        (
            "release: { touch: [{ changed: [a] }] }",
            "3:20: error[missing-key]: a change that asks for another needs the key `when`",
        ),
        (
            "release: { needFlag: { paths: [a] } }",
            "3:22: error[wrong-type]: expected a list of files that need a flag, found a mapping",
        ),
    ] {
        let text = format!("project: a\nenvironments: [p]\n{text}");
        let (project, found) = whole(&[("tidegate.yaml", &text)]);
        assert_eq!(found, [format!("tidegate.yaml:{expected}")]);
        assert_eq!(project.unwrap().hygiene, Hygiene::default(), "{text}");
    }
    let long = format!(
        "project: a\nenvironments: [p]\nreferences: {{ only: ['{}'] }}",
        "a".repeat(257)
    );
    let expected = "tidegate.yaml:3:22: error[invalid-pattern]: the text is longer than 256 bytes";
    assert_eq!(whole(&[("tidegate.yaml", &long)]).1, [expected]);
}

#[test]
fn types_have_the_lifetimes_that_are_written_and_the_others_the_usual_ones() {
    let text = "project: a\nenvironments: [p]\nlifetimes: { operational: none, kill-switch: 90m }\n";
    let lifetimes = whole(&[("tidegate.yaml", text)]).0.unwrap().hygiene.lifetimes;
    let of = FlagType::ALL.map(|kind| lifetimes.of(kind));
    let forty_days = Some(40 * 86_400_000);
    assert_eq!(of, [forty_days, forty_days, None, Some(5_400_000), None]);
    let usual = FlagType::ALL.map(|kind| Lifetimes::default().of(kind));
    assert_eq!(usual, [forty_days, forty_days, Some(7 * 86_400_000), None, None]);
}

#[test]
fn the_grace_of_a_flag_is_a_week_or_what_is_written() {
    for (more, days) in [("", 7), ("grace: 30d\n", 30), ("grace: 0s\n", 0)] {
        let text = format!("project: a\nenvironments: [p]\n{more}");
        let grace_ms = whole(&[("tidegate.yaml", &text)]).0.unwrap().hygiene.grace_ms;
        assert_eq!(grace_ms, days * 86_400_000, "{more}");
    }
}

#[test]
fn a_project_is_read_whole() {
    let text = "project: shop\nenvironments: [production, staging]\nengine: '>=1.2'\nsnapshot: { lifetime: 90m, maxStale: 0s }\nlayers: { ui: { salt: l1x, by: account.id } }\nholdouts: { q4: { salt: h9z, share: 5, layers: [ui] }, all: { salt: h, share: 0.001 } }\n";
    let (project, found) = whole(&[("tidegate.yaml", text)]);
    assert_eq!(found, [""; 0]);
    let project = project.unwrap();
    assert_eq!(
        (project.name.value.as_str(), project.environments.len()),
        ("shop", 2)
    );
    assert_eq!(project.engine.as_ref().unwrap().value, (1, 2));
    assert_eq!(
        (project.snapshot.lifetime_ms, project.snapshot.max_stale_ms),
        (5_400_000, 0)
    );
    assert_eq!(project.layers[0].1.by.as_ref().unwrap().len(), 2);
    assert_eq!(
        (project.holdouts[0].1.share, project.holdouts[1].1.share),
        (5_000, 1)
    );
    assert_eq!(project.holdouts[1].1.layers, None);
    let (project, _) = whole(&[("tidegate.yaml", PROJECT)]);
    let policy = project.unwrap().snapshot;
    assert_eq!(
        (policy.lifetime_ms, policy.max_stale_ms),
        (2_592_000_000, 604_800_000)
    );
}

#[test]
fn a_flag_with_an_error_is_left_out_and_others_stay() {
    let good = "salt: s\ndefault: on";
    let (project, found) = read_with(&[
        ("flags/b.yaml", good),
        ("flags/a.json", "{\"salt\": \"s\", \"default\": \"on\"}"),
        (
            "flags/c.yml",
            "salt: s\ndefault: on\nrules: [{ serve: on }, { serve: 5 }]",
        ),
        ("flags/d.yaml", "salt: s\ndefault: [on"),
        ("flags/e.yaml", "salt: s\ndefault: { split: { on: 100, off: 0 } }"),
        ("segments/s.yaml", "ids: [a]\nfoo: 1"),
        ("segments/t.yaml", "ids: [a]"),
        ("README.md", "# not read"),
        ("flags/notes.txt", "not read"),
    ]);
    let project = project.unwrap();
    assert_eq!(
        project
            .flags
            .iter()
            .map(|flag| flag.key.value.as_str())
            .collect::<Vec<_>>(),
        ["a", "b", "e"]
    );
    assert_eq!(project.segments.len(), 1);
    let places: Vec<_> = found
        .iter()
        .map(|found| (found.place.to_string(), found.code))
        .collect();
    let expected = [
        ("flags/c.yml:3:33", "wrong-type"),
        ("flags/d.yaml:2:13", "syntax"),
        ("flags/e.yaml:2:30", "zero-weight"),
        ("segments/s.yaml:2:1", "unknown-key"),
    ];
    assert_eq!(places, expected.map(|(place, code)| (place.to_owned(), code)));
}

#[test]
fn two_files_for_one_thing_are_refused() {
    let good = "salt: s\ndefault: on";
    let found = problems(&[
        ("tidegate.json", "{}"),
        ("flags/checkout.json", "{\"salt\": \"s\", \"default\": \"on\"}"),
        ("flags/checkout.yaml", good),
        ("segments/a.yaml", "ids: [a]"),
        ("segments/a.yml", "ids: [a]"),
    ]);
    let expected = [
        "tidegate.yaml:1:1: error[duplicate-file]: the same thing is already written in `tidegate.json`",
        "flags/checkout.yaml:1:1: error[duplicate-file]: the same thing is already written in `flags/checkout.json`",
        "segments/a.yml:1:1: error[duplicate-file]: the same thing is already written in `segments/a.yaml`",
    ];
    assert_eq!(found, expected);
}

#[test]
fn the_name_of_a_file_must_be_a_key() {
    let good = "salt: s\ndefault: on";
    let long = format!("flags/{}.yaml", "k".repeat(129));
    let found = problems(&[
        ("flags/é.yaml", good),
        ("flags/..yaml", good),
        (&long, good),
        ("flags/sub/f.yaml", "x"),
    ]);
    let help = "use 1 to 128 of the characters A-Z, a-z, 0-9, `.`, `_` and `-`, not only dots";
    let expected = [
        format!("flags/..yaml:1:1: error[invalid-name]: `.` cannot be a flag's key | {help}"),
        format!("{long}:1:1: error[invalid-name]: `{}…` cannot be a flag's key | {help}", "k".repeat(40)),
        "flags/sub/f.yaml:1:1: warning[ignored-file]: the file is not read: it does not stand directly in `flags`".to_owned(),
        format!("flags/é.yaml:1:1: error[invalid-name]: `é` cannot be a flag's key | {help}"),
    ];
    assert_eq!(found, expected);
}

#[test]
fn problems_stand_in_the_order_of_lines_and_have_an_end() {
    let wrong = "rules:\n".to_owned() + &"  - { serve: 5 }\n".repeat(500);
    let found = flag_problems(&wrong);
    assert_eq!(found.len(), 201);
    for (position, line) in found.iter().enumerate().take(200) {
        assert!(
            line.starts_with(&format!("flags/f.yaml:{}:14: error[wrong-type]", position + 2)),
            "{line}"
        );
    }
    assert_eq!(
        found[200],
        "flags/f.yaml:202:14: error[too-many-problems]: more than 200 problems in this file, the others are not told"
    );
}

#[test]
fn a_megabyte_on_one_line_is_told_in_one_line() {
    let long = "x".repeat(1_000_000);
    let found = flag_problems(&format!("? {long}\n: 1\ntype: {long}"));
    assert_eq!(found.len(), 2);
    assert!(found.iter().all(|line| line.len() < 600), "{found:?}");
}

#[test]
fn the_same_flag_in_json_is_the_same_flag() {
    let (node, _) = crate::model::document::parse(&"f.yaml".into(), CHECKOUT);
    let mut none = super::super::problems::Problems::default();
    let json = super::super::value::value(&node.unwrap(), &mut none).unwrap();
    let (project, diagnostics) = read_with(&[("flags/f.json", &format!("{json:#}"))]);
    assert_eq!(diagnostics, []);
    let placeless = |flag: &Flag| {
        let whole = format!("{flag:?}");
        let mut parts = whole.split("Place {");
        let first = parts.next().unwrap().to_owned();
        parts.fold(first, |text, part| text + part.split_once('}').unwrap().1)
    };
    assert_eq!(placeless(&project.unwrap().flags[0]), placeless(&flag(CHECKOUT)));
}

proptest::proptest! {
    #[test]
    fn a_damaged_flag_is_told_or_still_good(
        at in 0..CHECKOUT.len(),
        cut in 0..12_usize,
        put in "[-a-z0-9.:{}\\[\\]'\"\n é~]{0,4}",
    ) {
        let mut text = CHECKOUT.to_owned();
        text.replace_range(at..(at + cut).min(CHECKOUT.len()), &put);
        let (project, diagnostics) = read_with(&[("flags/f.yaml", &text)]);
        let wrong = diagnostics.iter().any(|found| found.severity == crate::model::Severity::Error);
        proptest::prop_assert_eq!(project.unwrap().flags.is_empty(), wrong);
        for found in &diagnostics {
            let written = text.get(..found.place.start);
            proptest::prop_assert!(text.get(found.place.start..found.place.end).is_some());
            proptest::prop_assert_eq!(found.place.line, written.unwrap().matches('\n').count() + 1);
        }
    }
}
