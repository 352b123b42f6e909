//! The codes that the sources give to problems are those that the tables beside them explain.
#![allow(clippy::unwrap_used)]

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

/// What a problem is made with: its code stands first.
const ERRORS: [&str; 7] = [
    ".error(",
    ".error_with_help(",
    ".refuse(",
    "Diagnostic::error(",
    "Failure::misuse(",
    "Self::new(",
    "Failure::new(",
];
const WARNINGS: [&str; 2] = [".warning(", "Diagnostic::warning("];

/// `error` or `warning`, and a code.
type Codes = BTreeSet<(&'static str, String)>;

#[test]
fn codes_of_the_reader() {
    let told = told_in(&["src/model/document", "src/model/document.rs", "src/model/read"]);
    assert_eq!(told, explained(include_str!("../src/model/read/CODES.md")));
}

#[test]
fn codes_of_the_command() {
    let mut told = told_in(&["src/cli"]);
    let usage = "head_json(Severity::Error, \"usage\", ";
    assert!(
        fs::read_to_string(path("src/cli/report.rs"))
            .unwrap()
            .contains(usage)
    );
    told.insert(("error", "usage".to_owned()));
    assert_eq!(told, explained(include_str!("../src/cli/CODES.md")));
}

#[test]
fn codes_of_simulations() {
    let told = named_in("src/delivery/simulate/error.rs");
    let page = include_str!("../src/delivery/simulate/SIMULATION.md");
    assert_eq!(told, explained(page));
}

#[test]
fn codes_of_logs_and_analyses() {
    let told = named_in("src/delivery/exposure/error.rs");
    assert_eq!(told, explained(include_str!("../src/delivery/exposure/CODES.md")));
    let told = named_in("src/delivery/analyze/settings.rs");
    assert_eq!(told, explained(include_str!("../src/delivery/analyze/CODES.md")));
}

#[test]
fn codes_of_refusals() {
    let told = named_in("src/delivery/plan/refusal.rs");
    assert_eq!(told, explained(include_str!("../src/delivery/plan/CODES.md")));
}

#[test]
fn codes_of_audit_logs() {
    let told = named_in("src/delivery/audit/fault.rs");
    assert_eq!(told, explained(include_str!("../src/delivery/audit/FAULTS.md")));
}

#[test]
fn codes_of_what_keeps_a_change_from_its_release() {
    let page = include_str!("../src/delivery/hygiene/HYGIENE.md");
    let (_, table) = page.split_once("| finding | said of |").unwrap();
    let told = named_in("src/cli/govern/check_release/finding.rs");
    assert_eq!(told, explained(&format!("| error | said of |{table}")));
}

#[test]
fn reasons_of_approvals_that_do_not_count() {
    let page = include_str!("../src/delivery/govern/GOVERNANCE.md");
    let (_, table) = page.split_once("| reason | said of |").unwrap();
    let told = named_in("src/delivery/govern/ballot.rs");
    let table = format!("| error | said of |{table}");
    let (table, _) = table.split_once("\n\n").unwrap();
    assert_eq!(told, explained(table));
}

/// The codes that the function `code` of an error names.
fn named_in(source: &str) -> Codes {
    let source = fs::read_to_string(path(source)).unwrap();
    let (_, codes) = source.split_once("const fn code").unwrap();
    let (codes, _) = codes.split_once("\n    }\n").unwrap();
    codes
        .split("=> \"")
        .skip(1)
        .map(|rest| ("error", rest.split('"').next().unwrap().to_owned()))
        .collect()
}

fn path(below: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(below)
}

fn told_in(places: &[&str]) -> Codes {
    let mut codes = Codes::new();
    places.iter().for_each(|place| add(&path(place), &mut codes));
    codes
}

/// Adds the codes of a file, or of all files of a folder but those with tests.
fn add(path: &Path, codes: &mut Codes) {
    if path.is_dir() {
        let entries = fs::read_dir(path).unwrap().map(|entry| entry.unwrap().path());
        return entries
            .filter(|path| path.file_stem().is_none_or(|stem| stem != "tests"))
            .for_each(|path| add(&path, codes));
    }
    if path.extension().is_none_or(|ending| ending != "rs") {
        return;
    }
    // What the command warns of is made like a failure.
    let source = fs::read_to_string(path).unwrap();
    let source = source.replace(".warn(&Failure::new(", ".warning(");
    for (severity, openings) in [("error", &ERRORS[..]), ("warning", &WARNINGS)] {
        codes.extend(made(&source, openings).map(|code| (severity, code)));
    }
}

/// The codes in kebab-case that stand behind one of the openings.
fn made(source: &str, openings: &[&str]) -> impl Iterator<Item = String> {
    openings
        .iter()
        .flat_map(|opening| source.split(opening).skip(1))
        .filter_map(|rest| rest.trim_start().strip_prefix('"')?.split('"').next())
        .filter(|code| {
            code.chars()
                .all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-')
        })
        .map(str::to_owned)
}

/// The first columns of the tables.
fn explained(table: &str) -> Codes {
    let mut severity = "";
    let mut codes = Codes::new();
    for line in table.lines() {
        match line.strip_prefix("| `").and_then(|row| row.split("` | ").next()) {
            Some(row) => codes.extend(row.split("`, `").map(|code| (severity, code.to_owned()))),
            None if line.starts_with("| error ") => severity = "error",
            None if line.starts_with("| warning ") => severity = "warning",
            None => {}
        }
    }
    codes
}
