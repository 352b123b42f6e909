//! A destination, walked as a client walks it on its first visit: roots, `latest`, `head`, and the snapshot by its name.

use crate::destination::{Destination, wait};
use crate::distribute::publish::current::head_role;
use crate::distribute::publish::session::not_published;
use crate::failure::{Failure, Outcome};
use crate::input::anchor;
use crate::report::{Reporter, number};
use crate::{clock, layout, scopes, snapshot};
use serde_json::{Map, Value, json};
use sha2::{Digest, Sha512};
use tidegate::snapshot::Header;
use tidegate::trust::{Document, Head, Kind, Role, Root};
use tidegate::{Client, Scope, Trust};

/// What is walked, and from where.
#[derive(Debug)]
pub(super) struct Walk<'w> {
    pub(super) destination: Destination,
    pub(super) trust: &'w Trust,
    pub(super) scope: Option<&'w Scope>,
    pub(super) now_ms: i64,
}

/// Tells all that was found; the first problem of all is the command's failure.
pub(super) fn run(walk: &Walk<'_>, reporter: &Reporter) -> Outcome {
    let chains = wait(async {
        let mut chains = Vec::new();
        for folder in walk.folders().await? {
            chains.push(walk.chain(&folder).await?);
        }
        Ok(chains)
    })?;
    let text: String = chains.iter().map(|chain| chain.text.as_str()).collect();
    let scopes: Vec<Value> = chains.iter().map(Chain::json).collect();
    reporter.result(&text, &json!({ "scopes": scopes }))?;
    let mut problems = chains.into_iter().flat_map(|chain| chain.problems);
    problems.next().map_or(Ok(()), Err)
}

impl Walk<'_> {
    async fn folders(&self) -> Outcome<Vec<String>> {
        if let Some(scope) = self.scope {
            return Ok(vec![scope.place().to_owned()]);
        }
        let mut folders = Vec::new();
        for environment in self.destination.list("").await?.folders {
            folders.extend(scopes::published(&self.destination, &environment, None).await?);
        }
        folders.sort();
        match folders.is_empty() {
            true => Err(not_published(&self.destination.full(""))),
            false => Ok(folders),
        }
    }

    async fn chain(&self, folder: &str) -> Outcome<Chain> {
        let mut chain = Chain::new(self, folder);
        let pinned = self.trust.root().version;
        for version in pinned + 1.. {
            let path = layout::root(version);
            let Some(bytes) = self.read(folder, &path).await? else {
                break;
            };
            if !chain.take(&path, &bytes) {
                break;
            }
        }
        let latest = self.read(folder, layout::LATEST).await?;
        let head = self.read(folder, layout::HEAD).await?;
        for (name, bytes) in [(layout::LATEST, &latest), (layout::HEAD, &head)] {
            match bytes {
                Some(bytes) => drop(chain.take(name, bytes)),
                // A snapshot that stands alone needs no head.
                None if name == layout::HEAD && chain.client.head().is_none() && latest.is_some() => {}
                None => chain.missing(name),
            }
        }
        // Whoever has an older snapshot fetches the next one by its name.
        if let Some(pointer) = chain.client.head().map(|head| head.snapshot.clone()) {
            match self.read(folder, &pointer.url).await? {
                Some(bytes) if <[u8; 64]>::from(Sha512::digest(&bytes)) == pointer.digest => {
                    chain.take(&pointer.url, &bytes);
                }
                Some(_) => {
                    let message = format!("`{}` is not what its head points to", chain.full(&pointer.url));
                    chain.problem(Failure::new("SNAPSHOT_MISMATCH", message));
                }
                None => chain.missing(&pointer.url),
            }
        }
        chain.conclude();
        Ok(chain)
    }

    async fn read(&self, folder: &str, name: &str) -> Outcome<Option<Vec<u8>>> {
        let read = self
            .destination
            .read(&format!("{folder}/{name}"), layout::FRAME_BYTES, None)
            .await?;
        Ok(read.found().map(|found| found.bytes))
    }
}

/// What was found in one folder.
struct Chain {
    full: String,
    client: Client,
    root: Root,
    now_ms: i64,
    text: String,
    links: Vec<Value>,
    problems: Vec<Failure>,
}

impl Chain {
    fn new(walk: &Walk<'_>, folder: &str) -> Self {
        let full = walk.destination.full(folder);
        Self {
            text: format!("{full}\n"),
            full,
            client: Client::new(walk.trust.clone(), walk.scope.cloned()),
            root: walk.trust.root().clone(),
            now_ms: walk.now_ms,
            links: Vec::new(),
            problems: Vec::new(),
        }
    }

    fn full(&self, name: &str) -> String {
        format!("{}/{name}", self.full)
    }

    /// Loads a file and tells of its documents. Was it taken?
    fn take(&mut self, name: &str, bytes: &[u8]) -> bool {
        let before = self.root.clone();
        let loaded = self.client.load(bytes.to_vec(), self.now_ms);
        for document in Document::all(bytes).unwrap_or_default() {
            self.tell(name, &document, &before);
        }
        match loaded {
            Ok(_) => true,
            Err(error) => {
                let message = format!("`{}`: {error}", self.full(name));
                self.problem(Failure::new(error.code(), message));
                false
            }
        }
    }

    fn tell(&mut self, file: &str, document: &Document<'_>, before: &Root) {
        let payload = document.payload();
        let (said, json, role) = match document.kind() {
            Some(Kind::Root) => {
                let Ok(root) = Root::decode(payload) else { return };
                let role = before.root.clone();
                let said = (
                    format!("root {}", root.version),
                    json!({ "version": root.version }),
                    role,
                );
                if self.client.root_version() == root.version {
                    self.root = root;
                }
                said
            }
            Some(Kind::Head) => {
                let Ok(head) = Head::decode(payload) else { return };
                let role = head_role(&self.root, &self.client);
                (head_line(&head), snapshot::head_json(&head), role)
            }
            Some(Kind::Snapshot) => {
                let Ok(header) = Header::of(payload) else { return };
                let said = format!(
                    "snapshot {}, expires {}",
                    header.version,
                    clock::written(header.expires_ms)
                );
                (said, snapshot::header_json(&header), self.root.snapshot.clone())
            }
            None => return,
        };
        let signers = signers(document, &role);
        let name = shortened(file);
        self.text.push_str(&format!(
            "  {name}: {said}; signed by {} of {} needed{}\n",
            signers.len(),
            role.threshold,
            if signers.is_empty() {
                String::new()
            } else {
                format!(": {}", signers.join(", "))
            },
        ));
        let mut link = Map::new();
        link.insert("file".into(), json!(file));
        link.insert("kind".into(), json!(document.kind().map(Kind::name)));
        link.insert("signedBy".into(), json!(signers));
        link.insert("needed".into(), json!(role.threshold));
        if let Value::Object(fields) = json {
            link.extend(fields);
        }
        self.links.push(Value::Object(link));
    }

    fn missing(&mut self, name: &str) {
        let message = format!("`{}` is missing", self.full(name));
        self.problem(Failure::new("not-published", message));
    }

    fn problem(&mut self, failure: Failure) {
        self.text.push_str(&format!("  wrong: {failure}\n"));
        self.problems.push(failure);
    }

    /// What a client has in the end.
    fn conclude(&mut self) {
        let Some(header) = self.client.header() else {
            return self.text.push_str("  clients have no snapshot\n");
        };
        let kills = self
            .client
            .head()
            .map(|head| head.kills.join(", "))
            .unwrap_or_default();
        let text = format!(
            "  in force: {} version {}, {}{}{}\n",
            header.scope.as_str(),
            header.version,
            number(self.client.flags().count(), "flag"),
            if kills.is_empty() {
                String::new()
            } else {
                format!(", killed: {kills}")
            },
            if self.is_stale() { ", stale" } else { "" },
        );
        self.text.push_str(&text);
    }

    fn is_stale(&self) -> bool {
        self.client
            .expires_ms()
            .is_some_and(|expires_ms| expires_ms <= self.now_ms)
    }

    fn json(&self) -> Value {
        let header = self.client.header();
        json!({
            "place": self.full,
            "scope": header.map(|header| header.scope.as_str()),
            "version": header.map(|header| header.version),
            "flags": self.client.flags().count(),
            "kills": self.client.head().map(|head| head.kills),
            "stale": self.is_stale(),
            "chain": self.links,
            "problems": self.problems.iter().map(Failure::json).collect::<Vec<_>>(),
        })
    }
}

/// A name as far as people read it.
fn shortened(name: &str) -> String {
    match name.split_once('/') {
        Some((folder, digest)) => format!("{folder}/{}…", digest.get(..8).unwrap_or(digest)),
        None => name.to_owned(),
    }
}

fn head_line(head: &Head) -> String {
    let kills = match head.kills.as_slice() {
        [] => String::new(),
        kills => format!(", kills {}", kills.join(", ")),
    };
    format!(
        "head {} for snapshot {}, expires {}{kills}",
        head.version,
        head.snapshot.version,
        clock::written(head.expires_ms),
    )
}

fn signers(document: &Document<'_>, role: &Role) -> Vec<String> {
    document.signers(role).iter().map(anchor::id).collect()
}
