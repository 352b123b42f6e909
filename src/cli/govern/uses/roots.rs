use crate::failure::{Failure, Outcome};
use std::path::{Path, PathBuf};
use tidegate::model::Spanned;

/// What of a project's folder is the project itself, and no use of a flag.
const OWN: [&str; 14] = [
    "tidegate.yaml",
    "tidegate.yml",
    "tidegate.json",
    "flags",
    "segments",
    "rollouts",
    "policies",
    "populations",
    "audit",
    "approvals",
    "looks",
    ".schema",
    ".tidegate.lock",
    "audit.ndjson",
];

/// Is a path in the project's folder part of the project itself?
pub(crate) fn is_own(path: &str) -> bool {
    let first = path.split('/').next();
    OWN.iter().any(|own| first == Some(own))
}

/// Where code stands.
#[derive(Debug)]
pub(super) struct Roots {
    /// The folders to look through: whole paths, none below another.
    pub(super) folders: Vec<PathBuf>,
    /// What paths are shown from.
    base: PathBuf,
    /// The project's folder.
    project: PathBuf,
}

impl Roots {
    /// The folders that are given, else those that the project names, else the repository, else the project's folder.
    pub(super) fn new(project: &Path, given: &[PathBuf], named: &[Spanned<String>]) -> Outcome<Self> {
        let whole = |path: &Path| {
            path.canonicalize()
                .map_err(|error| Failure::file("read", path, &error))
        };
        let own = whole(project)?;
        let top = own
            .ancestors()
            .find(|folder| folder.join(".git").symlink_metadata().is_ok());
        let base = top.unwrap_or(&own).to_path_buf();
        let mut folders = Vec::new();
        for path in given {
            folders.push(whole(path)?);
        }
        if folders.is_empty() {
            for path in named {
                folders.push(whole(&project.join(&path.value))?);
            }
        }
        if folders.is_empty() {
            folders.push(base.clone());
        }
        folders.sort_unstable();
        folders.dedup();
        let all = folders.clone();
        folders.retain(|folder| {
            !all.iter()
                .any(|other| other != folder && folder.starts_with(other))
        });
        Ok(Self {
            folders,
            base,
            project: own,
        })
    }

    /// A path as it is told.
    pub(super) fn shown(&self, path: &Path) -> String {
        let path = path.strip_prefix(&self.base).unwrap_or(path);
        let parts: Vec<_> = path.iter().map(|part| part.to_string_lossy()).collect();
        match path.has_root() {
            true => path.to_string_lossy().into_owned(),
            false => parts.join("/"),
        }
    }

    /// Is it the project itself, or a repository's own store?
    pub(super) fn is_own(&self, path: &Path) -> bool {
        let store = path
            .file_name()
            .is_some_and(|name| [".git", ".hg", ".svn", ".jj"].iter().any(|store| name == *store));
        let of_the_project = path
            .strip_prefix(&self.project)
            .is_ok_and(|path| OWN.iter().any(|own| path == Path::new(own)));
        store || of_the_project
    }

    /// A path from the folder that it was found in, for globs.
    pub(super) fn inside<'p>(&self, path: &'p Path) -> &'p Path {
        let root = self
            .folders
            .iter()
            .find_map(|folder| path.strip_prefix(folder).ok());
        root.unwrap_or(path)
    }
}
