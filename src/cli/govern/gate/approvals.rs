use super::Base;
use crate::failure::{Failure, Outcome};
use crate::input::file;
use std::fs;
use std::io;
use std::path::Path;
use tidegate::delivery::govern::{ApprovalFile, ChangeDigest};

/// Where approvals are kept, in the project's folder.
pub(crate) const FOLDER: &str = "approvals";

/// What is larger is read as far as it takes to see that it is no approval.
pub(super) const LARGEST_APPROVAL: u64 = 64 << 10;
const MOST_FILES: usize = 100_000;

/// The files that may be approvals of a change: those that were there before it and are filed under another are left out,
/// as what they were of has long gone in.
pub(super) fn read(project: &Path, base: &Base, change: Option<&ChangeDigest>) -> Outcome<Vec<ApprovalFile>> {
    let folder = project.join(FOLDER);
    let Some(change) = change.filter(|_| folder.is_dir()) else {
        return Ok(Vec::new());
    };
    let before = base.approvals()?;
    let mut files = Vec::new();
    for name in names(&folder, "json")? {
        if before.contains(&name) && !name.starts_with(&change.short()) {
            continue;
        }
        files.push(ApprovalFile {
            bytes: bytes(&folder.join(&name))?,
            path: format!("{FOLDER}/{name}"),
        });
    }
    Ok(files)
}

/// What each holds of those in a project's folder.
pub(super) fn all(project: &Path) -> Outcome<Vec<Vec<u8>>> {
    let folder = project.join(FOLDER);
    match folder.is_dir() {
        true => names(&folder, "json")?
            .iter()
            .map(|name| bytes(&folder.join(name)))
            .collect(),
        false => Ok(Vec::new()),
    }
}

/// What a file holds; of one that is too large nothing, so that it is told as damaged and keeps no others from counting.
pub(crate) fn bytes(path: &Path) -> Outcome<Vec<u8>> {
    match file::read(path, LARGEST_APPROVAL) {
        Err(failure) if failure.is("file-too-large") => Ok(Vec::new()),
        bytes => bytes,
    }
}

/// The names of a folder's files that end so, in order.
pub(crate) fn names(folder: &Path, ending: &str) -> Outcome<Vec<String>> {
    let failed = |error: io::Error| Failure::file("read", folder, &error);
    let mut names = Vec::new();
    for entry in fs::read_dir(folder).map_err(failed)? {
        let entry = entry.map_err(failed)?;
        let name = entry.file_name().to_string_lossy().into_owned();
        let is_plain = entry.file_type().map_err(failed)?.is_file();
        if is_plain && Path::new(&name).extension().is_some_and(|found| found == ending) {
            names.push(name);
        }
    }
    if names.len() > MOST_FILES {
        let message = format!("`{}` holds more than {MOST_FILES} files", folder.display());
        return Err(Failure::new("too-many-files", message).about(folder));
    }
    names.sort_unstable();
    Ok(names)
}
