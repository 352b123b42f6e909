//! Where snapshots are published: a folder, or a bucket at S3, Google Cloud Storage or Azure and what speaks their
//! protocols.

mod bucket;
mod folder;

use crate::failure::{Failure, Outcome};
use bucket::Bucket;
use folder::Folder;

/// A place that files are published to.
#[derive(Debug)]
pub(crate) struct Destination {
    place: Place,
    /// As it was given, for messages.
    name: String,
}

#[derive(Debug)]
enum Place {
    Folder(Folder),
    Bucket(Bucket),
}

/// The state of a file that a write can depend on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Revision {
    etag: Option<String>,
    /// What stores that count generations ask for in place of an ETag.
    version: Option<String>,
}

impl Revision {
    /// The strong or weak entity tag, as it stands in HTTP.
    pub(crate) fn etag(&self) -> Option<&str> {
        self.etag.as_deref()
    }
}

/// A file that was read.
#[derive(Debug)]
pub(crate) struct Object {
    pub(crate) bytes: Vec<u8>,
    pub(crate) revision: Revision,
}

/// What reading comes to.
#[derive(Debug)]
pub(crate) enum Read {
    Missing,
    /// It still has the ETag that the reader knows.
    Unchanged,
    Found(Object),
}

impl Read {
    /// The file, where there is one.
    pub(crate) fn found(self) -> Option<Object> {
        match self {
            Self::Found(object) => Some(object),
            Self::Missing | Self::Unchanged => None,
        }
    }
}

/// What must hold for a write to happen.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Condition {
    /// There is no such file yet.
    Absent,
    /// The file is still what was read.
    Still(Revision),
}

/// What writing comes to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Written {
    Done,
    /// The condition did not hold, and nothing was written.
    Conflict,
}

/// A file in a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Entry {
    pub(crate) name: String,
    pub(crate) bytes: u64,
    pub(crate) modified_ms: i64,
}

/// What lies directly in a folder.
#[derive(Debug, Default)]
pub(crate) struct Listing {
    pub(crate) files: Vec<Entry>,
    pub(crate) folders: Vec<String>,
}

impl Destination {
    /// A folder's path, or a URL like `s3://bucket/folder`, `gs://bucket/folder`, `az://container/folder`.
    ///
    /// What a bucket needs beyond that, such as credentials, region or endpoint, comes from the environment, by the names
    /// that its own tools use.
    pub(crate) fn open(text: &str) -> Outcome<Self> {
        let place = match text.split_once("://") {
            None => Place::Folder(Folder::new(text)),
            Some(("file", path)) if path.starts_with('/') => Place::Folder(Folder::new(path)),
            Some((scheme, rest)) => Place::Bucket(Bucket::open(text, scheme, rest)?),
        };
        Ok(Self {
            place,
            name: text.trim_end_matches('/').to_owned(),
        })
    }

    /// The folder, where it is one on this machine.
    pub(crate) fn folder(&self) -> Option<&std::path::Path> {
        match &self.place {
            Place::Folder(folder) => Some(folder.path()),
            Place::Bucket(_) => None,
        }
    }

    /// The full name of a file, or without a path the destination's own, for messages.
    pub(crate) fn full(&self, path: &str) -> String {
        match path {
            "" => self.name.clone(),
            _ => format!("{}/{path}", self.name),
        }
    }

    /// Reads a file of at most so many bytes, unless it still has the ETag that is known.
    ///
    /// A path that leads out of the destination names nothing.
    pub(crate) async fn read(&self, path: &str, most_bytes: u64, etag: Option<&str>) -> Outcome<Read> {
        if !is_inside(path) {
            return Ok(Read::Missing);
        }
        let read = match &self.place {
            Place::Folder(folder) => folder.read(path, most_bytes, etag).await,
            Place::Bucket(bucket) => bucket.read(path, most_bytes, etag).await,
        };
        read.map_err(|problem| self.failure("read", path, problem))
    }

    /// Writes a file all at once, with the headers that are right for it, if the condition holds.
    pub(crate) async fn write(&self, path: &str, bytes: Vec<u8>, condition: Condition) -> Outcome<Written> {
        if !is_inside(path) {
            let problem = Problem::other("the path leads out of the destination");
            return Err(self.failure("write", path, problem));
        }
        let written = match &self.place {
            Place::Folder(folder) => folder.write(path, bytes, condition).await,
            Place::Bucket(bucket) => bucket.write(path, bytes, condition).await,
        };
        written.map_err(|problem| self.failure("write", path, problem))
    }

    /// What lies directly in a folder, in no order; nothing where there is no such folder.
    pub(crate) async fn list(&self, path: &str) -> Outcome<Listing> {
        if !path.is_empty() && !is_inside(path) {
            return Ok(Listing::default());
        }
        let listed = match &self.place {
            Place::Folder(folder) => folder.list(path).await,
            Place::Bucket(bucket) => bucket.list(path).await,
        };
        listed.map_err(|problem| self.failure("read", path, problem))
    }

    fn failure(&self, verb: &str, path: &str, problem: Problem) -> Failure {
        let full = self.full(path);
        let message = format!("cannot {verb} `{full}`: {}", problem.reason);
        let failure = match verb {
            "write" => Failure::new("cannot-write", message),
            _ => Failure::new("cannot-read", message),
        };
        let failure = failure.about(full.as_ref());
        match problem.help {
            Some(help) => failure.with_help(help),
            None => failure,
        }
    }
}

/// Why a file could not be read or written.
#[derive(Debug)]
struct Problem {
    reason: String,
    help: Option<&'static str>,
}

impl Problem {
    fn other(reason: impl Into<String>) -> Self {
        Self {
            reason: reason.into(),
            help: None,
        }
    }

    fn too_large(most_bytes: u64) -> Self {
        Self::other(format!("it is larger than {most_bytes} bytes"))
    }
}

/// Does every step of a path lead downward?
fn is_inside(path: &str) -> bool {
    path.split('/')
        .all(|step| !step.is_empty() && !step.starts_with('.') && !step.contains(['\\', ':', '\0']))
}

/// Runs what waits for files and networks.
pub(crate) fn wait<T>(work: impl Future<Output = Outcome<T>>) -> Outcome<T> {
    tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .map_err(|error| Failure::new("cannot-start", format!("cannot start the runtime: {error}")))?
        .block_on(work)
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::indexing_slicing)]
mod tests;
