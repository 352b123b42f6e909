//! Projects, keys and clients for the integration tests.
#![allow(dead_code, unreachable_pub, reason = "each test file uses a part of it")]
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

use std::fs;
use std::path::Path;
use tidegate::compile::{Audience, Options, compile};
use tidegate::model::{Project, SourceFile, read};
use tidegate::trust::SigningKey;
use tidegate::{Client, Scope};

/// 2026-11-21T12:00:00Z.
pub const NOW_MS: i64 = 1_795_262_400_000;

/// The scope of everything that [`payload`] makes.
pub const SCOPE: &str = "shop/production/server";

pub fn key() -> SigningKey {
    SigningKey::from_seed(&[7; 32], false)
}

/// A project of files; `tidegate.yaml` is added when it is not among them.
pub fn project(files: &[(&str, &str)]) -> Project {
    let mut sources: Vec<SourceFile> = files
        .iter()
        .map(|(path, text)| SourceFile {
            path: (*path).into(),
            text: (*text).into(),
        })
        .collect();
    if !files.iter().any(|(path, _)| *path == "tidegate.yaml") {
        let text = "project: shop\nenvironments: [production]\n".into();
        sources.push(SourceFile {
            path: "tidegate.yaml".into(),
            text,
        });
    }
    let (project, problems) = read(&sources);
    assert!(
        problems.is_empty(),
        "{}",
        problems
            .iter()
            .map(|problem| format!("{problem}\n"))
            .collect::<String>()
    );
    project.unwrap()
}

pub fn options(version: u64) -> Options {
    Options {
        environment: "production".into(),
        audience: Audience::Server,
        version,
        issued_at_ms: NOW_MS,
        not_before_ms: NOW_MS,
        expires_ms: None,
        head_keys: Vec::new(),
        kills: Vec::new(),
    }
}

pub fn payload(files: &[(&str, &str)]) -> Vec<u8> {
    compile(&project(files), &options(1)).unwrap_or_else(|problems| {
        panic!(
            "{}",
            problems
                .iter()
                .map(|problem| format!("{problem}\n"))
                .collect::<String>()
        )
    })
}

/// A client that has taken the snapshot of some files.
pub fn client(files: &[(&str, &str)]) -> Client {
    let mut client = Client::new(key().trust(), Some(Scope::parse(SCOPE).unwrap()));
    client.load(key().sign(&payload(files)), NOW_MS).unwrap();
    client
}

/// The files of the sample shop.
pub fn sample_shop() -> Vec<SourceFile> {
    let mut found = Vec::new();
    files(
        &Path::new(env!("CARGO_MANIFEST_DIR")).join("www/flags"),
        "",
        &mut found,
    );
    found
}

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
