//! Entries written down again behind others, as two branches that are merged need it: what they were can be computed.

use super::entry::Entry;
use super::text::{digest, hex, moment, sha256, written};
use serde_json::{Value, json};

/// The field that says what an entry was.
const WAS: &str = "was";

impl Entry {
    /// The entry to be written down again: it says which line it was, so that that one can be recomputed. Nothing where
    /// it cannot be, as of a line that others wrote in their own way.
    pub fn restated(&self) -> Option<Self> {
        let mut again = self.clone();
        let mut was = json!({
            "seq": self.sequence,
            "prev": hex(&self.link.previous),
            "time": written(self.time_ms),
            "digest": hex(&self.link.digest),
        });
        if let (Some(before), Some(fields)) = (again.fields.shift_remove(WAS), was.as_object_mut()) {
            fields.insert(WAS.to_owned(), before);
        }
        again.fields.insert(WAS.to_owned(), was);
        misstated(&again).is_none().then_some(again)
    }

    /// When it took effect, in epoch milliseconds: for a step of a schedule, and for what was written down again after a
    /// merge, that is before it was written down.
    pub fn effective_ms(&self) -> i64 {
        let said = self.text("effectiveAt").and_then(moment);
        said.or_else(|| self.first_written_ms()).unwrap_or(self.time_ms)
    }

    /// When it was written down before any merge, in epoch milliseconds; nothing where it is what it was.
    fn first_written_ms(&self) -> Option<i64> {
        let mut first = None;
        let mut was = self.fields.get(WAS);
        while let Some(line) = was {
            first = line.get("time").and_then(Value::as_str).and_then(moment);
            was = line.get(WAS);
        }
        first
    }

    /// Was it another line before a merge?
    pub(super) fn is_restated(&self) -> bool {
        self.fields.contains_key(WAS)
    }

    /// SHA-256 of its line, and of those that it was before merges, in hexadecimal.
    pub fn digests(&self) -> Vec<String> {
        let mut digests = vec![hex(&self.link.digest)];
        let mut was = self.fields.get(WAS);
        while let Some(line) = was {
            let digest = line.get("digest").and_then(Value::as_str);
            digests.extend(digest.map(str::to_owned));
            was = line.get(WAS);
        }
        digests
    }
}

/// Why an entry was not what it says that it was.
pub(super) fn misstated(entry: &Entry) -> Option<String> {
    let was = entry.fields.get(WAS)?;
    let recomputed = (|| {
        let text = |name: &str| was.get(name)?.as_str();
        let mut before = entry.clone();
        before.fields.shift_remove(WAS);
        if let Some(earlier) = was.get(WAS) {
            before.fields.insert(WAS.to_owned(), earlier.clone());
        }
        before.time_ms = moment(text("time")?)?;
        let sequence = was.get("seq").and_then(Value::as_u64)?;
        let line = before.line(sequence, &digest(text("prev")?)?);
        Some((hex(&sha256(line.as_bytes())), text("digest")?))
    })();
    match recomputed {
        Some((computed, there)) if computed == there => None,
        Some((computed, there)) => Some(format!(
            "`was` says that its SHA-256 was {there}, expected {computed} of what it says"
        )),
        None => Some("`was` does not say which line it was: expected seq, prev, time and digest".to_owned()),
    }
}
