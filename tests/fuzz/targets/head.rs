use super::{DAY_MS, NOW_MS, keys, publisher, take};
use arbitrary::{Arbitrary, Unstructured};
use std::sync::LazyLock;
use tidegate::engine::Exit;
use tidegate::trust::{Head, Kind, Pointer};
use tidegate::{Client, Context};

/// A payload that is taken for a head, and heads of arbitrary fields, all under good signatures.
pub fn head(data: &[u8]) {
    if let Ok(head) = Head::decode(data) {
        assert!(
            data.starts_with(&head.encode()),
            "what is written is what was read"
        );
        assert!(head.version < 1 << 53 && head.minimum_version <= head.snapshot.version);
    }
    only_closes(data, NOW_MS);
    if let Ok(case) = Case::arbitrary(&mut Unstructured::new(data)) {
        let head = case.head();
        assert_eq!(Head::decode(&head.encode()).as_ref(), Ok(&head));
        only_closes(&head.encode(), NOW_MS + i64::from(case.clock_days) * DAY_MS);
    }
}

/// A head near the one in force.
#[derive(Debug, Arbitrary)]
struct Case {
    version: u8,
    snapshot_version: u8,
    same_snapshot: bool,
    issued_days: i8,
    lifetime_days: u8,
    minimum_version: u8,
    root_version: u8,
    kills: u8,
    clock_days: i16,
}

impl Case {
    fn head(&self) -> Head {
        let version = u64::from(self.snapshot_version % 8);
        let file = if self.same_snapshot {
            SNAPSHOT.clone()
        } else {
            vec![self.snapshot_version]
        };
        let issued_at_ms = NOW_MS + i64::from(self.issued_days) * DAY_MS;
        Head {
            issued_at_ms,
            expires_ms: issued_at_ms + i64::from(self.lifetime_days) * DAY_MS,
            minimum_version: u64::from(self.minimum_version).min(version),
            root_version: self.root_version.into(),
            kills: publisher::killed(self.kills).collect(),
            ..publisher::head((self.version % 8).into(), Pointer::of(version, &file))
        }
    }
}

/// The file of the snapshot in force; the second key signs heads.
static SNAPSHOT: LazyLock<Vec<u8>> =
    LazyLock::new(|| keys::sealed(Kind::Snapshot, &publisher::snapshot(3, 9, 2, 0), 1, false));

/// The head that points to it, and the snapshot itself.
static LATEST: LazyLock<Vec<u8>> = LazyLock::new(|| {
    let head = publisher::head(3, Pointer::of(3, &SNAPSHOT)).encode();
    [keys::sealed(Kind::Head, &head, 2, false), SNAPSHOT.clone()].concat()
});

/// Whatever a head says: it opens no flag, its kills count, the snapshot stays, and a restart comes to the same.
fn only_closes(payload: &[u8], now_ms: i64) {
    let mut client = take::client();
    client
        .load(LATEST.clone(), NOW_MS)
        .expect("the first head and its snapshot are good");
    let before = served(&client, now_ms);
    let loaded = client.load(keys::sealed(Kind::Head, payload, 2, false), now_ms);
    let after = served(&client, now_ms);
    assert!(
        before
            .iter()
            .zip(&after)
            .all(|(before, after)| before.0 || !after.0),
        "a head opened a flag"
    );
    assert_eq!(client.header().map(|header| header.version), Some(3));
    let newest = client.head().expect("there was one");
    if loaded.is_ok() && newest.version > 3 {
        assert_eq!(Ok(&newest), Head::decode(payload).as_ref());
        assert!(newest.expires_ms - newest.issued_at_ms <= 90 * DAY_MS);
        assert!(client.expires_ms() <= Some(newest.expires_ms));
        for (flag, after) in publisher::FLAGS.iter().zip(&after) {
            let killed = newest.kills.iter().any(|kill| kill == flag);
            assert_eq!(killed, after.1 == Exit::Killed, "{flag}");
        }
    } else {
        assert_eq!(
            (newest.version, &before),
            (3, &after),
            "{loaded:?}: what is refused changes nothing"
        );
    }
    let mut again = take::client();
    assert!(again.load(client.state(), now_ms.max(NOW_MS)).is_ok());
    assert_eq!((again.state(), served(&again, now_ms)), (client.state(), after));
}

fn served(client: &Client, now_ms: i64) -> Vec<(bool, Exit)> {
    let context = Context::new("u-17");
    take::decided(client, &context, now_ms)
        .iter()
        .map(|answer| (answer.boolean() == Some(true), answer.exit()))
        .collect()
}
