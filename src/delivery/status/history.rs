//! What the audit log tells of flags: when each was first told of, and what happened last.

use crate::delivery::audit::{ActorKind, Chain, Entry};
use crate::delivery::hygiene;
use serde_json::Value;
use std::collections::HashMap;

/// The last thing that was done to a flag in an environment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LastEntry {
    /// Its number in the log.
    pub sequence: u64,
    /// When it took effect, in epoch milliseconds.
    pub time_ms: i64,
    /// Who did it.
    pub actor: String,
    /// What kind of one that is.
    pub kind: ActorKind,
    /// What was done, in one word.
    pub action: String,
    /// Why.
    pub reason: Option<String>,
}

/// Entries by flag.
#[derive(Debug, Default)]
pub(super) struct History<'c> {
    /// When each flag was first and last told of.
    times_ms: HashMap<&'c str, (i64, i64)>,
    /// By flag and environment; none of entries that name no environment.
    last: HashMap<(&'c str, Option<&'c str>), &'c Entry>,
}

impl<'c> History<'c> {
    pub(super) fn of(chain: &'c Chain) -> Self {
        let mut history = Self::default();
        for entry in &chain.entries {
            let environment = entry.environment.as_deref();
            if let Some(flag) = &entry.flag {
                history.tell(flag, environment, entry);
            }
            for change in entry.list("changes") {
                if let Some(flag) = change.get("flag").and_then(Value::as_str) {
                    let own = change.get("environment").and_then(Value::as_str);
                    history.tell(flag, own.or(environment), entry);
                }
            }
        }
        history
    }

    /// When the log first and last tells of a flag.
    pub(super) fn dates(&self, flag: &str) -> hygiene::History {
        let times_ms = self.times_ms.get(flag);
        hygiene::History {
            first_entry_ms: times_ms.map(|times| times.0),
            last_entry_ms: times_ms.map(|times| times.1),
            ..hygiene::History::default()
        }
    }

    /// The last entry about a flag in an environment.
    pub(super) fn last(&self, flag: &str, environment: &str) -> Option<LastEntry> {
        let here = self.last.get(&(flag, Some(environment)));
        let everywhere = self.last.get(&(flag, None));
        let last = here
            .into_iter()
            .chain(everywhere)
            .max_by_key(|entry| entry.sequence)?;
        Some(LastEntry {
            sequence: last.sequence,
            time_ms: last.effective_ms(),
            actor: last.actor.name.clone(),
            kind: last.actor.kind,
            action: last.action.clone(),
            reason: last.reason().map(str::to_owned),
        })
    }

    fn tell(&mut self, flag: &'c str, environment: Option<&'c str>, entry: &'c Entry) {
        let at_ms = entry.effective_ms();
        let times = self.times_ms.entry(flag).or_insert((at_ms, at_ms));
        *times = (times.0.min(at_ms), times.1.max(at_ms));
        self.last.insert((flag, environment), entry);
    }
}
