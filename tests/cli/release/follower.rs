//! A client that follows along: it polls what is published, verifies it, and decides.

use super::super::Workshop;
use std::collections::BTreeSet;
use std::fs;
use std::path::PathBuf;
use tidegate::{Client, Context, Scope, Trust};

pub(super) struct Follower {
    client: Client,
    folder: PathBuf,
    /// The versions of the snapshots that it took.
    taken: BTreeSet<u64>,
}

/// What somebody gets.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Got {
    pub(super) variant: String,
    pub(super) arm: &'static str,
}

impl Follower {
    pub(super) fn of(workshop: &Workshop, scope: &str) -> Self {
        let trust = Trust::parse(&workshop.trust()).unwrap();
        let (_, place) = scope.split_once('/').unwrap();
        Self {
            client: Client::new(trust, Some(Scope::parse(scope).unwrap())),
            folder: workshop.path("out").join(place),
            taken: BTreeSet::new(),
        }
    }

    /// Fetches the head, and the snapshot that it points to if it is another. Nothing of it may be refused.
    pub(super) fn polls(&mut self, now_ms: i64) {
        self.polls_the_head(now_ms);
        if let Some(pointer) = self.client.wanted() {
            let snapshot = fs::read(self.folder.join(&pointer.url)).unwrap();
            self.client.load(snapshot, now_ms).unwrap();
        }
        self.taken
            .extend(self.client.header().map(|header| header.version));
    }

    /// The first thing that a poll fetches.
    pub(super) fn polls_the_head(&mut self, now_ms: i64) {
        // At first there is nothing to stand on: head and snapshot come together.
        let name = if self.client.header().is_none() {
            "latest"
        } else {
            "head"
        };
        let frames = fs::read(self.folder.join(name)).unwrap();
        self.client.load(frames, now_ms).unwrap();
    }

    pub(super) fn asks(&self, context: &Context, now_ms: i64) -> Got {
        let answer = self.client.evaluate(super::FLAG, context, now_ms).unwrap();
        Got {
            variant: answer.variant().unwrap().to_owned(),
            arm: answer.arm().name(),
        }
    }

    /// How many snapshots it took.
    pub(super) fn snapshots(&self) -> usize {
        self.taken.len()
    }
}
