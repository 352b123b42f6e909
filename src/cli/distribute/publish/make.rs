//! Heads and snapshots, made and signed, and tried on a client before anybody else sees them.

use super::current::Current;
use super::release::Release;
use super::signers::Signers;
use crate::clock;
use crate::failure::{Failure, Outcome};
use tidegate::trust::{Head, Pointer, Role};
use tidegate::{Client, Scope};

/// How long a head lasts, unless somebody says otherwise or the root allows less.
const HEAD_LIFETIME_MS: i64 = 7 * 86_400_000;

/// What is said of the next head.
#[derive(Debug, Clone)]
pub(crate) struct NextHead {
    pub(crate) kills: Vec<String>,
    /// By default as long as the one before it.
    pub(crate) lifetime_ms: Option<i64>,
    /// By default that of the one before it.
    pub(crate) minimum_version: Option<u64>,
    pub(crate) now_ms: i64,
}

impl NextHead {
    /// Makes and signs a head of a scope that points to a snapshot.
    pub(crate) fn seal(
        self,
        current: &Current,
        scope: &Scope,
        snapshot: Pointer,
        role: &Role,
        signers: &Signers,
    ) -> Outcome<(Head, Vec<u8>)> {
        signers.fill(role)?;
        let before = current.client.head();
        let longest_ms = current.root.longest_head_lifetime_ms;
        let lifetime_ms = self
            .lifetime_ms
            .or(before
                .as_ref()
                .map(|head| head.expires_ms.saturating_sub(head.issued_at_ms)))
            .unwrap_or(HEAD_LIFETIME_MS.min(longest_ms));
        if lifetime_ms > longest_ms && self.lifetime_ms.is_some() {
            let message = format!(
                "a head may last {} at most, as {}",
                clock::length(longest_ms),
                match current.root.version {
                    0 => "there is no root that says otherwise".to_owned(),
                    version => format!("root {version} says"),
                }
            );
            return Err(Failure::new("HEAD_MALFORMED", message));
        }
        let minimum_version = self
            .minimum_version
            .or(before.map(|head| head.minimum_version))
            .unwrap_or(0);
        if minimum_version > snapshot.version {
            let message = format!(
                "the minimum version {minimum_version} is above the snapshot's own, {}",
                snapshot.version
            );
            return Err(Failure::new("HEAD_MALFORMED", message));
        }
        let head = Head {
            scope: scope.clone(),
            version: current.next_head(self.now_ms)?,
            issued_at_ms: self.now_ms,
            expires_ms: self.now_ms.saturating_add(lifetime_ms.min(longest_ms)),
            snapshot,
            minimum_version,
            root_version: current.root.version,
            kills: self.kills,
        };
        let frame = signers.seal(&head.encode_with(current.tip.as_ref()))?;
        Ok((head, frame))
    }
}

/// What clients would refuse must not be published: not those that know what is there now …
pub(crate) fn tried_by_those_who_know(current: &Current, release: &Release, now_ms: i64) -> Outcome {
    let mut client = Client::new(current.trust.clone(), None);
    let state = current.client.state();
    if !state.is_empty() {
        load(&mut client, &state, now_ms)?;
    }
    for frames in release.latest.iter().chain(&release.head) {
        load(&mut client, frames, now_ms)?;
    }
    Ok(())
}

/// … and not those that come for the first time.
pub(crate) fn tried_by_newcomers(current: &Current, release: &Release, now_ms: i64) -> Outcome {
    let mut client = Client::new(current.trust.clone(), None);
    let roots = release.roots.iter().map(|(_, root)| root);
    for root in current.roots.values().chain(roots) {
        load(&mut client, root, now_ms)?;
    }
    let there = current.latest.as_ref().map(|there| &there.bytes);
    for frames in release.latest.as_ref().or(there).into_iter().chain(&release.head) {
        load(&mut client, frames, now_ms)?;
    }
    Ok(())
}

fn load(client: &mut Client, frames: &[u8], now_ms: i64) -> Outcome {
    client
        .load(frames.to_vec(), now_ms)
        .map(drop)
        .map_err(|error| Failure::new(error.code(), format!("clients would refuse this: {error}")))
}
