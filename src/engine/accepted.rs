use crate::error::{Error, ErrorKind};
use crate::snapshot::limits;
use crate::trust::{Frame, HeadRecord, PointerRecord, RoleRecord, RootRecord, verify};

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
    is_head: bool,
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
    pub(super) fn judge(&self, head: &HeadRecord<'_>, renamed: bool) -> Result<(), Error> {
        for entry in self.entries.iter().rev() {
            let Some(known) = entry.head() else {
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
                known
                    .snapshot
                    .allows(head.snapshot.version, head.snapshot.digest)?;
            }
        }
        Ok(())
    }

    pub(super) fn push_root(&mut self, frame: &[u8]) {
        self.push(frame, false);
    }

    /// Adds the newest head. Older ones stay only as long as they kill what it does not, or the snapshot in force came
    /// under them.
    pub(super) fn push_head(&mut self, frame: &[u8], head: &HeadRecord<'_>) -> Result<(), Error> {
        self.drop_heads(self.before, usize::MAX, Some(head));
        if self.heads().count() >= limits::HEADS {
            return Err(ErrorKind::LimitExceeded.into());
        }
        self.push(frame, true);
        Ok(())
    }

    /// Takes a head instead of all others.
    pub(super) fn replace_heads(&mut self, frame: &[u8]) {
        self.drop_heads(0, usize::MAX, None);
        self.push(frame, true);
    }

    fn push(&mut self, frame: &[u8], is_head: bool) {
        self.entries.push(Entry {
            frame: frame.to_vec(),
            is_head,
            head_counts: true,
            pointer_counts: true,
        });
    }

    /// A snapshot came into force: under the newest head, or alone. It lifts all earlier kills.
    pub(super) fn apply(&mut self, alone: bool) {
        let newest = self.entries.iter().rposition(|entry| entry.is_head && !alone);
        self.drop_heads(0, newest.unwrap_or(usize::MAX), None);
        self.before = self.entries.len();
    }

    /// Drops the heads from one position to before another; where a newer one is given, only if that kills all they kill.
    #[inline(never)]
    fn drop_heads(&mut self, from: usize, to: usize, newer: Option<&HeadRecord<'_>>) {
        let mut position = 0;
        self.entries.retain(|entry| {
            let within = (from..to).contains(&position);
            position += 1;
            let dropped = entry.head().is_some_and(|known| {
                newer.is_none_or(|newer| {
                    // Both are in order, so that each is walked once.
                    let mut others = newer.kills();
                    known.kills().all(|kill| others.any(|other| other == kill))
                })
            });
            !(within && dropped)
        });
    }

    /// Others sign heads from here on: a version that lost keys ran ahead to binds nobody. What they could have signed
    /// themselves counts on, else it could be shown again.
    pub(super) fn forget_heads(&mut self, role: RoleRecord<'_>) {
        for entry in &mut self.entries {
            entry.head_counts = Frame::first(&entry.frame).is_ok_and(|frame| verify(&frame, role).is_ok());
        }
    }

    /// Other keys sign snapshots from here on.
    pub(super) fn forget_pointers(&mut self) {
        for entry in &mut self.entries {
            entry.pointer_counts = false;
        }
    }

    pub(super) fn heads(&self) -> impl DoubleEndedIterator<Item = HeadRecord<'_>> {
        self.entries.iter().filter_map(Entry::head)
    }

    pub(super) fn newest(&self) -> Option<HeadRecord<'_>> {
        self.heads().next_back()
    }

    /// The newest head as it was signed, and whether the keys that signed it may still sign heads.
    pub(super) fn newest_frame(&self) -> Option<(&[u8], bool)> {
        let newest = self.entries.iter().rfind(|entry| entry.is_head)?;
        Some((&newest.frame, newest.head_counts))
    }

    /// The newest root that was accepted.
    pub(super) fn root(&self) -> Option<RootRecord<'_>> {
        let newest = self.entries.iter().rfind(|entry| !entry.is_head)?;
        RootRecord::read(Frame::first(&newest.frame).ok()?.payload()).ok()
    }

    /// Did the snapshot in force come under no head?
    pub(super) fn stands_alone(&self) -> bool {
        let before = self.entries.get(..self.before).unwrap_or_default();
        !before.iter().any(|entry| entry.is_head)
    }

    /// The snapshot that the newest head points to, unless it is the one in force.
    pub(super) fn wanted(&self) -> Option<PointerRecord<'_>> {
        let newest = self.newest()?.snapshot;
        let before = self.entries.get(..self.before).unwrap_or_default();
        match before.iter().find_map(Entry::head) {
            Some(head) if head.snapshot.digest == newest.digest => None,
            _ => Some(newest),
        }
    }

    /// The frames to load before the snapshot in force, or after it, to be where we are.
    pub(super) fn frames(&self, before: bool) -> Vec<u8> {
        let (first, last) = self.entries.split_at_checked(self.before).unwrap_or_default();
        let entries = if before { first } else { last };
        let mut frames = Vec::new();
        for entry in entries {
            frames.extend_from_slice(&entry.frame);
        }
        frames
    }
}

impl Entry {
    fn head(&self) -> Option<HeadRecord<'_>> {
        self.is_head.then(|| head_in(&self.frame))?
    }
}

/// The head that a frame holds.
pub(super) fn head_in(frame: &[u8]) -> Option<HeadRecord<'_>> {
    HeadRecord::read(Frame::first(frame).ok()?.payload()).ok()
}
