//! What is published beside what the project says.

use super::{Told, said};
use crate::support::{NOW_MS, options, project};
use tidegate::compile::{Audience, compile};
use tidegate::delivery::status::{Compared, Published, State};

#[test]
fn what_is_published_is_compared_without_kills() {
    let flag = |default: &str| {
        format!("salt: s\nclientVisible: true\ndefault: {default}\nenvironments: {{ production: {{}} }}\n")
    };
    let (on, off) = (flag("on"), flag("off"));
    let before = [
        ("flags/same.yaml", on.as_str()),
        ("flags/changed.yaml", &off),
        ("flags/gone.yaml", &on),
    ];
    let after = project(&[
        ("flags/same.yaml", &on),
        ("flags/changed.yaml", &on),
        ("flags/added.yaml", &on),
    ]);
    let mut made = options(7);
    made.kills = vec!["same".to_owned()];
    let payload = compile(&project(&before), &made).unwrap();
    let scope = ("production", Audience::Server);
    let published = Published::compare(&after, scope, &payload, ["same".to_owned()]).unwrap();
    assert_eq!(published.version, 7);
    let told = Told {
        published: vec![published],
        ..Told::default()
    };
    let matrix = told.of(&after, NOW_MS);
    let found: Vec<(&str, State, Compared, bool)> = matrix
        .rows
        .iter()
        .map(|row| {
            let there = &row.cells[0].published[0];
            (row.key.as_str(), row.cells[0].state, there.compared, there.killed)
        })
        .collect();
    assert_eq!(
        found,
        [
            ("added", State::On, Compared::Missing, false),
            ("changed", State::On, Compared::Differs, false),
            ("same", State::Killed, Compared::Same, true),
        ]
    );
    assert_eq!(said(&matrix.rows[2].cells[0].served), ["everybody: off"]);
    assert_eq!(matrix.unknown, ["gone"]);
}

#[test]
fn what_is_published_and_cannot_be_read_is_refused() {
    let project = project(&[]);
    for bytes in [&b""[..], b"nonsense", &[0xff; 300]] {
        let scope = ("production", Audience::Server);
        assert!(Published::compare(&project, scope, bytes, []).is_err());
    }
}
