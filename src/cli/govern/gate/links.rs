//! No links among what makes a project with a policy: what lies elsewhere can be written by anybody without the change saying
//! so, as git tells who wrote a link and not who wrote what it leads to.

use super::{approvals, base, populations};
use crate::failure::{Failure, Outcome};
use crate::input::project::ProjectFiles;
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

/// Refuses the first link on the way from a project's folder to one of its files.
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
                let message = format!(
                    "`{}` is a link, and git does not tell who wrote what it leads to: put the file itself there",
                    place.display()
                );
                return Err(Failure::new("link-refused", message).about(&whole));
            }
        }
    }
    Ok(())
}
