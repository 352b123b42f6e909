use super::history::History;
use crate::destination::Destination;
use crate::failure::{Failure, Outcome};
use crate::scopes::{self, Audience};
use std::collections::BTreeMap;
use tidegate::Trust;

/// Somebody else may always be faster; but not this often.
pub(crate) const ATTEMPTS: usize = 8;

/// A destination, and whom it is to be believed.
#[derive(Debug)]
pub(crate) struct Session {
    pub(crate) destination: Destination,
    pub(crate) trust: Trust,
    /// Roots at hand, which may be newer than those that are published.
    pub(crate) roots: BTreeMap<u64, Vec<u8>>,
    /// The time for all that one command does: scopes that are published together have one version.
    pub(crate) now_ms: i64,
    /// What cannot be verified counts as not there.
    pub(crate) overwrites: bool,
    /// What is published vouches for, and is held against.
    pub(crate) history: History,
}

impl Session {
    /// Opens a destination for whoever needs no key.
    pub(crate) fn to_read(destination: &str, trust: Trust, now_ms: i64) -> Outcome<Self> {
        Ok(Self {
            destination: Destination::open(destination)?,
            trust,
            roots: BTreeMap::new(),
            now_ms,
            overwrites: false,
            history: History::default(),
        })
    }

    /// The folders of an environment, as far as something is published there.
    pub(crate) async fn folders(
        &self,
        environment: &str,
        audience: Option<Audience>,
    ) -> Outcome<Vec<String>> {
        let there = scopes::published(&self.destination, environment, audience).await?;
        if there.is_empty() {
            let full = self.destination.full(environment);
            return Err(not_published(&full));
        }
        Ok(there)
    }
}

/// The refusal of a command that cannot tell whom to believe.
pub(crate) fn no_trust() -> Failure {
    Failure::misuse("TRUST_INVALID", "what clients trust was not given")
        .with_help("--trust takes it, as text or as its file")
}

/// The refusal of a command that no key was given to.
pub(crate) fn no_key() -> Failure {
    Failure::misuse("key-invalid", "no key was given").with_help("--key names the one that signs snapshots")
}

pub(crate) fn not_published(what: &str) -> Failure {
    Failure::new("not-published", format!("nothing is published at `{what}`"))
        .with_help("`tidegate publish` publishes a project")
}

pub(crate) fn overtaken(folder: &str) -> Failure {
    let message = format!("somebody else published to `{folder}` meanwhile, and theirs was left as it is");
    Failure::new("published-meanwhile", message).with_help("look at what they did, and try again")
}
