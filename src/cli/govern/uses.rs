//! The uses of flags in code: which files there are to look through, and what stands in them.
//!
//! The walk is ripgrep's (`ignore`): in parallel, past what `.gitignore` names, never through links. Nothing else is
//! passed over in silence: what cannot be looked through is told with the reason.

mod file;
mod globs;
mod lookback;
mod roots;
mod walk;

use crate::failure::{Failure, Outcome};
use crate::input::project::Sources;
use crate::report::Reporter;
pub(crate) use globs::Globs;
pub(crate) use lookback::{LookBack, look_back};
use roots::Roots;
pub(crate) use roots::is_own;
use std::path::{Path, PathBuf};
use tidegate::delivery::references::{Finder, How};
use tidegate::model::{Diagnostic, Project};

/// What to look through, and how.
#[derive(Debug)]
pub(crate) struct Search<'s> {
    /// The project's folder.
    folder: &'s Path,
    project: &'s Project,
    /// The project's flags, and after them others that are looked for all the same.
    keys: Vec<&'s str>,
    settings: Settings<'s>,
}

/// What a search is told on the command line.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Settings<'s> {
    /// Folders in place of those that the project names.
    pub(crate) roots: &'s [PathBuf],
    /// How many lines before and after a use are kept.
    pub(crate) context: usize,
    /// Larger files are not looked through.
    pub(crate) largest_bytes: u64,
}

/// Everything that was found.
#[derive(Debug, Default)]
pub(crate) struct Uses {
    /// In the order of files and places.
    pub(crate) uses: Vec<Use>,
    pub(crate) files: usize,
    pub(crate) lines: usize,
    pub(crate) skipped: Vec<Skipped>,
    /// Folders that were looked through, for `git`.
    pub(crate) folders: Vec<PathBuf>,
}

/// One place where code names a flag.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Use {
    /// From the top of the repository, with forward slashes; whole where it lies outside.
    pub(crate) file: String,
    pub(crate) line: usize,
    pub(crate) column: usize,
    pub(crate) key: String,
    /// The number of the project's flag; nothing where no flag has the key.
    pub(crate) flag: Option<usize>,
    pub(crate) how: How,
    pub(crate) text: String,
    pub(crate) before: Vec<String>,
    pub(crate) after: Vec<String>,
}

/// A file or folder that was not looked through, or not as it is.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Skipped {
    pub(crate) file: String,
    pub(crate) reason: Reason,
    pub(crate) details: Option<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Reason {
    Binary,
    TooLarge,
    Link,
    NoPlainFile,
    Unreadable,
    /// Tidegate wrote it: it names flags, and uses none.
    Output,
    /// Looked through as bytes all the same.
    NotUtf8,
    /// A rule of a `.gitignore` that is none.
    BadIgnoreRule,
}

impl Reason {
    pub(crate) const fn word(self) -> &'static str {
        match self {
            Self::Binary => "binary",
            Self::TooLarge => "too-large",
            Self::Link => "symlink",
            Self::NoPlainFile => "no-plain-file",
            Self::Unreadable => "unreadable",
            Self::Output => "written-by-tidegate",
            Self::NotUtf8 => "not-utf8",
            Self::BadIgnoreRule => "bad-ignore-rule",
        }
    }
}

impl<'s> Search<'s> {
    /// Looks for the flags of a project, and for others, which it does not have.
    pub(crate) fn new(
        folder: &'s Path,
        project: &'s Project,
        others: &'s [String],
        settings: Settings<'s>,
    ) -> Self {
        let own = project.flags.iter().map(|flag| flag.key.value.as_str());
        let mut keys: Vec<&str> = own.collect();
        for other in others {
            if !keys.contains(&other.as_str()) {
                keys.push(other);
            }
        }
        Self {
            folder,
            project,
            keys,
            settings,
        }
    }

    /// What finds them, by their numbers.
    pub(crate) fn finder(&self) -> Finder {
        Finder::new(self.keys.iter().copied(), &self.project.hygiene.references)
    }

    /// Does a plain file use any of the flags? What cannot be looked through does not.
    pub(crate) fn is_used_in(&self, path: &Path, finder: &Finder) -> bool {
        let is_plain = path.symlink_metadata().is_ok_and(|entry| entry.is_file());
        let looked = || file::look(path, "", self, finder, &mut Vec::new());
        is_plain && looked().uses.iter().any(|found| found.flag.is_some())
    }

    /// Looks through all files.
    pub(crate) fn run(&self, finder: &Finder, sources: &Sources, reporter: &Reporter) -> Outcome<Uses> {
        let references = &self.project.hygiene.references;
        let globs = Globs::new(&references.only).and_then(|only| Ok((only, Globs::new(&references.ignore)?)));
        let (only, ignore) = globs.map_err(|problem| told(&problem, sources, reporter))?;
        let roots = Roots::new(self.folder, self.settings.roots, &references.roots)?;
        Ok(walk::walk(self, finder, &roots, &only, &ignore))
    }
}

/// Tells a glob that is none.
pub(crate) fn told(problem: &Diagnostic, sources: &Sources, reporter: &Reporter) -> Failure {
    reporter.diagnostic(problem, sources);
    Failure::Told
}
