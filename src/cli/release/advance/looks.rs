//! The looks at a flag: `looks/<environment>/<flag>.ndjson` in the project's folder.

use crate::failure::{Failure, Outcome};
use crate::input::file;
use crate::report::Reporter;
use std::fs::{self, File, TryLockError};
use std::io::{self, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};
use tidegate::delivery::judge::{Look, Looks};

const FOLDER: &str = "looks";
const LOCK: &str = ".lock";

/// More than a look every minute for half a year.
const MOST_BYTES: u64 = 512 << 20;

/// The file of one flag in one environment, as it was read.
#[derive(Debug)]
pub(crate) struct LookFile {
    path: PathBuf,
    pub(crate) looks: Vec<Look>,
    /// What stands behind was being written when its writer ended.
    good_bytes: u64,
}

impl LookFile {
    /// Reads the looks so far; damage is an error, since nothing should be promoted on what may be missing.
    pub(crate) fn read(project: &Path, environment: &str, flag: &str) -> Outcome<Self> {
        let path = folder(project, environment).join(format!("{flag}.ndjson"));
        let bytes = match path.symlink_metadata() {
            Err(error) if error.kind() == io::ErrorKind::NotFound => Vec::new(),
            _ => file::read(&path, MOST_BYTES)?,
        };
        let damaged = |line: usize, message: &str| {
            let message = format!("`{}`, line {line}: {message}", path.display());
            Failure::new("look-damaged", message).about(&path).with_help(
                "mend the line, or take the file away: the plan begins again without what was seen before",
            )
        };
        // A character may be cut off at the end as well as a line.
        let whole = bytes
            .iter()
            .rposition(|byte| *byte == b'\n')
            .map_or(0, |end| end + 1);
        let text = std::str::from_utf8(bytes.get(..whole).unwrap_or_default()).map_err(|error| {
            let before = bytes.get(..error.valid_up_to()).unwrap_or_default();
            let lines = before.iter().filter(|byte| **byte == b'\n').count();
            damaged(lines + 1, "it is not UTF-8")
        })?;
        let read = Looks::read(text).map_err(|error| damaged(error.line, &error.message))?;
        Ok(Self {
            looks: read.looks,
            good_bytes: read.good_bytes as u64,
            path,
        })
    }

    /// Adds a look, in the place of what was cut off, and waits until it is safe on the disk.
    pub(super) fn append(&mut self, look: Look) -> Outcome {
        let line = look.line();
        self.write(&line)
            .map_err(|error| Failure::file("write", &self.path, &error))?;
        self.good_bytes = self.good_bytes.saturating_add(line.len() as u64);
        self.looks.push(look);
        Ok(())
    }

    fn write(&self, line: &str) -> io::Result<()> {
        let folder = self.path.parent().unwrap_or(&self.path);
        fs::create_dir_all(folder)?;
        let is_new = self.path.symlink_metadata().is_err();
        let mut file = File::options()
            .write(true)
            .create(true)
            .truncate(false)
            .open(&self.path)?;
        file.set_len(self.good_bytes)?;
        file.seek(SeekFrom::End(0))?;
        file.write_all(line.as_bytes())?;
        file.sync_all()?;
        match is_new {
            true => file::sync_folder(folder),
            false => Ok(()),
        }
    }
}

/// Waits until nobody else looks at this environment; the system lets go of it when its holder ends, however it ends.
pub(super) fn lock(project: &Path, environment: &str, reporter: &Reporter) -> Outcome<File> {
    let folder = folder(project, environment);
    let path = folder.join(LOCK);
    let failed = |error: io::Error| Failure::file("write", &path, &error);
    // Only in a project that there is.
    let known = project
        .is_dir()
        .then_some(())
        .ok_or(io::ErrorKind::NotFound.into());
    known.map_err(|error| Failure::file("read", project, &error))?;
    fs::create_dir_all(&folder).map_err(failed)?;
    let file = File::options()
        .write(true)
        .create(true)
        .truncate(false)
        .open(&path)
        .map_err(failed)?;
    match file.try_lock() {
        Ok(()) => {}
        Err(TryLockError::WouldBlock) => {
            let message = format!("another `advance` looks at `{environment}`, this one waits for it");
            reporter.warn(&Failure::new("project-locked", message));
            file.lock().map_err(failed)?;
        }
        Err(TryLockError::Error(error)) => return Err(failed(error)),
    }
    Ok(file)
}

fn folder(project: &Path, environment: &str) -> PathBuf {
    project.join(FOLDER).join(environment)
}
