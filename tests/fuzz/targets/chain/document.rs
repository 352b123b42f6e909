use super::super::{DAY_MS, NOW_MS, keys, publisher};
use arbitrary::Arbitrary;
use tidegate::trust::{Head, Kind, Pointer, Root};

/// Documents that come in one piece.
#[derive(Debug, Arbitrary)]
pub(super) struct Delivery {
    root: Option<RootToMake>,
    head: Option<HeadToMake>,
    snapshot: Option<SnapshotToMake>,
    /// Does the snapshot come first?
    turned: bool,
    damage: Option<(u16, u8)>,
}

#[derive(Debug, Clone, Copy, Arbitrary)]
struct RootToMake {
    version: u8,
    roles: [(u8, keys::Choice); 3],
    signers: Signers,
}

#[derive(Debug, Clone, Copy, Arbitrary)]
struct HeadToMake {
    version: u8,
    /// Does it point to the snapshot that comes with it, or else was made last?
    points_well: bool,
    snapshot_version: u8,
    issued_days: i8,
    lifetime_days: u8,
    kills: u8,
    signers: Signers,
}

#[derive(Debug, Clone, Copy, Arbitrary)]
struct SnapshotToMake {
    version: u8,
    kind: u8,
    head_keys: keys::Choice,
    kills: u8,
    signers: Signers,
}

#[derive(Debug, Clone, Copy, Arbitrary)]
struct Signers {
    choice: keys::Choice,
    all: bool,
    wrong_purpose: bool,
}

/// Who signed a document: no key at all that counts, when it is for development and the client is not, or the reverse.
#[derive(Debug, Clone)]
pub(super) struct Signed<T> {
    pub(super) document: T,
    pub(super) signers: keys::Choice,
}

/// What was made.
#[derive(Debug, Default)]
pub(super) struct Made {
    pub(super) root: Option<Signed<Root>>,
    pub(super) head: Option<Signed<Head>>,
    pub(super) snapshot: Option<Signed<Snapshot>>,
    /// Does the snapshot come first? Else it comes last, and in any case the root before the head.
    pub(super) turned: bool,
    frames: Vec<Vec<u8>>,
    damage: Option<(u16, u8)>,
}

/// What tells snapshots apart.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Snapshot {
    pub(super) version: u64,
    pub(super) expires_ms: i64,
    pub(super) head_keys: Vec<[u8; 32]>,
    pub(super) kills: Vec<String>,
}

/// Makes documents, and knows the snapshot that it made last.
pub(super) struct Publisher {
    development: bool,
    last: Pointer,
}

impl Publisher {
    pub(super) fn new(development: bool) -> Self {
        Self {
            development,
            last: Pointer::of(1, b"none"),
        }
    }

    pub(super) fn make(&mut self, delivery: &Delivery) -> Made {
        let mut made = Made {
            turned: delivery.turned,
            damage: delivery.damage,
            ..Made::default()
        };
        if let Some(wanted) = delivery.root {
            let root = keys::root_of(u64::from(wanted.version % 5), wanted.roles, 7 * DAY_MS);
            // Development keys sign no roots.
            let (signers, _) = self.signers(wanted.signers);
            made.frames
                .push(keys::sealed(Kind::Root, &root.encode(), signers, false));
            made.root = Some(Signed {
                document: root,
                signers,
            });
        }
        let snapshot = delivery.snapshot.map(|wanted| self.snapshot(wanted, &mut made));
        if let Some(wanted) = delivery.head {
            let frame = self.head(wanted, &mut made);
            made.frames.push(frame);
        }
        match snapshot {
            Some(file) if delivery.turned => made.frames.insert(0, file),
            Some(file) => made.frames.push(file),
            None => {}
        }
        made
    }

    fn snapshot(&mut self, wanted: SnapshotToMake, made: &mut Made) -> Vec<u8> {
        let version = u64::from(wanted.version % 6);
        let (kind, kills) = (wanted.kind % 3, wanted.kills & 5);
        let payload = publisher::snapshot(version, kind, wanted.head_keys, kills);
        let (signers, development) = self.signers(wanted.signers);
        let file = keys::sealed(Kind::Snapshot, &payload, signers, development);
        self.last = Pointer::of(version, &file);
        made.snapshot = Some(Signed {
            document: Snapshot {
                version,
                expires_ms: NOW_MS + i64::from(kind) * DAY_MS,
                head_keys: keys::public(wanted.head_keys),
                kills: publisher::killed(kills).collect(),
            },
            signers: if development == self.development {
                signers
            } else {
                0
            },
        });
        file
    }

    fn head(&self, wanted: HeadToMake, made: &mut Made) -> Vec<u8> {
        let pointer = if wanted.points_well {
            self.last.clone()
        } else {
            Pointer::of((wanted.snapshot_version % 6).into(), &[wanted.snapshot_version])
        };
        let issued_at_ms = NOW_MS + i64::from(wanted.issued_days) * DAY_MS;
        let head = Head {
            issued_at_ms,
            expires_ms: issued_at_ms + i64::from(wanted.lifetime_days % 9) * DAY_MS,
            kills: publisher::killed(wanted.kills).collect(),
            ..publisher::head((wanted.version % 8).into(), pointer)
        };
        let (signers, development) = self.signers(wanted.signers);
        let frame = keys::sealed(Kind::Head, &head.encode(), signers, development);
        let signers = if development == self.development {
            signers
        } else {
            0
        };
        made.head = Some(Signed {
            document: head,
            signers,
        });
        frame
    }

    /// Who signs, and whether for development.
    fn signers(&self, wanted: Signers) -> (keys::Choice, bool) {
        let choice = if wanted.all {
            keys::ALL
        } else {
            wanted.choice & keys::ALL
        };
        let choice = if choice == 0 { 1 } else { choice };
        (choice, self.development != wanted.wrong_purpose)
    }
}

impl Made {
    /// The frames, one behind the other, with a damaged byte where there is to be one.
    pub(super) fn bytes(&self) -> Vec<u8> {
        let mut bytes = self.frames.concat();
        if let Some((place, change)) = self.damage
            && !bytes.is_empty()
        {
            let place = usize::from(place) % bytes.len();
            bytes[place] ^= change;
        }
        bytes
    }
}
