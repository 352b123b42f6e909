mod conditions;
mod flags;
mod governance;
mod operators;
mod plans;
mod policies;
mod populations;
mod projects;
mod schemas;
mod segments;

use super::{STANDARD_TEMPLATE, SourceFile, read};
use crate::model::{Condition, Diagnostic, Flag, Project, SegmentKind};

const PROJECT: &str = "project: shop\nenvironments: [production, staging]\n";

/// Reads a project with these files beside a plain `tidegate.yaml`.
fn read_with(more: &[(&str, &str)]) -> (Option<Project>, Vec<Diagnostic>) {
    let files: Vec<SourceFile> = [("tidegate.yaml", PROJECT)]
        .iter()
        .chain(more)
        .map(|&(path, text)| SourceFile {
            path: path.to_owned(),
            text: text.to_owned(),
        })
        .collect();
    read(&files)
}

/// What is wrong with these files, as people see it, the help after a bar.
fn problems(more: &[(&str, &str)]) -> Vec<String> {
    let shown = |found: &Diagnostic| match &found.help {
        Some(help) => format!("{found} | {help}"),
        None => found.to_string(),
    };
    read_with(more).1.iter().map(shown).collect()
}

/// What is wrong with a flag that says this beside its salt and default, which are its last lines.
fn flag_problems(text: &str) -> Vec<String> {
    problems(&[("flags/f.yaml", &format!("{text}\nsalt: s\ndefault: on\n"))])
}

/// What is wrong with the condition of a segment, which starts at 2:5.
fn condition_problems(condition: &str) -> Vec<String> {
    problems(&[("segments/s.yaml", &format!("salt: s\nif: {condition}\n"))])
}

/// Holds each text against the problems that it must have, without the file's name.
#[track_caller]
fn expect(problems: impl Fn(&str) -> Vec<String>, cases: &[(&str, &[&str])]) {
    for (text, expected) in cases {
        let found = problems(text);
        let shown: Vec<&str> = found
            .iter()
            .map(|line| {
                line.strip_prefix("flags/f.yaml:")
                    .or(line.strip_prefix("segments/s.yaml:"))
                    .unwrap_or(line)
            })
            .collect();
        assert_eq!(shown, *expected, "{text}");
    }
}

/// A flag that is good.
fn flag(text: &str) -> Flag {
    let (project, diagnostics) = read_with(&[("flags/f.yaml", text)]);
    assert_eq!(diagnostics, [], "{text}");
    project.unwrap().flags.remove(0)
}

/// A condition that is good.
fn condition(text: &str) -> Condition {
    let (project, diagnostics) = read_with(&[("segments/s.yaml", &format!("salt: s\nif: {text}\n"))]);
    assert_eq!(diagnostics, [], "{text}");
    match project.unwrap().segments.remove(0).kind.value {
        SegmentKind::Condition(condition) => condition.value,
        other => panic!("{other:?}"),
    }
}
