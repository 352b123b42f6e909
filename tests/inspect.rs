//! What inspecting shows is enough to write the project again.
#![cfg(feature = "compile")]
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing)]

#[path = "inspect/authored.rs"]
mod authored;
mod support;

use serde_json::{Value, json};
use std::collections::BTreeSet;
use std::fs;
use std::path::Path;
use support::{NOW_MS, key};
use tidegate::compile::{Audience, Options, compile};
use tidegate::engine::inspect;
use tidegate::model::{Project, Severity, SourceFile, read};

/// The projects of the vectors, and the sample shop.
fn projects() -> Vec<(String, Vec<SourceFile>)> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut projects = vec![("www/flags".to_owned(), support::sample_shop())];
    for entry in fs::read_dir(root.join("tests/vectors")).unwrap() {
        let path = entry.unwrap().path();
        if path.extension().is_none_or(|extension| extension != "json") {
            continue;
        }
        let vectors: Value = serde_json::from_str(&fs::read_to_string(&path).unwrap()).unwrap();
        for suite in vectors["suites"].as_array().into_iter().flatten() {
            let Some(project) = suite["project"].as_object() else {
                continue;
            };
            let sources = project.iter().map(|(path, content)| SourceFile {
                path: path.clone(),
                text: content
                    .as_str()
                    .map_or_else(|| content.to_string(), str::to_owned),
            });
            projects.push((
                format!("{}: {}", path.display(), suite["describe"]),
                sources.collect(),
            ));
        }
    }
    projects
}

fn project(name: &str, files: &[SourceFile]) -> Project {
    let (project, problems) = read(files);
    let errors = problems
        .iter()
        .filter(|problem| problem.severity == Severity::Error);
    let errors: Vec<String> = errors.map(ToString::to_string).collect();
    assert!(errors.is_empty(), "{name}: {}\n{files:#?}", errors.join("\n"));
    project.unwrap()
}

fn payload(name: &str, project: &Project, environment: &str) -> Vec<u8> {
    let options = Options {
        environment: environment.into(),
        audience: Audience::Server,
        version: 1,
        issued_at_ms: NOW_MS,
        not_before_ms: NOW_MS,
        expires_ms: Some(NOW_MS + 1),
        head_keys: Vec::new(),
        kills: Vec::new(),
    };
    compile(project, &options).unwrap_or_else(|problems| {
        let problems: Vec<String> = problems.iter().map(ToString::to_string).collect();
        panic!("{name}: {}", problems.join("\n"))
    })
}

/// Attributes are numbered by their first use, which is nobody's business, and lists too long to show are made up.
fn without_order(mut shown: Value) -> [Value; 3] {
    let sorted = |list: &Value| -> BTreeSet<String> {
        let list = list.as_array().unwrap().iter();
        list.map(ToString::to_string).collect()
    };
    for flag in shown["flags"].as_object_mut().unwrap().values_mut() {
        flag["reads"] = json!(sorted(&flag["reads"]));
    }
    for segment in shown["segments"].as_object_mut().unwrap().values_mut() {
        for list in [segment.clone(), segment["hashed"].clone()] {
            assert_eq!(
                list["sha512"].is_string(),
                list["count"].is_number() && list["ids"].is_null() && list["digests"].is_null()
            );
        }
        segment["sha512"].take();
        segment["hashed"]["sha512"].take();
    }
    let attributes = json!(sorted(&shown["attributes"]));
    [attributes, shown["segments"].take(), shown["flags"].take()]
}

#[test]
fn a_project_written_from_what_is_shown_compiles_to_the_same() {
    let (mut flags, mut different) = (0, Vec::new());
    for (name, sources) in projects() {
        let project = self::project(&name, &sources);
        for environment in &project.environments {
            let environment = &environment.value;
            let first = payload(&name, &project, environment);
            let shown = inspect(key().sign(&first)).unwrap();
            let again = self::project(&name, &authored::files(&shown));
            let second = payload(&name, &again, environment);
            flags += shown["flags"].as_object().unwrap().len();
            if first != second {
                // Long lists are made up, and a segment that only a later stage of a rollout names is met later.
                different.push(format!("{name} in {environment}"));
                let again = inspect(key().sign(&second)).unwrap();
                assert_eq!(
                    without_order(shown),
                    without_order(again),
                    "{name} in {environment}"
                );
            }
        }
    }
    assert!(flags > 500, "{flags} flags");
    assert!(different.len() <= 2, "{different:#?}");
}

#[test]
fn a_frame_says_who_signed_it_and_that_this_was_not_checked() {
    let files = [("flags/a.yaml", "{ salt: s, default: on }")];
    let mut frame = key().sign(&support::payload(&files));
    let shown = inspect(frame.clone()).unwrap();
    assert_eq!(
        shown["frame"],
        json!({
            "signatureChecked": false,
            "payloadType": "application/vnd.tidegate.snapshot",
            "keyIds": ["bdde639d58b423ee"],
            "bytes": frame.len(),
            "payloadBytes": support::payload(&files).len(),
        })
    );
    assert_eq!(
        shown["header"],
        json!({
            "format": 1,
            "scope": "shop/production/server",
            "version": 1,
            "issuedAt": "2026-11-21T12:00:00Z",
            "issuedAtMs": NOW_MS,
            "notBefore": "2026-11-21T12:00:00Z",
            "notBeforeMs": NOW_MS,
            "expires": "2026-12-21T12:00:00Z",
            "expiresMs": NOW_MS + 30 * 86_400_000,
            "maxStaleMs": 7 * 86_400_000,
            "headKeys": [],
        })
    );
    let client = support::client(&files);
    let (header, flags) = (&shown["header"], &shown["flags"]);
    let in_force = client.inspect().unwrap();
    assert_eq!((&in_force["header"], &in_force["flags"]), (header, flags));
    assert!(in_force.get("frame").is_none());
    frame.truncate(100);
    assert_eq!(inspect(frame).unwrap_err().code(), "FRAME_TRUNCATED");
}

#[test]
fn a_flag_that_cannot_be_read_is_shown_as_such() {
    let files = [
        (
            "flags/a.yaml",
            "{ salt: s, default: { split: { on: 50, off: 50 } }, environments: { production: {} } }",
        ),
        (
            "flags/b.yaml",
            "{ salt: s, default: on, environments: { production: {} } }",
        ),
    ];
    let mut payload = support::payload(&files);
    // The hash scheme of the split: the byte before attribute 0 and the salt.
    let place = payload
        .windows(4)
        .rposition(|bytes| bytes == [1, 0, 0, 1])
        .unwrap();
    payload[place] = 99;
    let shown = inspect(key().sign(&payload)).unwrap();
    assert_eq!(shown["flags"]["a"], json!({ "unreadable": true }));
    assert_eq!(shown["flags"]["b"]["default"], json!("on"));
}
