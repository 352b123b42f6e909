use crate::support::{NOW_MS, SCOPE, options, project};
use tidegate::compile::{Options, compile};
use tidegate::trust::{Head, Kind, Pointer, Role, Root, Signer, SigningKey, seal};
use tidegate::{Client, Scope, Trust};

pub(crate) const DAY_MS: i64 = 86_400_000;

/// Two flags, of which the second needs the first.
const FLAGS: [(&str, &str); 2] = [
    (
        "flags/checkout.yaml",
        "salt: k3v9x2\ndefault: on\nenvironments: { production: {} }\n",
    ),
    (
        "flags/wallet.yaml",
        "salt: w4\nprerequisites: { checkout: [on] }\ndefault: on\nenvironments: { production: {} }\n",
    ),
];

pub(crate) fn key(seed: u8) -> SigningKey {
    SigningKey::from_seed(&[seed; 32], false)
}

/// The public halves of some keys, of which so many must sign.
pub(crate) fn role(threshold: u8, seeds: &[u8]) -> Role {
    let keys = seeds.iter().map(|seed| key(*seed).public_key()).collect();
    Role { threshold, keys }
}

/// Keys 1 to 3 sign roots, two of them together; 11 and 12 snapshots; 21 and 22 heads.
pub(crate) fn root(version: u64) -> Root {
    Root {
        project: "shop".into(),
        version,
        longest_head_lifetime_ms: 7 * DAY_MS,
        root: role(2, &[1, 2, 3]),
        snapshot: role(1, &[11, 12]),
        head: role(1, &[21, 22]),
    }
}

pub(crate) fn signed(kind: Kind, payload: &[u8], seeds: &[u8]) -> Vec<u8> {
    let keys: Vec<SigningKey> = seeds.iter().map(|seed| key(*seed)).collect();
    let signers: Vec<&dyn Signer> = keys.iter().map(|key| key as &dyn Signer).collect();
    seal(kind, payload, &signers).unwrap()
}

pub(crate) fn signed_root(root: &Root, seeds: &[u8]) -> Vec<u8> {
    signed(Kind::Root, &root.encode(), seeds)
}

pub(crate) fn compiled(version: u64, change: impl FnOnce(&mut Options)) -> Vec<u8> {
    let mut options = options(version);
    options.expires_ms = Some(NOW_MS + 30 * DAY_MS);
    change(&mut options);
    compile(&project(&FLAGS), &options).unwrap()
}

/// A snapshot that key 11 signed.
pub(crate) fn snapshot(version: u64) -> Vec<u8> {
    signed(Kind::Snapshot, &compiled(version, |_| {}), &[11])
}

/// A head of a day, pointing to a snapshot's file.
pub(crate) fn head(version: u64, snapshot_version: u64, file: &[u8]) -> Head {
    Head {
        scope: Scope::parse(SCOPE).unwrap(),
        version,
        issued_at_ms: NOW_MS,
        expires_ms: NOW_MS + DAY_MS,
        snapshot: Pointer::of(snapshot_version, file),
        minimum_version: 0,
        root_version: 1,
        kills: Vec::new(),
    }
}

pub(crate) fn killing(head: Head, kills: &[&str]) -> Head {
    let kills = kills.iter().map(|kill| (*kill).into()).collect();
    Head { kills, ..head }
}

pub(crate) fn signed_head(head: &Head) -> Vec<u8> {
    signed(Kind::Head, &head.encode(), &[21])
}

/// A client that pinned root 1.
pub(crate) fn pinned() -> Client {
    let trust = Trust::from_root(signed_root(&root(1), &[1, 2])).unwrap();
    Client::new(trust, Some(Scope::parse(SCOPE).unwrap()))
}

/// `latest`: a head of a version, and the snapshot of that version that it points to.
pub(crate) fn latest(version: u64) -> Vec<u8> {
    let file = snapshot(version);
    [signed_head(&head(version, version, &file)), file].concat()
}

/// A client that has taken `latest` of a version.
pub(crate) fn client(version: u64) -> Client {
    let mut client = pinned();
    client.load(latest(version), NOW_MS).unwrap();
    client
}

pub(crate) fn refusal(client: &mut Client, frames: Vec<u8>) -> &'static str {
    client.load(frames, NOW_MS).unwrap_err().code()
}

/// What a flag serves.
pub(crate) fn served(client: &Client, flag: &str) -> bool {
    let context = tidegate::Context::new("u-17");
    let answer = client.evaluate(flag, &context, NOW_MS).unwrap();
    answer.boolean().unwrap()
}

/// The version of the snapshot in force.
pub(crate) fn version(client: &Client) -> u64 {
    client.header().map_or(0, |header| header.version)
}
