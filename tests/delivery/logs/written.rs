use super::{Question, log, read};
use crate::support;
use serde_json::{Map, Value, json};
use std::collections::BTreeSet;
use std::fs;
use std::path::Path;
use tidegate::Context;
use tidegate::delivery::exposure::Exposure;
use tidegate::engine::Arm;

fn file(name: &str) -> String {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/delivery/exposures");
    fs::read_to_string(folder.join(name)).unwrap()
}

/// What is written of the case's reads, each flag, variant, arm and unit once, as clients in JavaScript do.
fn written() -> String {
    let case: Value = serde_json::from_str(&file("case.json")).unwrap();
    let flags: Vec<(String, String)> = case["flags"]
        .as_object()
        .unwrap()
        .iter()
        .map(|(key, flag)| {
            let mut whole = Map::from_iter([("salt".to_owned(), json!("salt"))]);
            whole.insert("environments".to_owned(), json!({ "production": {} }));
            whole.extend(flag.as_object().unwrap().clone());
            (format!("flags/{key}.yaml"), Value::from(whole).to_string())
        })
        .collect();
    let files: Vec<(&str, &str)> = flags
        .iter()
        .map(|(path, text)| (path.as_str(), text.as_str()))
        .collect();
    let client = support::client(&files);
    let now_ms = case["now"]
        .as_str()
        .unwrap()
        .parse::<jiff::Timestamp>()
        .unwrap()
        .as_millisecond();
    let paths: Vec<&str> = case["attributes"]
        .as_array()
        .unwrap()
        .iter()
        .filter_map(Value::as_str)
        .collect();
    let version = client.header().unwrap().version;
    let mut told = BTreeSet::new();
    let mut lines = Vec::new();
    for asked in case["reads"].as_array().unwrap() {
        let context = Context::from(asked["context"].clone());
        let answer = client.evaluate(asked["flag"].as_str().unwrap(), &context, now_ms);
        let Some(exposure) = answer.and_then(|answer| Exposure::of(&answer, &context, version, now_ms))
        else {
            continue;
        };
        let mut line = Vec::new();
        exposure.write(&mut line).unwrap();
        if told.insert(line) {
            exposure
                .with_attributes(&context, &paths)
                .write(&mut lines)
                .unwrap();
        }
    }
    String::from_utf8(lines).unwrap()
}

#[test]
fn the_lines_are_those_that_javascript_writes() {
    assert_eq!(written(), file("lines.ndjson"));
}

#[test]
fn what_is_written_can_be_read() {
    let joined = read(vec![log("lines.ndjson", written())], &Question::new("checkout")).unwrap();
    assert_eq!(joined.bad, []);
    let arms: Vec<_> = joined
        .groups
        .iter()
        .map(|group| (group.stage.as_deref(), group.arm))
        .collect();
    assert_eq!(arms, [(Some("s1"), Arm::Control), (Some("s1"), Arm::Treatment)]);
    assert!(joined.groups.iter().all(|group| group.looks[0].units > 5));
}
