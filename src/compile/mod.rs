//! From what people write to what is evaluated: lint and lower. Every authoring error is born here or in
//! [`read`](crate::model::read), and what passes both is valid.

mod lint;
mod lower;
mod republish;
mod table;
mod vouch;

pub use lint::lint;
#[cfg(feature = "delivery")]
pub(crate) use lower::{fingerprint::fingerprints_by_key, rollout::share_at};
pub use republish::{Reissue, folded_kills, republish};
pub use vouch::vouch;

use crate::model::{Diagnostic, Project, Severity};
use std::fmt;

/// Who a snapshot is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Audience {
    /// Browsers and apps: only flags with `clientVisible: true`.
    Client,
    /// Servers and workers: every flag.
    Server,
}

impl fmt::Display for Audience {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Self::Client => "client",
            Self::Server => "server",
        })
    }
}

/// What a snapshot is made for, and what its header says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Options {
    /// One of the project's environments.
    pub environment: String,
    /// Who the snapshot is for.
    pub audience: Audience,
    /// Must rise with every snapshot of a scope; below 2^53.
    pub version: u64,
    /// When it was made, in epoch milliseconds.
    pub issued_at_ms: i64,
    /// From when on it may be used, in epoch milliseconds.
    pub not_before_ms: i64,
    /// From when on it is stale, in epoch milliseconds; by default the issue plus the project's lifetime.
    pub expires_ms: Option<i64>,
    /// The public keys that sign heads, where clients trust a bare key; none: the snapshot stands alone.
    pub head_keys: Vec<[u8; 32]>,
    /// Keys of flags that serve their `offVariant` whatever the project says, as a head killed them.
    pub kills: Vec<String>,
}

/// Makes the payload of a snapshot: the same project and options give the same bytes.
///
/// The project is linted first; any error, of the whole project, is returned and nothing is made.
pub fn compile(project: &Project, options: &Options) -> Result<Vec<u8>, Vec<Diagnostic>> {
    let errors: Vec<Diagnostic> = lint(project)
        .into_iter()
        .filter(|diagnostic| diagnostic.severity == Severity::Error)
        .collect();
    if !errors.is_empty() {
        return Err(errors);
    }
    lower::lower(project, options).map_err(|diagnostic| vec![diagnostic])
}
