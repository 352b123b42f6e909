use super::{DAY_MS, keys, publisher, shop};
use tidegate::model::SourceFile;
use tidegate::trust::{Kind, Pointer};

/// An input to begin with: the target, a name, and the bytes.
pub type Seed = (&'static str, String, Vec<u8>);

/// What is as it should be, made anew from the sample shop and the test keys.
pub fn seeds() -> Vec<Seed> {
    let mut seeds = documents();
    for (flag, files) in shop::by_flag() {
        seeds.push(("model", flag.into(), written(files.iter().copied())));
        let files: Vec<SourceFile> = files.into_iter().cloned().collect();
        let payload = publisher::compiled(&publisher::project(&files), "production");
        seeds.push(("payload", flag.into(), [vec![0, 0], payload].concat()));
    }
    for place in ["policies/", "populations/"] {
        let files = shop::FILES.iter().filter(|file| file.path.starts_with(place));
        seeds.push(("model", place.trim_end_matches('/').into(), written(files)));
    }
    seeds
}

/// Files as the target `model` takes them.
fn written<'f>(files: impl Iterator<Item = &'f SourceFile>) -> Vec<u8> {
    let texts = files.map(|file| format!("== {}\n{}", file.path, file.text));
    texts.collect::<String>().into()
}

fn documents() -> Vec<Seed> {
    let root = publisher::root(1).encode();
    let (snapshot, alone) = (publisher::snapshot(4, 9, 2, 0), publisher::snapshot(4, 9, 0, 0));
    let file = keys::sealed(Kind::Snapshot, &snapshot, 1, false);
    let mut head = publisher::head(4, Pointer::of(4, &file));
    head.kills = publisher::killed(7).collect();
    head.expires_ms += DAY_MS;
    let head = head.encode();
    let signed_head = keys::sealed(Kind::Head, &head, 2, false);
    let signed_root = keys::sealed(Kind::Root, &root, 1, false);
    let latest = [signed_head.clone(), file.clone()].concat();
    [
        ("root", "root", root),
        ("head", "head", head),
        ("frame", "root", signed_root.clone()),
        ("frame", "head", signed_head),
        ("frame", "alone", keys::sealed(Kind::Snapshot, &alone, 1, false)),
        (
            "frame",
            "development",
            keys::sealed(Kind::Snapshot, &alone, 1, true),
        ),
        ("frame", "latest", latest.clone()),
        ("frame", "state", [latest, signed_root.clone()].concat()),
        (
            "frame",
            "trust",
            format!("ed25519:{}", "A".repeat(43)).into_bytes(),
        ),
    ]
    .into_iter()
    .map(|(target, name, bytes)| (target, name.to_owned(), bytes))
    .collect()
}
