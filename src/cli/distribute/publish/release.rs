//! What is written, and in which order: roots, snapshot, `latest`, `head`. Whoever stops in between leaves nothing that
//! points to what is not there; and `latest` and `head` give way only if they are still what was read.

use super::current::Current;
use crate::destination::{Condition, Destination, Object, Read, Written};
use crate::failure::{Failure, Outcome};
use crate::layout;
use tidegate::trust::Pointer;

/// What is to be written for one scope.
#[derive(Debug, Default)]
pub(crate) struct Release {
    /// Roots that are not there yet, by version.
    pub(crate) roots: Vec<(u64, Vec<u8>)>,
    pub(crate) snapshot: Option<(Pointer, Vec<u8>)>,
    pub(crate) latest: Option<Vec<u8>>,
    pub(crate) head: Option<Vec<u8>>,
}

/// What writing came to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Progress {
    Done,
    /// Somebody else wrote meanwhile; nothing of theirs was touched.
    Overtaken,
}

/// Where it goes, and what it takes the place of.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Place<'p> {
    pub(crate) destination: &'p Destination,
    pub(crate) folder: &'p str,
    pub(crate) current: &'p Current,
}

impl Release {
    /// The names of the files, in the order of writing.
    pub(crate) fn files(&self) -> Vec<String> {
        let roots = self.roots.iter().map(|(version, _)| layout::root(*version));
        let snapshot = self.snapshot.iter().map(|(pointer, _)| pointer.url.clone());
        let latest = self.latest.iter().map(|_| layout::LATEST.to_owned());
        let head = self.head.iter().map(|_| layout::HEAD.to_owned());
        roots.chain(snapshot).chain(latest).chain(head).collect()
    }

    pub(crate) async fn write(self, place: Place<'_>) -> Outcome<Progress> {
        for (version, frame) in self.roots {
            place.root(version, frame).await?;
        }
        if let Some((pointer, frame)) = self.snapshot {
            place.snapshot(&pointer, frame).await?;
        }
        let current = place.current;
        if let Some(frame) = self.latest {
            // A kill that came meanwhile would be undone for first visits until `head` is refused below.
            if !place.is_still(layout::HEAD, current.head.as_ref()).await?
                || place
                    .exchange(layout::LATEST, frame, current.latest.as_ref())
                    .await?
                    == Written::Conflict
            {
                return Ok(Progress::Overtaken);
            }
        }
        if let Some(frame) = self.head
            && place.exchange(layout::HEAD, frame, current.head.as_ref()).await? == Written::Conflict
        {
            return Ok(Progress::Overtaken);
        }
        Ok(Progress::Done)
    }
}

impl Place<'_> {
    fn at(&self, name: &str) -> String {
        format!("{}/{name}", self.folder)
    }

    /// Is a file what was read before?
    pub(crate) async fn is_still(&self, name: &str, known: Option<&Object>) -> Outcome<bool> {
        let etag = known.and_then(|known| known.revision.etag());
        let path = self.at(name);
        let read = self.destination.read(&path, layout::FRAME_BYTES, etag).await?;
        Ok(match (read, known) {
            (Read::Unchanged, _) => true,
            (Read::Missing, known) => known.is_none(),
            (Read::Found(found), known) => known.is_some_and(|known| known.bytes == found.bytes),
        })
    }

    async fn exchange(&self, name: &str, frame: Vec<u8>, known: Option<&Object>) -> Outcome<Written> {
        let condition = match known {
            Some(known) => Condition::Still(known.revision.clone()),
            None => Condition::Absent,
        };
        self.destination.write(&self.at(name), frame, condition).await
    }

    async fn root(&self, version: u64, frame: Vec<u8>) -> Outcome {
        let path = self.at(&layout::root(version));
        if self
            .create(&path, &frame, layout::DOCUMENT_BYTES)
            .await?
            .is_none()
        {
            return Ok(());
        }
        let full = self.destination.full(&path);
        let message = format!("`{full}` is another root {version} than the one at hand");
        Err(Failure::new("ROOT_CONFLICT", message).about(full.as_ref()))
    }

    /// A snapshot with these bytes may be there from an attempt that was interrupted; one that was damaged is mended.
    async fn snapshot(&self, pointer: &Pointer, frame: Vec<u8>) -> Outcome {
        let path = self.at(&pointer.url);
        let Some(damaged) = self.create(&path, &frame, layout::FRAME_BYTES).await? else {
            return Ok(());
        };
        let condition = Condition::Still(damaged.revision);
        self.destination.write(&path, frame, condition).await.map(drop)
    }

    /// Writes a file that is not there yet; returns what is, if that is something else.
    async fn create(&self, path: &str, frame: &[u8], most_bytes: u64) -> Outcome<Option<Object>> {
        let destination = self.destination;
        if destination.write(path, frame.to_vec(), Condition::Absent).await? == Written::Done {
            return Ok(None);
        }
        match destination.read(path, most_bytes, None).await?.found() {
            Some(there) => Ok(Some(there).filter(|there| there.bytes != frame)),
            None => {
                let full = destination.full(path);
                let message = format!("`{full}` comes and goes");
                Err(Failure::new("published-meanwhile", message).about(full.as_ref()))
            }
        }
    }
}
