//! Which snapshots the log tells of.

use serde_json::Value;
use tidegate::delivery::audit::Chain;
use tidegate::trust::Head;

/// The digest of the snapshot that the log told of last in a scope.
pub(crate) fn last_told<'c>(chain: &'c Chain, scope: &str) -> Option<&'c str> {
    let scopes = chain.entries.iter().rev().flat_map(|entry| entry.scopes());
    let mut here = scopes.filter(|told| told.get("scope").and_then(Value::as_str) == Some(scope));
    here.find_map(|told| told.get("digest")?.as_str())
}

/// Does the log tell of the snapshot that a head points to?
pub(crate) fn tells_of(chain: &Chain, head: &Head) -> bool {
    let digest = crate::snapshot::digest(&head.snapshot);
    last_told(chain, head.scope.as_str()) == Some(digest.as_str())
}
