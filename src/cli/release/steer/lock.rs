//! The lock that keeps others from a project that is about to be changed.

use super::intent::Intent;
use crate::failure::{Failure, Outcome};
use crate::report::Reporter;
use std::fs::{File, TryLockError};
use std::path::{Path, PathBuf};

const LOCK: &str = ".tidegate.lock";

/// The lock of a project, held until it is dropped or the process ends, however it ends.
#[derive(Debug)]
pub(crate) struct Lock {
    path: PathBuf,
    file: File,
}

impl Lock {
    /// Waits until nobody else holds it.
    pub(crate) fn take(folder: &Path, reporter: &Reporter) -> Outcome<Self> {
        let lock = Self::open(folder)?;
        match lock.file.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => {
                let message = format!(
                    "another command changes `{}`, this one waits for it",
                    folder.display()
                );
                reporter.warn(&Failure::new("project-locked", message));
                lock.file.lock().map_err(|error| lock.failed(&error))?;
            }
            Err(TryLockError::Error(error)) => return Err(lock.failed(&error)),
        }
        Ok(lock)
    }

    /// The lock, if nobody else holds it.
    pub(super) fn if_free(folder: &Path) -> Outcome<Option<Self>> {
        let lock = Self::open(folder)?;
        match lock.file.try_lock() {
            Ok(()) => Ok(Some(lock)),
            Err(TryLockError::WouldBlock) => Ok(None),
            Err(TryLockError::Error(error)) => Err(lock.failed(&error)),
        }
    }

    fn open(folder: &Path) -> Outcome<Self> {
        let path = folder.join(LOCK);
        let mut options = File::options();
        let opened = options
            .read(true)
            .write(true)
            .create(true)
            .truncate(false)
            .open(&path);
        let file = opened.map_err(|error| Failure::file("write", &path, &error))?;
        Ok(Self { path, file })
    }

    fn failed(&self, error: &std::io::Error) -> Failure {
        Failure::file("write", &self.path, error)
    }

    pub(super) fn intent(&mut self) -> Outcome<Option<Intent>> {
        Intent::read(&mut self.file).map_err(|error| Failure::file("read", &self.path, &error))
    }

    pub(super) fn note(&mut self, intent: &Intent) -> Outcome {
        let written = intent.write(&mut self.file);
        written.map_err(|error| Failure::file("write", &self.path, &error))
    }

    pub(super) fn clear(&mut self) -> Outcome {
        let cleared = self.file.set_len(0);
        cleared.map_err(|error| Failure::file("write", &self.path, &error))
    }
}
