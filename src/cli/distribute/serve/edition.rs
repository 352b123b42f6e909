use super::shelf::Lifetime;
use crate::failure::{Failure, Outcome};
use crate::layout;
use axum::body::Bytes;
use sha2::{Digest, Sha512};
use tidegate::snapshot::Header;
use tidegate::trust::{Document, Head, Kind, Pointer, Root};
use tidegate::{Error, Scope};

/// What is published at one place, as far as its files agree with one another: a snapshot, and the head that points to
/// it where there is one.
///
/// Nothing is verified: who signed is for clients to judge, and for [`Vouch`](super::vouch::Vouch).
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Edition {
    pub(super) scope: Scope,
    pub(super) version: u64,
    pub(super) lifetime: Option<Lifetime>,
    /// The newest root when the head was made.
    pub(super) root_version: u64,
    /// The head's frame; a snapshot that stands alone has none.
    pub(super) head: Bytes,
    /// The snapshot's frame.
    pub(super) snapshot: Bytes,
    /// Where the head says that the snapshot is.
    pub(super) url: Option<String>,
}

impl Edition {
    /// A head, and the snapshot that it points to.
    pub(super) fn of_head(frame: Bytes, head: Head, snapshot: Bytes) -> Outcome<Self> {
        let found: [u8; 64] = Sha512::digest(&snapshot).into();
        if found != head.snapshot.digest || snapshot.len() != head.snapshot.length as usize {
            let message = format!("`{}` is not the file that the head points to", head.snapshot.url);
            return Err(Failure::new("SNAPSHOT_MISMATCH", message));
        }
        Ok(Self {
            scope: head.scope,
            version: head.version,
            lifetime: Some(Lifetime {
                issued_at_ms: head.issued_at_ms,
                expires_ms: head.expires_ms,
            }),
            root_version: head.root_version,
            head: frame,
            snapshot,
            url: Some(head.snapshot.url),
        })
    }

    /// What a `latest` holds without a `head` beside it: a snapshot alone, or with a head before it where the first
    /// publication has not ended.
    pub(super) fn of_latest(bytes: &Bytes) -> Outcome<Self> {
        let documents = Document::all(bytes).map_err(|error| refused(layout::LATEST, &error))?;
        match documents.as_slice() {
            [snapshot] if snapshot.kind() == Some(Kind::Snapshot) => Self::alone(snapshot, bytes),
            [head, snapshot] if snapshot.kind() == Some(Kind::Snapshot) => {
                let pointed = read_head(head.bytes())?;
                let (head, snapshot) = (bytes.slice_ref(head.bytes()), bytes.slice_ref(snapshot.bytes()));
                Self::of_head(head, pointed, snapshot)
            }
            _ => Err(Failure::new(
                "PAYLOAD_TYPE_UNEXPECTED",
                "`latest` is neither a snapshot nor a head with its snapshot",
            )),
        }
    }

    fn alone(document: &Document<'_>, bytes: &Bytes) -> Outcome<Self> {
        let header: Header = document
            .header()
            .map_err(|error| refused(layout::LATEST, &error))?;
        if !header.head_keys.is_empty() {
            let message = "`latest` holds a snapshot that is in force only with a head, and there is none";
            return Err(Failure::new("HEAD_REQUIRED", message));
        }
        Ok(Self {
            scope: header.scope,
            version: header.version,
            lifetime: None,
            root_version: 0,
            head: Bytes::new(),
            snapshot: bytes.clone(),
            url: None,
        })
    }

    /// What a first visit is given.
    pub(super) fn latest(&self) -> Vec<u8> {
        [&*self.head, &*self.snapshot].concat()
    }

    /// Refuses what is published for another environment or audience than it lies in.
    pub(super) fn belongs_to(&self, place: &str) -> Outcome {
        if self.scope.place() == place {
            return Ok(());
        }
        let scope = self.scope.as_str();
        let message = format!("what is published at `{place}` is for `{scope}`");
        Err(Failure::new("SCOPE_MISMATCH", message))
    }
}

/// Reads the frame of a head.
pub(super) fn read_head(frame: &[u8]) -> Outcome<Head> {
    let payload = single(frame, Kind::Head)?;
    Head::decode(payload).map_err(|error| refused(layout::HEAD, &error))
}

/// The file that a head points to, if that is a path below it.
pub(super) fn snapshot_path(pointer: &Pointer) -> Outcome<&str> {
    let url = pointer.url.as_str();
    if url.starts_with("snapshot/") {
        return Ok(url);
    }
    let message = format!("the head points to `{url}`, not to a file below `snapshot/`");
    Err(Failure::new("HEAD_MALFORMED", message))
}

/// Is it the root that its name says?
pub(super) fn check_root(frame: &[u8], version: u64, scope: &Scope) -> Outcome {
    let name = layout::root(version);
    let payload = single(frame, Kind::Root)?;
    let root = Root::decode(payload).map_err(|error| refused(&name, &error))?;
    if root.version != version || root.project != scope.project() {
        let message = format!(
            "`{name}` is the root {} of project `{}`",
            root.version, root.project
        );
        return Err(Failure::new("ROOT_CONFLICT", message));
    }
    Ok(())
}

fn single(frame: &[u8], kind: Kind) -> Outcome<&[u8]> {
    let documents = Document::all(frame).map_err(|error| refused(kind.name(), &error))?;
    match documents.as_slice() {
        [document] if document.kind() == Some(kind) => Ok(document.payload()),
        _ => {
            let message = format!("what is published as `{0}` is no {0}", kind.name());
            Err(Failure::new("PAYLOAD_TYPE_UNEXPECTED", message))
        }
    }
}

/// The engine's own words about one file.
pub(super) fn refused(file: &str, error: &Error) -> Failure {
    Failure::new(error.code(), format!("`{file}`: {error}"))
}
