//! A project's folder as files for the reader: only known places, nothing from outside the folder, nothing endless.

mod commit;
mod sources;

use crate::failure::{Failure, Outcome};
use std::fs::{self, File};
use std::io::{self, Read};
use std::path::{Path, PathBuf};
use tidegate::compile::lint;
use tidegate::model::{self, Diagnostic, Place, Project, SourceFile};

pub(crate) use sources::Sources;

const ENDINGS: [&str; 3] = ["yaml", "yml", "json"];

/// The folders with documents in them.
const PLACES: [&str; 4] = ["flags", "rollouts", "segments", "policies"];

/// Files with more bytes than the reader takes are not read either.
const LARGEST_DOCUMENT: u64 = 4 << 20;
const LARGEST_LIST: u64 = 256 << 20;
const MOST_FILES: usize = 250_000;

/// The files that make a project.
#[derive(Debug, Clone)]
pub(crate) struct ProjectFiles {
    folder: PathBuf,
    files: Vec<SourceFile>,
    /// What keeps files from being read as text, and what their text is as far as it can be shown.
    unreadable: Vec<Diagnostic>,
    shown: Vec<SourceFile>,
}

impl ProjectFiles {
    /// Reads `tidegate.yaml`, the files of `flags`, `rollouts`, `segments` and `policies`, and the lists that segments name.
    pub(crate) fn read(folder: &Path) -> Outcome<Self> {
        let failed = |error: io::Error| Failure::file("read", folder, &error);
        let root = folder.canonicalize().map_err(failed)?;
        if !root.is_dir() {
            return Err(failed(io::ErrorKind::NotADirectory.into()));
        }
        let mut reading = Reading {
            root,
            read: Self {
                folder: folder.to_path_buf(),
                files: Vec::new(),
                unreadable: Vec::new(),
                shown: Vec::new(),
            },
        };
        for ending in ENDINGS {
            let path = format!("tidegate.{ending}");
            if reading.root.join(&path).symlink_metadata().is_ok() {
                reading.file(path, LARGEST_DOCUMENT);
            }
        }
        for place in PLACES {
            reading.documents_in(place, true)?;
        }
        for path in model::lists_named(&reading.read.files) {
            let known = reading.read.files.iter().any(|file| file.path == path);
            // A list that is not there is told by the reader, where it is named.
            if !known && reading.root.join(&path).symlink_metadata().is_ok() {
                reading.file(path, LARGEST_LIST);
            }
        }
        Ok(reading.read)
    }

    /// The text of a file.
    pub(crate) fn text(&self, path: &str) -> Option<&str> {
        let file = self.files.iter().find(|file| file.path == path)?;
        Some(&file.text)
    }

    /// Path and text of every file that is one.
    pub(crate) fn texts(&self) -> impl Iterator<Item = (&str, &str)> {
        self.files
            .iter()
            .map(|file| (file.path.as_str(), file.text.as_str()))
    }

    /// The path of everything that was found, whether it could be read or not.
    pub(crate) fn paths(&self) -> impl Iterator<Item = &str> {
        let unreadable = self.unreadable.iter().map(|problem| problem.place.file.as_ref());
        self.texts().map(|(path, _)| path).chain(unreadable)
    }

    /// Is there a `tidegate.yaml`, whatever it says?
    pub(crate) fn has_settings(&self) -> bool {
        let files = self.files.iter().chain(&self.shown);
        let mut paths = files.map(|file| file.path.as_str());
        paths.any(|path| path.starts_with("tidegate."))
            || self
                .unreadable
                .iter()
                .any(|problem| problem.place.file.starts_with("tidegate."))
    }

    /// The same files but for one, whose text is another.
    pub(crate) fn with_text(&self, path: &str, text: String) -> Self {
        let mut changed = self.clone();
        changed
            .files
            .iter_mut()
            .filter(|file| file.path == path)
            .for_each(|file| file.text.clone_from(&text));
        changed
    }

    /// The project, where there is one, and everything that is wrong with it, in the order of files and lines.
    pub(crate) fn check(&self) -> (Option<Project>, Vec<Diagnostic>) {
        let (mut project, mut problems) = model::read(&self.files);
        // What cannot be read is not missing.
        let is_settings = |problem: &Diagnostic| problem.place.file.starts_with("tidegate.");
        if self.unreadable.iter().any(is_settings) {
            problems.retain(|problem| problem.code != "missing-file" || !is_settings(problem));
        }
        if let Some(project) = &mut project {
            // They are there all the same, and nobody who names them is wrong.
            let paths = self.unreadable.iter().map(|problem| &problem.place.file);
            let left_out = paths.filter_map(|path| Some(path.rsplit_once('.')?.0.to_owned()));
            project.left_out.extend(left_out);
        }
        problems.extend(self.unreadable.iter().cloned());
        if let Some(project) = &project {
            problems.extend(lint(project));
        }
        problems.sort_by(|a, b| key(a).cmp(&key(b)));
        problems.dedup();
        (project, problems)
    }

    /// The folders that files were read from or would be, the project's own first; not those that lie below others.
    pub(crate) fn folders(&self) -> Vec<PathBuf> {
        let places = PLACES.map(|place| self.folder.join(place));
        let mut folders = vec![self.folder.clone()];
        let of_lists = self.files.iter().filter_map(|file| {
            let parent = self.folder.join(Path::new(&file.path).parent()?);
            (!places.iter().any(|place| parent.starts_with(place))).then_some(parent)
        });
        for folder in places.iter().cloned().chain(of_lists) {
            if folder.is_dir() && folder != self.folder && !folders.contains(&folder) {
                folders.push(folder);
            }
        }
        folders
    }

    /// The texts, to show problems in.
    pub(crate) fn sources(&self) -> Sources {
        let mut sources = Sources {
            folder: self.folder.clone(),
            ..Sources::default()
        };
        for file in self.files.iter().chain(&self.shown) {
            sources.add(&file.path, &file.text);
        }
        sources
    }

    /// Adds a file, or notes that it is no text.
    fn add(&mut self, path: String, bytes: Vec<u8>) {
        match String::from_utf8(bytes) {
            Ok(text) => self.files.push(SourceFile { path, text }),
            Err(error) => {
                let valid = error.utf8_error().valid_up_to();
                let before = String::from_utf8_lossy(error.as_bytes().get(..valid).unwrap_or_default());
                let place = Place {
                    file: path.as_str().into(),
                    start: valid,
                    end: valid + char::REPLACEMENT_CHARACTER.len_utf8(),
                    line: before.matches('\n').count() + 1,
                    column: before.rsplit('\n').next().unwrap_or_default().chars().count() + 1,
                };
                let message = "the file is not UTF-8 from here on";
                self.unreadable
                    .push(Diagnostic::error("not-utf8", &place, message));
                let text = String::from_utf8_lossy(error.as_bytes()).into_owned();
                self.shown.push(SourceFile { path, text });
            }
        }
    }

    fn refuse(&mut self, code: &'static str, path: &str, message: &str) {
        let place = Place {
            file: path.into(),
            line: 1,
            column: 1,
            ..Place::default()
        };
        self.unreadable.push(Diagnostic::error(code, &place, message));
    }
}

fn key(problem: &Diagnostic) -> (bool, &str, usize, usize) {
    let Place {
        file, start, line, ..
    } = &problem.place;
    (!file.starts_with("tidegate."), file, *line, *start)
}

struct Reading {
    root: PathBuf,
    read: ProjectFiles,
}

impl Reading {
    /// Reads the documents of a folder; those one folder deeper are only named, for the reader to warn about.
    fn documents_in(&mut self, place: &str, top: bool) -> Outcome {
        let folder = self.root.join(place);
        if folder.symlink_metadata().is_err() {
            return Ok(());
        }
        if !self.is_inside(&folder) {
            self.read.refuse(
                "symlink-outside-project",
                place,
                "the folder lies outside of the project",
            );
            return Ok(());
        }
        let failed = |error: io::Error| Failure::file("read", &folder, &error);
        let mut names = Vec::new();
        for entry in fs::read_dir(&folder).map_err(failed)? {
            let name = entry.map_err(failed)?.file_name();
            names.push(name.to_string_lossy().into_owned());
        }
        names.sort_unstable();
        if names.len() + self.read.files.len() > MOST_FILES {
            let message = format!("`{}` holds more than {MOST_FILES} files", folder.display());
            return Err(Failure::new("too-many-files", message).about(&folder));
        }
        // Hidden files are editors' own.
        for name in names.iter().filter(|name| !name.starts_with('.')) {
            let path = format!("{place}/{name}");
            let is_document = ENDINGS
                .iter()
                .any(|ending| name.strip_suffix(ending).is_some_and(|stem| stem.ends_with('.')));
            if is_document && top {
                self.file(path, LARGEST_DOCUMENT);
            } else if is_document {
                let text = String::new();
                self.read.files.push(SourceFile { path, text });
            } else if top
                && folder
                    .join(name)
                    .symlink_metadata()
                    .is_ok_and(|entry| entry.is_dir())
            {
                self.documents_in(&path, false)?;
            }
        }
        Ok(())
    }

    /// Reads one file, or notes why not.
    fn file(&mut self, path: String, most_bytes: u64) {
        let full = self.root.join(&path);
        if !self.is_inside(&full) {
            let message = match full.metadata() {
                Ok(_) => "the file lies outside of the project".to_owned(),
                Err(error) => format!("the file cannot be read: {error}"),
            };
            return self.read.refuse("symlink-outside-project", &path, &message);
        }
        let mut bytes = Vec::new();
        // What is not a plain file, such as a pipe, might never end or never begin.
        let read = match full.metadata() {
            Ok(entry) if !entry.is_file() => Err(io::Error::other("it is not a plain file")),
            Ok(_) => File::open(&full).and_then(|file| file.take(most_bytes + 1).read_to_end(&mut bytes)),
            Err(error) => Err(error),
        };
        if let Err(error) = read {
            return self
                .read
                .refuse("cannot-read", &path, &format!("the file cannot be read: {error}"));
        }
        if bytes.len() as u64 > most_bytes {
            let message = format!("the file is larger than {most_bytes} bytes");
            return self.read.refuse("file-too-large", &path, &message);
        }
        self.read.add(path, bytes);
    }

    fn is_inside(&self, path: &Path) -> bool {
        path.canonicalize()
            .is_ok_and(|target| target.starts_with(&self.root))
    }
}
