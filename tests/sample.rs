//! The sample shop compiles, and its snapshots are taken and decided.
#![cfg(feature = "compile")]
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::fs;
use std::path::Path;
use tidegate::compile::{Audience, Options, compile, lint};
use tidegate::model::{Severity, SourceFile, read};
use tidegate::trust::SigningKey;
use tidegate::{Client, Context, Scope};

/// 2026-11-21T12:00:00Z.
const NOW_MS: i64 = 1_795_262_400_000;

fn files(folder: &Path, below: &str, found: &mut Vec<SourceFile>) {
    for entry in fs::read_dir(folder).unwrap() {
        let entry = entry.unwrap();
        let path = format!("{below}{}", entry.file_name().to_string_lossy());
        if entry.file_type().unwrap().is_dir() {
            files(&entry.path(), &format!("{path}/"), found);
        } else if !path.ends_with(".md") {
            found.push(SourceFile {
                path,
                text: fs::read_to_string(entry.path()).unwrap(),
            });
        }
    }
}

#[test]
fn the_sample_shop_is_decided_from_signed_snapshots() {
    let mut sources = Vec::new();
    files(
        &Path::new(env!("CARGO_MANIFEST_DIR")).join("www/flags"),
        "",
        &mut sources,
    );
    let (project, problems) = read(&sources);
    let problems: Vec<String> = problems.iter().map(ToString::to_string).collect();
    assert!(problems.is_empty(), "{}", problems.join("\n"));
    let project = project.unwrap();
    let errors: Vec<String> = lint(&project)
        .iter()
        .filter(|problem| problem.severity == Severity::Error)
        .map(ToString::to_string)
        .collect();
    assert!(errors.is_empty(), "{}", errors.join("\n"));
    let key = SigningKey::from_seed(&[7; 32], false);
    for environment in &project.environments {
        for audience in [Audience::Client, Audience::Server] {
            let options = Options {
                environment: environment.value.clone(),
                audience,
                version: 1,
                issued_at_ms: NOW_MS,
                not_before_ms: NOW_MS,
                expires_ms: None,
            };
            let payload = compile(&project, &options).unwrap();
            let scope = format!("{}/{}/{audience}", project.name.value, environment.value);
            let mut client = Client::new(key.trust(), Some(Scope::parse(&scope).unwrap()));
            client.load(key.sign(&payload), NOW_MS).unwrap();
            let context = Context::new("u-17")
                .with("country", "CA")
                .with("appVersion", "2.5.0");
            let binding = client.bind(&context).unwrap();
            for answer in binding.evaluate_all(NOW_MS) {
                assert!(
                    answer.variant().is_some(),
                    "{} of {scope} cannot be read",
                    answer.flag()
                );
            }
            assert!(client.flags().count() > 5);
        }
    }
}
