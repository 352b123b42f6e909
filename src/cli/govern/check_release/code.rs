//! What the changed files need beside themselves: a flag, or another change.

use super::changed::{Changed, Difference, Trailer};
use super::finding::{Code, Finding};
use super::{Arguments, Check, globs};
use crate::failure::Outcome;
use crate::govern::uses::{Globs, Search, Settings, is_own};
use crate::input::project::Sources;
use crate::report::Reporter;
use std::path::Path;
use tidegate::delivery::some_of;
use tidegate::model::{Project, ReleaseRules};

/// Larger files are not looked through.
const LARGEST_BYTES: u64 = 16 << 20;
/// So many files are named in one finding.
const MOST_NAMED: usize = 3;

/// What a commit says of flags.
enum Said<'t> {
    Flag,
    /// It needs none; with the reason.
    None,
    /// It names what is no flag, or gives no reason.
    Wrong(&'t str),
}

/// Changed files that need a flag have one.
pub(super) fn needs_flag(
    arguments: &Arguments,
    changed: &Changed,
    rules: &ReleaseRules,
    before: Option<&Project>,
    project: &Project,
    sources: &Sources,
    reporter: &Reporter,
) -> Outcome<Check> {
    if rules.need_flag.is_empty() {
        return Ok(Check::unasked("flags", "`release.needFlag` names no files"));
    }
    let settings = Settings {
        roots: &[],
        context: 0,
        largest_bytes: LARGEST_BYTES,
    };
    let search = Search::new(&arguments.question.project, project, &[], settings);
    let finder = search.finder();
    let mut findings = Vec::new();
    for trailer in &changed.trailers {
        if let Said::Wrong(why) = said(trailer, [before, Some(project)]) {
            findings.push(Finding::new(
                Code::WrongTrailer,
                None,
                format!(
                    "the commit {} says `Flag: {}`: {why}",
                    short(&trailer.commit),
                    trailer.says
                ),
                "say `Flag: KEY` with a flag of the project, or, where `allowNone` lets it, `Flag: none (reason)`",
            ));
        }
    }
    for rule in &rules.need_flag {
        let (paths, except) = (
            globs(&rule.paths, sources, reporter)?,
            globs(&rule.except, sources, reporter)?,
        );
        let written = changed
            .paths
            .iter()
            .filter(|(_, difference)| **difference == Difference::Written);
        for (path, _) in written.filter(|(path, _)| is_named(path, &paths, &except)) {
            // Flags themselves are no code.
            let is_own = path.strip_prefix(&changed.prefix).is_some_and(is_own);
            let of_commits = changed
                .trailers
                .iter()
                .filter(|trailer| trailer.files.contains(path));
            let is_covered =
                of_commits
                    .into_iter()
                    .any(|trailer| match said(trailer, [before, Some(project)]) {
                        Said::Flag => true,
                        Said::None => rule.allow_none,
                        Said::Wrong(_) => false,
                    });
            let told_already = findings
                .iter()
                .any(|finding: &Finding| finding.file.as_ref() == Some(path));
            if is_own || is_covered || told_already || search.is_used_in(&changed.top.join(path), &finder) {
                continue;
            }
            let none = match rule.allow_none {
                true => " or `Flag: none (reason)`",
                false => "",
            };
            findings.push(Finding::new(
                Code::NeedsFlag,
                Some(path.clone()),
                "the file was changed, needs a flag, and uses none".to_owned(),
                format!("put what is new behind a flag, or say `Flag: KEY`{none} in a commit that changes the file"),
            ));
        }
    }
    Ok(Check::asked("flags", findings))
}

/// What a change asks for has changed too.
pub(super) fn touches(
    changed: &Changed,
    rules: &ReleaseRules,
    sources: &Sources,
    reporter: &Reporter,
) -> Outcome<Check> {
    if rules.touch.is_empty() {
        return Ok(Check::unasked("touch", "`release.touch` asks for nothing"));
    }
    let mut findings = Vec::new();
    for rule in &rules.touch {
        let [when, except, wanted] =
            [&rule.when, &rule.except, &rule.changed].map(|list| globs(list, sources, reporter));
        let (when, except, wanted) = (when?, except?, wanted?);
        let asking: Vec<&str> = changed
            .paths
            .keys()
            .map(String::as_str)
            .filter(|path| is_named(path, &when, &except))
            .collect();
        let is_there = changed
            .paths
            .keys()
            .any(|path| wanted.fit(Path::new(path), false));
        if asking.is_empty() || is_there {
            continue;
        }
        let named: Vec<String> = asking.iter().map(|path| format!("`{path}`")).collect();
        let places: Vec<String> = rule
            .changed
            .iter()
            .map(|glob| format!("`{}`", glob.value))
            .collect();
        findings.push(Finding::new(
            Code::NeedsTouch,
            asking.first().map(|path| (*path).to_owned()),
            format!(
                "{} changed, but nothing of {}",
                some_of(&named, MOST_NAMED),
                places.join(", ")
            ),
            format!("write there what the change means: {}", places.join(" or ")),
        ));
    }
    Ok(Check::asked("touch", findings))
}

fn is_named(path: &str, globs: &Globs, except: &Globs) -> bool {
    let path = Path::new(path);
    globs.fit(path, false) && !except.fit(path, false)
}

/// `KEY`, several with commas, or `none (reason)`.
fn said<'t>(trailer: &'t Trailer, projects: [Option<&Project>; 2]) -> Said<'t> {
    let is_flag = |key: &str| {
        let flags = projects.iter().flatten().flat_map(|project| &project.flags);
        flags.into_iter().any(|flag| flag.key.value == key)
    };
    if trailer.says.split(',').all(|key| is_flag(key.trim())) {
        return Said::Flag;
    }
    let Some(reason) = trailer.says.strip_prefix("none") else {
        return Said::Wrong("the project has no such flag");
    };
    let reason = reason.trim().trim_start_matches('(').trim_end_matches(')').trim();
    match reason.is_empty() {
        true => Said::Wrong("it gives no reason"),
        false => Said::None,
    }
}

fn short(commit: &str) -> &str {
    commit.get(..10).unwrap_or(commit)
}
