//! The files of a project's log, and the lock that its writers take turns at.

use super::Known;
use super::untold;
use super::who::Hand;
use crate::clock;
use crate::failure::{Failure, Outcome};
use crate::input::file;
use serde_json::json;
use std::fs::{self, File};
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use tidegate::delivery::audit::{Chain, End, Entry, Fault, FileName, Tip};

/// The folder in a project's own.
pub(crate) const FOLDER: &str = "audit";

/// What its writers take turns at, in that folder.
const LOCK: &str = ".lock";
const ENDING: &str = ".jsonl";

/// More than all that a project tells in a month.
const MOST_BYTES: u64 = 512 << 20;

/// A project's log, locked until this is dropped or the process ends, however it ends.
#[derive(Debug)]
pub(crate) struct Log {
    folder: PathBuf,
    lock: File,
}

impl Log {
    /// Waits until nobody else writes; begins the log where there is none.
    pub(crate) fn open(project: &Path) -> Outcome<Self> {
        // Only in a project that there is.
        let known = project
            .is_dir()
            .then_some(())
            .ok_or(io::ErrorKind::NotFound.into());
        known.map_err(|error| Failure::file("read", project, &error))?;
        let folder = project.join(FOLDER);
        let path = folder.join(LOCK);
        let lock = || -> io::Result<File> {
            fs::create_dir_all(&folder)?;
            let mut options = File::options();
            let lock = options
                .read(true)
                .write(true)
                .create(true)
                .truncate(false)
                .open(&path)?;
            lock.lock()?;
            Ok(lock)
        };
        let lock = lock().map_err(|error| Failure::file("write", &path, &error))?;
        Ok(Self { folder, lock })
    }

    /// The same where somebody wrote from this copy before.
    pub(super) fn open_if_any(project: &Path) -> Outcome<Option<Self>> {
        match project.join(FOLDER).join(LOCK).is_file() {
            true => Self::open(project).map(Some),
            false => Ok(None),
        }
    }

    /// The last entry, as a publication vouches for it.
    pub(crate) fn tip(&self) -> Outcome<Option<Tip>> {
        for name in self.months()?.into_iter().rev() {
            if let Some(last) = self.end_of(name, &self.read(name)?)?.last {
                return Ok(Some(Tip {
                    sequence: last.sequence,
                    digest: last.link.digest,
                }));
            }
        }
        Ok(None)
    }

    /// Is an entry among the last already? What it came to in each scope may differ: the second time there was less left
    /// to do.
    pub(crate) fn tells(&self, entry: &Entry) -> Outcome<bool> {
        let said = |entry: &Entry| {
            let mut said = entry.said();
            let clock = said.shift_remove("clock");
            said.shift_remove("scopes");
            said.shift_remove("over");
            (
                clock.unwrap_or_else(|| json!(clock::written(entry.time_ms))),
                said,
            )
        };
        let wanted = said(entry);
        // It was among the last that was done, though a month may have ended since.
        for name in self.months()?.into_iter().rev().take(2) {
            let (chain, _) = Chain::read(&[(name.to_string(), self.read(name)?)]);
            if chain.entries.iter().any(|there| said(there) == wanted) {
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// Adds an entry, and waits until it is safe on the disk; returns it with its number and its place.
    pub(crate) fn append(&mut self, entry: Entry) -> Outcome<Entry> {
        let mut last = None;
        for name in self.months()?.into_iter().rev() {
            let text = self.read(name)?;
            let end = self.end_of(name, &text)?;
            last = match (end.torn.is_empty(), end.lacks_newline) {
                (true, false) => end.last,
                (true, true) => {
                    self.replace(name, &[&text, b"\n"])?;
                    end.last
                }
                (false, _) => Some(self.repair(name, &text, &end)?),
            };
            if last.is_some() {
                break;
            }
        }
        let (name, entry, line) = placed(entry, last.as_ref());
        self.write(name, &line)?;
        // A note too many is taken for one about what is told already.
        let _ = untold::told(&self.lock, &entry);
        Ok(entry)
    }

    /// What the log tells, and what it does not yet.
    pub(super) fn seen(&self) -> Outcome<Known> {
        let (chain, _) = self.chain()?;
        let untold = untold::read(&self.lock).map_err(|error| self.unlocked("read", &error))?;
        Ok(Known {
            tip: chain.tip(),
            untold,
            chain,
        })
    }

    /// Notes a snapshot that is about to be put in force, until an entry tells of it.
    pub(crate) fn note(&self, digest: &str) -> Outcome {
        untold::add(&self.lock, digest).map_err(|error| self.unlocked("write", &error))
    }

    fn unlocked(&self, verb: &str, error: &io::Error) -> Failure {
        Failure::file(verb, &self.folder.join(LOCK), error)
    }

    /// All that the log tells, and what is wrong with it.
    pub(crate) fn chain(&self) -> Outcome<(Chain, Vec<Fault>)> {
        read(&self.folder)
    }

    /// The files as they stand there.
    pub(crate) fn files(&self) -> Outcome<Vec<(String, Vec<u8>)>> {
        files(&self.folder)
    }

    /// Puts a file in the place of another all at once.
    pub(crate) fn rewrite(&self, name: &str, text: &str) -> Outcome {
        file::replace(&self.folder.join(name), text.as_bytes())
    }

    /// Keeps what was being written when its writer ended in an entry of its own, in its place.
    fn repair(&self, name: FileName, text: &[u8], end: &End<'_>) -> Outcome<Entry> {
        let before = match &end.last {
            Some(last) => Some(last.clone()),
            None => self.last_before(name)?,
        };
        let now_ms = clock::now_ms();
        // In the file that it repairs, all at once with what it repairs: whoever is interrupted leaves both or none.
        let mut entry = Entry::new(name.closest_ms(now_ms), Hand::Person.actor(), "repair")
            .with("file", json!(name.to_string()))
            .with("line", json!(text.split(|byte| *byte == b'\n').count()));
        if entry.time_ms != now_ms {
            entry = entry.with("clock", json!(clock::written(now_ms)));
        }
        entry = match std::str::from_utf8(end.torn) {
            Ok(torn) => entry.with("torn", json!(torn)),
            Err(_) => entry.with("tornBase64", json!(data_encoding::BASE64.encode(end.torn))),
        };
        let (_, entry, line) = placed(entry, before.as_ref());
        let whole = text.get(..end.whole_bytes).unwrap_or_default();
        self.replace(name, &[whole, line.as_bytes()])?;
        Ok(entry)
    }

    fn last_before(&self, name: FileName) -> Outcome<Option<Entry>> {
        let earlier = self.months()?.into_iter().filter(|month| *month < name);
        for month in earlier.rev() {
            if let Some(last) = self.end_of(month, &self.read(month)?)?.last {
                return Ok(Some(last));
            }
        }
        Ok(None)
    }

    /// The files that there are, in order.
    fn months(&self) -> Outcome<Vec<FileName>> {
        let names = names(&self.folder)?;
        let mut months: Vec<FileName> = names.iter().filter_map(|name| FileName::parse(name)).collect();
        months.sort_unstable();
        Ok(months)
    }

    fn read(&self, name: FileName) -> Outcome<Vec<u8>> {
        file::read(&self.folder.join(name.to_string()), MOST_BYTES)
    }

    fn end_of<'t>(&self, name: FileName, text: &'t [u8]) -> Outcome<End<'t>> {
        End::of(name, text).map_err(|fault| damaged(&self.folder, &fault))
    }

    fn replace(&self, name: FileName, parts: &[&[u8]]) -> Outcome {
        file::replace(&self.folder.join(name.to_string()), &parts.concat())
    }

    fn write(&self, name: FileName, line: &str) -> Outcome {
        let path = self.folder.join(name.to_string());
        let write = || -> io::Result<()> {
            let is_new = path.symlink_metadata().is_err();
            let mut file = File::options().append(true).create(true).open(&path)?;
            let before = file.metadata()?.len();
            // One write a line; of a disk that is full nothing is left behind.
            if let Err(error) = file.write_all(line.as_bytes()) {
                file.set_len(before)?;
                return Err(error);
            }
            file.sync_all()?;
            match is_new {
                true => file::sync_folder(&self.folder),
                false => Ok(()),
            }
        };
        write().map_err(|error| Failure::file("write", &path, &error))
    }
}

/// All that the log in a folder tells, and what is wrong with it.
pub(crate) fn read(folder: &Path) -> Outcome<(Chain, Vec<Fault>)> {
    Ok(Chain::read(&files(folder)?))
}

fn files(folder: &Path) -> Outcome<Vec<(String, Vec<u8>)>> {
    let mut files = Vec::new();
    for name in names(folder)? {
        let text = file::read(&folder.join(&name), MOST_BYTES)?;
        files.push((name, text));
    }
    Ok(files)
}

/// The names of the files that are the log's, or look so; none where there is no folder.
fn names(folder: &Path) -> Outcome<Vec<String>> {
    let failed = |error: io::Error| Failure::file("read", folder, &error);
    if folder.symlink_metadata().is_err() {
        return Ok(Vec::new());
    }
    let mut names = Vec::new();
    for entry in fs::read_dir(folder).map_err(failed)? {
        let name = entry.map_err(failed)?.file_name().to_string_lossy().into_owned();
        if name.ends_with(ENDING) && !name.starts_with('.') {
            names.push(name);
        }
    }
    names.sort_unstable();
    Ok(names)
}

/// An entry behind the last one: where it goes, and its line.
fn placed(mut entry: Entry, last: Option<&Entry>) -> (FileName, Entry, String) {
    if let Some(last) = last.filter(|last| last.time_ms > entry.time_ms) {
        // Whose clock is behind comes after all the same.
        let said = json!(clock::written(entry.time_ms));
        entry.fields.entry("clock").or_insert(said);
        entry.time_ms = last.time_ms;
    }
    let previous = last.map_or([0; 32], |last| last.link.digest);
    entry.sequence = last.map_or(1, |last| last.sequence + 1);
    let line = entry.line(entry.sequence, &previous);
    entry.link.previous = previous;
    entry.link.digest = tidegate::delivery::audit::sha256(line.as_bytes());
    (FileName::of(entry.time_ms), entry, line + "\n")
}

fn damaged(folder: &Path, fault: &Fault) -> Failure {
    let path = folder.join(&*fault.file);
    let failure = Failure::new("audit-damaged", fault.to_string()).about(&path);
    failure.with_help("nothing is written behind it; `tidegate audit verify` tells all, `tidegate audit rejoin` joins branches")
}
