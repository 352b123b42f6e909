use super::{DAY_MS, NOW_MS, keys};
use std::sync::LazyLock;
use tidegate::Scope;
use tidegate::compile::{Audience, Options, Reissue, compile, republish};
use tidegate::model::{Project, SourceFile, read};
use tidegate::trust::{Head, Pointer, Root};

/// The flags of every snapshot here; the second needs the first.
pub(super) const FLAGS: [&str; 2] = ["checkout", "wallet"];

static PAYLOAD: LazyLock<Vec<u8>> = LazyLock::new(|| {
    let files = [
        ("tidegate.yaml", "project: shop\nenvironments: [production]\n"),
        (
            "flags/checkout.yaml",
            "salt: k3v9x2\ndefault: on\nenvironments: { production: {} }\n",
        ),
        (
            "flags/wallet.yaml",
            "salt: w4\nprerequisites: { checkout: [on] }\ndefault: on\nenvironments: { production: {} }\n",
        ),
    ];
    let files = files.map(|(path, text)| SourceFile {
        path: path.into(),
        text: text.into(),
    });
    compiled(&project(&files), "production")
});

pub(super) fn project(files: &[SourceFile]) -> Project {
    let (project, problems) = read(files);
    assert!(problems.is_empty(), "{problems:?}");
    project.expect("the project has no problems")
}

/// The payload of a snapshot for servers.
pub(super) fn compiled(project: &Project, environment: &str) -> Vec<u8> {
    compile(project, &options(environment, Audience::Server)).expect("the project compiles")
}

pub(super) fn options(environment: &str, audience: Audience) -> Options {
    Options {
        environment: environment.into(),
        audience,
        version: 1,
        issued_at_ms: NOW_MS - DAY_MS,
        not_before_ms: NOW_MS - DAY_MS,
        expires_ms: Some(NOW_MS + 30 * DAY_MS),
        head_keys: Vec::new(),
        kills: Vec::new(),
    }
}

/// The payload of a snapshot with both flags; `kind` tells apart those that are the same otherwise.
pub(super) fn snapshot(version: u64, kind: u8, head_keys: keys::Choice, kills: u8) -> Vec<u8> {
    let reissue = Reissue {
        version,
        issued_at_ms: NOW_MS,
        expires_ms: NOW_MS + i64::from(kind) * DAY_MS,
        head_keys: keys::public(head_keys),
        kills: killed(kills).collect(),
    };
    republish(&PAYLOAD, &reissue).expect("the payload is sound")
}

/// A head of a day.
pub(super) fn head(version: u64, snapshot: Pointer) -> Head {
    Head {
        scope: Scope::parse(super::SCOPE).expect("the scope is one"),
        version,
        issued_at_ms: NOW_MS,
        expires_ms: NOW_MS + DAY_MS,
        snapshot,
        minimum_version: 0,
        root_version: 0,
        kills: Vec::new(),
    }
}

/// A root whose roles are one key each.
pub(super) fn root(version: u64) -> Root {
    keys::root_of(version, [(0, 1), (0, 1), (0, 2)], 7 * DAY_MS)
}

/// A choice of flags to kill: the two, and one that there is not.
pub(super) fn killed(kills: u8) -> impl Iterator<Item = String> {
    let names = (0..).zip([FLAGS[0], "unknown", FLAGS[1]]);
    names
        .filter(move |(bit, _)| kills >> bit & 1 == 1)
        .map(|(_, name)| name.into())
}
