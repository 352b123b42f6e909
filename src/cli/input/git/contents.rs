//! What files of commits hold.

use super::{Commit, EntryKind, Repository, TreeEntry, not_started};
use crate::failure::{Failure, Outcome};
use std::collections::BTreeSet;
use std::io::{self, BufRead, BufReader, Read, Write};
use std::process::Stdio;

impl Repository {
    /// The contents of files, in the order in which they are asked for.
    pub(crate) fn contents(&self, entries: &[&TreeEntry]) -> Outcome<Vec<Vec<u8>>> {
        let asked = entries.iter().map(|entry| (entry.id.as_str(), *entry)).collect();
        self.asked_of_all("--batch", asked, |output, entry| content(output, entry))
    }

    /// The contents of all files of at most so many bytes that ever were in a folder, up to a commit.
    pub(crate) fn ever_in(&self, folder: &str, commit: &Commit, most_bytes: u64) -> Outcome<Vec<Vec<u8>>> {
        let form = [
            "--format=",
            "--raw",
            "--no-abbrev",
            "--no-renames",
            "--no-relative",
            "-m",
        ];
        let which = ["--full-history", &commit.id, "--", folder];
        let said = self.ask(["log"].into_iter().chain(form).chain(which))?.done()?;
        let said = String::from_utf8_lossy(&said);
        // `:MODE MODE ID ID STATUS<tab>PATH`: what it became.
        let ids = said
            .lines()
            .filter_map(|line| line.strip_prefix(':')?.split_ascii_whitespace().nth(3));
        let ids: BTreeSet<&str> = ids.filter(|id| id.bytes().any(|digit| digit != b'0')).collect();
        let ids = ids.into_iter().map(|id| (id, id)).collect();
        let mut found = self.asked_of_all("--batch-check", ids, |output, id| entry(output, id))?;
        found.retain(|entry| entry.kind == EntryKind::File && entry.bytes <= most_bytes);
        self.contents(&found.iter().collect::<Vec<_>>())
    }

    /// What `cat-file` says of each.
    fn asked_of_all<T: Send, A: Sync + Send>(
        &self,
        form: &str,
        asked: Vec<(&str, A)>,
        mut read: impl FnMut(&mut dyn BufRead, &A) -> io::Result<T>,
    ) -> Outcome<Vec<T>> {
        if asked.is_empty() {
            return Ok(Vec::new());
        }
        let mut child = self
            .command(["cat-file", form])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .map_err(|error| not_started(&error))?;
        let (input, output) = (child.stdin.take(), child.stdout.take());
        let read = std::thread::scope(|scope| {
            // Both ends at once: pipes are short.
            let ids: Vec<&str> = asked.iter().map(|(id, _)| *id).collect();
            scope.spawn(move || {
                let mut input = input?;
                let mut ids = ids.into_iter().map(|id| writeln!(input, "{id}"));
                ids.find_map(Result::err)
            });
            let mut output: Box<dyn BufRead> = match output {
                Some(output) => Box::new(BufReader::new(output)),
                None => Box::new(io::empty()),
            };
            let answers = asked.iter().map(|(_, of)| read(&mut *output, of));
            answers.collect::<io::Result<Vec<_>>>()
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
}

/// One answer of `cat-file --batch`: `ID TYPE BYTES`, a line feed, the bytes, a line feed.
fn content(output: &mut dyn BufRead, asked: &TreeEntry) -> io::Result<Vec<u8>> {
    let found = entry(output, &asked.id)?;
    if found.kind != EntryKind::File || found.bytes != asked.bytes {
        return Err(io::Error::other(format!("`{}` is not there", asked.path)));
    }
    let mut content = Vec::new();
    output.take(found.bytes).read_to_end(&mut content)?;
    let mut end = [0];
    output.read_exact(&mut end)?;
    Ok(content)
}

/// One answer of `cat-file --batch-check`, or the first line of one of `--batch`.
fn entry(output: &mut dyn BufRead, id: &str) -> io::Result<TreeEntry> {
    let mut head = String::new();
    output.take(256).read_line(&mut head)?;
    let mut facts = head.split_ascii_whitespace();
    let (found, kind, bytes) = (facts.next(), facts.next(), facts.next());
    let bytes = bytes
        .and_then(|bytes| bytes.parse().ok())
        .filter(|_| found == Some(id));
    let Some(bytes) = bytes else {
        return Err(io::Error::other(format!("`{id}` is not there")));
    };
    Ok(TreeEntry {
        path: id.to_owned(),
        kind: match kind {
            Some("blob") => EntryKind::File,
            _ => EntryKind::Other,
        },
        id: id.to_owned(),
        bytes,
    })
}
