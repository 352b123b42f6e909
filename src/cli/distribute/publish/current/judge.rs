use super::{Current, Unfinished};
use crate::destination::Object;
use crate::failure::{Failure, Outcome};
use std::collections::BTreeMap;
use tidegate::trust::{Document, Head, Kind, Role, Root};
use tidegate::{Client, Error, Trust};

/// Refusals of what is well signed, but older than what was read before it.
const OUTDATED: [&str; 5] = [
    "HEAD_ROLLBACK",
    "HEAD_CONFLICT",
    "SNAPSHOT_ROLLBACK",
    "SNAPSHOT_CONFLICT",
    "SNAPSHOT_MISMATCH",
];

/// Verifies what it is given as a client does, and remembers more of it: a head that comes too late for a client still
/// tells of kills and versions.
#[derive(Debug)]
pub(super) struct Judge {
    pub(super) client: Client,
    trust: Trust,
    root: Root,
    heads: Vec<Head>,
    head_floor: u64,
    snapshot_floor: u64,
    now_ms: i64,
}

impl Judge {
    pub(super) fn new(trust: &Trust, now_ms: i64) -> Self {
        Self {
            client: Client::new(trust.clone(), None),
            trust: trust.clone(),
            root: trust.root().clone(),
            heads: Vec::new(),
            head_floor: 0,
            snapshot_floor: 0,
            now_ms,
        }
    }

    /// Takes frames that follow one another.
    pub(super) fn take(&mut self, bytes: &[u8]) -> Result<(), Error> {
        let loaded = self.client.load(bytes.to_vec(), self.now_ms);
        let outdated = |error: &Error| OUTDATED.contains(&error.code());
        if let Err(error) = loaded
            && !outdated(&error)
        {
            return Err(error);
        }
        let role = head_role(&self.root, &self.client);
        self.heads.extend(heads(bytes, &role));
        for head in &self.heads {
            self.head_floor = self.head_floor.max(head.version);
            self.snapshot_floor = self.snapshot_floor.max(head.snapshot.version);
        }
        let in_force = self.client.header().map_or(0, |header| header.version);
        self.snapshot_floor = self.snapshot_floor.max(in_force);
        Ok(())
    }

    /// Where the snapshot is that names the keys of a head which the one in force does not name: `latest` is missing or
    /// damaged, or somebody who changed the keys was interrupted.
    pub(super) fn own_snapshot(&self, head: &[u8]) -> Option<String> {
        let in_force = self.client.header().map(|header| header.version);
        let documents = Document::all(head).ok()?;
        let head = documents
            .first()
            .filter(|first| first.kind() == Some(Kind::Head))?;
        let pointer = Head::decode(head.payload()).ok()?.snapshot;
        let other = in_force.is_none_or(|in_force| pointer.version < in_force);
        (self.root.head.keys.is_empty() && other).then_some(pointer.url)
    }

    /// Takes a head that is good under its own snapshot. Where another one is in force, it tells of kills alone: clients
    /// forget versions with the keys.
    pub(super) fn take_with(&mut self, head: &[u8], snapshot: &[u8]) -> bool {
        let both = [head, snapshot].concat();
        if self.client.header().is_none() {
            return self.take(&both).is_ok();
        }
        let mut client = Client::new(self.trust.clone(), None);
        let good = client.load(both, self.now_ms).is_ok();
        self.heads.extend(client.head().filter(|_| good));
        good
    }

    /// Takes the next root; where it gives a role to other keys, versions under the old ones do not count.
    pub(super) fn follow(&mut self, frame: &[u8]) -> Outcome {
        let refused = |error: Error| {
            let failure = Failure::new(error.code(), format!("a root of the chain: {error}"));
            failure.with_help("give with --trust what clients trust, or the roots from there on")
        };
        self.client.load(frame.to_vec(), self.now_ms).map_err(refused)?;
        let documents = Document::all(frame).map_err(refused)?;
        let payload = documents.first().map(Document::payload).unwrap_or_default();
        let next = Root::decode(payload).map_err(refused)?;
        if next.version <= self.root.version {
            return Ok(());
        }
        if next.head != self.root.head {
            self.head_floor = 0;
        }
        if next.snapshot != self.root.snapshot {
            self.snapshot_floor = 0;
        }
        self.root = next;
        Ok(())
    }

    pub(super) fn into_current(
        self,
        roots: BTreeMap<u64, Vec<u8>>,
        head: Option<Object>,
        latest: Option<Object>,
    ) -> Current {
        let kills = self.heads.iter().flat_map(|head| head.kills.clone());
        let kills = kills.collect();
        let unfinished = latest
            .as_ref()
            .and_then(|latest| self.unfinished(&latest.bytes, head.as_ref()));
        Current {
            client: self.client,
            trust: self.trust,
            root: self.root,
            roots,
            head,
            latest,
            unfinished,
            passed_over: Vec::new(),
            kills,
            head_floor: self.head_floor,
            snapshot_floor: self.snapshot_floor,
            tip: None,
        }
    }

    /// The head in `latest`, if it is in force and `head` is not it and no newer one.
    fn unfinished(&self, latest: &[u8], head: Option<&Object>) -> Option<Unfinished> {
        let in_force = self.client.head()?;
        let documents = Document::all(latest).ok()?;
        let first = documents
            .first()
            .filter(|first| first.kind() == Some(Kind::Head))?;
        let bytes = first.bytes();
        if head.is_some_and(|head| head.bytes == bytes) || Head::decode(first.payload()).ok()? != in_force {
            return None;
        }
        Some(Unfinished {
            frame: bytes.to_vec(),
            head: in_force.clone(),
        })
    }
}

/// Who signs heads: where no root says so, those that the snapshot in force names.
pub(crate) fn head_role(root: &Root, client: &Client) -> Role {
    match client.header() {
        Some(header) if root.head.keys.is_empty() => Role::any(&header.head_keys),
        _ => root.head.clone(),
    }
}

/// The heads among some frames that are signed well.
fn heads(bytes: &[u8], role: &Role) -> Vec<Head> {
    let documents = Document::all(bytes).unwrap_or_default();
    let heads = documents
        .iter()
        .filter(|document| document.kind() == Some(Kind::Head) && document.is_signed(role));
    heads
        .filter_map(|head| Head::decode(head.payload()).ok())
        .collect()
}
