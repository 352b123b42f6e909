//! Where a repository may be: nothing that a commit brings with it stands for one.

use super::Repository;
use crate::failure::{Failure, Outcome};
use std::env;
use std::path::{Path, PathBuf, absolute};

/// Refuses a folder that git would take for a repository of its own, with settings and history as whoever wrote the files
/// likes them: git looks for `HEAD`, `objects` and `refs` in each folder before it looks for `.git` in the one above.
pub(super) fn without_bare(folder: &Path) -> Outcome {
    let Ok(folder) = folder.canonicalize() else {
        return Ok(());
    };
    for place in folder.ancestors() {
        if is_there(&place.join(".git")) {
            return Ok(());
        }
        let parts = ["objects", "refs", "commondir"];
        if is_there(&place.join("HEAD")) && parts.iter().any(|part| is_there(&place.join(part))) {
            let message = format!(
                "`{}` looks like a git repository without a folder `.git`, as files can that somebody commits",
                place.display()
            );
            return Err(Failure::new("repository-refused", message).about(place));
        }
    }
    Ok(())
}

/// Refuses a project that is reached through a link which lies in a repository, or that is a repository inside of another:
/// both let a change say which folder, or whose history, it is held against.
pub(crate) fn straight(project: &Path, repository: Option<&Repository>) -> Outcome {
    let failed = |error| Failure::file("read", project, &error);
    let whole = match project.is_absolute() {
        true => project.to_path_buf(),
        false => here()
            .map_or_else(|| absolute(project), |here| Ok(here.join(project)))
            .map_err(failed)?,
    };
    // A slash at the end would have the link followed.
    let whole: PathBuf = whole.components().collect();
    for place in whole.ancestors() {
        let is_link = place.symlink_metadata().is_ok_and(|entry| entry.is_symlink());
        if is_link && place.parent().is_some_and(is_in_repository) {
            let message = format!(
                "`{}` is a link, which a change can point anywhere: name the folder itself",
                place.display()
            );
            return Err(Failure::new("link-refused", message).about(place));
        }
    }
    if let Some(repository) = repository {
        let outer = repository.ask(["rev-parse", "--show-superproject-working-tree"])?;
        if !outer.done()?.trim_ascii().is_empty() {
            let message = format!(
                "`{}` is in a submodule, whose history is as whoever points to it likes",
                project.display()
            );
            let help = "check out the submodule's repository by itself";
            return Err(Failure::new("repository-refused", message)
                .about(project)
                .with_help(help));
        }
    }
    Ok(())
}

/// The current folder by the name under which it was entered, as far as that is known.
fn here() -> Option<PathBuf> {
    let named = PathBuf::from(env::var_os("PWD")?);
    let is_same =
        named.is_absolute() && named.canonicalize().ok()? == env::current_dir().ok()?.canonicalize().ok()?;
    is_same.then_some(named)
}

fn is_in_repository(folder: &Path) -> bool {
    let folder = folder.canonicalize();
    folder.is_ok_and(|folder| folder.ancestors().any(|place| is_there(&place.join(".git"))))
}

fn is_there(path: &Path) -> bool {
    path.symlink_metadata().is_ok()
}
