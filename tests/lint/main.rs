//! What lint says of small projects, word for word; the cases stand in the `.txt` files beside this one.
#![cfg(feature = "compile")]
#![allow(clippy::unwrap_used, clippy::indexing_slicing)]

mod agreement;
#[path = "../support/mod.rs"]
mod support;

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};
use tidegate::compile::lint;
use tidegate::model::{SourceFile, read};

const LIMITS: [&str; 6] = [
    "condition-too-deep",
    "pattern-too-large",
    "prerequisites-too-deep",
    "segments-too-deep",
    "too-many",
    "too-many-steps",
];

/// Cases are told apart by lines that begin with `===`, their files by lines that begin with `---`; what lint tells
/// stands last, below `--- told`, help indented.
///
/// `UPDATE_TOLD=1` writes what is told now into the files, to be read before it is committed.
#[test]
fn every_case_is_told_word_for_word() {
    let (mut cases, mut codes) = (0, BTreeSet::new());
    for path in case_files() {
        let text = fs::read_to_string(&path).unwrap();
        let mut updated = String::new();
        for case in text
            .split_inclusive("=== ")
            .collect::<String>()
            .split("=== ")
            .skip(1)
        {
            let (given, expected) = case.split_once("--- told\n").unwrap();
            let told = told(given);
            codes.extend(told.split(['[', ']']).skip(1).step_by(2).map(str::to_owned));
            if std::env::var_os("UPDATE_TOLD").is_none() {
                let name = given.lines().next().unwrap();
                assert_eq!(told.trim_end(), expected.trim_end(), "{}: {name}", path.display());
            }
            write!(updated, "=== {given}--- told\n{told}\n").unwrap();
            cases += 1;
        }
        if std::env::var_os("UPDATE_TOLD").is_some() {
            fs::write(&path, format!("{}\n", updated.trim_end())).unwrap();
        }
    }
    assert_eq!(cases, 66);
    // The engine's limits are tested where the engine can be asked without lint.
    codes.extend(LIMITS.map(str::to_owned));
    let documented = include_str!("../../src/compile/lint/CODES.md");
    let rows = documented
        .lines()
        .filter_map(|line| line.strip_prefix("| `")?.split(" | ").next());
    let documented: BTreeSet<String> = rows
        .flat_map(|row| row.trim_end_matches('`').split("`, `"))
        .map(str::to_owned)
        .collect();
    assert_eq!(codes, documented);
}

fn case_files() -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/lint");
    let paths = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    let mut paths: Vec<PathBuf> = paths
        .filter(|path| path.extension().is_some_and(|end| end == "txt"))
        .collect();
    paths.sort();
    paths
}

/// What is told of the files of a case. They are sound in shape; what every project and flag needs is added to them.
fn told(given: &str) -> String {
    let mut sources = Vec::new();
    for file in given.split("--- ").skip(1) {
        let (path, text) = file.split_once('\n').unwrap();
        let mut text = text.to_owned();
        if let Some(key) = path.strip_prefix("flags/") {
            complete(&mut text, key.trim_end_matches(".yaml"));
        }
        sources.push(SourceFile {
            path: path.to_owned(),
            text,
        });
    }
    if sources.iter().all(|source| source.path != "tidegate.yaml") {
        let text = "project: shop\nenvironments: [production, staging]\n".to_owned();
        sources.push(SourceFile {
            path: "tidegate.yaml".to_owned(),
            text,
        });
    }
    let (project, problems) = read(&sources);
    let problems: Vec<String> = problems.iter().map(ToString::to_string).collect();
    assert_eq!(
        problems.is_empty(),
        !given.contains("left out"),
        "{given}\n{}",
        problems.join("\n")
    );
    let mut told = String::new();
    for diagnostic in lint(&project.unwrap()) {
        writeln!(told, "{diagnostic}").unwrap();
        if let Some(help) = diagnostic.help {
            writeln!(told, "    {help}").unwrap();
        }
    }
    told
}

/// Below what is written, so that places stay; `key: -` leaves a key out.
fn complete(text: &mut String, key: &str) {
    for line in [
        "description: d",
        "owner: o",
        "type: release",
        &format!("salt: salt-of-{key}"),
        "default: off",
        "environments: { production: {} }",
    ] {
        let (name, _) = line.split_once(':').unwrap();
        if !text
            .lines()
            .any(|written| written.starts_with(&format!("{name}:")))
        {
            writeln!(text, "{line}").unwrap();
        }
    }
    let kept: Vec<&str> = text.lines().filter(|line| !line.ends_with(": -")).collect();
    *text = kept.join("\n");
}

#[test]
fn the_sample_shop_has_no_problems() {
    let (project, problems) = read(&support::sample_shop());
    let found = lint(&project.unwrap());
    let mut found: Vec<String> = found.iter().chain(&problems).map(ToString::to_string).collect();
    // Kept for an emergency, and served by nothing until then.
    found.retain(|line| !line.ends_with("nothing serves the variant `closed`"));
    assert_eq!(found, [""; 0]);
}
