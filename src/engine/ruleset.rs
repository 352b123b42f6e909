use super::accepted::Accepted;
use super::check;
use super::resource::halve;
use crate::cut::cut;
use crate::snapshot::{Flag, Header, Snapshot};

/// A snapshot that was checked flag by flag and can be evaluated.
#[derive(Debug)]
pub(crate) struct Ruleset {
    snapshot: Snapshot,
    /// Where the record of each flag begins and ends; nowhere for one that cannot be read.
    flags: Vec<[u32; 2]>,
    /// Whether each flag was killed since; empty when none was.
    killed: Vec<bool>,
    /// From when on it is stale: what opens by time stands still there.
    expires_ms: i64,
    /// It is at least this late, whatever the clock says: what closes by time goes by it.
    issued_at_ms: i64,
}

impl Ruleset {
    /// Looks at every record of a snapshot once.
    pub(crate) fn check(snapshot: Snapshot) -> Self {
        let flags = check::readable_flags(&snapshot);
        Self {
            expires_ms: snapshot.header.expires_ms,
            issued_at_ms: i64::MIN,
            killed: Vec::new(),
            snapshot,
            flags,
        }
    }

    /// Goes by what the heads since say: they end it sooner, tell the time, and close flags. None of that opens any.
    pub(super) fn govern(&mut self, accepted: &Accepted) {
        self.expires_ms = self.header().expires_ms;
        self.issued_at_ms = i64::MIN;
        self.killed = Vec::new();
        let expires_ms = self.expires_ms;
        for head in accepted.heads() {
            self.expires_ms = expires_ms.min(head.expires_ms);
            self.issued_at_ms = self.issued_at_ms.max(head.issued_at_ms);
            let mut kills = vec![""; head.kill_count()];
            for (place, kill) in kills.iter_mut().zip(head.kills()) {
                *place = kill;
            }
            if kills.is_empty() {
                continue;
            }
            if self.killed.is_empty() {
                self.killed = vec![false; self.flags.len()];
            }
            let mut keys = self.snapshot.keys();
            for killed in &mut self.killed {
                let (key, behind) = cut(keys, b'\n');
                keys = behind.unwrap_or_default();
                *killed |= halve(kills.len(), |at| Some(kills.get(at)?.as_bytes().cmp(key)));
            }
        }
    }

    /// Was a flag killed since the snapshot was made?
    #[inline]
    pub(crate) fn is_killed(&self, flag: u32) -> bool {
        self.killed.get(flag as usize) == Some(&true)
    }

    /// From when on it is stale, in epoch milliseconds.
    #[inline]
    pub(crate) fn expires_ms(&self) -> i64 {
        self.expires_ms
    }

    /// What the time is at least, in epoch milliseconds.
    #[inline]
    pub(crate) fn issued_at_ms(&self) -> i64 {
        self.issued_at_ms
    }

    pub(crate) fn snapshot(&self) -> &Snapshot {
        &self.snapshot
    }

    pub(crate) fn header(&self) -> &Header {
        &self.snapshot.header
    }

    /// The number of flags, readable or not.
    pub(crate) fn len(&self) -> usize {
        self.flags.len()
    }

    /// Does any flag's answer depend on time?
    #[cfg_attr(
        not(target_arch = "wasm32"),
        allow(dead_code, reason = "natively the clock is always given")
    )]
    pub(crate) fn depends_on_time(&self) -> bool {
        (0..self.flags.len() as u32).any(|flag| self.flag(flag).is_some_and(|flag| flag.depends_on_time()))
    }

    /// A flag; `None` when there is none or it cannot be read.
    pub(crate) fn flag(&self, flag: u32) -> Option<Flag<'_>> {
        Flag::read(self.record(flag)?)
    }

    /// The bytes of a flag's record; empty when it cannot be read.
    #[inline]
    pub(crate) fn record(&self, flag: u32) -> Option<&[u8]> {
        let [start, end] = *self.flags.get(flag as usize)?;
        self.snapshot.bytes().get(start as usize..end as usize)
    }
}
