use std::sync::LazyLock;
use tidegate::trust::{Kind, Role, Root, Signer, SigningKey, seal};

/// A choice of the test keys, one bit each.
pub(super) type Choice = u8;

/// So many keys there are.
const KEYS: u8 = 4;

/// All of them.
pub(super) const ALL: Choice = (1 << KEYS) - 1;

static PRODUCTION: LazyLock<Vec<SigningKey>> = LazyLock::new(|| keys(false));
static DEVELOPMENT: LazyLock<Vec<SigningKey>> = LazyLock::new(|| keys(true));

fn keys(development: bool) -> Vec<SigningKey> {
    let key = |seed| SigningKey::from_seed(&[seed; 32], development);
    (1..=KEYS).map(key).collect()
}

/// One of the keys.
pub(super) fn key(development: bool, number: usize) -> &'static SigningKey {
    let keys: &[SigningKey] = if development { &DEVELOPMENT } else { &PRODUCTION };
    &keys[number % keys.len()]
}

/// The keys of a choice.
pub(super) fn chosen(choice: Choice, development: bool) -> Vec<&'static SigningKey> {
    (0..usize::from(KEYS))
        .filter(|number| choice >> number & 1 == 1)
        .map(|number| key(development, number))
        .collect()
}

/// Their public halves.
pub(super) fn public(choice: Choice) -> Vec<[u8; 32]> {
    chosen(choice, false).iter().map(|key| key.public_key()).collect()
}

/// A role of the chosen keys.
pub(super) fn role(threshold: u8, choice: Choice) -> Role {
    Role {
        threshold,
        keys: public(choice),
    }
}

/// Did enough keys of a role sign?
pub(super) fn suffices(signers: Choice, role: &Role) -> bool {
    let signed = public(signers);
    let count = role.keys.iter().filter(|key| signed.contains(key)).count();
    count >= usize::from(role.threshold)
}

/// A root of the chosen keys; each is one that can be read.
pub(super) fn root_of(version: u64, roles: [(u8, Choice); 3], longest_head_lifetime_ms: i64) -> Root {
    let [root, snapshot, head] = roles.map(|(threshold, choice)| {
        let choice = if choice & ALL == 0 { 1 } else { choice & ALL };
        role(1 + threshold % choice.count_ones() as u8, choice)
    });
    Root {
        project: "shop".into(),
        version,
        longest_head_lifetime_ms,
        root,
        snapshot,
        head,
    }
}

/// A frame that the chosen keys signed, or else the first.
pub(super) fn sealed(kind: Kind, payload: &[u8], signers: Choice, development: bool) -> Vec<u8> {
    let signers = if signers & ALL == 0 { 1 } else { signers };
    let keys = chosen(signers, development);
    let keys: Vec<&dyn Signer> = keys.into_iter().map(|key| key as &dyn Signer).collect();
    // Development keys sign no roots.
    seal(kind, payload, &keys).unwrap_or_default()
}
