//! The audit log: entries that hang on one another, and whatever is done to them afterwards.

mod blaming;
mod published;
mod rejoining;
mod schedules;
mod tampering;

use serde_json::json;
use std::collections::BTreeMap;
use tidegate::delivery::audit::{Actor, ActorKind, Chain, Entry, Fault, FileName};
use tidegate::delivery::govern::{People, open_reviews};
use tidegate::model::Governance;

/// Files by name.
type Files = BTreeMap<String, String>;

pub(super) fn moment(text: &str) -> i64 {
    let moment: jiff::Timestamp = text.parse().unwrap();
    moment.as_millisecond()
}

pub(super) fn entry(time: &str, action: &str) -> Entry {
    let (name, kind) = ("ana".to_owned(), ActorKind::Human);
    let mut entry = Entry::new(moment(time), Actor { name, kind }, action);
    entry.flag = Some("checkout".to_owned());
    entry.with("reason", json!("because: \"naïve\" }"))
}

/// Adds an entry behind the last one.
pub(super) fn add(files: &mut Files, entry: &Entry) {
    let tip = read(files).0.tip();
    let (sequence, digest) = tip.map_or((0, [0; 32]), |tip| (tip.sequence, tip.digest));
    let file = files.entry(FileName::of(entry.time_ms).to_string()).or_default();
    file.push_str(&entry.line(sequence + 1, &digest));
    file.push('\n');
}

/// Nine entries: three a month.
pub(super) fn three_months() -> Files {
    let mut files = Files::new();
    for month in ["09", "10", "11"] {
        for day in ["01", "15", "30"] {
            let time = format!("2026-{month}-{day}T12:00:00Z");
            add(&mut files, &entry(&time, "promote"));
        }
    }
    files
}

pub(super) fn read(files: &Files) -> (Chain, Vec<Fault>) {
    let files: Vec<(&String, &String)> = files.iter().collect();
    Chain::read(&files)
}

#[test]
fn what_is_written_is_read() {
    let files = three_months();
    let (chain, faults) = read(&files);
    assert_eq!(faults, []);
    let numbers: Vec<u64> = chain.entries.iter().map(|entry| entry.sequence).collect();
    assert_eq!(numbers, (1..=9).collect::<Vec<_>>());
    let fourth = chain.entry(4).unwrap();
    assert_eq!(&*fourth.link.file, "2026-10.jsonl");
    assert_eq!(fourth.link.line, 1);
    assert_eq!(fourth.link.previous, chain.entry(3).unwrap().link.digest);
    assert_eq!(fourth.flag.as_deref(), Some("checkout"));
    assert_eq!(fourth.reason(), Some("because: \"naïve\" }"));
    assert_eq!(fourth.time_ms, moment("2026-10-01T12:00:00Z"));
    assert_eq!(chain.tip().unwrap().sequence, 9);
}

#[test]
fn no_files_are_an_empty_chain() {
    let (chain, faults) = Chain::read::<&str, &str>(&[]);
    assert_eq!((chain, faults), (Chain::default(), Vec::new()));
    let (chain, faults) = Chain::read(&[("2026-11.jsonl", "")]);
    assert_eq!((chain.tip(), faults), (None, Vec::new()));
}

/// What the format promises to those who have nothing but `sha256sum`.
#[test]
fn digests_are_over_the_bytes_that_stand_there() {
    use sha2::{Digest, Sha256};
    let hex = |text: &str| {
        let digest: [u8; 32] = Sha256::digest(text.as_bytes()).into();
        digest
            .iter()
            .map(|byte| format!("{byte:02x}"))
            .collect::<String>()
    };
    let text = three_months().remove("2026-09.jsonl").unwrap();
    let lines: Vec<&str> = text.lines().collect();
    for line in &lines {
        let (body, digest) = line.rsplit_once(",\"digest\":\"").unwrap();
        assert_eq!(digest, format!("{}\"}}", hex(body)));
    }
    assert!(lines[0].contains(&format!("\"prev\":\"{}\"", "0".repeat(64))));
    assert!(lines[1].contains(&format!("\"prev\":\"{}\"", hex(lines[0]))));
}

#[test]
fn a_field_cannot_pass_for_one_of_the_chain() {
    let mut files = Files::new();
    let forged = entry("2026-11-01T12:00:00Z", "kill")
        .with("seq", json!(7))
        .with("digest", json!("x"))
        .with("time", json!("1970-01-01T00:00:00Z"));
    add(&mut files, &forged);
    let (chain, faults) = read(&files);
    assert_eq!(faults, []);
    assert_eq!(chain.entries[0].sequence, 1);
    assert_eq!(chain.entries[0].time_ms, forged.time_ms);
}

#[test]
fn files_are_named_for_months() {
    let november = FileName::parse("2026-11.jsonl").unwrap();
    assert_eq!(november.to_string(), "2026-11.jsonl");
    for wrong in [
        "2026-13.jsonl",
        "2026-00.jsonl",
        "26-11.jsonl",
        "2026-1.jsonl",
        "2026-11.json",
        "+026-11.jsonl",
        "2026-11 (1).jsonl",
    ] {
        assert_eq!(FileName::parse(wrong), None, "{wrong}");
    }
    let (first, last) = (moment("2026-11-01T00:00:00Z"), moment("2026-11-30T23:59:59.999Z"));
    assert_eq!(
        [
            FileName::of(first - 1) < november,
            FileName::of(first) == november
        ],
        [true, true]
    );
    assert_eq!(
        [FileName::of(last) == november, FileName::of(last + 1) > november],
        [true, true]
    );
    assert_eq!(november.closest_ms(first - 1), first);
    assert_eq!(november.closest_ms(last + 1), last);
    assert_eq!(november.closest_ms(first + 1), first + 1);
}

#[test]
fn a_review_ends_an_emergency() {
    let mut files = three_months();
    add(&mut files, &entry("2026-11-30T13:00:00Z", "kill"));
    let (chain, _) = read(&files);
    let nobody = Governance::default();
    let open = |chain: &Chain| -> Vec<u64> {
        open_reviews(chain, People::of(&nobody))
            .map(|entry| entry.sequence)
            .collect()
    };
    assert_eq!(open(&chain), [10]);
    let kill = chain.entry(10).unwrap();
    let review = entry("2026-11-30T14:00:00Z", "review")
        .with("of", json!(10))
        .with("by", json!("somebody else"))
        .with("ofDigest", json!(kill.digests()[0]));
    add(&mut files, &review);
    assert_eq!(open(&read(&files).0), [0; 0]);
}
