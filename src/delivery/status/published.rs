//! What is published of one environment and audience, as far as it differs from the files.

use crate::compile::{Audience, Options, Reissue, compile, fingerprints_by_key, republish};
use crate::error::Error;
use crate::model::{Diagnostic, Project};
use crate::snapshot::Header;
use std::collections::{BTreeMap, BTreeSet};

/// One published scope.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Published {
    /// The environment.
    pub environment: String,
    /// Who it is for.
    pub audience: Audience,
    /// The version of the snapshot in force.
    pub version: u64,
    /// When it was made, in epoch milliseconds.
    pub issued_at_ms: i64,
    /// From when on it is stale, in epoch milliseconds.
    pub expires_ms: i64,
    kills: BTreeSet<String>,
    /// By flag: what it says there, and what the files would make of it.
    flags: BTreeMap<String, (Option<u32>, Option<u32>)>,
}

/// How a flag is published for one audience.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct There {
    /// The audience.
    pub audience: Audience,
    /// A head, or a snapshot that was made after one, turned it off.
    pub killed: bool,
    /// How it compares with the files.
    pub compared: Compared,
}

/// How what is published compares with the files.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Compared {
    /// It says the same.
    Same,
    /// It says something else.
    Differs,
    /// It is not there, and would be.
    Missing,
    /// It is there, and would not be.
    Gone,
}

impl Compared {
    /// In one word.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Same => "same",
            Self::Differs => "differs",
            Self::Missing => "missing",
            Self::Gone => "gone",
        }
    }
}

/// Why what is published cannot be compared.
#[derive(Debug)]
pub enum NotCompared {
    /// It cannot be read.
    Unreadable(Error),
    /// Nothing can be made of the files.
    Files(Vec<Diagnostic>),
}

impl Published {
    /// Compares the payload of a snapshot in force with what a project would be compiled to for the same scope.
    ///
    /// `kills` are the flags that are turned off there though the project does not say so.
    pub fn compare(
        project: &Project,
        (environment, audience): (&str, Audience),
        payload: &[u8],
        kills: impl IntoIterator<Item = String>,
    ) -> Result<Self, NotCompared> {
        let header = Header::of(payload).map_err(NotCompared::Unreadable)?;
        // Kills are told of by themselves: what is compared is what would be without them.
        let lifted = republish(
            payload,
            &Reissue {
                version: header.version,
                issued_at_ms: header.issued_at_ms,
                expires_ms: header.expires_ms,
                head_keys: header.head_keys.clone(),
                kills: Vec::new(),
            },
        )
        .map_err(NotCompared::Unreadable)?;
        let made = compile(
            project,
            &Options {
                environment: environment.to_owned(),
                audience,
                version: header.version,
                issued_at_ms: header.issued_at_ms,
                not_before_ms: header.not_before_ms,
                expires_ms: Some(header.expires_ms),
                head_keys: header.head_keys.clone(),
                kills: Vec::new(),
            },
        )
        .map_err(NotCompared::Files)?;
        let mut flags: BTreeMap<String, (Option<u32>, Option<u32>)> = BTreeMap::new();
        for (key, print) in fingerprints_by_key(&lifted).map_err(NotCompared::Unreadable)? {
            flags.entry(key).or_default().0 = Some(print);
        }
        for (key, print) in fingerprints_by_key(&made).map_err(NotCompared::Unreadable)? {
            flags.entry(key).or_default().1 = Some(print);
        }
        Ok(Self {
            environment: environment.to_owned(),
            audience,
            version: header.version,
            issued_at_ms: header.issued_at_ms,
            expires_ms: header.expires_ms,
            kills: kills.into_iter().collect(),
            flags,
        })
    }

    /// How a flag is published; nothing where it neither is nor would be.
    pub fn flag(&self, key: &str) -> Option<There> {
        let (there, made) = self.flags.get(key)?;
        Some(There {
            audience: self.audience,
            killed: self.kills.contains(key),
            compared: match (there, made) {
                (None, _) => Compared::Missing,
                (_, None) => Compared::Gone,
                (there, made) if there == made => Compared::Same,
                _ => Compared::Differs,
            },
        })
    }

    /// The flags that are there, and of which the project knows nothing.
    pub fn unknown<'p>(&'p self, project: &'p Project) -> impl Iterator<Item = &'p str> {
        let known: BTreeSet<&str> = project.flags.iter().map(|flag| flag.key.value.as_str()).collect();
        let there = self.flags.iter().filter(|(_, (there, _))| there.is_some());
        there
            .map(|(key, _)| key.as_str())
            .filter(move |key| !known.contains(key))
    }
}
