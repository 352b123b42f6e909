//! Asking `git`, the program: what a commit holds. Nothing is checked out, no filter or hook runs, nothing is fetched.

mod behind;
mod command;
mod contents;
mod lines;
mod names;
mod place;

pub(crate) use place::straight;

use crate::failure::{Failure, Outcome};
use crate::output::escape::plain;
use std::ffi::OsStr;
use std::io;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// A folder in a repository.
#[derive(Debug, Clone)]
pub(crate) struct Repository {
    folder: PathBuf,
    /// The folder's path from the top of the repository: empty, or with a slash at its end.
    prefix: String,
}

/// A commit, by its name for good.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Commit {
    /// What it was asked for as.
    pub(crate) name: String,
    /// In hexadecimal.
    pub(crate) id: String,
}

/// One file of a commit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct TreeEntry {
    /// From the folder.
    pub(crate) path: String,
    pub(crate) kind: EntryKind,
    /// The name of its content, in hexadecimal.
    pub(crate) id: String,
    pub(crate) bytes: u64,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum EntryKind {
    File,
    /// A symbolic link, which is never followed.
    Link,
    /// A folder, or another repository.
    Other,
}

/// So many paths are asked for at a time: command lines have an end.
const PATHS_AT_A_TIME: usize = 500;

impl Repository {
    /// The repository that a folder is in.
    pub(crate) fn of(folder: &Path) -> Outcome<Self> {
        if !folder.is_dir() {
            return Err(Failure::file(
                "read",
                folder,
                &io::ErrorKind::NotADirectory.into(),
            ));
        }
        place::without_bare(folder)?;
        let mut repository = Self {
            folder: folder.to_path_buf(),
            prefix: String::new(),
        };
        let asked = repository.ask(["rev-parse", "--show-prefix"])?;
        if !asked.is_done {
            return Err(match asked.error.contains("not a git repository") {
                true => {
                    let message = format!("`{}` is in no git repository", folder.display());
                    Failure::new("not-a-repository", message).about(folder)
                }
                false => asked.failure(),
            });
        }
        repository.prefix = text(asked.output)?.trim_end_matches('\n').to_owned();
        Ok(repository)
    }

    /// Which commit a branch, tag or other name stands for.
    pub(crate) fn commit(&self, name: &str) -> Outcome<Commit> {
        if name.is_empty() || name.starts_with('-') || name.contains(char::is_control) {
            let message = format!("`{}` cannot be the name of a commit", name.escape_debug());
            return Err(Failure::misuse("ref-invalid", message));
        }
        let full = self.in_full(name)?;
        match self.resolved(&format!("{full}^{{commit}}"))? {
            Some(id) => Ok(Commit {
                name: name.to_owned(),
                id,
            }),
            None => Err(self.unknown(name)?),
        }
    }

    /// Why nothing has a name.
    fn unknown(&self, name: &str) -> Outcome<Failure> {
        if self.resolved("HEAD^{commit}")?.is_none() {
            let message = format!("the repository of `{}` has no commits", self.folder.display());
            return Ok(Failure::new("no-commits", message).about(&self.folder));
        }
        let failure = Failure::new("unknown-ref", format!("no commit here is called `{name}`"));
        Ok(match self.is_shallow()? {
            true => failure
                .with_help("the repository is shallow: fetch what it lacks, or all of it (`fetch-depth: 0`)"),
            false => {
                failure.with_help("branches of a remote are called like `origin/main`, and are fetched first")
            }
        })
    }

    /// The files of a commit below the folder that have one of some paths, or lie below one: in the order of paths.
    pub(crate) fn files(&self, commit: &Commit, paths: &[String]) -> Outcome<Vec<TreeEntry>> {
        let folder = self.prefix.trim_end_matches('/');
        let Some(tree) = self.resolved(&format!("{}:{folder}", commit.id))? else {
            let message = format!("`{folder}` is not in the commit `{}`", commit.name);
            return Err(Failure::new("not-in-commit", message));
        };
        let mut entries = Vec::new();
        for paths in paths.chunks(PATHS_AT_A_TIME) {
            let listing = ["ls-tree", "-r", "-l", "-z", "--full-tree", &tree, "--"];
            let arguments = listing.into_iter().chain(paths.iter().map(String::as_str));
            let listed = self.ask(arguments)?.done()?;
            let lines = listed.split(|byte| *byte == 0).filter(|line| !line.is_empty());
            for line in lines {
                entries.extend(entry(line));
            }
        }
        entries.sort_by(|one, other| one.path.cmp(&other.path));
        entries.dedup();
        Ok(entries)
    }

    /// What `git` says to some arguments.
    pub(crate) fn ask<'a>(&self, arguments: impl IntoIterator<Item = &'a str>) -> Outcome<Asked> {
        let output = self
            .command(arguments)
            .stdin(Stdio::null())
            .output()
            .map_err(|error| not_started(&error))?;
        Ok(Asked {
            is_done: output.status.success(),
            output: output.stdout,
            error: String::from_utf8_lossy(&output.stderr).into_owned(),
        })
    }

    /// Is only the newest part of the history here?
    pub(crate) fn is_shallow(&self) -> Outcome<bool> {
        let shallow = self.ask(["rev-parse", "--is-shallow-repository"])?;
        Ok(shallow.output.starts_with(b"true"))
    }

    /// The folder from the top of the repository: empty, or with a slash at its end.
    pub(crate) fn prefix(&self) -> &str {
        &self.prefix
    }

    fn resolved(&self, name: &str) -> Outcome<Option<String>> {
        let asked = self.ask(["rev-parse", "--verify", "--quiet", "--end-of-options", name])?;
        let id = text(asked.output)?.trim().to_owned();
        let is_id = !id.is_empty() && id.bytes().all(|byte| byte.is_ascii_hexdigit());
        Ok(Some(id).filter(|_| asked.is_done && is_id))
    }

    fn command<A: AsRef<OsStr>>(&self, arguments: impl IntoIterator<Item = A>) -> Command {
        let mut command = command::git(&self.folder);
        command.args(arguments);
        command
    }
}

/// What `git` said.
#[derive(Debug)]
pub(crate) struct Asked {
    pub(crate) is_done: bool,
    pub(crate) output: Vec<u8>,
    pub(crate) error: String,
}

impl Asked {
    /// The output of what has to succeed.
    pub(crate) fn done(self) -> Outcome<Vec<u8>> {
        match self.is_done {
            true => Ok(self.output),
            false => Err(self.failure()),
        }
    }

    fn failure(&self) -> Failure {
        let said = self.error.lines().next().unwrap_or("it did not say why");
        let said = said.trim_start_matches("fatal: ");
        let failure = Failure::new("git-failed", format!("git failed: {}", plain(said)));
        match said.contains("dubious ownership") {
            true => failure.with_help(
                "the checkout is somebody else's, as in many containers; where you trust it, \
                `git config --global --add safe.directory DIR` says so",
            ),
            false => failure,
        }
    }
}

/// `MODE TYPE ID BYTES<tab>PATH`.
fn entry(line: &[u8]) -> Option<TreeEntry> {
    // A path that is not UTF-8 is none of a project's.
    let (facts, path) = std::str::from_utf8(line).ok()?.split_once('\t')?;
    let mut facts = facts.split_ascii_whitespace();
    let (mode, kind, id, bytes) = (facts.next()?, facts.next()?, facts.next()?, facts.next()?);
    Some(TreeEntry {
        path: path.to_owned(),
        kind: match (mode, kind) {
            ("120000", _) => EntryKind::Link,
            (_, "blob") => EntryKind::File,
            _ => EntryKind::Other,
        },
        id: id.to_owned(),
        bytes: bytes.parse().unwrap_or(0),
    })
}

fn text(output: Vec<u8>) -> Outcome<String> {
    String::from_utf8(output).map_err(|_| Failure::new("git-failed", "git answered in no UTF-8"))
}

fn not_started(error: &io::Error) -> Failure {
    let message = match error.kind() {
        io::ErrorKind::NotFound => "git is not installed".to_owned(),
        _ => format!("git cannot be run: {error}"),
    };
    Failure::new("git-missing", message)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whoever_does_not_own_the_checkout_is_told_what_to_do() {
        let failure = |error: &str| {
            let asked = Asked {
                is_done: false,
                output: Vec::new(),
                error: error.to_owned(),
            };
            match asked.failure() {
                Failure::Problem(problem) => (problem.message, problem.help),
                other => (format!("{other:?}"), None),
            }
        };
        let (message, help) =
            failure("fatal: detected dubious ownership in repository at '/builds/shop'\nmore\n");
        assert_eq!(
            message,
            "git failed: detected dubious ownership in repository at '/builds/shop'"
        );
        assert!(help.is_some_and(|help| help.contains("--add safe.directory")));
        assert_eq!(
            failure("fatal: no \u{1b}[31m\n"),
            ("git failed: no \u{fffd}[31m".to_owned(), None)
        );
    }
}
