//! What an entry says of gaps that were there when it was published.

use super::entry::Entry;
use super::gap::{Gap, Lack};
use super::text::{digest, hex};
use crate::snapshot::AuditTip as Tip;
use serde_json::{Value, json};

/// What was in force where something was published, and the log did not tell of.
#[derive(Debug, Clone, Copy)]
pub(super) struct Over<'e> {
    pub(super) scope: &'e str,
    /// The entry that was vouched for.
    pub(super) tip: Tip,
    /// The snapshot, where it is that which the log lacked.
    pub(super) digest: Option<&'e str>,
}

impl Entry {
    /// The same, of something that was published over gaps of the log, which [`Chain::overlooked`](super::Chain) finds
    /// again; `over_history` where somebody said that they were to be gone over.
    #[must_use]
    pub fn published_over(self, gaps: &[&Gap], over_history: bool) -> Self {
        let mut over: Vec<Value> = Vec::new();
        for gap in gaps {
            let mut one = json!({
                "scope": gap.scope,
                "seq": gap.vouched.sequence,
                "sha256": hex(&gap.vouched.digest),
            });
            if let (Lack::Publication(digest), Some(fields)) = (&gap.lack, one.as_object_mut()) {
                fields.insert("digest".into(), json!(digest));
            }
            over.push(one);
        }
        match (over.is_empty(), over_history) {
            (true, _) => self,
            (false, false) => self.with("over", json!(over)),
            (false, true) => self.with("over", json!(over)).with("overHistory", json!(true)),
        }
    }

    /// What was in force where this was published, and the log did not tell of.
    pub(super) fn over(&self) -> impl Iterator<Item = Over<'_>> {
        self.list("over").iter().filter_map(|over| {
            let text = |name: &str| over.get(name).and_then(Value::as_str);
            let digest = digest(text("sha256")?)?;
            let sequence = over.get("seq")?.as_u64()?;
            Some(Over {
                scope: text("scope")?,
                tip: Tip { sequence, digest },
                digest: text("digest"),
            })
        })
    }

    /// Did somebody say that what the log lacked was to be gone over?
    pub(super) fn is_over_history(&self) -> bool {
        self.fields.get("overHistory").and_then(Value::as_bool) == Some(true)
    }
}
