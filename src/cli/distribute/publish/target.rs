//! What every command that writes nothing but heads is told in the same words.

use super::session::{Session, no_trust};
use super::signers::Signers;
use crate::clock;
use crate::failure::Outcome;
use crate::input::anchor;
use crate::scopes::Audience;
use std::path::{Path, PathBuf};
use tidegate::trust::Kind;

/// Whose heads they are, who signs them, and whose log tells of it.
#[derive(Debug, clap::Args)]
pub(crate) struct Target {
    /// Where it is published: a folder, or `s3://…`, `gs://…`, `az://…`
    #[arg(long, value_name = "DESTINATION")]
    at: String,
    /// The environment
    #[arg(long)]
    pub(crate) environment: String,
    /// The audience; by default every one that is published
    #[arg(long)]
    audience: Option<Audience>,
    /// What clients trust, as text or as its file; by default the key that signs
    #[arg(long, value_name = "TRUST")]
    trust: Option<String>,
    /// The time instead of the clock
    #[arg(long, value_name = "TIME", value_parser = clock::moment, allow_hyphen_values = true)]
    now: Option<i64>,
    /// A private key that may sign heads: its file, `env:NAME` or `exec:COMMAND`
    #[arg(long, value_name = "KEY", required = true)]
    head_key: Vec<String>,
    /// How long the new head lasts, like 12h or 7d; by default as long as the one before it
    #[arg(long, value_name = "DURATION", value_parser = clock::duration)]
    pub(crate) head_lifetime: Option<i64>,
    /// A project whose audit log is to tell of it
    #[arg(long, value_name = "DIR")]
    pub(crate) project: Option<PathBuf>,
    /// Show what would be written, and write nothing
    #[arg(long)]
    pub(crate) dry_run: bool,
}

impl Target {
    /// Opens keys and destination; without a trust anchor of its own, the key's.
    pub(crate) fn open(&self) -> Outcome<(Session, Signers)> {
        let signers = Signers::open(Kind::Head, &self.head_key)?;
        let trust = match (&self.trust, signers.public_keys().first()) {
            (Some(given), _) => anchor::trust(given)?,
            (None, Some(key)) => anchor::of_key(key)?,
            (None, None) => return Err(no_trust()),
        };
        let session = Session::to_read(&self.at, trust, self.now.unwrap_or_else(clock::now_ms))?;
        Ok((session, signers))
    }

    /// The folders that it is about, as far as something is published there.
    pub(crate) async fn folders(&self, session: &Session) -> Outcome<Vec<String>> {
        session.folders(&self.environment, self.audience).await
    }

    /// The project whose log is written to.
    pub(crate) fn told_project(&self) -> Option<&Path> {
        self.project.as_deref().filter(|_| !self.dry_run)
    }
}
