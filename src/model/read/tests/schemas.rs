mod keys;
mod mistakes;

use std::collections::BTreeMap;
use std::path::Path;

use boon::{Compiler, SchemaIndex, Schemas};
use serde_json::Value;

use super::governance::WHOLE as GOVERNED;
use super::policies::POLICY;
use super::populations::PEOPLE;
use super::projects::CHECKOUT;
use super::*;
use crate::model::document::parse;
use crate::model::read::problems::Problems;
use crate::model::read::{read_population, value};
use crate::model::schema;

/// The schemas, each as an editor would use it.
struct Checker {
    schemas: Schemas,
    roots: BTreeMap<&'static str, SchemaIndex>,
}

impl Checker {
    fn new() -> Self {
        let (mut schemas, mut compiler) = (Schemas::new(), Compiler::new());
        let files = [
            ("project", schema::PROJECT),
            ("flag", schema::FLAG),
            ("segment", schema::SEGMENT),
            ("policy", schema::POLICY),
            ("rollout", schema::ROLLOUT),
            ("population", schema::POPULATION),
            ("parts", schema::PARTS),
        ];
        let url = |name| format!("https://schemas.test/{name}.schema.json");
        for (name, text) in files {
            let json = serde_json::from_str(text).unwrap();
            compiler.add_resource(&url(name), json).unwrap();
        }
        let roots = files.map(|(name, _)| (name, compiler.compile(&url(name), &mut schemas).unwrap()));
        Self {
            schemas,
            roots: roots.into(),
        }
    }

    /// Does the schema of this path accept the file?
    fn accepts(&self, path: &str, text: &str) -> bool {
        let name = match path.split('/').next().unwrap() {
            "flags" => "flag",
            "segments" => "segment",
            "policies" => "policy",
            "rollouts" => "rollout",
            "people.yaml" => "population",
            _ => "project",
        };
        self.schemas.validate(&json(path, text), self.roots[name]).is_ok()
    }

    /// Does the schema, and does the reader accept this file?
    fn verdicts(&self, path: &str, text: &str) -> (bool, bool) {
        (self.accepts(path, text), is_read(path, text))
    }
}

fn json(path: &str, text: &str) -> Value {
    let (node, _) = parse(&path.into(), text);
    value::value(&node.unwrap(), &mut Problems::default()).unwrap()
}

fn is_read(path: &str, text: &str) -> bool {
    let (_, diagnostics) = match path {
        "tidegate.yaml" => read(&[SourceFile {
            path: path.to_owned(),
            text: text.to_owned(),
        }]),
        "people.yaml" => {
            let (population, diagnostics) = read_population(&SourceFile {
                path: path.to_owned(),
                text: text.to_owned(),
            });
            (population.and(None), diagnostics)
        }
        _ => read_with(&[
            (path, text),
            ("segments/ids.txt", "u-1"),
            ("segments/hex.txt", "0123456789abcdef"),
        ]),
    };
    diagnostics.is_empty()
}

const BASE: &str = "salt: s\ndefault: on\n";

fn flag_files(parts: &[&str]) -> Vec<(&'static str, String)> {
    parts
        .iter()
        .map(|part| ("flags/f.yaml", format!("{BASE}{part}")))
        .collect()
}

fn condition_files(conditions: &[&str]) -> Vec<(&'static str, String)> {
    conditions
        .iter()
        .map(|condition| ("segments/s.yaml", format!("salt: s\nif: {condition}")))
        .collect()
}

fn policy_files(parts: &[&str]) -> Vec<(&'static str, String)> {
    let metrics = "metrics: { m: { type: mean, harm: increase, file: { path: m.json } } }";
    let file = |part: &&str| ("policies/p.yaml", format!("{part}\n{metrics}\n"));
    parts.iter().map(file).collect()
}

fn metric_files(metrics: &[&str]) -> Vec<(&'static str, String)> {
    let file = |metric: &&str| ("policies/p.yaml", format!("metrics: {{ m: {{ {metric} }} }}\n"));
    metrics.iter().map(file).collect()
}

fn files(path: &'static str, texts: &[&str]) -> Vec<(&'static str, String)> {
    texts.iter().map(|text| (path, (*text).to_owned())).collect()
}

#[test]
fn the_schemas_accept_what_the_reader_accepts() {
    let mut good = files("flags/f.yaml", &[CHECKOUT, BASE]);
    good.extend(flag_files(&[
        "variants: { a: [1], b: { c: ~ } }\noffVariant: ..a",
        "type: kill-switch\nclientVisible: false\nonExpired: off\ndisableAt: 2026-11-20 09:00:00.5+01:00\nschema: true",
        "risk: low\ncreatedAt: 2026-11-20\nexpiresAt: 2026-11-20T00:00:00.5Z\ntested: false",
        "rules: []\ntargets: { on: [1, a], off: { ids: [x], by: [a.b] } }",
        "rules: [{ name: x, serve: { split: { on: 33.333, off: 66.667 }, by: a } }, { serve: { rollout: { to: on, share: 0 } } }, { serve: { experiment: e } }]",
        "rollouts: { r: { from: off, to: on, by: a, control: true, start: 2026-01-01T00:00:00Z, stages: [{ name: a, ring: { segment: s } }, { name: b, ramp: { from: 0, to: 5, start: 2026-01-01T00:00:00Z, end: 2026-01-02T00:00:00Z } }] } }",
        "rollouts: { r: { from: off, to: on } }",
        "rollouts: { r: { from: off, to: on, template: standard, holdback: 50, control: false, gate: { minHold: 90m, minSample: 1000, approvals: 2, policy: orders } } }",
        "rollouts: { r: { from: off, to: on, holdback: 0.5, stages: [{ name: a, share: 5, monitored: true, gate: {} }] } }",
        "experiments: { e: { arms: { on: 50, off: 50 }, control: off, coverage: 5, from: off, by: a, layer: l, slots: { from: 0, to: 50 } } }",
        "environments: { p: {}, q: { killed: true, rules: [], rollouts: { r: { status: paused, stage: a, pausedAt: 2026-01-01T00:00:00Z, delay: 90m, reason: x, approvals: [alice, bob] } }, experiments: { e: {} } } }",
    ]));
    good.extend(condition_files(&[
        "{ all: [{ any: [{ not: { segment: a } }] }] }",
        "{ percentage: 12.5, by: a.b, salt: x }",
        "{ percentage: { from: 5, to: 10 } }",
        "{ window: { from: 2026-01-01T00:00:00Z } }",
        "{ attribute: a, in: [a, 1, true], ignoreCase: true }",
        "{ attribute: a, notIn: [a] }",
        "{ attribute: a, '=': 1 }",
        "{ attribute: a, '!=': off }",
        "{ attribute: a, startsWith: a }",
        "{ attribute: a, endsWith: [a] }",
        "{ attribute: a, contains: a }",
        "{ attribute: a, matches: '^a' }",
        "{ attribute: a, '<': 1 }",
        "{ attribute: a, '<=': 1 }",
        "{ attribute: a, '>': 1.5 }",
        "{ attribute: a, '>=': -1 }",
        "{ attribute: a, before: 5 }",
        "{ attribute: a, after: 2026-01-01T00:00:00Z }",
        "{ attribute: a, semver: '>=2' }",
        "{ attribute: a, cidr: [10.0.0.0/8] }",
        "{ attribute: a, exists: true }",
        "{ attribute: a, type: date }",
        "{ attribute: a, anyOf: [a] }",
        "{ attribute: a, allOf: [1] }",
        "{ attribute: [a.b], noneOf: [true] }",
        "{ attribute: a, size: 5 }",
        "{ attribute: a, size: { '>=': 5 } }",
    ]));
    good.extend(files(
        "segments/s.yaml",
        &[
            "ids: [a, 1]\nby: account",
            "idsFile: ids.txt\ndescription: x\nowner: y",
            "hashed: { salt: s, by: a, ids: [a] }",
            "hashed: { salt: s, idsFile: ids.txt }",
            "hashed: { salt: s, digests: [0123456789abcdef, 1234567890123456] }",
            "hashed: { salt: s, digestsFile: hex.txt }",
        ],
    ));
    good.extend(files(
        "rollouts/t.yaml",
        &[
            "stages: [{ name: a }]",
            "description: x\ncontrol: true\nholdback: 5\ngate: { approvals: 0 }\nstages: [{ name: a, ring: s, share: 100 }]",
            STANDARD_TEMPLATE,
        ],
    ));
    good.extend(files(
        "tidegate.yaml",
        &[
            PROJECT,
            "project: shop\nenvironments: [p]\nengine: '>=0.1'\nsnapshot: { lifetime: 30d, maxStale: 90m }\nlayers: { l: { salt: s, by: a } }\nholdouts: { h: { salt: s, share: 5, by: a, layers: [l] } }",
            &format!("{PROJECT}{GOVERNED}"),
            &format!("{PROJECT}policy: {{}}\npeople: {{ a: {{}} }}"),
            "project: a\nenvironments: [p]\nrequired: [owner, createdAt]\nlifetimes: { release: 90m, kill-switch: 5d, permission: none }\ngrace: 0s",
            "project: a\nenvironments: [p]\nreferences: { roots: [../..], only: ['*.rs'], ignore: [a/], wrappers: ['useFlag({}'], aliases: ['{key}', 'F_{SCREAMING_SNAKE_CASE}'], names: { a.b: x, c: [y, z] } }",
            "project: a\nenvironments: [p]\nrelease: { needFlag: [{ paths: [a], except: [b], allowNone: true }], qa: staff, environments: [p], touch: [{ when: [a], except: [b], changed: [c] }] }",
        ],
    ));
    good.extend(files(
        "people.yaml",
        &[
            PEOPLE,
            "metrics: { m: { rate: 0 } }",
            "attributes: { a: { oneOf: [1, b, true] } }\nmetrics: { m: { mean: -1, deviation: 0 } }",
        ],
    ));
    good.extend(files("policies/p.yaml", &[POLICY]));
    good.extend(policy_files(&[
        "confidence: 99.5\nmethod: sequential",
        "method: { sequential: { tunedAt: 5 } }",
        "method: { groupSequential: { looks: 28, sample: 28000, spending: pocock } }",
        "source: { timeout: 1s, http: { url: 'http://p:9090/x?y=1', headers: { A: b } }, log: { exposures: a } }",
        "exposures: { timeout: 2s, command: { run: 'count $arm', pointers: { both: '' } } }",
        "exposures: { prometheus: { url: 'env:P', total: '$arm$stage', both: '$stage' } }",
        "checks: { sampleRatio: {}, noTraffic: { within: 5m }, multipleExposures: { above: 0.5 } }",
        "errors: { atMost: 0 }",
    ]));
    good.extend(metric_files(&[
        "type: mean, harm: decrease, margin: { absolute: 0 }, command: { run: [a, b], pointers: { total: /$arm } }",
        "type: ratio, harm: decrease, log: { exposures: a, events: b, denominator: c }",
        "type: ratio, harm: increase, file: { path: $arm.json, pointers: { product: /p, until: '', unit: /u } }",
        "type: proportion, harm: increase, catastrophic: { value: 1, minEvents: 1 }, timeout: 5m, file: { path: a }",
    ]));
    let checker = Checker::new();
    for (path, text) in good {
        // Sixteen digits are more than a JSON number holds; the reader takes them as they are written.
        let (path, shown) = (path, text.replace("1234567890123456]", "'1234567890123456']"));
        assert_eq!(checker.verdicts(path, &shown), (true, true), "{path}: {shown}");
    }
}

#[test]
fn the_sample_project_fits_reader_and_schemas() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("www/flags");
    let mut files = Vec::new();
    for folder in ["", "flags/", "segments/", "rollouts/", "policies/"] {
        for entry in std::fs::read_dir(root.join(folder)).unwrap().map(Result::unwrap) {
            if entry.file_type().unwrap().is_file() {
                let path = format!("{folder}{}", entry.file_name().to_str().unwrap());
                files.push(SourceFile {
                    path,
                    text: std::fs::read_to_string(entry.path()).unwrap(),
                });
            }
        }
    }
    let (project, diagnostics) = read(&files);
    assert_eq!(diagnostics, []);
    let project = project.unwrap();
    assert!(project.flags.len() >= 14 && project.segments.len() >= 4);
    let checker = Checker::new();
    for SourceFile { path, text } in files.iter().filter(|file| file.path.ends_with(".yaml")) {
        assert!(checker.accepts(path, text), "{path}");
    }
}
