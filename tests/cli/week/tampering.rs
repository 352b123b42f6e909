//! What can be done to a record, and that it is found.

use super::team::Team;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use std::collections::BTreeMap;
use std::fs;

/// The lines of each month.
type Months = BTreeMap<String, Vec<String>>;

/// What it is, the fault that it is found by with the entry where that shows, and how it is done.
type Tampering = (&'static str, (&'static str, Option<u64>), fn(&mut Months));

const NOVEMBER: &str = "2026-11.jsonl";
const DECEMBER: &str = "2026-12.jsonl";

/// Does each of these to the team's record, and looks whether it is found.
pub(super) fn each_is_found(team: &Team) {
    let tamperings: [Tampering; 12] = [
        (
            "a reason that reads better",
            ("audit-edited", Some(5)),
            |months| swap_word(november(months), "orders are lost", "as was planned"),
        ),
        ("another who", ("audit-edited", Some(5)), |months| {
            swap_word(november(months), "\"dia\"", "\"ana\"")
        }),
        ("the last entry, edited", ("audit-edited", Some(11)), |months| {
            let last = december(months).last_mut().unwrap();
            *last = last.replace("\"ci\"", "\"me\"");
        }),
        (
            "two entries, turned round",
            ("audit-reordered", Some(5)),
            |months| november(months).swap(3, 4),
        ),
        (
            "an entry in the middle, gone",
            ("audit-missing", Some(6)),
            |months| drop(november(months).remove(4)),
        ),
        ("the first entry, gone", ("audit-missing", Some(2)), |months| {
            drop(november(months).remove(0))
        }),
        ("the end, cut off", ("audit-untold", None), |months| {
            drop(december(months).pop())
        }),
        ("a month, gone", ("audit-untold", None), |months| {
            drop(months.remove(DECEMBER))
        }),
        ("an entry, twice", ("audit-duplicated", Some(3)), |months| {
            let again = november(months)[2].clone();
            november(months).insert(3, again);
        }),
        ("an entry that never was", ("audit-forked", Some(3)), |months| {
            let mut made = entry(&november(months)[2]);
            made["reason"] = json!("everybody agreed");
            let made = sealed(made);
            november(months).insert(3, made);
        }),
        (
            "a month by another name",
            ("audit-misfiled", Some(11)),
            |months| {
                let lines = months.remove(DECEMBER).unwrap();
                months.insert("2027-01.jsonl".to_owned(), lines);
            },
        ),
        // Nothing in the files is wrong after this; only what was signed tells.
        (
            "all of it, written anew",
            ("audit-rewritten", Some(10)),
            |months| {
                let mut before = "0".repeat(64);
                for line in months.values_mut().flatten() {
                    let mut rewritten = entry(&line.replace("orders are lost", "as was planned"));
                    rewritten["prev"] = json!(before);
                    *line = sealed(rewritten);
                    before = digest(line);
                }
            },
        ),
    ];
    let folder = team.repository.path("rules/audit");
    let sound = read(&folder);
    assert_eq!(team.verified().code, 0, "{:?}", team.verified());
    for (what, (code, sequence), tamper) in tamperings {
        let mut months = sound.clone();
        tamper(&mut months);
        assert_ne!(months, sound, "{what}");
        write(&folder, &months);
        let run = team.verified();
        assert_eq!(run.code, 1, "{what}: {run:?}");
        let faults = run.json()["faults"].as_array().unwrap().clone();
        let found: Vec<(&str, Option<u64>)> = faults
            .iter()
            .map(|fault| (fault["code"].as_str().unwrap(), fault["seq"].as_u64()))
            .collect();
        assert_eq!(found.first(), Some(&(code, sequence)), "{what}: {run:?}");
        // What is published is there several times; nothing else is wrong.
        assert!(found.iter().all(|(found, _)| *found == code), "{what}: {run:?}");
        assert!(run.err.contains(code), "{what}: {run:?}");
    }
    write(&folder, &sound);
    assert_eq!(team.verified().code, 0);
}

fn november(months: &mut Months) -> &mut Vec<String> {
    months.get_mut(NOVEMBER).unwrap()
}

fn december(months: &mut Months) -> &mut Vec<String> {
    months.get_mut(DECEMBER).unwrap()
}

fn swap_word(lines: &mut [String], old: &str, new: &str) {
    let line = lines.iter_mut().find(|line| line.contains(old)).unwrap();
    *line = line.replace(old, new);
}

fn entry(line: &str) -> Value {
    serde_json::from_str(line).unwrap()
}

/// An entry as a line, with the digest that it should have.
fn sealed(mut entry: Value) -> String {
    entry.as_object_mut().unwrap().shift_remove("digest");
    let text = entry.to_string();
    let body = text.strip_suffix('}').unwrap();
    format!("{body},\"digest\":\"{}\"}}", digest(body))
}

fn digest(text: &str) -> String {
    Sha256::digest(text.as_bytes())
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect()
}

fn read(folder: &std::path::Path) -> Months {
    let mut months = Months::new();
    for path in fs::read_dir(folder).unwrap().map(|file| file.unwrap().path()) {
        if path.extension().is_some_and(|ending| ending == "jsonl") {
            let text = fs::read_to_string(&path).unwrap();
            let name = path.file_name().unwrap().to_str().unwrap().to_owned();
            months.insert(name, text.lines().map(str::to_owned).collect());
        }
    }
    months
}

fn write(folder: &std::path::Path, months: &Months) {
    for name in read(folder).into_keys() {
        fs::remove_file(folder.join(name)).unwrap();
    }
    for (name, lines) in months {
        let text: String = lines.iter().map(|line| format!("{line}\n")).collect();
        fs::write(folder.join(name), text).unwrap();
    }
}
