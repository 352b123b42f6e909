//! Asking `git`, the program: what a commit holds. Nothing is checked out, no filter or hook runs, nothing is fetched.

mod lines;

use crate::failure::{Failure, Outcome};
use std::ffi::OsStr;
use std::io::{self, BufRead, BufReader, Read, Write};
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
        if let Some(id) = self.resolved(&format!("{name}^{{commit}}"))? {
            return Ok(Commit {
                name: name.to_owned(),
                id,
            });
        }
        if self.resolved("HEAD^{commit}")?.is_none() {
            let message = format!("the repository of `{}` has no commits", self.folder.display());
            return Err(Failure::new("no-commits", message).about(&self.folder));
        }
        let failure = Failure::new("unknown-ref", format!("no commit here is called `{name}`"));
        Err(match self.is_shallow()? {
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

    /// The contents of files, in the order in which they are asked for.
    pub(crate) fn contents(&self, entries: &[&TreeEntry]) -> Outcome<Vec<Vec<u8>>> {
        if entries.is_empty() {
            return Ok(Vec::new());
        }
        let mut child = self
            .command(["cat-file", "--batch"])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .map_err(|error| not_started(&error))?;
        let (input, output) = (child.stdin.take(), child.stdout.take());
        let read = std::thread::scope(|scope| {
            // Both ends at once: pipes are short.
            scope.spawn(move || {
                let mut input = input?;
                let mut asked = entries.iter().map(|entry| writeln!(input, "{}", entry.id));
                asked.find_map(Result::err)
            });
            let mut output = BufReader::new(
                output
                    .into_iter()
                    .fold(Box::new(io::empty()) as Box<dyn Read>, |_, output| {
                        Box::new(output)
                    }),
            );
            let contents = entries.iter().map(|entry| content(&mut output, entry));
            contents.collect::<io::Result<Vec<_>>>()
        });
        let ended = child.wait();
        match (read, ended) {
            (Ok(contents), Ok(_)) => Ok(contents),
            (Err(error), _) | (_, Err(error)) => Err(Failure::new(
                "git-failed",
                format!("git did not show what a commit holds: {error}"),
            )),
        }
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
        let mut command = Command::new("git");
        command
            .arg("--no-pager")
            .arg("-C")
            .arg(&self.folder)
            .args(arguments)
            .env("LC_ALL", "C")
            .env("GIT_TERMINAL_PROMPT", "0")
            .env("GIT_OPTIONAL_LOCKS", "0")
            .env("GIT_NO_LAZY_FETCH", "1")
            .env("GIT_NO_REPLACE_OBJECTS", "1")
            .env("GIT_LITERAL_PATHSPECS", "1");
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
        Failure::new("git-failed", format!("git failed: {}", said.escape_debug()))
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

/// One answer of `cat-file`: `ID TYPE BYTES`, a line feed, the bytes, a line feed.
fn content(output: &mut impl BufRead, entry: &TreeEntry) -> io::Result<Vec<u8>> {
    let mut head = String::new();
    output.by_ref().take(256).read_line(&mut head)?;
    let bytes = head
        .strip_prefix(entry.id.as_str())
        .and_then(|rest| rest.trim().strip_prefix("blob "))
        .and_then(|bytes| bytes.parse::<u64>().ok())
        .filter(|bytes| *bytes == entry.bytes);
    let Some(bytes) = bytes else {
        return Err(io::Error::other(format!("`{}` is not there", entry.path)));
    };
    let mut content = Vec::new();
    output.by_ref().take(bytes).read_to_end(&mut content)?;
    let mut end = [0];
    output.read_exact(&mut end)?;
    Ok(content)
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
