//! What a deed came to where something is published, as the log tells it.

use crate::failure::Failure;
use crate::report::Reporter;
use crate::snapshot;
use serde_json::{Value, json};
use tidegate::delivery::audit::{Entry, Gap};
use tidegate::trust::Head;

/// What it came to in a scope.
#[derive(Debug)]
pub(crate) struct Came<'c> {
    /// What is in force, by digest.
    scope: Value,
    /// What was in force before, and the log does not tell of.
    gaps: &'c [Gap],
}

impl<'c> Came<'c> {
    /// `did` says in one word what was done there.
    pub(crate) fn to(head: &Head, did: &str, gaps: &'c [Gap]) -> Self {
        let scope = json!({
            "scope": head.scope.as_str(),
            "did": did,
            "version": head.snapshot.version,
            "digest": snapshot::digest(&head.snapshot),
            "head": { "version": head.version, "kills": head.kills },
        });
        Self { scope, gaps }
    }
}

/// Adds to an entry what it came to in each scope, and what it was published over that is not in the log: somebody
/// published that from another copy of the project, or rewrote the log.
pub(crate) fn published<'c>(
    entry: Entry,
    came: impl Iterator<Item = Came<'c>>,
    over_history: bool,
    reporter: &Reporter,
) -> Entry {
    let (scopes, gaps): (Vec<Value>, Vec<&[Gap]>) = came.map(|came| (came.scope, came.gaps)).unzip();
    let mut known: Vec<&Gap> = Vec::new();
    for gap in gaps.into_iter().flatten() {
        if !known.contains(&gap) {
            known.push(gap);
        }
    }
    if !known.is_empty() {
        let said: Vec<String> = known.iter().map(|gap| gap.to_string()).collect();
        reporter.warn(&Failure::new("audit-behind", said.join("; ")).with_help(
            "it was published from another copy of the project, or the log was rewritten; the log tells of it until \
            somebody else has reviewed it: `tidegate audit log --unreviewed` names it",
        ));
    }
    entry
        .published_over(&known, over_history)
        .with("scopes", json!(scopes))
}
