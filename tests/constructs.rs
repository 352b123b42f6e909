//! Every word of the language is shown in the sample shop, decided in a vector and explained in the docs.
#![cfg(feature = "compile")]
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a test fails by panicking"
)]

use serde_json::Value;
use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use tidegate::model::schema;

/// Words that say nothing about an answer.
const FOR_PEOPLE: [&str; 72] = [
    "above",
    "aliases",
    "allow",
    "allowNone",
    "approvals",
    "atMost",
    "changed",
    "createdAt",
    "decrease",
    "delete",
    "description",
    "email",
    "emergency",
    "engine",
    "environments",
    "except",
    "expiresAt",
    "freezes",
    "gate",
    "grace",
    "guardrails",
    "head",
    "high",
    "ignore",
    "increase",
    "keys",
    "kill",
    "kill-switch",
    "kinds",
    "lifetimes",
    "login",
    "low",
    "medium",
    "minHold",
    "minSample",
    "monitored",
    "names",
    "needFlag",
    "new",
    "only",
    "operational",
    "other",
    "owner",
    "paths",
    "people",
    "permission",
    "policy",
    "population",
    "qa",
    "reason",
    "references",
    "release",
    "require",
    "required",
    "review",
    "risk",
    "roles",
    "root",
    "roots",
    "rules",
    "schema",
    "separateAuthor",
    "signatures",
    "snapshot",
    "step",
    "targeting",
    "teams",
    "tested",
    "touch",
    "when",
    "wrappers",
    "zone",
];

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

/// The keys that the schemas of all files name, and the words that they choose from.
fn words() -> BTreeSet<String> {
    fn collect(value: &Value, words: &mut BTreeSet<String>) {
        match value {
            Value::Object(fields) => {
                if let Some(Value::Object(properties)) = fields.get("properties") {
                    words.extend(properties.keys().cloned());
                }
                if let Some(Value::Array(choices)) = fields.get("enum") {
                    words.extend(choices.iter().filter_map(Value::as_str).map(str::to_owned));
                }
                fields.values().for_each(|field| collect(field, words));
            }
            Value::Array(values) => values.iter().for_each(|value| collect(value, words)),
            _ => {}
        }
    }
    let mut words = BTreeSet::new();
    for text in [
        schema::PROJECT,
        schema::FLAG,
        schema::SEGMENT,
        schema::ROLLOUT,
        schema::PARTS,
    ] {
        collect(&serde_json::from_str(text).unwrap(), &mut words);
    }
    words.remove("$schema");
    words
}

/// All text of the files below a folder that end so.
fn texts(folder: &Path, ending: &str) -> String {
    fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .fold(String::new(), |mut all, path| {
            if path.is_dir() {
                all.push_str(&texts(&path, ending));
            } else if path.to_string_lossy().ends_with(ending) {
                all.push_str(&fs::read_to_string(&path).unwrap());
            }
            all
        })
}

/// The words that do not stand in a text by themselves.
fn missing(words: &BTreeSet<String>, text: &str) -> Vec<String> {
    let part_of_a_word = |character: char| character.is_alphanumeric() || matches!(character, '_' | '-');
    let stands = |word: &str| {
        let symbol = word.chars().all(|character| !character.is_alphanumeric());
        text.match_indices(word).any(|(start, found)| {
            let before = text[..start].chars().next_back();
            let after = text[start + found.len()..].chars().next();
            let edge = |neighbour: Option<char>| {
                neighbour.is_none_or(|neighbour| {
                    if symbol {
                        !matches!(neighbour, '<' | '>' | '=' | '!')
                    } else {
                        !part_of_a_word(neighbour)
                    }
                })
            };
            edge(before) && edge(after)
        })
    };
    words.iter().filter(|word| !stands(word)).cloned().collect()
}

#[test]
fn every_word_is_shown_in_the_sample_shop() {
    let sample = texts(&root().join("www/flags"), ".yaml");
    assert_eq!(missing(&words(), &sample), Vec::<String>::new());
}

#[test]
fn every_word_that_decides_is_in_a_vector() {
    let vectors = texts(&root().join("tests/vectors"), ".json");
    let deciding = words()
        .into_iter()
        .filter(|word| !FOR_PEOPLE.contains(&word.as_str()))
        .collect();
    assert_eq!(missing(&deciding, &vectors), Vec::<String>::new());
}

#[test]
fn every_word_is_explained_in_the_docs() {
    let language = fs::read_to_string(root().join("src/model/LANGUAGE.md")).unwrap();
    assert_eq!(missing(&words(), &language), Vec::<String>::new());
}
