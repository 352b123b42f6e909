//! Each limit at its edge: what lint lets pass is readable once it is loaded, and one more is refused by lint, and by
//! the engine where lint is left out.

use crate::compile::lower::lower;
use crate::compile::{Audience, Options, lint};
use crate::model::{Project, Severity, SourceFile, read};
use crate::snapshot::limits;
use crate::trust::SigningKey;
use crate::{Client, Context};
use std::fmt::Write as _;

type Files = Vec<(String, String)>;

const HEAD: &str = "description: d\nowner: o\ntype: release\nsalt: k\nenvironments: { here: {} }\n";

fn project(files: &Files) -> (Project, Vec<String>) {
    let head = "project: p\nenvironments: [here]\nholdouts: { q4: { salt: h, share: 1 } }\n";
    let files = files.iter().map(|(path, text)| (path.as_str(), text.as_str()));
    let sources: Vec<SourceFile> = files
        .chain([("tidegate.yaml", head)])
        .map(|(path, text)| SourceFile {
            path: path.to_owned(),
            text: text.to_owned(),
        })
        .collect();
    let (project, problems) = read(&sources);
    (
        project.unwrap(),
        problems.iter().map(|problem| problem.code.to_owned()).collect(),
    )
}

/// The codes of lint's errors.
fn errors(project: &Project) -> Vec<String> {
    let errors = lint(project)
        .into_iter()
        .filter(|found| found.severity == Severity::Error);
    errors
        .map(|found| format!("{} {}", found.place.file, found.code))
        .collect()
}

/// Is a flag readable in a snapshot that was made without asking lint?
fn readable(project: &Project, flag: &str) -> bool {
    let options = Options {
        environment: "here".into(),
        audience: Audience::Server,
        version: 1,
        issued_at_ms: 0,
        not_before_ms: 0,
        expires_ms: None,
        head_keys: Vec::new(),
        kills: Vec::new(),
    };
    let key = SigningKey::from_seed(&[7; 32], false);
    let mut client = Client::new(key.trust(), None);
    client
        .load(key.sign(&lower(project, &options).unwrap()), 0)
        .unwrap();
    let answer = client.evaluate(flag, &Context::new("u-1"), 0).unwrap();
    answer.variant().is_some()
}

/// At the limit lint has no error and the engine reads the flag; one over it both refuse.
fn edge(limit: u32, expected: &str, flag: &str, files: impl Fn(u32) -> Files) {
    let (good, problems) = project(&files(limit));
    assert_eq!(problems, [""; 0]);
    assert_eq!(errors(&good), [""; 0], "at {limit}");
    assert!(readable(&good, flag), "at {limit}");
    let (bad, problems) = project(&files(limit + 1));
    assert_eq!(problems, [""; 0]);
    assert_eq!(errors(&bad), [expected], "over {limit}");
    assert!(!readable(&bad, flag), "over {limit}");
}

fn flag(key: &str, rest: &str) -> (String, String) {
    let default = if rest.contains("default:") {
        ""
    } else {
        "default: off\n"
    };
    let head = if rest.contains("environments:") {
        HEAD.replace("environments: { here: {} }\n", "")
    } else {
        HEAD.to_owned()
    };
    (format!("flags/{key}.yaml"), format!("{head}{default}{rest}\n"))
}

fn segment(name: &str, condition: &str) -> (String, String) {
    (format!("segments/{name}.yaml"), format!("if: {condition}\n"))
}

/// Conditions within conditions.
fn nested(depth: u32) -> String {
    let around = depth as usize - 1;
    format!(
        "{}{{ attribute: a, exists: true }}{}",
        "{ not: ".repeat(around),
        " }".repeat(around)
    )
}

#[test]
fn conditions_within_conditions() {
    edge(
        limits::CONDITION_DEPTH,
        "flags/f.yaml condition-too-deep",
        "f",
        |depth| {
            vec![flag(
                "f",
                &format!("rules: [{{ if: {}, serve: on }}]", nested(depth)),
            )]
        },
    );
    edge(
        limits::CONDITION_DEPTH,
        "segments/s.yaml condition-too-deep",
        "f",
        |depth| {
            let rules = "rules: [{ if: { segment: s }, serve: on }]";
            vec![flag("f", rules), segment("s", &nested(depth))]
        },
    );
}

fn ring(condition: &str) -> String {
    format!(
        "default: {{ rollout: r }}\nrollouts: {{ r: {{ from: off, to: on, stages: [{{ name: s, ring: {condition} }}] }} }}\n\
         environments: {{ here: {{ rollouts: {{ r: {{ status: running, stage: s }} }} }} }}"
    )
}

#[test]
fn a_ring_stands_one_deeper() {
    edge(
        limits::CONDITION_DEPTH - 1,
        "flags/f.yaml condition-too-deep",
        "f",
        |depth| vec![flag("f", &ring(&nested(depth)))],
    );
}

#[test]
fn segments_within_segments() {
    edge(
        limits::SEGMENT_DEPTH,
        "segments/s1.yaml segments-too-deep",
        "f",
        |depth| {
            let mut files = vec![flag("f", "rules: [{ if: { not: { segment: s1 } }, serve: on }]")];
            files.extend(
                (1..depth).map(|at| segment(&format!("s{at}"), &format!("{{ segment: s{} }}", at + 1))),
            );
            files.push(segment(&format!("s{depth}"), "{ attribute: a, exists: true }"));
            files
        },
    );
}

#[test]
fn prerequisites_of_prerequisites() {
    edge(
        limits::PREREQUISITE_DEPTH,
        "flags/f0.yaml prerequisites-too-deep",
        "f0",
        |depth| {
            let mut files: Files = (0..depth)
                .map(|at| {
                    flag(
                        &format!("f{at}"),
                        &format!("prerequisites: {{ f{}: off }}", at + 1),
                    )
                })
                .collect();
            files.push(flag(&format!("f{depth}"), ""));
            files
        },
    );
}

/// A condition of exactly so many steps, and the segment that it takes them from.
fn long(steps: u32) -> (String, Files) {
    let needles = |count: u32| vec!["a"; count as usize].join(", ");
    // One for the group; one for each reference, and 998 for what stands in the segment.
    let references = (steps - 3) / 999;
    let rest = steps - 1 - references * 999 - 1;
    let mut parts = String::new();
    for _ in 0..references {
        write!(parts, "{{ segment: thousand }}, ").unwrap();
    }
    let condition = format!(
        "{{ any: [{parts}{{ attribute: a, startsWith: [{}] }}] }}",
        needles(rest)
    );
    let thousand = format!("{{ attribute: a, endsWith: [{}] }}", needles(997));
    (condition, vec![segment("thousand", &thousand)])
}

/// Rest of a flag that takes `steps` by its rule and `more` by what else it says.
fn steps(more: u32, rest: &str) {
    edge(
        limits::STEPS - 1 - more,
        "flags/f.yaml too-many-steps",
        "f",
        |steps| {
            let (condition, mut files) = long(steps);
            files.push(flag("f", &rest.replace("LONG", &condition)));
            files
        },
    );
}

#[test]
fn steps_of_conditions() {
    steps(0, "rules: [{ if: LONG, serve: on }]");
    steps(1, "rules: [{ if: { not: LONG }, serve: on }]");
    steps(
        4,
        "rules: [{ if: LONG, serve: on }, { if: { attribute: a, in: [a, b, c], ignoreCase: true }, serve: on }]",
    );
    steps(
        1 + limits::weight::PATTERN,
        "rules: [{ if: LONG, serve: on }, { if: { attribute: a, contains: [a, b, c] }, serve: on }]",
    );
    steps(1, &ring("LONG"));
}

#[test]
fn steps_of_what_is_served() {
    steps(2, "rules: [{ if: LONG, serve: { split: { on: 50, off: 50 } } }]");
    steps(
        0,
        "rules: [{ if: LONG, serve: { rollout: { to: on, share: 1 } } }]",
    );
    steps(
        5,
        "targets: { on: [u-2], off: { by: b, ids: [u-3] } }\nrules: [{ if: LONG, serve: { experiment: e } }]\n\
         experiments: { e: { arms: { on: 50, off: 50 }, control: off } }",
    );
}

#[test]
fn steps_of_a_segment() {
    edge(limits::STEPS - 2, "flags/f.yaml too-many-steps", "f", |steps| {
        let (condition, mut files) = long(steps);
        files.push(segment("s", &condition));
        files.push(flag("f", "rules: [{ if: { segment: s }, serve: on }]"));
        files
    });
    let (condition, mut files) = long(limits::STEPS + 1);
    files.push(segment("s", &condition));
    files.push(flag("f", "rules: [{ if: { segment: s }, serve: on }]"));
    assert_eq!(errors(&project(&files).0), ["segments/s.yaml too-many-steps"]);
}

#[test]
fn steps_of_prerequisites() {
    edge(limits::STEPS - 3, "flags/g.yaml too-many-steps", "g", |steps| {
        let (condition, mut files) = long(steps);
        files.push(flag("f", &format!("rules: [{{ if: {condition}, serve: on }}]")));
        files.push(flag("g", "prerequisites: { f: off }"));
        files
    });
}

#[test]
fn counts() {
    let many = |count: usize| {
        let keys: Vec<String> = (0..count).map(|number| format!("p{number}: off")).collect();
        let mut files: Files = (0..count).map(|number| flag(&format!("p{number}"), "")).collect();
        files.push(flag("f", &format!("prerequisites: {{ {} }}", keys.join(", "))));
        project(&files).0
    };
    let good = many(limits::PREREQUISITES);
    assert!(!errors(&good).iter().any(|found| found.contains("too-many")));
    assert!(readable(&good, "f"));
    assert!(errors(&many(limits::PREREQUISITES + 1)).contains(&"flags/f.yaml too-many".to_owned()));

    // The reader refuses these, and leaves the flag out.
    let rules = |count: usize| {
        let rules = vec!["{ if: { attribute: a, exists: true }, serve: on }"; count].join(", ");
        project(&vec![flag("f", &format!("rules: [{rules}]"))])
    };
    let (good, problems) = rules(limits::RULES);
    assert_eq!((problems.len(), readable(&good, "f")), (0, true));
    assert_eq!(rules(limits::RULES + 1).1, ["too-many"]);
    let variants = |count: usize| {
        let variants: Vec<String> = (0..count).map(|number| format!("v{number}: {number}")).collect();
        let text = format!(
            "variants: {{ {} }}\noffVariant: v0\ndefault: v199",
            variants.join(", ")
        );
        project(&vec![flag("f", &text)])
    };
    let (good, problems) = variants(limits::VARIANTS);
    assert_eq!(
        (problems.len(), errors(&good).len(), readable(&good, "f")),
        (0, 0, true)
    );
    assert_eq!(variants(limits::VARIANTS + 1).1, ["too-many"]);
}

#[test]
fn a_ramp_is_only_so_long() {
    let start_ms = 0;
    let text = |end_ms: i64| {
        let time = |ms: i64| jiff::Timestamp::from_millisecond(ms).unwrap();
        let ramp = format!("{{ to: 50, start: {}, end: {} }}", time(start_ms), time(end_ms));
        project(&vec![flag(
            "f",
            &ring("{ attribute: a, exists: true }, ramp: RAMP").replace("RAMP", &ramp),
        )])
        .0
    };
    let good = text(limits::RAMP_MS);
    assert_eq!((errors(&good), readable(&good, "f")), (vec![], true));
    let bad = text(limits::RAMP_MS + 1);
    assert_eq!(
        (errors(&bad), readable(&bad, "f")),
        (vec!["flags/f.yaml ramp-too-long".to_owned()], false)
    );
}

#[test]
fn a_way_of_many_thousand_references_is_followed_to_its_end() {
    let count = 20_000;
    let mut files: Files = (1..count)
        .map(|at| {
            (
                format!("segments/s{at}.yaml"),
                format!("if: {{ segment: s{} }}\n", at + 1),
            )
        })
        .collect();
    files.push(segment(&format!("s{count}"), "{ segment: s1 }"));
    let (project, _) = project(&files);
    let codes: Vec<&str> = lint(&project)
        .iter()
        .map(|found| found.code)
        .filter(|code| *code == "segment-cycle")
        .collect();
    assert_eq!(codes, ["segment-cycle"]);
}

#[test]
fn needles_that_need_too_large_a_table() {
    let needles: Vec<String> = (0..400_u64)
        .map(|number| format!("\"{:012}\"", number * 7_777_777_777))
        .collect();
    let rule = format!("if: {{ attribute: a, contains: [{}] }}", needles.join(", "));
    let (project, _) = project(&vec![flag("f", &format!("rules: [{{ {rule}, serve: on }}]"))]);
    assert_eq!(errors(&project), ["flags/f.yaml pattern-too-large"]);
}

#[test]
fn steps_of_what_takes_long() {
    use limits::weight::{DIGEST, LIST, LITERAL, PATTERN, VERSION};
    for (condition, weight) in [
        ("{ attribute: a, matches: x }", PATTERN),
        ("{ attribute: a, contains: x }", PATTERN),
        ("{ attribute: a, semver: 1.x }", VERSION),
        ("{ attribute: a, anyOf: [x] }", LIST),
        ("{ attribute: a, allOf: [x, 1, true] }", LIST + 3 * LITERAL),
        ("{ segment: s }", 1 + DIGEST),
    ] {
        // The flag itself and the group around the conditions are a step each.
        let most = (limits::STEPS - 2) / (1 + weight);
        edge(most, "flags/f.yaml too-many-steps", "f", |count| {
            let conditions = vec![condition; count as usize].join(", ");
            let hashed = "hashed: { salt: h, digests: [0123456789abcdef] }\n";
            vec![
                flag(
                    "f",
                    &format!("rules: [{{ if: {{ any: [{conditions}] }}, serve: on }}]"),
                ),
                ("segments/s.yaml".into(), hashed.into()),
            ]
        });
    }
}
