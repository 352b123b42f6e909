use super::file::{Looked, look};
use super::globs::Globs;
use super::roots::Roots;
use super::{Reason, Search, Skipped, Uses};
use ignore::{DirEntry, Error, WalkBuilder, WalkState};
use std::sync::{Mutex, PoisonError};
use tidegate::delivery::references::Finder;

/// Looks through all files of all roots, in parallel; what is found is in order whoever found it.
pub(super) fn walk(
    search: &Search<'_>,
    finder: &Finder,
    roots: &Roots,
    only: &Globs,
    ignore: &Globs,
) -> Uses {
    let mut folders = roots.folders.iter();
    let Some(first) = folders.next() else {
        return Uses::default();
    };
    let mut builder = WalkBuilder::new(first);
    folders.for_each(|folder| {
        builder.add(folder);
    });
    // Hidden files hold code too; a `.gitignore` counts also where there is no repository.
    builder.hidden(false).require_git(false).follow_links(false);
    let found = Mutex::new(Uses {
        folders: roots.folders.clone(),
        ..Uses::default()
    });
    builder.build_parallel().run(|| {
        let mut bytes = Vec::new();
        let found = &found;
        Box::new(move |entry| {
            let entry = match entry {
                Ok(entry) => entry,
                Err(error) => {
                    add(found, unreadable(&error, roots));
                    return WalkState::Continue;
                }
            };
            if let Some(error) = entry.error() {
                add(found, bad_rule(error, &entry, roots));
            }
            let kind = entry.file_type();
            let is_folder = kind.is_some_and(|kind| kind.is_dir());
            let inside = roots.inside(entry.path());
            if roots.is_own(entry.path()) || ignore.fit(inside, is_folder) {
                return WalkState::Skip;
            }
            if is_folder || !(only.is_empty() || only.fit(inside, false)) {
                return WalkState::Continue;
            }
            let looked = match kind {
                Some(kind) if kind.is_file() => {
                    let shown = roots.shown(entry.path());
                    look(entry.path(), &shown, search, finder, &mut bytes)
                }
                Some(kind) if kind.is_symlink() => skipped(&entry, roots, Reason::Link),
                _ => skipped(&entry, roots, Reason::NoPlainFile),
            };
            add(found, looked);
            WalkState::Continue
        })
    });
    let mut uses = found.into_inner().unwrap_or_else(PoisonError::into_inner);
    uses.uses.sort_unstable();
    uses.skipped.sort_unstable();
    uses.skipped.dedup();
    uses
}

fn add(found: &Mutex<Uses>, looked: Looked) {
    let mut found = found.lock().unwrap_or_else(PoisonError::into_inner);
    found.uses.extend(looked.uses);
    found.skipped.extend(looked.skipped);
    found.lines += looked.lines;
    found.files += usize::from(looked.is_read);
}

fn skipped(entry: &DirEntry, roots: &Roots, reason: Reason) -> Looked {
    Looked {
        skipped: Some(Skipped {
            file: roots.shown(entry.path()),
            reason,
            details: None,
        }),
        ..Looked::default()
    }
}

fn unreadable(error: &Error, roots: &Roots) -> Looked {
    let details = error
        .io_error()
        .map_or_else(|| error.to_string(), ToString::to_string);
    let skipped = Skipped {
        file: path_of(error).map_or_else(String::new, |path| roots.shown(path)),
        reason: Reason::Unreadable,
        details: Some(details),
    };
    Looked {
        skipped: Some(skipped),
        ..Looked::default()
    }
}

/// The rules of an ignore file that could be read count; what is wrong with the others is told.
fn bad_rule(error: &Error, entry: &DirEntry, roots: &Roots) -> Looked {
    Looked {
        skipped: Some(Skipped {
            file: roots.shown(entry.path()),
            reason: Reason::BadIgnoreRule,
            details: Some(error.to_string()),
        }),
        ..Looked::default()
    }
}

fn path_of(error: &Error) -> Option<&std::path::Path> {
    match error {
        Error::WithPath { path, .. } => Some(path),
        Error::WithDepth { err, .. } | Error::WithLineNumber { err, .. } => path_of(err),
        Error::Loop { child, .. } => Some(child),
        Error::Partial(errors) => errors.iter().find_map(path_of),
        _ => None,
    }
}
