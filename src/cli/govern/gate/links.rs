//! No links among what makes a project with a policy: what lies elsewhere can be written by anybody without the change saying
//! so, as git tells who wrote a link and not who wrote what it leads to.

use super::{approvals, base, populations};
use crate::failure::{Failure, Outcome};
use crate::input::project::ProjectFiles;
use std::collections::BTreeSet;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

/// Refuses the first link on the way from a project's folder to one of its files, and the first in the other folders that
/// the gate reads.
pub(super) fn refuse(project: &Path, files: &ProjectFiles) -> Outcome {
    let mut looked_at = BTreeSet::new();
    let folders = [approvals::FOLDER, base::LOG_FOLDER, populations::FOLDER];
    for path in folders.into_iter().chain(files.paths()) {
        let mut place = PathBuf::new();
        for part in Path::new(path).components() {
            place.push(part);
            if !looked_at.insert(place.clone()) {
                continue;
            }
            let whole = project.join(&place);
            if whole.symlink_metadata().is_ok_and(|entry| entry.is_symlink()) {
                return Err(refused(project, &place));
            }
        }
    }
    for folder in folders {
        if let Some(link) = links_in(&project.join(folder))?.first() {
            return Err(refused(project, &Path::new(folder).join(link)));
        }
    }
    Ok(())
}

/// The names of the links in a folder, in order.
fn links_in(folder: &Path) -> Outcome<BTreeSet<PathBuf>> {
    let failed = |error: io::Error| Failure::file("read", folder, &error);
    let mut links = BTreeSet::new();
    if folder.is_dir() {
        for entry in fs::read_dir(folder).map_err(failed)? {
            let entry = entry.map_err(failed)?;
            if entry.file_type().map_err(failed)?.is_symlink() {
                links.insert(PathBuf::from(entry.file_name()));
            }
        }
    }
    Ok(links)
}

fn refused(project: &Path, place: &Path) -> Failure {
    let message = format!(
        "`{}` is a link, and git does not tell who wrote what it leads to: put the file itself there",
        place.display()
    );
    Failure::new("link-refused", message).about(&project.join(place))
}
