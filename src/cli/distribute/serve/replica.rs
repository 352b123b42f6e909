use super::edition::{self, Edition};
use super::shelf::{Item, Place};
use super::vouch::Vouch;
use crate::clock;
use crate::destination::{Destination, Read};
use crate::failure::{Failure, Outcome};
use crate::layout::{self, DOCUMENT_BYTES, FRAME_BYTES};
use axum::body::Bytes;
use std::collections::BTreeMap;
use std::sync::Arc;
use tidegate::trust::Head;

/// Snapshots that stay beside the one in force: somebody may hold a head that a cache kept for a while.
const FORMER_SNAPSHOTS: usize = 3;

/// The copy of what is published at one `ENVIRONMENT/AUDIENCE`.
///
/// Only `head` is read again and again. What it points to is read when it changed, and comes into the copy when all of
/// it is there: a publication that is under way, or was broken off, changes nothing.
#[derive(Debug)]
pub(super) struct Replica {
    name: String,
    vouch: Option<Vouch>,
    /// The entity tag at the destination of what was taken last.
    etag: Option<String>,
    edition: Option<Edition>,
    /// How many flags there are, where somebody vouches for the snapshot.
    flags: Option<usize>,
    /// Is there something new since the copy was last asked for?
    changed: bool,
    roots: BTreeMap<u64, Arc<Item>>,
    /// A whole snapshot that was not taken all the same, by its path: what is tried again is not fetched again.
    fetched: Option<(String, Bytes)>,
    /// By their paths; the newest last.
    snapshots: Vec<(String, Arc<Item>)>,
}

impl Replica {
    /// A copy of nothing yet; `name` is `ENVIRONMENT/AUDIENCE`.
    pub(super) fn new(name: String, vouch: Option<Vouch>) -> Self {
        Self {
            name,
            vouch,
            etag: None,
            edition: None,
            flags: None,
            changed: false,
            roots: BTreeMap::new(),
            fetched: None,
            snapshots: Vec::new(),
        }
    }

    pub(super) fn name(&self) -> &str {
        &self.name
    }

    /// What is to be served from now on, if that is something new.
    pub(super) fn news(&mut self) -> Option<Place> {
        if !std::mem::take(&mut self.changed) {
            return None;
        }
        self.place()
    }

    /// Reads what changed. What an error is about stays as it was.
    ///
    /// `thorough` looks for new roots though the head is the same.
    pub(super) async fn refresh(&mut self, destination: &Destination, thorough: bool) -> Outcome {
        let etag = self.etag.as_deref();
        let next = match destination
            .read(&self.at(layout::HEAD), DOCUMENT_BYTES, etag)
            .await?
        {
            Read::Unchanged => None,
            Read::Found(object) => {
                let head = edition::read_head(&object.bytes)?;
                let snapshot = self.snapshot_of(destination, &head).await?;
                let edition = Edition::of_head(object.bytes.into(), head, snapshot)?;
                self.fetched = edition.url.clone().map(|url| (url, edition.snapshot.clone()));
                Some((edition, object.revision.etag().map(str::to_owned)))
            }
            Read::Missing if self.had_head() => {
                let message = format!("there is no head at `{}` any more", self.name);
                return Err(Failure::new("not-published", message));
            }
            Read::Missing => match destination
                .read(&self.at(layout::LATEST), FRAME_BYTES, etag)
                .await?
            {
                Read::Missing if self.edition.is_none() => return Ok(()),
                Read::Missing => {
                    let message = format!("there is no snapshot at `{}` any more", self.name);
                    return Err(Failure::new("not-published", message));
                }
                Read::Unchanged => None,
                Read::Found(object) => {
                    let etag = object.revision.etag().map(str::to_owned);
                    Some((Edition::of_latest(&object.bytes.into())?, etag))
                }
            },
        };
        match next {
            Some((next, etag)) => self.take(destination, next, etag).await,
            None if thorough => self.look_for_roots(destination).await,
            None => Ok(()),
        }
    }

    async fn take(&mut self, destination: &Destination, next: Edition, etag: Option<String>) -> Outcome {
        next.belongs_to(&self.name)?;
        // A root that is not good is no reason to keep a kill back.
        let roots = self.take_roots(destination, &next).await;
        if let Some(vouch) = &mut self.vouch {
            self.flags = Some(vouch.edition(&next, clock::now_ms())?);
        }
        self.changed |= self.edition.as_ref() != Some(&next);
        self.keep_snapshot(&next);
        self.fetched = None;
        self.etag = etag;
        self.edition = Some(next);
        roots
    }

    fn at(&self, path: &str) -> String {
        format!("{}/{path}", self.name)
    }

    fn had_head(&self) -> bool {
        self.edition
            .as_ref()
            .is_some_and(|edition| !edition.head.is_empty())
    }

    /// The snapshot that a head points to: the one at hand, or else the destination's.
    async fn snapshot_of(&self, destination: &Destination, head: &Head) -> Outcome<Bytes> {
        let path = edition::snapshot_path(&head.snapshot)?;
        if let Some((_, item)) = self.snapshots.iter().find(|(known, _)| known == path) {
            return Ok(item.bytes.clone());
        }
        if let Some((_, bytes)) = self.fetched.as_ref().filter(|(known, _)| known == path) {
            return Ok(bytes.clone());
        }
        let read = destination.read(&self.at(path), FRAME_BYTES, None).await?;
        let found = read.found().ok_or_else(|| {
            let message = format!(
                "the head at `{}` points to `{path}`, which is not there",
                self.name
            );
            Failure::new("SNAPSHOT_MISMATCH", message)
        })?;
        Ok(found.bytes.into())
    }

    /// New roots may come before a head that names them.
    async fn look_for_roots(&mut self, destination: &Destination) -> Outcome {
        let Some(edition) = self.edition.take() else {
            return Ok(());
        };
        let taken = self.take_roots(destination, &edition).await;
        self.edition = Some(edition);
        taken
    }

    /// Reads the chain of roots on to its end; at first also back from the root that the head names.
    async fn take_roots(&mut self, destination: &Destination, edition: &Edition) -> Outcome {
        let mut found = BTreeMap::new();
        let known = self.roots.keys().next_back().copied();
        if known.is_none() {
            let back = (1..=edition.root_version).rev();
            found.extend(self.read_roots(destination, edition, back).await?);
        }
        let on = known.unwrap_or(edition.root_version).saturating_add(1)..;
        found.extend(self.read_roots(destination, edition, on).await?);
        for (version, frame) in found {
            if let Some(vouch) = &mut self.vouch {
                vouch.root(edition, version, &frame, clock::now_ms())?;
            }
            let path = layout::root(version);
            let item = Item::new(frame, layout::cache_control(&path));
            self.roots.insert(version, Arc::new(item));
            self.changed = true;
        }
        Ok(())
    }

    /// Reads roots up to the first that is missing.
    async fn read_roots(
        &self,
        destination: &Destination,
        edition: &Edition,
        versions: impl Iterator<Item = u64>,
    ) -> Outcome<Vec<(u64, Vec<u8>)>> {
        let mut found = Vec::new();
        for version in versions {
            let path = self.at(&layout::root(version));
            let Some(object) = destination.read(&path, DOCUMENT_BYTES, None).await?.found() else {
                break;
            };
            edition::check_root(&object.bytes, version, &edition.scope)?;
            found.push((version, object.bytes));
        }
        Ok(found)
    }

    fn keep_snapshot(&mut self, edition: &Edition) {
        let Some(url) = &edition.url else { return };
        if let Some(position) = self.snapshots.iter().position(|(known, _)| known == url) {
            let known = self.snapshots.remove(position);
            self.snapshots.push(known);
            return;
        }
        let item = Item::new(edition.snapshot.clone(), layout::cache_control(url));
        self.snapshots.push((url.clone(), Arc::new(item)));
        let surplus = self.snapshots.len().saturating_sub(FORMER_SNAPSHOTS + 1);
        self.snapshots.drain(..surplus);
    }

    fn place(&self) -> Option<Place> {
        let edition = self.edition.as_ref()?;
        let item = |path: &str, bytes: Bytes| {
            let item = Item::new(bytes, layout::cache_control(path));
            (path.to_owned(), Arc::new(item))
        };
        let mut items = BTreeMap::from([item(layout::LATEST, edition.latest().into())]);
        if !edition.head.is_empty() {
            items.extend([item(layout::HEAD, edition.head.clone())]);
        }
        items.extend(self.snapshots.iter().cloned());
        items.extend(
            self.roots
                .iter()
                .map(|(version, root)| (layout::root(*version), root.clone())),
        );
        Some(Place {
            scope: edition.scope.as_str().to_owned(),
            version: edition.version,
            lifetime: edition.lifetime,
            flags: self.flags,
            items,
        })
    }
}
