use super::chain::Chain;
use super::entry::Entry;
use super::text::hex;
use crate::snapshot::AuditTip as Tip;
use std::collections::BTreeSet;
use std::fmt;

/// What is in force in a scope, and is about to be replaced.
#[derive(Debug, Clone, Copy)]
pub struct InForce<'p> {
    /// `project/environment/audience`.
    pub scope: &'p str,
    /// SHA-512 of the snapshot's file, in hexadecimal.
    pub digest: &'p str,
    /// What the newest head and the snapshot vouch for.
    pub tips: &'p [Tip],
    /// What the snapshot alone vouches for.
    pub snapshot_tip: Option<Tip>,
}

/// That a log lacks what something that is published tells of: whoever published it had more of the log, or another one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Gap {
    /// `project/environment/audience`.
    pub scope: String,
    /// The entry that is vouched for there.
    pub vouched: Tip,
    /// The number of the last entry of the log; 0 where it has none.
    pub last: u64,
    /// What the log lacks.
    pub lack: Lack,
}

/// What a log lacks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Lack {
    /// The entry that is vouched for, as others before it.
    Entries,
    /// Another entry has its number.
    Same,
    /// The entry that tells of the snapshot in force, by its digest, behind the one that is vouched for.
    Publication(String),
}

impl Chain {
    /// What is in force and this log does not tell of; nothing where it tells of all.
    ///
    /// A snapshot vouches for what stood in the log before its own entry. So a log may have all that is vouched for, and
    /// still lack the newest publication. Whoever publishes without a log hands on what was vouched for before, which
    /// is older than the last entry about the scope.
    pub fn gaps(&self, there: &InForce<'_>) -> Vec<Gap> {
        let gap = |vouched: &Tip, lack| Gap {
            scope: there.scope.to_owned(),
            vouched: *vouched,
            last: self.entries.last().map_or(0, |last| last.sequence),
            lack,
        };
        let mut found: Vec<Gap> = Vec::new();
        for tip in there.tips.iter().filter(|tip| !self.knows(tip)) {
            let lack = match self.entry(tip.sequence) {
                Some(_) => Lack::Same,
                None => Lack::Entries,
            };
            let one = gap(tip, lack);
            if !found.contains(&one) {
                found.push(one);
            }
        }
        if let (Some(tip), true) = (&there.snapshot_tip, found.is_empty()) {
            let told = Told::of(self, there.scope);
            if !told.digests.contains(there.digest) && tip.sequence >= told.last {
                found.push(gap(tip, Lack::Publication(there.digest.to_owned())));
            }
        }
        found
    }

    /// Does the log tell of what an entry was published over, by now?
    pub(super) fn knows_over(&self, scope: &str, tip: &Tip, digest: Option<&str>) -> bool {
        self.knows(tip) && digest.is_none_or(|digest| Told::of(self, scope).digests.contains(digest))
    }
}

/// What a log tells of a scope, as one that has all of its history.
struct Told<'c> {
    /// Of snapshots.
    digests: BTreeSet<&'c str>,
    /// The number of the last entry that does.
    last: u64,
}

impl<'c> Told<'c> {
    /// An entry that was written over a gap counts only once the rest is there too, or where somebody said
    /// that it is to be gone over.
    fn of(chain: &'c Chain, scope: &str) -> Self {
        let mut told = Self {
            digests: BTreeSet::new(),
            last: 0,
        };
        let mut open: Vec<&Entry> = chain.entries.iter().collect();
        loop {
            let before = open.len();
            open.retain(|entry| {
                let is_whole = entry.is_over_history()
                    || entry.over().filter(|over| over.scope == scope).all(|over| {
                        chain.knows(&over.tip)
                            && over.digest.is_none_or(|digest| told.digests.contains(digest))
                    });
                if is_whole {
                    told.add(entry, scope);
                }
                !is_whole
            });
            if open.len() == before || open.is_empty() {
                return told;
            }
        }
    }

    fn add(&mut self, entry: &'c Entry, scope: &str) {
        for told in entry.scopes() {
            if told.scope() == scope {
                self.digests.extend(told.digest());
                self.last = self.last.max(entry.sequence);
            }
        }
    }
}

impl fmt::Display for Gap {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            scope, vouched, last, ..
        } = self;
        let sequence = vouched.sequence;
        let here = match last {
            0 => "the log here has none".to_owned(),
            last => format!("the last one here is {last}"),
        };
        match &self.lack {
            Lack::Entries => write!(
                formatter,
                "{scope} vouches for entries up to {sequence}, and {here}"
            ),
            Lack::Same => write!(
                formatter,
                "{scope} vouches for an entry {sequence} that is not the one here: its SHA-256 is {}; {here}",
                hex(&vouched.digest)
            ),
            Lack::Publication(_) => write!(
                formatter,
                "{scope} was published behind entry {sequence} from another copy, by an entry that is not here: {here}"
            ),
        }
    }
}
