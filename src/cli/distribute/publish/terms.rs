//! What every command that publishes is told in the same words: who signs, for how long, and what clients trust.

use super::history::History;
use super::issue::Issuer;
use super::roots;
use super::session::{Session, no_key};
use super::signers::Signers;
use crate::clock;
use crate::destination::Destination;
use crate::failure::{Failure, Outcome};
use crate::input::anchor;
use std::path::PathBuf;
use tidegate::Trust;
use tidegate::trust::Kind;

#[derive(Debug, clap::Args)]
pub(crate) struct Terms {
    /// A private key that signs snapshots: its file, `env:NAME` or `exec:COMMAND`
    #[arg(long, value_name = "KEY")]
    key: Vec<String>,
    /// A private key that signs heads; by default the same
    #[arg(long, value_name = "KEY")]
    head_key: Vec<String>,
    /// Without a root: the public key of each head key that clients are to trust, in place of those known so far
    #[arg(long, value_name = "PUBLIC", conflicts_with = "root")]
    trust_head_key: Vec<String>,
    /// A root, or a folder with all of them; the lowest is what the newest are checked from
    #[arg(long, value_name = "FILE")]
    root: Vec<PathBuf>,
    /// What clients trust, as text or as its file, where that is neither the lowest root nor the key
    #[arg(long, value_name = "TRUST")]
    trust: Option<String>,
    /// How long the snapshot lasts, like 12h or 30d; by default as the project says, or as long as the one whose rules it has
    #[arg(long, value_name = "DURATION", value_parser = clock::duration)]
    lifetime: Option<i64>,
    /// How long the head lasts; by default as long as the one before it, at first 7d
    #[arg(long, value_name = "DURATION", value_parser = clock::duration)]
    head_lifetime: Option<i64>,
    /// The time instead of the clock
    #[arg(long, value_name = "TIME", value_parser = clock::moment, allow_hyphen_values = true)]
    now: Option<i64>,
    /// Publish over what cannot be verified, as if it were not there: kills that only stand there are lost
    #[arg(long)]
    overwrite_unverified: bool,
    /// Publish also over what the project's audit log does not tell of, as others published it: theirs is replaced
    #[arg(long)]
    pub(crate) over_history: bool,
    /// Show what would be written, and write nothing
    #[arg(long)]
    pub(crate) dry_run: bool,
}

/// Who publishes where, ready to sign.
pub(crate) struct Publisher {
    pub(crate) session: Session,
    pub(crate) snapshot_signers: Signers,
    pub(crate) head_signers: Signers,
    pub(crate) trusted_head_keys: Vec<[u8; 32]>,
    pub(crate) lifetime_ms: Option<i64>,
    pub(crate) head_lifetime_ms: Option<i64>,
    pub(crate) dry_run: bool,
    pub(crate) over_history: bool,
}

impl Terms {
    /// The time for all that the command does.
    pub(crate) fn now_ms(&self) -> i64 {
        self.now.unwrap_or_else(clock::now_ms)
    }

    /// Where the private keys are that sign snapshots.
    pub(crate) fn keys(&self) -> &[String] {
        &self.key
    }

    /// Opens keys and destination; `now_ms` is the time for all that is published.
    pub(crate) fn publisher(&self, destination: &str, now_ms: i64) -> Outcome<Publisher> {
        if self.key.is_empty() {
            return Err(no_key());
        }
        let snapshot_signers = Signers::open(Kind::Snapshot, &self.key)?;
        let head_signers = Signers::of_heads(&self.head_key, &self.key)?;
        let key = snapshot_signers.public_keys().first().copied();
        Ok(Publisher {
            session: self.session(destination, key, now_ms)?,
            trusted_head_keys: anchor::public_keys(&self.trust_head_key)?,
            snapshot_signers,
            head_signers,
            lifetime_ms: self.lifetime,
            head_lifetime_ms: self.head_lifetime,
            dry_run: self.dry_run,
            over_history: self.over_history,
        })
    }

    /// Opens a destination to look at it; keys serve as the anchor alone.
    pub(crate) fn reader(&self, destination: &str) -> Outcome<Session> {
        let signers = Signers::open(Kind::Snapshot, &self.key)?;
        self.session(destination, signers.public_keys().first().copied(), self.now_ms())
    }

    /// Without anything else, clients trust the key that signs.
    fn session(&self, destination: &str, key: Option<[u8; 32]>, now_ms: i64) -> Outcome<Session> {
        let roots = roots::read(&self.root)?;
        let lowest = roots.values().next();
        let trust = match (&self.trust, lowest, key) {
            (Some(given), _, _) => anchor::trust(given)?,
            (None, Some(root), _) => Trust::from_root(root.clone())
                .map_err(|error| Failure::new(error.code(), format!("the lowest root: {error}")))?,
            (None, None, Some(key)) => anchor::of_key(&key)?,
            (None, None, None) => return Err(super::session::no_trust()),
        };
        Ok(Session {
            destination: Destination::open(destination)?,
            trust,
            roots,
            now_ms,
            overwrites: self.overwrite_unverified,
            history: History::default(),
        })
    }
}

impl Publisher {
    pub(crate) fn issuer<'i>(&'i self, folder: &'i str) -> Issuer<'i> {
        Issuer {
            session: &self.session,
            folder,
            snapshot_signers: &self.snapshot_signers,
            head_signers: &self.head_signers,
            dry_run: self.dry_run,
        }
    }

    /// Who signs heads, where no root says so: who is told to, who did before, or who signs now.
    pub(crate) fn head_keys(&self, current: &super::current::Current) -> Vec<[u8; 32]> {
        let before = current.client.header().map(|header| header.head_keys.clone());
        if !current.root.head.keys.is_empty() {
            Vec::new()
        } else if !self.trusted_head_keys.is_empty() {
            self.trusted_head_keys.clone()
        } else {
            before
                .filter(|keys| !keys.is_empty())
                .unwrap_or_else(|| self.head_signers.public_keys())
        }
    }
}
