use crate::engine::inspect_payload;
use crate::error::Error;
#[cfg(feature = "delivery")]
use crate::snapshot::Snapshot;
use serde_json::{Map, Value};
use sha2::{Digest, Sha512};
#[cfg(feature = "delivery")]
use std::collections::BTreeMap;
use std::collections::HashMap;

/// A number for each flag of a payload that differs when the flag says something else, or a segment or prerequisite that
/// it refers to does: the first 32 bits of a SHA-512 over what inspecting shows.
///
/// Numbers of attributes, strings and tables are left out, since they move when other flags come and go.
pub(in crate::compile) fn fingerprints(payload: Vec<u8>) -> Result<Vec<u32>, Error> {
    let mut shown = inspect_payload(payload)?;
    // Attributes are listed by their numbers here, and named again where they are read.
    if let Some(flags) = shown.get_mut("flags").and_then(Value::as_object_mut) {
        flags
            .values_mut()
            .filter_map(Value::as_object_mut)
            .for_each(|flag| {
                flag.remove("reads");
            });
    }
    let nothing = Map::new();
    let part = |name: &str| shown.get(name).and_then(Value::as_object).unwrap_or(&nothing);
    let mut known = HashMap::new();
    // What is referred to stands before what refers to it.
    for (name, segment) in part("segments") {
        let digest = digest(segment, &known);
        known.insert((Kind::Segment, name.as_str()), digest);
    }
    let mut flags = Vec::new();
    for (key, flag) in part("flags") {
        let digest = digest(flag, &known);
        flags.push(digest.first_chunk().map_or(0, |word| u32::from_le_bytes(*word)));
        known.insert((Kind::Flag, key.as_str()), digest);
    }
    Ok(flags)
}

/// The fingerprints of a payload's flags, by key.
#[cfg(feature = "delivery")]
pub(crate) fn fingerprints_by_key(payload: &[u8]) -> Result<BTreeMap<String, u32>, Error> {
    let length = payload.len();
    let snapshot = Snapshot::read(payload.to_vec(), 0..length)?;
    let keys = String::from_utf8_lossy(snapshot.keys()).into_owned();
    let prints = fingerprints(payload.to_vec())?;
    Ok(keys.split('\n').map(str::to_owned).zip(prints).collect())
}

#[derive(Clone, Copy, PartialEq, Eq, Hash)]
enum Kind {
    Segment,
    Flag,
}

type Known<'s> = HashMap<(Kind, &'s str), Vec<u8>>;

fn digest(shown: &Value, known: &Known<'_>) -> Vec<u8> {
    let mut hasher = Sha512::new().chain_update(shown.to_string());
    refer(shown, &mut |kind, name| {
        hasher.update(known.get(&(kind, name)).map_or(&[][..], Vec::as_slice));
    });
    hasher.finalize().to_vec()
}

/// Tells every segment and flag that something refers to.
fn refer<'s>(shown: &'s Value, tell: &mut impl FnMut(Kind, &'s str)) {
    match shown {
        Value::Object(fields) => {
            for (name, value) in fields {
                match (name.as_str(), value) {
                    ("segment", Value::String(segment)) => tell(Kind::Segment, segment),
                    ("prerequisites", Value::Object(flags)) => {
                        flags.keys().for_each(|key| tell(Kind::Flag, key))
                    }
                    _ => refer(value, tell),
                }
            }
        }
        Value::Array(values) => values.iter().for_each(|value| refer(value, tell)),
        _ => {}
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test fails by panicking")]
mod tests {
    use super::fingerprints;
    use crate::compile::{Audience, Options, compile};
    use crate::model::{SourceFile, read};

    const BASE: [(&str, &str); 5] = [
        ("tidegate.yaml", "project: shop\nenvironments: [here]\n"),
        ("segments/staff.yaml", "ids: [u-1, u-2]\n"),
        (
            "flags/b.yaml",
            "salt: b1\ndefault: on\nrules: [{ if: { segment: staff }, serve: off }]\nenvironments: { here: {} }\n",
        ),
        (
            "flags/c.yaml",
            "salt: c1\ndefault: on\nprerequisites: { b: on }\nenvironments: { here: {} }\n",
        ),
        (
            "flags/d.yaml",
            "salt: d1\ndefault: off\nrules: [{ if: { attribute: country, in: [US] }, serve: on }]\nenvironments: { here: {} }\n",
        ),
    ];

    /// The fingerprints of `b`, `c` and `d`, with some files in place of or beside the others.
    fn prints(changes: &[(&str, &str)]) -> [u32; 3] {
        let mut files: Vec<SourceFile> = Vec::new();
        for (path, text) in BASE
            .iter()
            .filter(|(path, _)| !changes.iter().any(|(other, _)| other == path))
            .chain(changes)
        {
            files.push(SourceFile {
                path: (*path).into(),
                text: (*text).into(),
            });
        }
        let (project, problems) = read(&files);
        assert!(problems.is_empty(), "{problems:?}");
        let options = Options {
            environment: "here".into(),
            audience: Audience::Server,
            version: 1,
            issued_at_ms: 0,
            not_before_ms: 0,
            expires_ms: None,
            head_keys: Vec::new(),
            kills: Vec::new(),
        };
        let prints = fingerprints(compile(&project.unwrap(), &options).unwrap()).unwrap();
        prints.last_chunk().copied().unwrap()
    }

    #[test]
    fn a_flag_that_comes_leaves_others_as_they_were() {
        let first = (
            "flags/a.yaml",
            "salt: a1\ndefault: on\nrules: [{ if: { attribute: plan, in: [gold] }, serve: off }]\nenvironments: { here: {} }\n",
        );
        assert_eq!(prints(&[first]), prints(&[]));
    }

    #[test]
    fn a_literal_changes_its_flag_alone() {
        let (before, after) = (
            prints(&[]),
            prints(&[("flags/d.yaml", &BASE[4].1.replace("US", "CA"))]),
        );
        assert_eq!(before[..2], after[..2]);
        assert_ne!(before[2], after[2]);
    }

    #[test]
    fn a_segment_changes_what_refers_to_it_and_what_needs_that() {
        let (before, after) = (
            prints(&[]),
            prints(&[("segments/staff.yaml", "ids: [u-1, u-3]\n")]),
        );
        assert!(before[0] != after[0] && before[1] != after[1] && before[2] == after[2]);
    }

    #[test]
    fn a_list_that_is_too_long_to_show_counts_as_well() {
        let list = |last: &str| {
            let ids: Vec<String> = (0..2_000)
                .map(|id| format!("u-{id}"))
                .chain([last.into()])
                .collect();
            format!("ids: [{}]\n", ids.join(", "))
        };
        let with = |last| prints(&[("segments/staff.yaml", &list(last))])[0];
        assert_ne!(with("x-1"), with("x-2"));
    }
}
