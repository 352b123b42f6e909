//! A snapshot that is made from another is, byte for byte, what the compiler makes of the same project.
#![cfg(feature = "compile")]
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use tidegate::compile::{Audience, Options, Reissue, compile, folded_kills, republish, vouch};
use tidegate::model::{Project, SourceFile, read};
use tidegate::snapshot::{AuditTip, Header};

const FLAG: &str = "salt: s1\ndefault: off\nrules: [{ if: { segment: staff }, serve: on }]\n";

fn project() -> Project {
    let needs = format!("{FLAG}prerequisites: {{ a: on }}\nenvironments: {{ here: {{}} }}\n");
    let files = [
        (
            "tidegate.yaml",
            "project: shop\nenvironments: [here]\n".to_owned(),
        ),
        ("segments/staff.yaml", "ids: [u-1, u-2]\n".to_owned()),
        ("flags/a.yaml", format!("{FLAG}environments: {{ here: {{}} }}\n")),
        ("flags/b.yaml", needs),
        (
            "flags/c.yaml",
            format!("{FLAG}environments: {{ here: {{ killed: true }} }}\n"),
        ),
    ];
    let files = files.map(|(path, text)| SourceFile {
        path: path.into(),
        text,
    });
    read(&files).0.unwrap()
}

fn made(version: u64, kills: &[&str], head_keys: usize) -> Vec<u8> {
    let options = Options {
        environment: "here".into(),
        audience: Audience::Server,
        version,
        issued_at_ms: version as i64,
        not_before_ms: version as i64,
        expires_ms: Some(version as i64 + 1_000),
        head_keys: vec![[7; 32]; head_keys],
        kills: kills.iter().map(|kill| (*kill).to_owned()).collect(),
    };
    compile(&project(), &options).unwrap()
}

fn again(payload: &[u8], version: u64, kills: &[&str], head_keys: usize) -> Vec<u8> {
    let reissue = Reissue {
        version,
        issued_at_ms: version as i64,
        expires_ms: version as i64 + 1_000,
        head_keys: vec![[7; 32]; head_keys],
        kills: kills.iter().map(|kill| (*kill).to_owned()).collect(),
    };
    republish(payload, &reissue).unwrap()
}

#[test]
fn kills_come_and_go_as_if_compiled() {
    let kills: [&[&str]; 6] = [&[], &["a"], &["b"], &["a", "b"], &["c"], &["a", "b", "c", "gone"]];
    for before in kills {
        for after in kills {
            assert!(
                again(&made(1, before, 0), 2, after, 2) == made(2, after, 2),
                "{before:?} to {after:?}"
            );
            assert!(
                again(&made(1, before, 3), 2, after, 0) == made(2, after, 0),
                "{before:?} to {after:?}"
            );
        }
    }
}

#[test]
fn folded_kills_are_those_that_the_project_does_not_name() {
    let folded = |kills: &[&str]| folded_kills(&made(1, kills, 1)).unwrap();
    assert_eq!(folded(&[]), [""; 0]);
    assert_eq!(folded(&["b", "c", "gone"]), ["b"]);
    assert_eq!(folded(&["b", "a"]), ["a", "b"]);
}

#[test]
fn what_is_cut_off_is_refused() {
    let payload = made(1, &["a"], 1);
    for length in 0..payload.len() {
        let reissue = Reissue {
            version: 2,
            issued_at_ms: 0,
            expires_ms: 1,
            head_keys: Vec::new(),
            kills: Vec::new(),
        };
        assert!(republish(&payload[..length], &reissue).is_err(), "{length}");
    }
}

#[test]
fn a_tip_comes_and_goes_and_changes_nothing_else() {
    let tip = AuditTip {
        sequence: 12,
        digest: [9; 32],
    };
    for (kills, head_keys) in [(&[][..], 0), (&["a", "b"], 2), (&["a"], 0), (&[], 1)] {
        let plain = made(5, kills, head_keys);
        assert_eq!(AuditTip::of_snapshot(&plain).unwrap(), None);
        let vouching = vouch(&plain, Some(&tip)).unwrap();
        assert_eq!(AuditTip::of_snapshot(&vouching).unwrap(), Some(tip));
        assert_eq!(folded_kills(&vouching).unwrap(), kills);
        assert_eq!(Header::of(&vouching).unwrap(), Header::of(&plain).unwrap());
        assert_eq!(
            vouch(&vouching, Some(&tip)).unwrap(),
            vouching,
            "it takes its own place"
        );
        assert_eq!(vouch(&vouching, None).unwrap(), plain);
        assert_eq!(
            again(&vouching, 6, kills, head_keys),
            made(6, kills, head_keys),
            "another publication vouches for itself"
        );
    }
}

#[test]
fn a_tip_is_taken_out_of_nothing_that_is_cut_off() {
    let tip = AuditTip {
        sequence: 12,
        digest: [9; 32],
    };
    let vouching = vouch(&made(5, &["a"], 1), Some(&tip)).unwrap();
    for length in 0..vouching.len() {
        let cut = vouching.get(..length).unwrap();
        if let Ok(found) = AuditTip::of_snapshot(cut) {
            assert_eq!(found, Some(tip), "{length}");
        }
    }
    assert!(vouch(&[], Some(&tip)).is_err());
}
