use super::chain::Chain;
use super::entry::Entry;
use super::fault::{Fault, FaultKind};
use super::in_scope::InScope;
use crate::snapshot::AuditTip as Tip;

/// What is published of a scope, as far as a log has to do with it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Published {
    /// `project/environment/audience`.
    pub scope: String,
    /// The snapshot's version.
    pub version: u64,
    /// SHA-512 of its file, in hexadecimal.
    pub digest: String,
    /// The head's version.
    pub head_version: u64,
    /// The flags that the head kills.
    pub kills: Vec<String>,
    /// What the snapshot's header and the head vouch for.
    pub tips: Vec<Tip>,
}

impl Chain {
    /// What is wrong with the chain by what was signed and published: entries that are not there any more, another
    /// history, or a publication that nothing tells of.
    pub fn held_against(&self, published: &[Published]) -> Vec<Fault> {
        let mut faults = Vec::new();
        for there in published {
            let tips = there
                .tips
                .iter()
                .filter_map(|tip| self.held_against_tip(tip, there));
            faults.extend(tips);
            faults.extend(self.untold(there));
        }
        faults.dedup();
        faults
    }

    /// What was published over a history that is not this one, and nobody has reviewed: whoever rewrites a log and
    /// publishes anew is seen by that. Nothing of what was vouched for there is known here.
    pub fn overlooked(&self, is_reviewed: impl Fn(&Entry) -> bool) -> Vec<Fault> {
        let open = self.entries.iter().filter(|entry| !is_reviewed(entry)).flat_map(|entry| {
            let unknown = entry
                .over()
                .filter(|over| !self.knows_over(over.scope, &over.tip, over.digest));
            unknown.map(move |over| {
                let (scope, sequence) = (over.scope, over.tip.sequence);
                let message = match over.digest {
                    None => format!(
                        "it was published over a log that this is not: {scope} vouched for entry {sequence} with the \
                        SHA-256 {}",
                        super::text::hex(&over.tip.digest)
                    ),
                    Some(digest) => format!(
                        "it was published over a log that this is not: {scope} was published behind entry {sequence}, \
                        by an entry about the snapshot {digest}"
                    ),
                };
                fault(FaultKind::Rewritten, Some(entry), message)
            })
        });
        open.collect()
    }

    /// Is the entry that a tip names in this chain, also where it was written down again since?
    pub(super) fn knows(&self, tip: &Tip) -> bool {
        self.place_of(tip).is_some()
    }

    /// The number of the last entry that a publication vouches for; 0 where none does.
    pub fn vouched_up_to(&self, published: &[Published]) -> u64 {
        let tips = published.iter().flat_map(|there| &there.tips);
        let known = tips
            .filter_map(|tip| self.place_of(tip))
            .map(|entry| entry.sequence);
        known.max().unwrap_or(0)
    }

    /// The entry that a tip names, also where it was written down again since.
    pub(super) fn place_of(&self, tip: &Tip) -> Option<&Entry> {
        let there = self
            .entry(tip.sequence)
            .filter(|entry| entry.link.digest == tip.digest);
        there.or_else(|| {
            let digest = super::text::hex(&tip.digest);
            let mut again = self.entries.iter().filter(|entry| entry.is_restated());
            again.find(|entry| entry.digests().contains(&digest))
        })
    }

    fn held_against_tip(&self, tip: &Tip, published: &Published) -> Option<Fault> {
        if self.place_of(tip).is_some() {
            return None;
        }
        let expected = super::text::hex(&tip.digest);
        let (scope, sequence) = (&published.scope, tip.sequence);
        let (kind, entry, message) = match (self.entry(sequence), self.entries.last()) {
            (Some(entry), _) => (
                FaultKind::Rewritten,
                Some(entry),
                format!(
                    "it is not what was published: its SHA-256 is {}, expected {expected} as {scope} vouches for",
                    super::text::hex(&entry.link.digest)
                ),
            ),
            (None, Some(last)) if last.sequence < sequence => (
                FaultKind::Cut,
                Some(last),
                format!("the log ends with it, and {scope} vouches for entries up to {sequence}"),
            ),
            (None, last) => (
                FaultKind::Cut,
                last,
                format!("entry {sequence} is not there, which {scope} vouches for"),
            ),
        };
        Some(fault(kind, entry, message))
    }

    /// What is in force must be told of: else the end is cut off, or it was published without this log.
    fn untold(&self, published: &Published) -> Option<Fault> {
        let Published {
            scope,
            version,
            digest,
            head_version,
            kills,
            ..
        } = published;
        let all = self.entries.iter().flat_map(Entry::scopes);
        let told: Vec<InScope<'_>> = all.filter(|told| told.scope() == scope).collect();
        if !told.iter().any(|told| told.digest() == Some(digest)) {
            let message = format!(
                "no entry tells of version {version} of {scope}, which is in force: the end of the log was cut off, or it \
                was published without this log"
            );
            return Some(fault(FaultKind::Untold, None, message));
        }
        let head_told = told.iter().any(|told| told.head_version() == Some(*head_version));
        // A timer that renews heads has no project at hand, and changes nothing but the time.
        let same_kills = |told: &InScope<'_>| told.kills().is_some_and(|told| told == *kills);
        if head_told || told.last().is_some_and(same_kills) {
            return None;
        }
        let killed = match kills.is_empty() {
            true => "no flags".to_owned(),
            false => kills.join(", "),
        };
        let message = format!(
            "no entry tells of head {head_version} of {scope}, which is in force and kills {killed}: the end of the log was \
            cut off, or it was published without this log"
        );
        Some(fault(FaultKind::Untold, None, message))
    }
}

fn fault(kind: FaultKind, entry: Option<&Entry>, message: String) -> Fault {
    Fault {
        kind,
        file: entry.map(|entry| entry.link.file.clone()).unwrap_or_default(),
        line: entry.map_or(0, |entry| entry.link.line),
        sequence: entry.map(|entry| entry.sequence),
        message,
    }
}
