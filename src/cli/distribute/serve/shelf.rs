use super::compression::{Coding, Compressed, compressed};
use axum::body::Bytes;
use axum::http::HeaderValue;
use data_encoding::HEXLOWER;
use serde_json::Value;
use sha2::{Digest, Sha512};
use std::collections::BTreeMap;
use std::sync::{Arc, OnceLock};
use tokio::sync::watch;

/// Everything that is served, in memory: a feeder puts a new one in the place of the old as a whole, so that no two
/// requests see halves of a change.
#[derive(Debug, Default)]
pub(super) struct Shelf {
    /// By `ENVIRONMENT/AUDIENCE`.
    pub(super) places: BTreeMap<String, Arc<Place>>,
    /// What is wrong with the project that is served, for the index.
    pub(super) problems: Vec<Value>,
}

/// Where a feeder puts what is to be served. Once it is dropped, streams of events end.
#[derive(Debug)]
pub(super) struct Shelves(watch::Sender<Arc<Shelf>>);

/// What is served below one `ENVIRONMENT/AUDIENCE/`.
#[derive(Debug)]
pub(super) struct Place {
    /// `PROJECT/ENVIRONMENT/AUDIENCE`.
    pub(super) scope: String,
    /// Rises with every change: the head's version, or where there is no head the snapshot's.
    pub(super) version: u64,
    /// Where there is a head: when it was issued and when it expires.
    pub(super) lifetime: Option<Lifetime>,
    /// How many flags there are, where that is known.
    pub(super) flags: Option<usize>,
    /// By the path below the place: `head`, `latest`, `snapshot/…`, `1.root`.
    pub(super) items: BTreeMap<String, Arc<Item>>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Lifetime {
    pub(super) issued_at_ms: i64,
    pub(super) expires_ms: i64,
}

/// The bytes of one path, compressed too as soon as that is done.
#[derive(Debug)]
pub(super) struct Item {
    pub(super) bytes: Bytes,
    pub(super) cache_control: HeaderValue,
    /// The strong tag without its quotes.
    pub(super) tag: String,
    etags: [HeaderValue; Coding::COUNT],
    compressed: OnceLock<Compressed>,
}

impl Shelves {
    pub(super) fn new(shelf: Shelf) -> Self {
        let shelves = Self(watch::Sender::new(Arc::default()));
        shelves.put(shelf);
        shelves
    }

    /// What is served now, and later.
    pub(super) fn subscribe(&self) -> watch::Receiver<Arc<Shelf>> {
        self.0.subscribe()
    }

    /// Serves this from now on: plain at once, compressed as soon as that is done.
    pub(super) fn put(&self, shelf: Shelf) {
        let shelf = Arc::new(shelf);
        self.0.send_replace(shelf.clone());
        tokio::task::spawn_blocking(move || shelf.compress());
    }
}

impl Shelf {
    pub(super) fn place(&self, name: &str) -> Option<&Arc<Place>> {
        self.places.get(name)
    }

    /// Compresses what is not compressed yet: once for each version, however often it is asked for.
    fn compress(&self) {
        for item in self.places.values().flat_map(|place| place.items.values()) {
            item.compressed.get_or_init(|| compressed(&item.bytes));
        }
    }
}

impl Item {
    pub(super) fn new(bytes: impl Into<Bytes>, cache_control: &'static str) -> Self {
        let bytes = bytes.into();
        let digest = Sha512::digest(&bytes);
        let tag = HEXLOWER.encode(digest.get(..16).unwrap_or(&digest));
        let etag = |coding: Coding| {
            let etag = format!("\"{tag}{}\"", coding.suffix());
            HeaderValue::try_from(etag).unwrap_or(HeaderValue::from_static("\"\""))
        };
        Self {
            etags: Coding::ALL.map(etag),
            cache_control: HeaderValue::from_static(cache_control),
            compressed: OnceLock::new(),
            bytes,
            tag,
        }
    }

    /// The tag of one coding: another coding is other bytes, and a strong tag says so.
    pub(super) fn etag(&self, coding: Coding) -> HeaderValue {
        let [identity, gzip, brotli] = &self.etags;
        match coding {
            Coding::Identity => identity,
            Coding::Gzip => gzip,
            Coding::Brotli => brotli,
        }
        .clone()
    }

    /// The bytes in one coding, where they are there and worth it.
    pub(super) fn coded(&self, coding: Coding) -> Option<&Bytes> {
        match coding {
            Coding::Identity => Some(&self.bytes),
            Coding::Gzip => self.compressed.get()?.gzip.as_ref(),
            Coding::Brotli => self.compressed.get()?.brotli.as_ref(),
        }
    }
}
