//! A project's folder as it is in a commit.

use super::{ENDINGS, LARGEST_DOCUMENT, LARGEST_LIST, MOST_FILES, PLACES, ProjectFiles};
use crate::failure::{Failure, Outcome};
use crate::input::git::{Commit, EntryKind, Repository, TreeEntry};
use std::path::Path;
use tidegate::model::{self, SourceFile};

/// How a file begins that stands for one that git keeps elsewhere.
const POINTER: &[u8] = b"version https://git-lfs.github.com/spec/";

impl ProjectFiles {
    /// Reads what [`ProjectFiles::read`] reads, but from a commit of the repository that the folder is in. Links are
    /// told as unreadable.
    pub(crate) fn of_commit(folder: &Path, repository: &Repository, commit: &Commit) -> Outcome<Self> {
        let mut read = Self {
            folder: folder.to_path_buf(),
            files: Vec::new(),
            unreadable: Vec::new(),
            shown: Vec::new(),
        };
        let entries = repository.files(commit, &documents().collect::<Vec<_>>())?;
        if entries.len() > MOST_FILES {
            let message = format!("the commit `{}` holds more than {MOST_FILES} files", commit.name);
            return Err(Failure::new("too-many-files", message));
        }
        let mut documents = Vec::new();
        for entry in &entries {
            match depth_of_document(&entry.path) {
                Some(0 | 1) => documents.push(entry),
                // Those one folder deeper are only named, for the reader to warn about.
                Some(2) => read.files.push(SourceFile {
                    path: entry.path.clone(),
                    text: String::new(),
                }),
                _ => {}
            }
        }
        read.take(repository, &documents, LARGEST_DOCUMENT)?;
        let known: Vec<String> = read.files.iter().map(|file| file.path.clone()).collect();
        let lists = model::lists_named(&read.files).into_iter();
        let lists: Vec<String> = lists.filter(|path| !known.contains(path)).collect();
        // A list that is not there is told by the reader, where it is named.
        let lists = repository.files(commit, &lists)?;
        let lists: Vec<&TreeEntry> = lists.iter().collect();
        read.take(repository, &lists, LARGEST_LIST)?;
        if !read.has_settings() {
            let message = format!(
                "the commit `{}` has no `{}tidegate.yaml`",
                commit.name,
                repository.prefix()
            );
            return Err(Failure::new("not-in-commit", message));
        }
        Ok(read)
    }

    /// Where git finds them, and others that may come.
    pub(crate) fn places(&self) -> Vec<String> {
        documents().chain(self.paths().map(str::to_owned)).collect()
    }

    fn take(&mut self, repository: &Repository, entries: &[&TreeEntry], most_bytes: u64) -> Outcome {
        let mut wanted = Vec::new();
        for entry in entries {
            match entry.kind {
                EntryKind::File if entry.bytes > most_bytes => {
                    let message = format!("the file is larger than {most_bytes} bytes");
                    self.refuse("file-too-large", &entry.path, &message);
                }
                EntryKind::File => wanted.push(*entry),
                EntryKind::Link | EntryKind::Other => {
                    let message = "the file cannot be read: it is a link, which is not followed in a commit";
                    self.refuse("cannot-read", &entry.path, message);
                }
            }
        }
        let contents = repository.contents(&wanted)?;
        for (entry, bytes) in wanted.into_iter().zip(contents) {
            if bytes.starts_with(POINTER) {
                let message =
                    "the file cannot be read: git keeps it elsewhere, and the commit only points there";
                self.refuse("cannot-read", &entry.path, message);
            } else {
                self.add(entry.path.clone(), bytes);
            }
        }
        Ok(())
    }
}

/// The settings, and the folders with documents in them.
fn documents() -> impl Iterator<Item = String> {
    let settings = ENDINGS.map(|ending| format!("tidegate.{ending}"));
    let places = PLACES.map(|place| format!("{place}/"));
    settings.into_iter().chain(places)
}

/// How many folders down a document lies: 0 for settings, 1 for what is in a place; nothing for what is no document.
fn depth_of_document(path: &str) -> Option<usize> {
    let (folder, name) = path.rsplit_once('/').unwrap_or(("", path));
    let mut endings = ENDINGS.iter();
    let is_document = endings.any(|ending| name.strip_suffix(ending).is_some_and(|stem| stem.ends_with('.')));
    // Hidden files are editors' own.
    let is_hidden = path.split('/').any(|part| part.starts_with('.'));
    (is_document && !is_hidden).then(|| match folder {
        "" => 0,
        folder => folder.split('/').count(),
    })
}
