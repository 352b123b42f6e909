//! Files to a project: shape, types and limits are checked here, what refers to what is checked by lint.

#[cfg(feature = "delivery")]
mod apart;
#[cfg(feature = "delivery")]
mod beside;
mod condition;
mod environment;
mod experiment;
mod fields;
mod flag;
mod gate;
mod governance;
mod hygiene;
mod list;
mod named;
mod operator;
mod percent;
mod policy;
mod population;
mod problems;
mod project;
mod rollout;
mod scalar;
mod segment;
mod serve;
mod stage;
mod suggest;
mod template;
mod time;
mod value;

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

#[cfg(feature = "delivery")]
pub(crate) use self::apart::apart;
#[cfg(feature = "delivery")]
pub(crate) use self::beside::{says_the_same, says_the_same_beside};
pub use self::named::lists_named;
pub use self::population::read_population;
pub(crate) use self::problems::alternatives;
pub use self::scalar::is_key;
pub(crate) use self::suggest::suggest;
pub use self::template::STANDARD_TEMPLATE;

use self::list::Files;
use self::problems::Problems;
use self::scalar::{LONGEST_KEY, check_name};
use self::template::Templates;
use super::diagnostic::{Diagnostic, Place, Spanned};
use super::document::{Node, parse};
use super::project::Project;

/// One file of a project.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SourceFile {
    /// Relative to the project's folder, with forward slashes: `flags/checkout.yaml`.
    pub path: String,
    /// What it holds, at most 4 MiB; lists of identifiers may be longer.
    pub text: String,
}

/// Reads the files of one project and tells everything that is wrong with their shape, in the order of files and lines.
///
/// `tidegate.yaml`, `flags/*.yaml`, `segments/*.yaml`, `rollouts/*.yaml` and `policies/*.yaml` are read (`.yml` and `.json`
/// too), other files only where a segment names them. A flag, segment, template or policy with an error is left out, and
/// so are the flags that use such a template; there is no project at all where `tidegate.yaml` is missing or names no
/// project or environments. A project that comes with an error is good for further checks, not for a snapshot. Whether
/// what is named exists is not checked here but for templates, whose stages plans get as if they were their own.
///
#[doc = include_str!("CODES.md")]
pub fn read(files: &[SourceFile]) -> (Option<Project>, Vec<Diagnostic>) {
    let mut problems = Problems::default();
    let by_path: Files<'_> = files
        .iter()
        .map(|file| (file.path.as_str(), file.text.as_str()))
        .collect();
    let found = Found::new(&by_path, &mut problems);

    let mut project = found.project.and_then(|path| {
        let (_, node) = document(path, &by_path, &mut problems)?;
        project::project(&node, &mut problems)
    });
    let mut left_out: Vec<String> = (problems.errors() > 0)
        .then(|| "tidegate".into())
        .into_iter()
        .collect();
    let mut segments = Vec::new();
    for (name, path) in found.segments {
        let read =
            |name, node: &Node, problems: &mut Problems| segment::segment(name, node, &by_path, problems);
        match part(name, "a segment's name", path, &by_path, &mut problems, read) {
            Some(segment) => segments.push(segment),
            None => left_out.push(format!("segments/{name}")),
        }
    }
    let mut templates = Templates::default();
    for (name, path) in found.templates {
        let what = "a template's name";
        match part(name, what, path, &by_path, &mut problems, template::template) {
            Some(template) => templates.read.push(template),
            None => templates.left_out.push(name.to_owned()),
        }
    }
    left_out.extend(templates.left_out.iter().map(|name| format!("rollouts/{name}")));
    let mut flags = Vec::new();
    for (key, path) in found.flags {
        let read = |key, node: &Node, problems: &mut Problems| flag::flag(key, node, &templates, problems);
        match part(key, "a flag's key", path, &by_path, &mut problems, read) {
            Some(flag) => flags.push(flag),
            None => left_out.push(format!("flags/{key}")),
        }
    }
    let mut policies = Vec::new();
    for (name, path) in found.policies {
        match part(
            name,
            "a policy's name",
            path,
            &by_path,
            &mut problems,
            policy::policy,
        ) {
            Some(policy) => policies.push(policy),
            None => left_out.push(format!("policies/{name}")),
        }
    }
    if let Some(project) = &mut project {
        (project.segments, project.flags, project.left_out) = (segments, flags, left_out);
        (project.templates, project.policies) = (templates.read, policies);
    }
    (project, in_order(problems.into_list()))
}

/// The files that make the project, by what they are called.
struct Found<'f> {
    project: Option<&'f str>,
    segments: BTreeMap<&'f str, &'f str>,
    templates: BTreeMap<&'f str, &'f str>,
    flags: BTreeMap<&'f str, &'f str>,
    policies: BTreeMap<&'f str, &'f str>,
}

impl<'f> Found<'f> {
    fn new(files: &Files<'f>, problems: &mut Problems) -> Self {
        let mut paths: Vec<&str> = files.keys().copied().collect();
        paths.sort_unstable();
        let mut found = Found {
            project: None,
            segments: BTreeMap::new(),
            templates: BTreeMap::new(),
            flags: BTreeMap::new(),
            policies: BTreeMap::new(),
        };
        for path in paths {
            let Some(stem) = [".yaml", ".yml", ".json"]
                .iter()
                .find_map(|ending| path.strip_suffix(ending))
            else {
                continue;
            };
            let earlier = match stem.split_once('/') {
                None if stem == "tidegate" => found.project.replace(path),
                Some((folder @ ("flags" | "segments" | "rollouts" | "policies"), name))
                    if name.contains('/') =>
                {
                    let message = format!("the file is not read: it does not stand directly in `{folder}`");
                    problems.warning("ignored-file", &start_of(path), message);
                    None
                }
                Some(("flags", key)) => found.flags.insert(key, path),
                Some(("segments", name)) => found.segments.insert(name, path),
                Some(("policies", name)) => found.policies.insert(name, path),
                Some(("rollouts", name)) => found.templates.insert(name, path),
                _ => None,
            };
            if let Some(earlier) = earlier {
                let message = format!("the same thing is already written in `{earlier}`");
                problems.error("duplicate-file", &start_of(path), message);
            }
        }
        if found.project.is_none() {
            let message = "the project has no `tidegate.yaml`";
            problems.error("missing-file", &start_of("tidegate.yaml"), message);
        }
        found
    }
}

fn start_of(path: &str) -> Place {
    Place {
        file: path.into(),
        start: 0,
        end: 0,
        line: 1,
        column: 1,
    }
}

fn document(path: &str, files: &Files<'_>, problems: &mut Problems) -> Option<(Arc<str>, Node)> {
    let file: Arc<str> = path.into();
    let (node, diagnostics) = parse(&file, files.get(path)?);
    for diagnostic in diagnostics {
        problems.push(diagnostic);
    }
    Some((file, node?))
}

/// Reads a flag, segment or policy; nothing where anything about it is wrong.
fn part<T>(
    name: &str,
    what: &str,
    path: &str,
    files: &Files<'_>,
    problems: &mut Problems,
    read: impl FnOnce(Spanned<String>, &Node, &mut Problems) -> Option<T>,
) -> Option<T> {
    let before = problems.errors();
    let (file, node) = document(path, files, problems)?;
    let name = Spanned::new(name.to_owned(), Place { file, ..start_of("") });
    check_name(&name, what, LONGEST_KEY, problems);
    let part = read(name, &node, problems)?;
    (problems.errors() == before).then_some(part)
}

/// The most problems of one file that are told.
const MOST_PROBLEMS: usize = 200;

/// The project's file first, then by path and place.
fn in_order(mut list: Vec<Diagnostic>) -> Vec<Diagnostic> {
    list.sort_by(|a, b| {
        let key = |diagnostic: &Diagnostic| {
            (
                !diagnostic.place.file.starts_with("tidegate."),
                diagnostic.place.file.clone(),
                diagnostic.place.start,
            )
        };
        key(a).cmp(&key(b))
    });
    let mut counts: HashMap<Arc<str>, usize> = HashMap::new();
    let mut told = Vec::new();
    for diagnostic in list {
        let count = counts.entry(diagnostic.place.file.clone()).or_default();
        *count += 1;
        match *count {
            ..=MOST_PROBLEMS => told.push(diagnostic),
            count if count == MOST_PROBLEMS + 1 => {
                let message =
                    format!("more than {MOST_PROBLEMS} problems in this file, the others are not told");
                told.push(Diagnostic::error("too-many-problems", &diagnostic.place, message));
            }
            _ => {}
        }
    }
    told
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing)]
mod tests;
