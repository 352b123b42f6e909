use super::diagnostic::Spanned;
use super::experiment::{Holdout, Layer};
use super::flag::Flag;
use super::governance::Governance;
use super::hygiene::Hygiene;
use super::policy::Policy;
use super::rollout::Template;
use super::segment::Segment;

/// Everything that the files of one project say.
#[derive(Debug, Clone, PartialEq)]
pub struct Project {
    /// Who owns the rulesets: `[A-Za-z0-9._-]{1,64}`.
    pub name: Spanned<String>,
    /// Where rulesets apply, as written.
    pub environments: Vec<Spanned<String>>,
    /// The lowest engine version in use, `(major, minor)`.
    pub engine: Option<Spanned<(u64, u64)>>,
    /// How long snapshots last.
    pub snapshot: SnapshotPolicy,
    /// Sets of experiments that never overlap, by id.
    pub layers: Vec<(Spanned<String>, Layer)>,
    /// Units kept out of experiments, by id.
    pub holdouts: Vec<(Spanned<String>, Holdout)>,
    /// What is asked of flags and of releases.
    pub hygiene: Hygiene,
    /// Who there is, and what a change must have.
    pub governance: Governance,
    /// Segments, by name.
    pub segments: Vec<Segment>,
    /// Templates of rollouts, by name.
    pub templates: Vec<Template>,
    /// Flags, by key.
    pub flags: Vec<Flag>,
    /// What is watched while plans go on, by name.
    pub policies: Vec<Policy>,
    /// What was left out because its file has errors, as paths without their ending: `flags/checkout`;
    /// of `tidegate` only parts.
    pub left_out: Vec<String>,
}

impl Project {
    /// Does it have an environment of this name?
    pub fn has_environment(&self, name: &str) -> bool {
        self.environments.iter().any(|known| known.value == name)
    }
}

/// How long snapshots last.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SnapshotPolicy {
    /// From issue to expiry, in milliseconds; 30 days by default.
    pub lifetime_ms: i64,
    /// From expiry until flags with `onExpired: off` go off, in milliseconds; 7 days by default.
    pub max_stale_ms: i64,
}
