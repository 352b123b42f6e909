use super::{DAY_MS, NOW_MS, keys, publisher, take};
use arbitrary::{Arbitrary, Unstructured};
use tidegate::trust::{Kind, Root};
use tidegate::{Client, Trust};

/// A payload that is taken for a root, and roots of arbitrary roles that arbitrary keys signed.
pub fn root(data: &[u8]) {
    if let Ok(root) = Root::decode(data) {
        assert!(
            data.starts_with(&root.encode()),
            "what is written is what was read"
        );
    }
    // Signed by the key that both clients trust.
    let frame = keys::sealed(Kind::Root, data, 1, false);
    for mut client in [take::client(), pinned()] {
        let before = client.root_version();
        let loaded = client.load(frame.clone(), NOW_MS);
        let taken = client.root_version();
        assert!(taken == before || taken == before + 1 && loaded.is_ok());
    }
    if let Ok(trust) = Trust::from_root(frame.clone()) {
        assert_eq!(
            trust.root(),
            Root::decode(data).expect("a root that can be pinned can be read")
        );
        let mut client = Client::new(trust, None);
        assert!(client.load(frame, NOW_MS).is_ok());
    }
    if let Ok(case) = Case::arbitrary(&mut Unstructured::new(data)) {
        follows(&case);
    }
}

/// The root after another.
#[derive(Debug, Arbitrary)]
struct Case {
    roles: [(u8, keys::Choice); 3],
    next_roles: [(u8, keys::Choice); 3],
    step: u8,
    signers: keys::Choice,
    other_project: bool,
}

/// A root is taken when, and only when, its version is the next one and enough keys of both signed.
fn follows(case: &Case) {
    let first = keys::root_of(1, case.roles, 7 * DAY_MS);
    let mut next = keys::root_of(1 + u64::from(case.step % 4), case.next_roles, DAY_MS);
    if case.other_project {
        next.project = "other".into();
    }
    let pinned = keys::sealed(Kind::Root, &first.encode(), case.signers, false);
    let signers = if case.signers & keys::ALL == 0 {
        1
    } else {
        case.signers
    };
    let enough = keys::suffices(signers, &first.root);
    let trust = Trust::from_root(pinned);
    assert_eq!(trust.is_ok(), enough);
    let trust = Trust::from_root(keys::sealed(Kind::Root, &first.encode(), keys::ALL, false));
    let mut client = Client::new(trust.expect("all keys signed"), None);
    let loaded = client.load(
        keys::sealed(Kind::Root, &next.encode(), case.signers, false),
        NOW_MS,
    );
    let fits = next.version == 2 && enough && keys::suffices(signers, &next.root) && !case.other_project;
    assert_eq!(client.root_version() == 2, fits, "{loaded:?} {case:?}");
}

/// A client that pinned root 1.
fn pinned() -> Client {
    let frame = keys::sealed(Kind::Root, &publisher::root(1).encode(), 1, false);
    Client::new(Trust::from_root(frame).expect("its key signed"), None)
}
