//! Snapshots that were published before, and are still there.

use super::current::Current;
use super::session::Session;
use crate::failure::Outcome;
use crate::layout;
use tidegate::snapshot::Header;
use tidegate::trust::{Document, Kind, Pointer};

/// One of them.
#[derive(Debug)]
pub(crate) struct Past {
    pub(crate) header: Header,
    pub(crate) payload: Vec<u8>,
}

/// The snapshots of a folder that keys sign which still may, the newest first; where one version is wanted, only as far
/// as that.
///
/// They are found by the list of files, newest first, since their names say nothing of their versions.
pub(crate) async fn versions(
    session: &Session,
    folder: &str,
    current: &Current,
    wanted: Option<u64>,
) -> Outcome<Vec<Past>> {
    let mut files = session
        .destination
        .list(&format!("{folder}/{}", layout::SNAPSHOTS))
        .await?
        .files;
    files.sort_by_key(|file| std::cmp::Reverse(file.modified_ms));
    let mut versions = Vec::new();
    for file in files {
        let name = format!("{}/{}", layout::SNAPSHOTS, file.name);
        let path = format!("{folder}/{name}");
        let read = session.destination.read(&path, layout::FRAME_BYTES, None).await?;
        let Some(past) = read
            .found()
            .and_then(|found| believed(&found.bytes, &name, current))
        else {
            continue;
        };
        let found = wanted == Some(past.header.version);
        versions.push(past);
        if found {
            break;
        }
    }
    versions.sort_by_key(|past| std::cmp::Reverse(past.header.version));
    Ok(versions)
}

/// What a file holds, if it is what its name says, for this scope, and signed by those who sign today.
fn believed(frame: &[u8], name: &str, current: &Current) -> Option<Past> {
    let documents = Document::all(frame).ok()?;
    let [document] = documents.as_slice() else {
        return None;
    };
    let header = document.header().ok()?;
    let scope = current.client.head()?.scope;
    let believed = document.kind() == Some(Kind::Snapshot)
        && document.is_signed(&current.root.snapshot)
        && header.scope == scope
        && Pointer::of(header.version, frame).url == name;
    believed.then(|| Past {
        header,
        payload: document.payload().to_vec(),
    })
}
