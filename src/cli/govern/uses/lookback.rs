use super::globs::Globs;
use super::roots::Roots;
use super::{Search, Uses};
use crate::failure::Outcome;
use crate::input::git::Repository;
use std::cell::RefCell;
use std::collections::BTreeMap;
use std::ops::ControlFlow;
use std::path::Path;
use std::time::Duration;
use tidegate::delivery::references::{COMMIT_FORMAT, Finder, Removal, Removals, is_output};

/// Longer nobody waits for a history.
const LONGEST: Duration = Duration::from_secs(20);

/// What git's history says of flags that nothing uses any more.
#[derive(Debug, Default)]
pub(crate) struct LookBack {
    /// By the project's flags: the commit that took the last use away.
    pub(crate) removals: Vec<Option<Removal>>,
    /// How many commits were looked at.
    pub(crate) commits: usize,
    /// Why not all of history was looked at, or none.
    pub(crate) limits: Vec<Limit>,
}

/// What kept from looking further back.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Limit {
    NoRepository,
    NoCommits,
    NoGit,
    Shallow,
    Commits,
    Time,
}

impl Limit {
    pub(crate) const fn word(self) -> &'static str {
        match self {
            Self::NoRepository => "no-repository",
            Self::NoCommits => "no-commits",
            Self::NoGit => "no-git",
            Self::Shallow => "shallow",
            Self::Commits => "commits",
            Self::Time => "time",
        }
    }

    pub(crate) const fn told(self) -> &'static str {
        match self {
            Self::NoRepository => "the code is in no git repository, so nothing is known of its past",
            Self::NoCommits => "the repository has no commits, so nothing is known of the past of the code",
            Self::NoGit => "git could not be asked for the past of the code",
            Self::Shallow => "the repository is shallow: of earlier commits nothing is known",
            Self::Commits => "earlier commits were not looked at: see --look-back",
            Self::Time => "earlier commits were not looked at: it took too long",
        }
    }
}

/// Looks through the newest commits of the repositories that the code is in for what took the last uses away.
pub(crate) fn look_back(
    search: &Search<'_>,
    finder: &Finder,
    uses: &Uses,
    wanted: &[usize],
    most_commits: usize,
) -> Outcome<LookBack> {
    let mut found = LookBack {
        removals: vec![None; search.keys.len()],
        ..LookBack::default()
    };
    if wanted.is_empty() || most_commits == 0 {
        return Ok(found);
    }
    let references = &search.project.hygiene.references;
    let roots = Roots::new(search.folder, search.settings.roots, &references.roots)?;
    let globs = (Globs::new(&references.only), Globs::new(&references.ignore));
    let (Ok(only), Ok(ignore)) = globs else {
        return Ok(found);
    };
    for folder in &uses.folders {
        let repository = match Repository::of(folder) {
            Ok(repository) => repository,
            Err(failure) => {
                found.limits.push(match &failure {
                    failure if failure.is("not-a-repository") => Limit::NoRepository,
                    _ => Limit::NoGit,
                });
                continue;
            }
        };
        if repository.commit("HEAD").is_err() {
            found.limits.push(Limit::NoCommits);
            continue;
        }
        if repository.is_shallow()? {
            found.limits.push(Limit::Shallow);
        }
        let prefix = repository.prefix().to_owned();
        // Paths come from the top of the repository.
        let is_code = |path: &str| {
            let inside = path.strip_prefix(prefix.as_str()).unwrap_or(path);
            let inside = Path::new(inside);
            let own = inside
                .ancestors()
                .any(|part| !part.as_os_str().is_empty() && roots.is_own(&folder.join(part)));
            !own && !ignore.fit(inside, false) && (only.is_empty() || only.fit(inside, false))
        };
        let known = RefCell::new(BTreeMap::new());
        let had_uses = |commit: &str, file: &str| {
            let mut known = known.borrow_mut();
            // Whatever has its name is what it was before.
            *known
                .entry(file.to_owned())
                .or_insert_with(|| !was_output(&repository, commit, file, search.settings.largest_bytes))
        };
        let missing: Vec<usize> = wanted
            .iter()
            .copied()
            .filter(|flag| found.removals.get(*flag).is_some_and(Option::is_none))
            .collect();
        let mut removals = Removals::new(finder, search.keys.len(), &missing, &is_code, &had_uses);
        let ended = read(&repository, most_commits, &mut removals)?;
        let (commits, is_complete) = (removals.commits(), removals.is_complete());
        found.commits += commits;
        if !is_complete && !ended {
            found.limits.push(Limit::Time);
        } else if !is_complete && commits >= most_commits {
            found.limits.push(Limit::Commits);
        }
        for (known, removal) in found.removals.iter_mut().zip(removals.into_removals()) {
            *known = known.take().or(removal);
        }
    }
    Ok(found)
}

/// Had Tidegate written a file that a commit changes? One that cannot be read counts as code.
fn was_output(repository: &Repository, commit: &str, file: &str, largest_bytes: u64) -> bool {
    let name = format!("{commit}^:{file}");
    let size = repository.ask(["cat-file", "-s", &name]).ok();
    let size = size.and_then(|asked| String::from_utf8(asked.output).ok()?.trim().parse::<u64>().ok());
    if size.is_none_or(|size| size > largest_bytes) {
        return false;
    }
    let content = repository.ask(["cat-file", "blob", &name]);
    content.is_ok_and(|asked| asked.is_done && is_output(&asked.output))
}

/// False when it took too long.
fn read(repository: &Repository, most_commits: usize, removals: &mut Removals<'_>) -> Outcome<bool> {
    let count = format!("--max-count={most_commits}");
    let format = format!("--format={COMMIT_FORMAT}");
    let arguments = [
        "-c",
        "core.quotePath=false",
        "log",
        &count,
        &format,
        "--patch",
        "--unified=0",
        "--inter-hunk-context=0",
        "--no-show-signature",
        "--no-color",
        "--no-ext-diff",
        "--no-textconv",
        "--no-renames",
        "--src-prefix=a/",
        "--dst-prefix=b/",
        "HEAD",
        "--",
        ".",
    ];
    repository.lines(arguments, LONGEST, &mut |line| {
        removals.line(line);
        match removals.is_complete() {
            true => ControlFlow::Break(()),
            false => ControlFlow::Continue(()),
        }
    })
}
