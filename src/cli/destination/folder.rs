use super::{Condition, Entry, Listing, Object, Problem, Read, Revision, Written};
use crate::input::file;
use data_encoding::HEXLOWER;
use sha2::{Digest, Sha512};
use std::fs::{self, File};
use std::io::{self, Read as _};
use std::path::{Path, PathBuf};
use std::time::SystemTime;

/// A folder on this machine, or on a disk that it shares.
#[derive(Debug, Clone)]
pub(super) struct Folder {
    path: PathBuf,
}

impl Folder {
    pub(super) fn new(path: impl Into<PathBuf>) -> Self {
        Self { path: path.into() }
    }

    pub(super) fn path(&self) -> &Path {
        &self.path
    }

    pub(super) async fn read(
        &self,
        path: &str,
        most_bytes: u64,
        etag: Option<&str>,
    ) -> Result<Read, Problem> {
        let path = self.path.join(path);
        let etag = etag.map(str::to_owned);
        blocking(move || {
            Ok(match read(&path, most_bytes)? {
                None => Read::Missing,
                Some(object) if etag.is_some() && object.revision.etag == etag => Read::Unchanged,
                Some(object) => Read::Found(object),
            })
        })
        .await
    }

    pub(super) async fn write(
        &self,
        path: &str,
        bytes: Vec<u8>,
        condition: Condition,
    ) -> Result<Written, Problem> {
        let path = self.path.join(path);
        blocking(move || match condition {
            Condition::Absent => create(&path, &bytes),
            Condition::Still(revision) => exchange(&path, &bytes, &revision),
        })
        .await
    }

    pub(super) async fn list(&self, path: &str) -> Result<Listing, Problem> {
        let path = self.path.join(path);
        blocking(move || list(&path)).await
    }
}

/// Files are read and written on a thread of their own, so that others are served meanwhile.
async fn blocking<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, Problem> + Send + 'static,
) -> Result<T, Problem> {
    match tokio::task::spawn_blocking(work).await {
        Ok(done) => done,
        Err(error) => Err(Problem::other(error.to_string())),
    }
}

fn read(path: &Path, most_bytes: u64) -> Result<Option<Object>, Problem> {
    let mut bytes = Vec::new();
    let opened = File::open(path).and_then(|file| {
        if file.metadata()?.is_dir() {
            return Err(io::ErrorKind::IsADirectory.into());
        }
        file.take(most_bytes.saturating_add(1)).read_to_end(&mut bytes)
    });
    match opened {
        Err(error)
            if matches!(
                error.kind(),
                io::ErrorKind::NotFound | io::ErrorKind::NotADirectory
            ) =>
        {
            return Ok(None);
        }
        Err(error) => return Err(problem(&error)),
        Ok(_) => {}
    }
    if bytes.len() as u64 > most_bytes {
        return Err(Problem::too_large(most_bytes));
    }
    let revision = revision(&bytes);
    Ok(Some(Object { bytes, revision }))
}

/// The bytes themselves, so that copying a folder or touching a file changes nothing.
fn revision(bytes: &[u8]) -> Revision {
    let digest = Sha512::digest(bytes);
    let short = digest.first_chunk::<16>().copied().unwrap_or_default();
    Revision {
        etag: Some(format!("\"{}\"", HEXLOWER.encode(&short))),
        version: None,
    }
}

fn create(path: &Path, bytes: &[u8]) -> Result<Written, Problem> {
    let folder = made_folder(path)?;
    let temporary = file::temporary(folder, bytes).map_err(|error| problem(&error))?;
    match temporary.persist_noclobber(path) {
        Ok(_) => synced(folder),
        Err(failed) if failed.error.kind() == io::ErrorKind::AlreadyExists => Ok(Written::Conflict),
        Err(failed) => Err(problem(&failed.error)),
    }
}

fn exchange(path: &Path, bytes: &[u8], expected: &Revision) -> Result<Written, Problem> {
    let folder = made_folder(path)?;
    let _lock = lock(path, folder).map_err(|error| problem(&error))?;
    let current = read(path, u64::MAX)?;
    if current.is_none_or(|current| current.revision != *expected) {
        return Ok(Written::Conflict);
    }
    file::temporary(folder, bytes)
        .and_then(|temporary| Ok(temporary.persist(path)?))
        .map_err(|error| problem(&error))?;
    synced(folder)
}

/// Holds off others that would exchange the same file; the system lets go of it when its holder ends, however it ends.
fn lock(path: &Path, folder: &Path) -> io::Result<File> {
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    let lock = File::options()
        .write(true)
        .create(true)
        .truncate(false)
        .open(folder.join(format!(".{name}.lock")))?;
    lock.lock()?;
    Ok(lock)
}

fn made_folder(path: &Path) -> Result<&Path, Problem> {
    let folder = path.parent().unwrap_or(path);
    fs::create_dir_all(folder).map_err(|error| problem(&error))?;
    Ok(folder)
}

/// The order of writes must survive a loss of power: what points somewhere is not there before what it points to.
fn synced(folder: &Path) -> Result<Written, Problem> {
    file::sync_folder(folder).map_err(|error| problem(&error))?;
    Ok(Written::Done)
}

fn list(path: &Path) -> Result<Listing, Problem> {
    let mut listing = Listing::default();
    let entries = match fs::read_dir(path) {
        Err(error)
            if matches!(
                error.kind(),
                io::ErrorKind::NotFound | io::ErrorKind::NotADirectory
            ) =>
        {
            return Ok(listing);
        }
        entries => entries.map_err(|error| problem(&error))?,
    };
    for entry in entries {
        let entry = entry.map_err(|error| problem(&error))?;
        let Ok(name) = entry.file_name().into_string() else {
            continue;
        };
        // Locks and files that are half written.
        if name.starts_with('.') {
            continue;
        }
        let about = entry.metadata().map_err(|error| problem(&error))?;
        if about.is_dir() {
            listing.folders.push(name);
            continue;
        }
        let since = about
            .modified()
            .ok()
            .and_then(|time| time.duration_since(SystemTime::UNIX_EPOCH).ok());
        listing.files.push(Entry {
            name,
            bytes: about.len(),
            modified_ms: since.map_or(0, |since| i64::try_from(since.as_millis()).unwrap_or(i64::MAX)),
        });
    }
    Ok(listing)
}

fn problem(error: &io::Error) -> Problem {
    Problem::other(match error.kind() {
        io::ErrorKind::PermissionDenied => "permission denied".to_owned(),
        io::ErrorKind::IsADirectory => "it is a folder".to_owned(),
        _ => error.to_string(),
    })
}
