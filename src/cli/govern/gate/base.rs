use super::approvals;
use crate::failure::{Failure, Outcome};
use crate::input::file;
use crate::input::git::{Commit, EntryKind, Repository, TreeEntry, straight};
use crate::input::project::ProjectFiles;
use crate::report::Reporter;
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use tidegate::delivery::change::sound;
use tidegate::model::Project;

/// Where the audit log is kept, in the project's folder.
pub(super) const LOG_FOLDER: &str = "audit";
/// What is larger is no month of it.
const LARGEST_LOG: u64 = 256 << 20;

const NO_REPOSITORY: &str =
    "`git init` makes one; --against also takes a folder, which begins with `.` or `/`";

/// What was before a change.
pub(crate) struct Base {
    /// The project; nothing where there was none.
    pub(crate) project: Option<Project>,
    pub(crate) files: Option<ProjectFiles>,
    pub(super) place: Place,
}

/// Where it is.
pub(super) enum Place {
    Folder(PathBuf),
    Commit(Repository, Commit),
}

impl Base {
    /// A commit by name, or a folder: only what begins with `.` or `/` is one, so that nobody who can add a folder called
    /// like a branch can take its place.
    ///
    /// What has no project is refused, unless it is said that this change brings the first: otherwise whatever keeps the
    /// project before from being found would be a way past its policy.
    pub(crate) fn open(given: &str, project: &Path, first: bool, reporter: &Reporter) -> Outcome<Self> {
        let (place, files) = match is_path(given) {
            true => {
                straight(project, None)?;
                let folder = PathBuf::from(given);
                let files = ProjectFiles::read(&folder)?;
                let files = match files.has_settings() {
                    true => Ok(files),
                    false => {
                        let message = format!("the folder `{given}` has no `tidegate.yaml`");
                        Err(Failure::new("not-in-folder", message).about(&folder))
                    }
                };
                (Place::Folder(folder), files)
            }
            false => {
                let repository = Repository::of(project)
                    .map_err(|failure| failure.help_with("not-a-repository", NO_REPOSITORY))?;
                straight(project, Some(&repository))?;
                let commit = repository.commit(given)?;
                let files = ProjectFiles::of_commit(project, &repository, &commit);
                (Place::Commit(repository, commit), files)
            }
        };
        let files = match files {
            Err(failure) if failure.is("not-in-commit") || failure.is("not-in-folder") => match first {
                true => None,
                false => {
                    let help = "where this change brings the first project, say so: --first";
                    return Err(failure.with_help(help));
                }
            },
            files => Some(files?),
        };
        if first && files.is_some() {
            let message = format!("--first says that there was no project in `{given}`, and there is one");
            return Err(Failure::new("not-first", message).with_help("leave --first out from now on"));
        }
        let project = match &files {
            None => None,
            Some(files) => Some(readable(files, given, reporter)?),
        };
        Ok(Self {
            project,
            files,
            place,
        })
    }

    /// The audit log that was there, its files by name.
    pub(super) fn log(&self) -> Outcome<Vec<(String, Vec<u8>)>> {
        match &self.place {
            Place::Folder(folder) => log_in(folder),
            Place::Commit(..) if self.files.is_none() => Ok(Vec::new()),
            Place::Commit(repository, commit) => {
                let entries = repository.files(commit, &[format!("{LOG_FOLDER}/")])?;
                let is_log = |entry: &&TreeEntry| entry.kind == EntryKind::File && entry.bytes <= LARGEST_LOG;
                let entries: Vec<&TreeEntry> = entries.iter().filter(is_log).collect();
                let contents = repository.contents(&entries)?;
                let name = |entry: &TreeEntry| entry.path.rsplit('/').next().unwrap_or_default().to_owned();
                Ok(entries.into_iter().map(name).zip(contents).collect())
            }
        }
    }

    /// The names of the approvals that were there.
    pub(super) fn approvals(&self) -> Outcome<BTreeSet<String>> {
        match &self.place {
            Place::Folder(folder) => {
                let folder = folder.join(approvals::FOLDER);
                match folder.is_dir() {
                    true => Ok(approvals::names(&folder, "json")?.into_iter().collect()),
                    false => Ok(BTreeSet::new()),
                }
            }
            Place::Commit(repository, commit) => {
                if self.files.is_none() {
                    return Ok(BTreeSet::new());
                }
                let entries = repository.files(commit, &[format!("{}/", approvals::FOLDER)])?;
                let names = entries.iter().filter_map(|entry| entry.path.rsplit('/').next());
                Ok(names.map(str::to_owned).collect())
            }
        }
    }
}

impl Base {
    /// What every approval held that is there or ever was, as far as git knows: one that was taken out with the change that
    /// it let in is no new one when both come back.
    pub(super) fn spent(&self) -> Outcome<Vec<Vec<u8>>> {
        match &self.place {
            Place::Folder(folder) => approvals::all(folder),
            Place::Commit(repository, commit) => {
                repository.ever_in(approvals::FOLDER, commit, approvals::LARGEST_APPROVAL)
            }
        }
    }
}

/// Is it a folder or a file, and no name of a commit? Only what cannot be called like a branch is.
pub(crate) fn is_path(given: &str) -> bool {
    given.starts_with(['.', '/']) || Path::new(given).is_absolute()
}

/// The files of the audit log in a project's folder, by name.
pub(super) fn log_in(project: &Path) -> Outcome<Vec<(String, Vec<u8>)>> {
    let folder = project.join(LOG_FOLDER);
    if !folder.is_dir() {
        return Ok(Vec::new());
    }
    let read = |name: String| Ok((name.clone(), file::read(&folder.join(name), LARGEST_LOG)?));
    approvals::names(&folder, "jsonl")?
        .into_iter()
        .map(read)
        .collect()
}

/// The project as it was, whose flags may have errors, but not its people and its policy: they decide.
fn readable(files: &ProjectFiles, given: &str, reporter: &Reporter) -> Outcome<Project> {
    let (project, problems) = files.check();
    match project.filter(|project| !project.left_out.iter().any(|path| path == "tidegate")) {
        Some(project) => Ok(sound(&project)),
        None => {
            reporter.diagnostics(&problems, &files.sources());
            let message =
                format!("`tidegate.yaml` cannot be read as it is in `{given}`, and it is what decides");
            Err(Failure::new("before-unreadable", message))
        }
    }
}
