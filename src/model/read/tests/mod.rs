mod projects;

use super::{SourceFile, read};
use crate::model::{Diagnostic, Flag, Project};

const PROJECT: &str = "project: shop\nenvironments: [production, staging]\n";

fn files(files: &[(&str, &str)]) -> Vec<SourceFile> {
    files
        .iter()
        .map(|&(path, text)| SourceFile {
            path: path.to_owned(),
            text: text.to_owned(),
        })
        .collect()
}

/// Reads a project with these files beside a plain `tidegate.yaml`.
fn read_with(more: &[(&str, &str)]) -> (Option<Project>, Vec<Diagnostic>) {
    let mut all = files(&[("tidegate.yaml", PROJECT)]);
    all.extend(files(more));
    read(&all)
}

/// What is wrong with these files, as people see it, the help after a bar.
#[allow(dead_code)]
fn problems(more: &[(&str, &str)]) -> Vec<String> {
    let shown = |found: &Diagnostic| match &found.help {
        Some(help) => format!("{found} | {help}"),
        None => found.to_string(),
    };
    read_with(more).1.iter().map(shown).collect()
}

/// What is wrong with one flag.
#[allow(dead_code)]
fn flag_problems(text: &str) -> Vec<String> {
    problems(&[("flags/f.yaml", text)])
}

/// What is wrong with the condition of a segment with a salt, which starts at 2:5.
#[allow(dead_code)]
fn condition_problems(condition: &str) -> Vec<String> {
    problems(&[("segments/s.yaml", &format!("salt: s\nif: {condition}\n"))])
}

/// A flag that is good.
fn flag(text: &str) -> Flag {
    let (project, diagnostics) = read_with(&[("flags/f.yaml", text)]);
    assert_eq!(diagnostics, [], "{text}");
    project.unwrap().flags.remove(0)
}
