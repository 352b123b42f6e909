//! Published rules under a new version: what lifts a kill, and what goes back to old rules.

use super::current::Current;
use super::issue::Issuer;
use super::session::{Session, no_key};
use super::signers::Signers;
use crate::clock;
use crate::failure::{Failure, Outcome};
use tidegate::compile::{Reissue, republish};
use tidegate::snapshot::Header;
use tidegate::trust::Kind;

/// The keys that sign a new snapshot, and how long what they sign lasts.
#[derive(Debug, clap::Args)]
pub(crate) struct Keys {
    /// A private key that signs snapshots: its file, `env:NAME` or `exec:COMMAND`
    #[arg(long, value_name = "KEY")]
    key: Vec<String>,
    /// A private key that signs heads; by default the same
    #[arg(long, value_name = "KEY")]
    head_key: Vec<String>,
    /// How long the snapshot lasts, like 12h or 30d; by default as long as the one whose rules it has
    #[arg(long, value_name = "DURATION", value_parser = clock::duration)]
    pub(crate) lifetime: Option<i64>,
    /// How long the head lasts; by default as long as the one before it
    #[arg(long, value_name = "DURATION", value_parser = clock::duration)]
    pub(crate) head_lifetime: Option<i64>,
}

/// The keys, opened.
pub(crate) struct OpenKeys {
    snapshot: Signers,
    head: Signers,
}

impl Keys {
    pub(crate) fn open(&self) -> Outcome<OpenKeys> {
        if self.key.is_empty() {
            return Err(no_key());
        }
        Ok(OpenKeys {
            snapshot: Signers::open(Kind::Snapshot, &self.key)?,
            head: Signers::of_heads(&self.head_key, &self.key)?,
        })
    }
}

impl OpenKeys {
    /// What clients trust who are given nothing but a key.
    pub(crate) fn anchor(&self) -> Option<[u8; 32]> {
        self.snapshot.public_keys().first().copied()
    }

    pub(crate) fn issuer<'i>(&'i self, session: &'i Session, folder: &'i str, dry_run: bool) -> Issuer<'i> {
        Issuer {
            session,
            folder,
            snapshot_signers: &self.snapshot,
            head_signers: &self.head,
            dry_run,
        }
    }
}

/// A payload with the rules of another.
pub(crate) struct Reissued {
    pub(crate) payload: Vec<u8>,
    /// The keys that it names for heads.
    pub(crate) head_keys: Vec<[u8; 32]>,
}

/// Makes a payload with the rules of another, and with the kills that are given.
pub(crate) fn reissue(
    current: &Current,
    payload: &[u8],
    kills: &[String],
    lifetime_ms: Option<i64>,
    now_ms: i64,
) -> Outcome<Reissued> {
    let refused = |error: tidegate::Error| Failure::new(error.code(), error.to_string());
    let old = Header::of(payload).map_err(refused)?;
    // The keys that are named now, and not those of old.
    let head_keys = current.client.header().map(|header| header.head_keys.clone());
    let head_keys = head_keys.unwrap_or_default();
    let as_before_ms = old.expires_ms.saturating_sub(old.not_before_ms);
    let changes = Reissue {
        version: current.next_snapshot(now_ms)?,
        issued_at_ms: now_ms,
        expires_ms: now_ms.saturating_add(lifetime_ms.unwrap_or(as_before_ms)),
        head_keys: head_keys.clone(),
        kills: kills.to_vec(),
    };
    let payload = republish(payload, &changes).map_err(refused)?;
    Ok(Reissued { payload, head_keys })
}
