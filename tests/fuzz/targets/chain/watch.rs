use super::super::{DAY_MS, NOW_MS, keys, publisher, take};
use super::document::{Made, Signed};
use std::collections::BTreeSet;
use tidegate::engine::Exit;
use tidegate::snapshot::Header;
use tidegate::trust::{Head, Role, Root};
use tidegate::{Client, Context, Error, Loaded, Trust};

/// What was seen of a client, by which the next is judged.
pub(super) struct Watch {
    development: bool,
    root: Root,
    seen: Seen,
    /// Who signed the newest head.
    head_signers: keys::Choice,
    /// No head below this version may come.
    least_head: u64,
    /// No head may point below this version, and no snapshot with a lower one may come.
    least_snapshot: u64,
}

/// All that can be seen from outside.
#[derive(Debug, Clone, PartialEq)]
struct Seen {
    root_version: u64,
    head: Option<Head>,
    snapshot: Option<Header>,
    wanted: Option<u64>,
    expires_ms: Option<i64>,
    /// The flags that are closed by a kill, and those that are on.
    killed: BTreeSet<String>,
    on: BTreeSet<String>,
}

impl Seen {
    fn of(client: &Client) -> Self {
        let context = Context::new("u-17");
        let answers = take::decided(client, &context, NOW_MS);
        let keys = |wanted: &dyn Fn(&tidegate::Answer<'_>) -> bool| {
            answers
                .iter()
                .filter(|answer| wanted(answer))
                .map(|answer| answer.flag().to_owned())
                .collect()
        };
        Self {
            root_version: client.root_version(),
            head: client.head(),
            snapshot: client.header().cloned(),
            wanted: client.wanted().map(|pointer| pointer.version),
            expires_ms: client.expires_ms(),
            killed: keys(&|answer| answer.exit() == Exit::Killed),
            on: keys(&|answer| answer.boolean() == Some(true)),
        }
    }
}

impl Watch {
    pub(super) fn new(trust: &Trust) -> Self {
        Self {
            development: trust.is_development(),
            root: trust.root().clone(),
            seen: Seen {
                root_version: trust.root().version,
                head: None,
                snapshot: None,
                wanted: None,
                expires_ms: None,
                killed: BTreeSet::new(),
                on: BTreeSet::new(),
            },
            head_signers: 0,
            least_head: 0,
            least_snapshot: 0,
        }
    }

    /// Nothing changed.
    pub(super) fn stays(&self, client: &Client) {
        assert_eq!(Seen::of(client), self.seen);
    }

    /// A client that starts with what another one stored knows the same.
    pub(super) fn restarted(&self, client: &Client, mut fresh: Client) -> Client {
        let state = client.state();
        if !state.is_empty() {
            let loaded = fresh.load(state.clone(), NOW_MS + i64::from(i8::MAX) * DAY_MS);
            assert!(loaded.is_ok(), "{loaded:?}: what is stored is taken again");
        }
        assert_eq!(fresh.state(), state, "what is stored stays the same");
        self.stays(&fresh);
        fresh
    }

    /// Looks at what came of a delivery.
    pub(super) fn look(&mut self, client: &Client, made: &Made, loaded: Result<Loaded, Error>) {
        let now = Seen::of(client);
        let before = core::mem::replace(&mut self.seen, now.clone());
        let changed = now != before;
        assert!(!(changed && loaded == Ok(Loaded::Unchanged)), "something changed");
        // By the root that was in force when the snapshot came.
        let mut bare = self.is_bare();
        if made.turned {
            self.take_snapshot(made, &before, &now);
        }
        if now.root_version != before.root_version {
            self.take_root(made, &before, &now);
        }
        if !made.turned {
            bare = self.is_bare();
            self.take_snapshot(made, &before, &now);
        }
        if now.head.is_none() && before.head.is_some() {
            // A snapshot that stands alone leaves no head that counts.
            assert!(bare && head_keys(&now).is_empty(), "a head went away");
            self.least_head = 0;
        } else if now.head != before.head {
            self.take_head(made, &before, &now);
        }
        self.are_killed(&now);
    }

    fn is_bare(&self) -> bool {
        self.root.head.keys.is_empty()
    }

    fn take_snapshot(&mut self, made: &Made, before: &Seen, now: &Seen) {
        if now.snapshot == before.snapshot {
            assert!(now.killed.is_superset(&before.killed), "a kill was lifted");
            assert!(now.on.is_subset(&before.on), "a flag was opened");
            return;
        }
        let header = now.snapshot.as_ref().expect("no snapshot goes away");
        let came = made.snapshot.as_ref().expect("it came just now");
        assert_eq!(
            (header.version, header.expires_ms),
            (came.document.version, came.document.expires_ms)
        );
        assert_eq!(header.head_keys, came.document.head_keys);
        assert!(
            came.document.kills.iter().all(|kill| now.killed.contains(kill)),
            "{came:?} kills"
        );
        assert!(is_signed(came, [&self.root.snapshot]), "{came:?} was taken");
        assert!(
            header.version >= self.least_snapshot,
            "an older snapshot was taken"
        );
        self.least_snapshot = header.version;
    }

    fn take_root(&mut self, made: &Made, before: &Seen, now: &Seen) {
        let came = made.root.as_ref().expect("it came just now");
        let next = &came.document;
        assert!(!self.development, "development keys sign no roots");
        assert_eq!(now.root_version, before.root_version + 1);
        assert_eq!(now.root_version, next.version);
        for role in [&self.root.root, &next.root] {
            assert!(keys::suffices(came.signers, role), "{came:?} was taken");
        }
        // What lost keys signed binds nobody; what those that stay signed does.
        if !keys::suffices(self.head_signers, &next.head) {
            self.least_head = 0;
        }
        if next.snapshot != self.root.snapshot {
            self.least_snapshot = 0;
        }
        self.root = next.clone();
    }

    fn take_head(&mut self, made: &Made, before: &Seen, now: &Seen) {
        let bare = self.is_bare();
        let head = now.head.as_ref().expect("one came");
        let came = made.head.as_ref().expect("it came just now");
        assert_eq!(head, &came.document);
        // For a bare key, the snapshot in force names the keys, or the one that came with the head.
        let named = made
            .snapshot
            .as_ref()
            .map(|snapshot| snapshot.document.head_keys.clone());
        let named = [head_keys(before), head_keys(now), named.unwrap_or_default()];
        let named = named.map(|keys| Role::any(&keys));
        let roles = named.iter().filter(|_| bare).chain([&self.root.head]);
        assert!(is_signed(came, roles), "{came:?} was taken");
        if bare && head_keys(before) != head_keys(now) {
            self.least_head = 0;
        }
        assert!(head.version >= self.least_head, "an older head was taken");
        let pointed = head.snapshot.version;
        assert!(
            pointed >= self.least_snapshot,
            "a head to an older snapshot was taken"
        );
        self.head_signers = came.signers;
        self.least_head = head.version;
        self.least_snapshot = pointed;
    }

    /// What the newest head kills is killed, and that is no reason to be anything but closed.
    fn are_killed(&self, now: &Seen) {
        if let (Some(head), Some(_)) = (&now.head, &now.snapshot) {
            for flag in publisher::FLAGS
                .iter()
                .filter(|flag| head.kills.iter().any(|kill| kill == *flag))
            {
                assert!(now.killed.contains(*flag), "{flag} is killed");
            }
        }
        assert!(now.on.is_disjoint(&now.killed));
    }
}

fn head_keys(seen: &Seen) -> Vec<[u8; 32]> {
    seen.snapshot
        .as_ref()
        .map(|header| header.head_keys.clone())
        .unwrap_or_default()
}

fn is_signed<'r, T>(document: &Signed<T>, roles: impl IntoIterator<Item = &'r Role>) -> bool {
    roles
        .into_iter()
        .any(|role| !role.keys.is_empty() && keys::suffices(document.signers, role))
}
