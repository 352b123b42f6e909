use crate::error::{Error, ErrorKind};
use crate::snapshot::limits;
use crate::trust::{Head, Pointer};

/// The roots and heads that were accepted, in their order, around the snapshot in force: what a client must not forget.
///
/// Kept as the signed frames, so that what is stored can be verified again.
#[derive(Debug, Default)]
pub(super) struct Accepted {
    entries: Vec<Entry>,
    /// How many of them the snapshot in force came after.
    before: usize,
}

#[derive(Debug)]
struct Entry {
    frame: Vec<u8>,
    /// `None` for a root.
    head: Option<Head>,
    /// The keys that signed the head may still sign heads: no older one is taken.
    head_counts: bool,
    /// The keys that sign snapshots are still the same: the head may point to none that is older.
    pointer_counts: bool,
}

impl Accepted {
    /// Was this very frame accepted, and is it still of use?
    pub(super) fn holds(&self, frame: &[u8]) -> bool {
        self.entries.iter().any(|entry| entry.frame == frame)
    }

    /// Is a head newer than all that count? Refuses what goes back, or says something else under a known version. Heads
    /// do not count for one whose keys were `renamed`.
    pub(super) fn judge(&self, head: &Head, renamed: bool) -> Result<(), Error> {
        for entry in self.entries.iter().rev() {
            let Some(known) = &entry.head else {
                continue;
            };
            if entry.head_counts && !renamed && head.version <= known.version {
                return Err(if head.version < known.version {
                    ErrorKind::HeadRollback
                } else {
                    ErrorKind::HeadConflict
                }
                .into());
            }
            if entry.pointer_counts {
                head.snapshot.follows(&known.snapshot)?;
            }
        }
        Ok(())
    }

    pub(super) fn push_root(&mut self, frame: &[u8]) {
        self.push(frame, None);
    }

    /// Adds the newest head. Older ones stay only as long as they kill what it does not, or the snapshot in force came
    /// under them.
    pub(super) fn push_head(&mut self, frame: &[u8], head: Head) -> Result<(), Error> {
        let mut position = 0;
        let before = self.before;
        self.entries.retain(|entry| {
            position += 1;
            let covered = entry
                .head
                .as_ref()
                .is_some_and(|known| known.kills.iter().all(|kill| head.kills.contains(kill)));
            position <= before || !covered
        });
        if self.heads().count() >= limits::HEADS {
            return Err(ErrorKind::LimitExceeded.into());
        }
        self.push(frame, Some(head));
        Ok(())
    }

    fn push(&mut self, frame: &[u8], head: Option<Head>) {
        self.entries.push(Entry {
            frame: frame.to_vec(),
            head,
            head_counts: true,
            pointer_counts: true,
        });
    }

    /// A snapshot came into force: under the newest head, or alone. It lifts all earlier kills.
    pub(super) fn apply(&mut self, alone: bool) {
        let newest = self
            .entries
            .iter()
            .rposition(|entry| entry.head.is_some() && !alone);
        let mut position = 0;
        self.entries.retain(|entry| {
            position += 1;
            entry.head.is_none() || newest == Some(position - 1)
        });
        self.before = self.entries.len();
    }

    /// Other keys sign heads from here on: a version that lost keys ran ahead to binds nobody.
    pub(super) fn forget_heads(&mut self) {
        for entry in &mut self.entries {
            entry.head_counts = false;
        }
    }

    /// Other keys sign snapshots from here on.
    pub(super) fn forget_pointers(&mut self) {
        for entry in &mut self.entries {
            entry.pointer_counts = false;
        }
    }

    pub(super) fn heads(&self) -> impl DoubleEndedIterator<Item = &Head> {
        self.entries.iter().filter_map(|entry| entry.head.as_ref())
    }

    pub(super) fn newest(&self) -> Option<&Head> {
        self.heads().next_back()
    }

    /// The snapshot that the newest head points to, unless it is the one in force.
    pub(super) fn wanted(&self) -> Option<&Pointer> {
        let newest = &self.newest()?.snapshot;
        let before = self.entries.get(..self.before).unwrap_or_default();
        let in_force = before.iter().find_map(|entry| entry.head.as_ref());
        match in_force {
            Some(head) if head.snapshot.digest == newest.digest => None,
            _ => Some(newest),
        }
    }

    /// The frames to load before the snapshot in force, or after it, to be where we are.
    pub(super) fn frames(&self, before: bool) -> Vec<u8> {
        let (first, last) = self.entries.split_at_checked(self.before).unwrap_or_default();
        let entries = if before { first } else { last };
        entries.iter().flat_map(|entry| &entry.frame).copied().collect()
    }
}
