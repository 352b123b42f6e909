//! Which snapshots and files the log tells of.

use serde_json::Value;
use tidegate::delivery::audit::{Chain, Entry, InScope};
use tidegate::trust::Head;

/// The digest of the snapshot that the log told of last in a scope.
pub(crate) fn last_told<'c>(chain: &'c Chain, scope: &str) -> Option<&'c str> {
    let scopes = chain.entries.iter().rev().flat_map(Entry::scopes);
    let mut here = scopes.filter(|told| told.scope() == scope);
    here.find_map(InScope::digest)
}

/// Does the log tell of the snapshot that a head points to?
pub(crate) fn tells_of(chain: &Chain, head: &Head) -> bool {
    let digest = crate::snapshot::digest(&head.snapshot);
    last_told(chain, head.scope.as_str()) == Some(digest.as_str())
}

/// The digest of a flag's file as the last entry tells that published it in an environment; nothing where that one knew of
/// no file, as of old rules that came back, or of a flag that is gone.
pub(crate) fn file_told<'c>(chain: &'c Chain, flag: &str, environment: &str) -> Option<&'c str> {
    let published = |entry: &&Entry| {
        let is_by_hand = matches!(entry.action.as_str(), "kill" | "unkill" | "renew");
        !is_by_hand && !entry.is_withheld() && entry.published_in(environment)
    };
    let newest_first = chain.entries.iter().rev();
    newest_first
        .filter(published)
        .find_map(|entry| match entry.flag.as_deref() {
            Some(one) => (one == flag).then(|| entry.text("to")),
            None => {
                let is = |change: &Value, name: &str, text: &str| {
                    change.get(name).and_then(Value::as_str) == Some(text)
                };
                let mut changes = entry.list("changes").iter();
                let here =
                    changes.find(|change| is(change, "flag", flag) && is(change, "environment", environment));
                here.map(|change| change.get("to").and_then(Value::as_str))
            }
        })
        .flatten()
}
