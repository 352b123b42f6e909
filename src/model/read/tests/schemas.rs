use std::collections::BTreeSet;
use std::path::Path;

use boon::{Compiler, SchemaIndex, Schemas};
use serde_json::Value;

use super::governance::WHOLE as GOVERNED;
use super::policies::POLICY;
use super::populations::PEOPLE;
use super::projects::CHECKOUT;
use super::*;
use crate::model::document::parse;
use crate::model::read::policy::{answer, metric, source};
use crate::model::read::problems::Problems;
use crate::model::read::read_population;
use crate::model::read::{
    condition, environment, experiment, flag, gate, governance, hygiene, operator, percent, policy,
    population, project, rollout, segment, serve, stage, template, value,
};
use crate::model::schema;

/// The schemas, and the one for a path.
fn compiled(path: &str) -> (Schemas, SchemaIndex) {
    let (mut schemas, mut compiler) = (Schemas::new(), Compiler::new());
    for (name, text) in [
        ("project", schema::PROJECT),
        ("flag", schema::FLAG),
        ("segment", schema::SEGMENT),
        ("policy", schema::POLICY),
        ("rollout", schema::ROLLOUT),
        ("population", schema::POPULATION),
        ("parts", schema::PARTS),
    ] {
        let json = serde_json::from_str(text).unwrap();
        compiler
            .add_resource(&format!("https://schemas.test/{name}.schema.json"), json)
            .unwrap();
    }
    let name = match path.split('/').next().unwrap() {
        "flags" => "flag",
        "segments" => "segment",
        "policies" => "policy",
        "rollouts" => "rollout",
        "people.yaml" => "population",
        _ => "project",
    };
    let index = compiler
        .compile(&format!("https://schemas.test/{name}.schema.json"), &mut schemas)
        .unwrap();
    (schemas, index)
}

fn json(path: &str, text: &str) -> Value {
    let (node, _) = parse(&path.into(), text);
    value::value(&node.unwrap(), &mut Problems::default()).unwrap()
}

/// Does the schema, and does the reader accept this file?
fn verdicts(path: &str, text: &str) -> (bool, bool) {
    let (schemas, index) = compiled(path);
    let by_schema = schemas.validate(&json(path, text), index).is_ok();
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
    (by_schema, diagnostics.is_empty())
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
            "project: a\nenvironments: [p]\nrequired: [owner, createdAt]\nlifetimes: { release: 90m, kill-switch: 5d, permission: none }",
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
    for (path, text) in good {
        // Sixteen digits are more than a JSON number holds; the reader takes them as they are written.
        let (path, shown) = (path, text.replace("1234567890123456]", "'1234567890123456']"));
        assert_eq!(verdicts(path, &shown), (true, true), "{path}: {shown}");
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
    for SourceFile { path, text } in files.iter().filter(|file| file.path.ends_with(".yaml")) {
        let (schemas, index) = compiled(path);
        assert!(schemas.validate(&json(path, text), index).is_ok(), "{path}");
    }
}

#[test]
fn the_schemas_refuse_typical_mistakes() {
    let mut bad = files(
        "flags/f.yaml",
        &[
            "[]",
            "salt: s",
            "default: on",
            "salt: a.b\ndefault: on",
            "salt: 5\ndefault: on",
        ],
    );
    bad.extend(flag_files(&[
        "foo: 1",
        "variants: { a: 1 }",
        "variants: {}\noffVariant: a",
        "variants: { 'a b': 1 }\noffVariant: a",
        "variants: { a: ~ }\noffVariant: a",
        "offVariant: '..'",
        "type: kill_switch",
        "clientVisible: yes",
        "onExpired: never",
        "disableAt: 2026-01-01",
        "risk: none",
        "createdAt: 2026-01-01T00:00",
        "expiresAt: 5",
        "tested: 'true'",
        "targets: { on: [] }",
        "targets: { on: [1.5] }",
        "targets: { on: { by: a } }",
        "prerequisites: { a: [] }",
        "rules: {}",
        "rules: [{}]",
        "rules: [{ serve: {} }]",
        "rules: [{ serve: { split: { on: 100 }, rollout: r } }]",
        "rules: [{ serve: { split: { on: 101 } } }]",
        "rules: [{ serve: { rollout: r, by: a } }]",
        "rules: [{ name: '', serve: on }]",
        "rollouts: { r: { from: off, to: on, stages: [] } }",
        "rollouts: { r: { from: off, to: on, stages: [{ name: a }], template: standard } }",
        "rollouts: { r: { from: off, to: on, holdback: 50.001 } }",
        "rollouts: { r: { from: off, to: on, gate: { minHold: 5 } } }",
        "rollouts: { r: { from: off, to: on, gate: { minSample: -1 } } }",
        "rollouts: { r: { from: off, to: on, gate: { minSample: 0.5 } } }",
        "rollouts: { r: { from: off, to: on, gate: { approvals: 21 } } }",
        "rollouts: { r: { from: off, to: on, gate: { policy: '' } } }",
        "environments: { p: { rollouts: { r: { status: running, approvals: [] } } } }",
        "rollouts: { r: { from: off, to: on, stages: [{ name: a, share: 5, ramp: { to: 5, end: 2026-01-01T00:00:00Z } }] } }",
        "rollouts: { r: { from: off, to: on, stages: [{ name: a, ramp: { to: 5 } }] } }",
        "experiments: { e: { arms: { on: 100 }, control: on } }",
        "experiments: { e: { arms: { on: 100, off: 0 }, control: on } }",
        "experiments: { e: { arms: { on: 50, off: 50 }, control: on, layer: l } }",
        "environments: { p: { enabled: on } }",
        "environments: { p: { rollouts: { r: { status: rolled-back } } } }",
        "environments: { p: { experiments: { e: { coverage: -1 } } } }",
    ]));
    bad.extend(condition_files(&[
        "{}",
        "[]",
        "{ all: [] }",
        "{ all: [{ segment: a }], any: [{ segment: a }] }",
        "{ not: [{ segment: a }] }",
        "{ segment: 5 }",
        "{ percentage: 101 }",
        "{ percentage: { from: 5 } }",
        "{ window: {} }",
        "{ in: [a] }",
        "{ attribute: a }",
        "{ attribute: a, in: a }",
        "{ attribute: a, in: [] }",
        "{ attribute: a, in: [a], notIn: [b] }",
        "{ attribute: a, equals: b }",
        "{ attribute: a, '<': '5' }",
        "{ attribute: a, '<': 5, ignoreCase: true }",
        "{ attribute: a, exists: false }",
        "{ attribute: a, type: list }",
        "{ attribute: a, semver: 2.4 }",
        "{ attribute: a, before: 1.5 }",
        "{ attribute: a, size: -1 }",
        "{ attribute: a, size: { '<': 1, '>': 2 } }",
        "{ attribute: [], exists: true }",
    ]));
    bad.extend(files(
        "segments/s.yaml",
        &[
            "description: x",
            "ids: []",
            "ids: [a]\nsalt: s",
            "if: { segment: a }\nby: a",
            "ids: [a]\nidsFile: ids.txt",
            "hashed: { ids: [a] }",
            "hashed: { salt: s }",
            "hashed: { salt: s, digests: [xyz] }",
        ],
    ));
    bad.extend(files(
        "tidegate.yaml",
        &[
            "project: a/b\nenvironments: [p]",
            "project: a",
            "project: a\nenvironments: []",
            "project: a\nenvironments: [p, p]",
            "project: a\nenvironments: [p]\nengine: 0.1",
            "project: a\nenvironments: [p]\nsnapshot: { lifetime: 1w }",
            "project: a\nenvironments: [p]\nlayers: { l: {} }",
            "project: a\nenvironments: [p]\nholdouts: { h: { salt: s } }",
            &format!("{PROJECT}people: {{ 'a b': {{}} }}"),
            &format!("{PROJECT}people: {{ a: {{ email: ana }} }}"),
            &format!("{PROJECT}people: {{ a: {{ email: [] }} }}"),
            &format!("{PROJECT}people: {{ a: {{ login: a b }} }}"),
            &format!("{PROJECT}people: {{ a: {{ keys: ['ed25519:short'] }} }}"),
            &format!("{PROJECT}teams: {{ t: [] }}"),
            &format!("{PROJECT}teams: {{ t: [a, a] }}"),
            &format!("{PROJECT}roles: {{ tail: [a] }}"),
            &format!("{PROJECT}policy: {{ rules: [] }}"),
            &format!("{PROJECT}policy: {{ rules: [{{ name: r }}] }}"),
            &format!("{PROJECT}policy: {{ rules: [{{ name: r, require: {{}} }}] }}"),
            &format!("{PROJECT}policy: {{ rules: [{{ name: r, require: {{ approvals: -1 }} }}] }}"),
            &format!("{PROJECT}policy: {{ rules: [{{ name: r, require: {{ signatures: {{ head: 0 }} }} }}] }}"),
            &format!("{PROJECT}policy: {{ rules: [{{ name: r, if: {{ kinds: [] }}, require: {{ approvals: 1 }} }}] }}"),
            &format!("{PROJECT}policy: {{ rules: [{{ name: r, if: {{ step: 5 }}, require: {{ approvals: 1 }} }}] }}"),
            &format!("{PROJECT}policy: {{ emergency: {{ kinds: [increase] }} }}"),
            &format!("{PROJECT}policy: {{ freezes: [{{ name: f, from: 2026-01-01T00:00, to: 2026-01-02T00:00 }}] }}"),
            &format!("{PROJECT}policy: {{ freezes: [{{ name: f, from: 2026-01-01T00:00Z, to: 2026-01-02T00:00, zone: UTC }}] }}"),
            "project: a\nenvironments: [p]\nrequired: [salt]",
            "project: a\nenvironments: [p]\nrequired: []",
            "project: a\nenvironments: [p]\nlifetimes: { release: never }",
            "project: a\nenvironments: [p]\nlifetimes: { kill_switch: 5d }",
            "project: a\nenvironments: [p]\nreferences: { roots: .. }",
            "project: a\nenvironments: [p]\nreferences: { only: [''] }",
            "project: a\nenvironments: [p]\nreferences: { wrappers: [useFlag] }",
            "project: a\nenvironments: [p]\nreferences: { wrappers: ['{}'] }",
            "project: a\nenvironments: [p]\nreferences: { aliases: ['{camelcase}'] }",
            "project: a\nenvironments: [p]\nreferences: { names: { a: [] } }",
            "project: a\nenvironments: [p]\nrelease: { needFlag: [{ except: [a] }] }",
            "project: a\nenvironments: [p]\nrelease: { touch: [{ when: [a] }] }",
            "project: a\nenvironments: [p]\nrelease: { qa: [a] }",
        ],
    ));
    bad.extend(files(
        "people.yaml",
        &[
            "size: 10",
            "metrics: {}",
            "metrics: { m: { rate: 101 } }",
            "metrics: { m: { rate: 3, deviation: 1 } }",
            "metrics: { m: { mean: 3, deviation: 1, trials: 2 } }",
            "metrics: { m: { rate: 3 } }\nsize: 0",
            "metrics: { m: { rate: 3 } }\nattributes: { a..b: { chance: 1 } }",
            "metrics: { m: { rate: 3 } }\nattributes: { a: { chance: 1, to: 2 } }",
            "metrics: { m: { rate: 3 } }\nattributes: { a: { from: 1.5, to: 2 } }",
            "metrics: { m: { rate: 3 } }\nattributes: { a: { oneOf: [] } }",
            "metrics: { m: { rate: 3 } }\nattributes: { a: { oneOf: { x: 0 } } }",
            "metrics: { m: { rate: 3 } }\nattributes: { a: { absent: 5 } }",
        ],
    ));
    bad.extend(policy_files(&[
        "confidence: 59",
        "confidence: 100",
        "method: bayes",
        "method: { groupSequential: { looks: 28 } }",
        "method: { sequential: {}, groupSequential: { looks: 1, sample: 1 } }",
        "source: { command: x }",
        "source: { prometheus: { bearer: hunter2 } }",
        "source: { http: { url: 'ftp://p' } }",
        "source: { http: { url: 'https://me:hunter2@p' } }",
        "exposures: {}",
        "checks: { sampleRatio: { below: 0 } }",
        "checks: { sampleRatio: { action: promote } }",
        "errors: { atMost: -1 }",
        "dryRun: 'yes'",
    ]));
    bad.extend(files("policies/p.yaml", &["description: x", "metrics: {}", "[]"]));
    bad.extend(metric_files(&[
        "type: proportion, harm: increase",
        "type: share, harm: increase, file: { path: a }",
        "type: mean, file: { path: a }",
        "type: mean, harm: increase, file: { path: a }, http: { url: 'http://a' }",
        "type: mean, harm: increase, margin: 5, file: { path: a }",
        "type: mean, harm: increase, margin: { relative: -1 }, file: { path: a }",
        "type: mean, harm: increase, margin: { relative: 1, absolute: 1 }, file: { path: a }",
        "type: mean, harm: increase, catastrophic: { value: 1 }, file: { path: a }",
        "type: mean, harm: increase, file: { path: a, pointers: { total: 'a$arm' } }",
        "type: mean, harm: increase, command: { run: [] }",
        "type: mean, harm: increase, maxAge: 5, file: { path: a }",
    ]));
    bad.extend(files(
        "rollouts/t.yaml",
        &[
            "description: x",
            "stages: []",
            "stages: [{ name: a }]\nfrom: off",
            "stages: [{ name: a, share: 1, ramp: { to: 5, end: 2026-01-01T00:00:00Z } }]",
        ],
    ));
    for (path, text) in bad {
        assert_eq!(verdicts(path, &text), (false, false), "{path}: {text}");
    }
}

#[test]
fn the_schemas_know_the_reader_s_keys_and_no_others() {
    let comparisons: Vec<&str> = operator::COMPARISONS.iter().map(|&(name, _)| name).collect();
    for (text, pointer, keys) in [
        (schema::PROJECT, "", project::PROJECT_KEYS),
        (schema::PROJECT, "/$defs/snapshot", project::SNAPSHOT_KEYS),
        (schema::PROJECT, "/$defs/layer", project::LAYER_KEYS),
        (schema::PROJECT, "/$defs/holdout", project::HOLDOUT_KEYS),
        (schema::PROJECT, "/$defs/person", governance::PERSON_KEYS),
        (schema::PROJECT, "/$defs/policy", governance::POLICY_KEYS),
        (schema::PROJECT, "/$defs/rule", governance::RULE_KEYS),
        (schema::PROJECT, "/$defs/matching", governance::MATCHING_KEYS),
        (
            schema::PROJECT,
            "/$defs/matching/properties/step",
            governance::STEP_KEYS,
        ),
        (schema::PROJECT, "/$defs/require", governance::REQUIRE_KEYS),
        (
            schema::PROJECT,
            "/$defs/require/properties/population",
            governance::POPULATION_KEYS,
        ),
        (schema::PROJECT, "/$defs/freeze", governance::FREEZE_KEYS),
        (schema::PROJECT, "/$defs/emergency", governance::EMERGENCY_KEYS),
        (schema::PROJECT, "/$defs/lifetimes", hygiene::LIFETIMES_KEYS),
        (schema::PROJECT, "/$defs/references", hygiene::REFERENCES_KEYS),
        (schema::PROJECT, "/$defs/release", hygiene::RELEASE_KEYS),
        (schema::PROJECT, "/$defs/needFlag", hygiene::NEED_FLAG_KEYS),
        (schema::PROJECT, "/$defs/touch", hygiene::TOUCH_KEYS),
        (schema::SEGMENT, "", segment::SEGMENT_KEYS),
        (schema::SEGMENT, "/$defs/hashed", segment::HASHED_KEYS),
        (schema::POLICY, "", policy::POLICY_KEYS),
        (schema::POLICY, "/$defs/anyMethod", policy::METHOD_KEYS),
        (schema::POLICY, "/$defs/sequential", policy::SEQUENTIAL_KEYS),
        (schema::POLICY, "/$defs/groupSequential", policy::GROUP_KEYS),
        (schema::POLICY, "/$defs/checks", policy::CHECKS_KEYS),
        (schema::POLICY, "/$defs/sampleRatio", policy::SAMPLE_RATIO_KEYS),
        (schema::POLICY, "/$defs/noTraffic", policy::NO_TRAFFIC_KEYS),
        (
            schema::POLICY,
            "/$defs/multipleExposures",
            policy::MULTIPLE_EXPOSURES_KEYS,
        ),
        (schema::POLICY, "/$defs/errors", policy::ERRORS_KEYS),
        (schema::POLICY, "/$defs/source", source::DEFAULTS_KEYS),
        (schema::POLICY, "/$defs/server", source::SERVER_KEYS),
        (schema::POLICY, "/$defs/logs", source::LOGS_KEYS),
        (schema::POLICY, "/$defs/exposures", source::SOURCE_KEYS),
        (schema::POLICY, "/$defs/prometheus", source::PROMETHEUS_KEYS),
        (schema::POLICY, "/$defs/http", source::HTTP_KEYS),
        (schema::POLICY, "/$defs/log", source::LOG_KEYS),
        (schema::POLICY, "/$defs/command", answer::COMMAND_KEYS),
        (schema::POLICY, "/$defs/file", answer::FILE_KEYS),
        (schema::POLICY, "/$defs/pointers", answer::POINTER_KEYS),
        (schema::POLICY, "/$defs/metric", metric::METRIC_KEYS),
        (schema::POLICY, "/$defs/margin", metric::MARGIN_KEYS),
        (schema::POLICY, "/$defs/catastrophic", metric::CATASTROPHIC_KEYS),
        (schema::FLAG, "", flag::FLAG_KEYS),
        (schema::FLAG, "/$defs/target", flag::TARGET_KEYS),
        (schema::FLAG, "/$defs/rule", serve::RULE_KEYS),
        (schema::FLAG, "/$defs/share", serve::SHARE_KEYS),
        (schema::FLAG, "/$defs/split", serve::SPLIT_KEYS),
        (schema::FLAG, "/$defs/rollout", rollout::ROLLOUT_KEYS),
        (schema::ROLLOUT, "", template::TEMPLATE_KEYS),
        (schema::POPULATION, "", population::POPULATION_KEYS),
        (schema::POPULATION, "/$defs/attribute", population::ATTRIBUTE_KEYS),
        (schema::POPULATION, "/$defs/outcome", population::OUTCOME_KEYS),
        (schema::PARTS, "/$defs/stage", stage::STAGE_KEYS),
        (schema::PARTS, "/$defs/ramp", stage::RAMP_KEYS),
        (schema::PARTS, "/$defs/gate", gate::GATE_KEYS),
        (schema::FLAG, "/$defs/experiment", experiment::EXPERIMENT_KEYS),
        (schema::FLAG, "/$defs/environment", environment::ENVIRONMENT_KEYS),
        (
            schema::FLAG,
            "/$defs/rolloutState",
            environment::ROLLOUT_STATE_KEYS,
        ),
        (
            schema::FLAG,
            "/$defs/experimentState",
            environment::EXPERIMENT_STATE_KEYS,
        ),
        (schema::PARTS, "/$defs/range", percent::RANGE_KEYS),
        (schema::PARTS, "/$defs/inPercentage", condition::PERCENTAGE_KEYS),
        (
            schema::PARTS,
            "/$defs/inWindow/properties/window",
            condition::WINDOW_KEYS,
        ),
        (schema::PARTS, "/$defs/test", operator::TEST_KEYS),
        (schema::PARTS, "/$defs/test/properties/size/oneOf/1", &comparisons),
    ] {
        let schema: Value = serde_json::from_str(text).unwrap();
        let object = schema.pointer(pointer).unwrap();
        let known: BTreeSet<&str> = object["properties"]
            .as_object()
            .unwrap()
            .keys()
            .map(String::as_str)
            .collect();
        assert_eq!(known, keys.iter().copied().collect(), "{pointer}");
        assert_eq!(object["additionalProperties"], false, "{pointer}");
    }
}

#[test]
fn every_operator_is_one_of_a_kind_in_the_schema() {
    let schema: Value = serde_json::from_str(schema::PARTS).unwrap();
    let alternatives = schema.pointer("/$defs/test/oneOf").unwrap().as_array().unwrap();
    let operators: Vec<&str> = alternatives
        .iter()
        .map(|one| one["required"][0].as_str().unwrap())
        .collect();
    assert_eq!(operators, operator::OPERATORS);
}
