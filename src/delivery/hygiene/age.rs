use crate::model::{Flag, Lifetimes};

/// What others than its file know of a flag's age, in epoch milliseconds.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct History {
    /// When its file was first committed.
    pub first_commit_ms: Option<i64>,
    /// When its file was last committed with a change.
    pub last_commit_ms: Option<i64>,
    /// When the audit log first tells of it.
    pub first_entry_ms: Option<i64>,
    /// When the audit log last tells of it.
    pub last_entry_ms: Option<i64>,
}

/// Where a moment comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Source {
    /// `createdAt`.
    CreatedAt,
    /// `expiresAt`.
    ExpiresAt,
    /// The lifetime of the flag's type, since it was made.
    Lifetime,
    /// A commit of the flag's file.
    Commit,
    /// An entry of the audit log.
    Audit,
    /// A state that the file dates, such as `enteredAt`.
    State,
}

impl Source {
    /// The word for people and machines.
    pub const fn word(self) -> &'static str {
        match self {
            Self::CreatedAt => "createdAt",
            Self::ExpiresAt => "expiresAt",
            Self::Lifetime => "lifetime",
            Self::Commit => "commit",
            Self::Audit => "audit",
            Self::State => "state",
        }
    }
}

/// A moment, and where it comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Dated {
    /// In epoch milliseconds.
    pub at_ms: i64,
    /// Where it comes from.
    pub source: Source,
}

/// How old a flag is, and may get.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Age {
    /// Since when there is the flag: what it says, else the first commit of its file, else the first entry about it.
    pub created: Option<Dated>,
    /// From when on it should be gone: what it says, else the lifetime of its type, which not every type has.
    pub expires: Option<Dated>,
    /// When it was last changed, of all that is known.
    pub changed: Option<Dated>,
    /// How long its type lasts, in milliseconds; nothing means for ever, or that it has no type.
    pub lifetime_ms: Option<i64>,
}

impl Age {
    /// Of a flag.
    pub fn of(flag: &Flag, lifetimes: &Lifetimes, history: &History) -> Self {
        let dated = |at_ms: Option<i64>, source| at_ms.map(|at_ms| Dated { at_ms, source });
        let said = dated(flag.created_at.as_ref().map(|at| at.value), Source::CreatedAt);
        let created = said
            .or(dated(history.first_commit_ms, Source::Commit))
            .or(dated(history.first_entry_ms, Source::Audit));
        let lifetime_ms = flag.kind.as_ref().and_then(|kind| lifetimes.of(kind.value));
        let by_type = created.zip(lifetime_ms).map(|(created, lifetime_ms)| Dated {
            at_ms: created.at_ms.saturating_add(lifetime_ms),
            source: Source::Lifetime,
        });
        let changes = [
            said,
            dated(history.last_commit_ms, Source::Commit),
            dated(history.last_entry_ms, Source::Audit),
            dated(last_state(flag), Source::State),
        ];
        Self {
            created,
            expires: dated(flag.expires_at.as_ref().map(|at| at.value), Source::ExpiresAt).or(by_type),
            changed: changes.into_iter().flatten().max_by_key(|change| change.at_ms),
            lifetime_ms,
        }
    }
}

/// The latest moment that the states of a flag's plans are dated with.
fn last_state(flag: &Flag) -> Option<i64> {
    let states = flag.environments.iter().flat_map(|(_, state)| &state.rollouts);
    states
        .flat_map(|(_, state)| [state.entered_at, state.paused_at])
        .flatten()
        .max()
}
