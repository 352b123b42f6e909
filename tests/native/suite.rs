use crate::frame::{Keys, Request, moment};
use serde_json::{Value, json};
use std::path::{Path, PathBuf};
use tidegate::{Client, Scope, Trust};

/// One snapshot and its cases.
pub(crate) struct Suite {
    file: String,
    content: Value,
}

/// All suites of all files, in the order of their names; `errors.json` and `million.json` have shapes of their own.
pub(crate) fn all() -> Vec<Suite> {
    let mut paths: Vec<PathBuf> = std::fs::read_dir(folder())
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .collect();
    paths.sort();
    let mut suites = Vec::new();
    for path in paths {
        let file = path.file_name().unwrap().to_string_lossy().into_owned();
        if !file.ends_with(".json") || file == "errors.json" || file == "million.json" {
            continue;
        }
        let content = read(&file);
        for suite in content["suites"].as_array().unwrap() {
            suites.push(Suite {
                file: file.clone(),
                content: suite.clone(),
            });
        }
    }
    suites
}

/// One file of vectors.
pub(crate) fn read(file: &str) -> Value {
    let text = std::fs::read_to_string(folder().join(file)).unwrap();
    serde_json::from_str(&text).unwrap_or_else(|error| panic!("{file}: {error}"))
}

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/vectors")
}

/// A default of the type that the flag has, for hosts that tell types by it.
pub(crate) fn some_default(project: &Value, flag: &str) -> Value {
    let variants = project[format!("flags/{flag}.yaml")]["variants"].as_object();
    match variants.and_then(|variants| variants.values().next()) {
        Some(Value::String(_)) => json!(""),
        Some(Value::Number(_)) => json!(0),
        Some(Value::Object(_) | Value::Array(_)) => json!({}),
        _ => json!(false),
    }
}

impl Suite {
    pub(crate) fn title(&self) -> String {
        format!("{} › {}", self.file, self.content["describe"].as_str().unwrap())
    }

    /// The cases that a host without typed questions can ask.
    pub(crate) fn cases(&self) -> impl Iterator<Item = &Value> {
        self.content["cases"]
            .as_array()
            .unwrap()
            .iter()
            .filter(|case| case["host"].is_null())
    }

    pub(crate) fn now_ms(&self, case: &Value) -> i64 {
        moment(if case["now"].is_null() {
            &self.content["now"]
        } else {
            &case["now"]
        })
    }

    /// A client with the suite's snapshot in force.
    pub(crate) fn client(&self, keys: &Keys) -> Client {
        let request = Request::of(&self.content);
        let scope = Scope::parse(&request.scope()).unwrap();
        let mut client = Client::new(Trust::parse(&keys.trust("trusted")).unwrap(), Some(scope));
        let frame = request.frame(keys, &self.title());
        client.load(frame, request.issued_at_ms).unwrap();
        client
    }

    /// The suite with its frame, for hosts without a compiler; all cases, and times in epoch milliseconds.
    pub(crate) fn prepared(&self, keys: &Keys) -> Value {
        let request = Request::of(&self.content);
        let cases: Vec<Value> = self.content["cases"]
            .as_array()
            .unwrap()
            .iter()
            .map(|case| {
                let mut case = case.clone();
                case["now"] = json!(self.now_ms(&case));
                if case["default"].is_null() {
                    case["default"] = some_default(&self.content["project"], case["flag"].as_str().unwrap());
                }
                case
            })
            .collect();
        json!({
            "title": self.title(),
            "scope": request.scope(),
            "issuedAt": request.issued_at_ms,
            "frame": data_encoding::BASE64.encode(&request.frame(keys, &self.title())),
            "cases": cases,
        })
    }
}
