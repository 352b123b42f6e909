//! The descriptions of populations, which are no part of what is compiled, and by which rules judge.

use super::base::Place;
use crate::failure::{Failure, Outcome};
use crate::input::file;
use crate::input::git::{Commit, EntryKind, Repository, TreeEntry};
use std::path::Path;

pub(super) const FOLDER: &str = "populations";
const ENDINGS: [&str; 3] = ["yaml", "yml", "json"];
const LARGEST_BYTES: u64 = 4 << 20;

/// Path and text of each, as they are in a project's folder.
pub(crate) fn here(project: &Path) -> Outcome<Vec<(String, String)>> {
    let folder = project.join(FOLDER);
    let mut found = Vec::new();
    for ending in ENDINGS.into_iter().filter(|_| folder.is_dir()) {
        for name in super::approvals::names(&folder, ending)? {
            let bytes = file::read(&folder.join(&name), LARGEST_BYTES)?;
            found.push(text(format!("{FOLDER}/{name}"), bytes)?);
        }
    }
    Ok(found)
}

/// The same, as they were.
pub(super) fn before(place: &Place) -> Outcome<Vec<(String, String)>> {
    match place {
        Place::Folder(folder) => here(folder),
        Place::Commit(repository, commit) => of_commit(repository, commit),
    }
}

/// The same, as they are in a commit.
pub(crate) fn of_commit(repository: &Repository, commit: &Commit) -> Outcome<Vec<(String, String)>> {
    let entries = repository.files(commit, &[format!("{FOLDER}/")])?;
    let is_description = |entry: &&TreeEntry| {
        let name = entry.path.strip_prefix(FOLDER).unwrap_or_default();
        let ending = name.rsplit_once('.').map(|(_, ending)| ending);
        entry.kind == EntryKind::File
            && name.matches('/').count() == 1
            && ending.is_some_and(|ending| ENDINGS.contains(&ending))
    };
    let entries: Vec<&TreeEntry> = entries.iter().filter(is_description).collect();
    if let Some(large) = entries.iter().find(|entry| entry.bytes > LARGEST_BYTES) {
        let message = format!("`{}` was larger than {LARGEST_BYTES} bytes", large.path);
        return Err(Failure::new("file-too-large", message));
    }
    let contents = repository.contents(&entries)?;
    let pairs = entries.into_iter().zip(contents);
    pairs
        .map(|(entry, bytes)| text(entry.path.clone(), bytes))
        .collect()
}

fn text(path: String, bytes: Vec<u8>) -> Outcome<(String, String)> {
    match String::from_utf8(bytes) {
        Ok(text) => Ok((path, text)),
        Err(_) => Err(Failure::new("not-utf8", format!("`{path}` is not UTF-8"))),
    }
}
