use crate::failure::{Failure, Outcome};
use crate::input::git::Repository;
use std::collections::{BTreeMap, BTreeSet};
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};
use std::time::Duration;

/// Longer nobody waits for the commits of a change.
const LONGEST: Duration = Duration::from_secs(60);

/// What a change is, from the commit where it left the other branch up to what is in the folder.
#[derive(Debug)]
pub(super) struct Changed {
    /// The top of the repository.
    pub(super) top: PathBuf,
    /// The project's folder from there: empty, or with a slash at its end.
    pub(super) prefix: String,
    /// The files that differ, from the top; also such that are in no commit yet.
    pub(super) paths: BTreeMap<String, Difference>,
    /// What commits say of flags.
    pub(super) trailers: Vec<Trailer>,
}

/// How a file differs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Difference {
    Written,
    Deleted,
}

/// A line `Flag: …` at the end of a commit's message.
#[derive(Debug)]
pub(super) struct Trailer {
    pub(super) commit: String,
    pub(super) says: String,
    /// The files that the commit changes.
    pub(super) files: BTreeSet<String>,
}

impl Changed {
    pub(super) fn read(against: &str, project: &Path) -> Outcome<Self> {
        if against.starts_with(['.', '/']) {
            let message = "--against takes the name of a commit, since changed files are asked of git";
            return Err(Failure::misuse("ref-invalid", message));
        }
        let help = "`git init` makes one: which files changed is asked of git";
        let within =
            Repository::of(project).map_err(|failure| failure.help_with("not-a-repository", help))?;
        let there = within.commit(against)?;
        let top = lines(within.ask(["rev-parse", "--show-toplevel"])?.done()?);
        let top = PathBuf::from(top.first().map_or("", String::as_str));
        let repository = Repository::of(&top)?;
        // What others did there since is not part of the change.
        let merge_base = repository.ask(["merge-base", &there.id, "HEAD"])?;
        let base = match merge_base.is_done {
            true => lines(merge_base.output).into_iter().next().unwrap_or(there.id),
            false => there.id,
        };
        Ok(Self {
            paths: paths(&repository, &base)?,
            trailers: trailers(&repository, &base)?,
            prefix: within.prefix().to_owned(),
            top,
        })
    }
}

fn paths(repository: &Repository, base: &str) -> Outcome<BTreeMap<String, Difference>> {
    let asked = repository.ask([
        "diff",
        "--name-status",
        "-z",
        "--no-renames",
        "--no-ext-diff",
        "--no-relative",
        base,
        "--",
    ])?;
    let mut paths = BTreeMap::new();
    let told = asked.done()?;
    let mut words = told.split(|byte| *byte == 0).map(String::from_utf8_lossy);
    while let (Some(status), Some(path)) = (words.next(), words.next()) {
        let difference = match status.as_ref() {
            "D" => Difference::Deleted,
            _ => Difference::Written,
        };
        paths.insert(path.into_owned(), difference);
    }
    let others = repository
        .ask(["ls-files", "--others", "--exclude-standard", "-z"])?
        .done()?;
    let others = others.split(|byte| *byte == 0).filter(|path| !path.is_empty());
    paths.extend(others.map(|path| (String::from_utf8_lossy(path).into_owned(), Difference::Written)));
    Ok(paths)
}

fn trailers(repository: &Repository, base: &str) -> Outcome<Vec<Trailer>> {
    let mut found: Vec<Trailer> = Vec::new();
    // Those of the commit that is being read.
    let mut current = 0;
    let range = format!("{base}..HEAD");
    let arguments = [
        "-c",
        "core.quotePath=false",
        "log",
        "--format=format:%x00%H%x1f%(trailers:key=Flag,valueonly=true,unfold=true,separator=%x1f)",
        "--name-only",
        "--no-renames",
        "--no-show-signature",
        "--no-color",
        "--no-ext-diff",
        &range,
        "--",
    ];
    let in_time = repository.lines(arguments, LONGEST, &mut |line| {
        let line = String::from_utf8_lossy(line);
        match line.strip_prefix('\0') {
            Some(head) => {
                let mut parts = head.split('\u{1f}');
                let commit = parts.next().unwrap_or_default();
                let said: Vec<&str> = parts.map(str::trim).filter(|says| !says.is_empty()).collect();
                current = said.len();
                found.extend(said.into_iter().map(|says| Trailer {
                    commit: commit.to_owned(),
                    says: says.to_owned(),
                    files: BTreeSet::new(),
                }));
            }
            None if !line.is_empty() => {
                for trailer in found.iter_mut().rev().take(current) {
                    trailer.files.insert(line.clone().into_owned());
                }
            }
            None => {}
        }
        ControlFlow::Continue(())
    })?;
    match in_time {
        true => Ok(found),
        false => Err(Failure::new(
            "git-failed",
            "git took too long to tell the commits of the change",
        )),
    }
}

fn lines(output: Vec<u8>) -> Vec<String> {
    String::from_utf8_lossy(&output)
        .lines()
        .map(str::to_owned)
        .collect()
}
