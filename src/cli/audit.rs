//! The record of who turned what off and on again, and why. It never leaves for clients.

use crate::failure::{Failure, Outcome};
use crate::{clock, file};
use serde_json::{Map, Value, json};
use std::fs::File;
use std::io::Write;
use std::path::Path;

/// The file in a project's folder: a JSON object a line.
const FILE: &str = "audit.ndjson";

/// One thing that somebody did.
#[derive(Debug)]
pub(crate) struct Entry<'e> {
    pub(crate) action: &'static str,
    pub(crate) flag: Option<&'e str>,
    pub(crate) reason: Option<&'e str>,
    pub(crate) at_ms: i64,
    pub(crate) dry_run: bool,
}

impl Entry<'_> {
    /// The entry with what it came to in each scope.
    pub(crate) fn json(&self, scopes: Vec<Value>) -> Value {
        let mut entry = Map::new();
        let mut add = |name: &str, value: Value| entry.insert(name.to_owned(), value);
        add("time", json!(clock::written(self.at_ms)));
        add("action", json!(self.action));
        if let Some(flag) = self.flag {
            add("flag", json!(flag));
        }
        if let Some(reason) = self.reason {
            add("reason", json!(reason));
        }
        // Who the machine says it is; keys say who may.
        if let Ok(user) = std::env::var("USER") {
            add("user", json!(user));
        }
        if self.dry_run {
            add("dryRun", json!(true));
        }
        add("scopes", json!(scopes));
        Value::Object(entry)
    }
}

/// The part of the log that is looked through, in bytes: what was interrupted was among the last that was done.
const LATEST: u64 = 256 << 10;

/// Adds an entry, unless it is among the last already: whoever was interrupted after adding it adds it again.
pub(crate) fn append_once(project: &Path, entry: &Value) -> Outcome {
    let path = project.join(FILE);
    let latest = file::tail(&path, LATEST)?;
    // What it came to in each scope may differ: the second time there was less left to do.
    let said = |entry: &Value| {
        let mut said = entry.clone();
        said.as_object_mut().map(|fields| fields.shift_remove("scopes"));
        said
    };
    let mut lines = latest.lines().filter_map(|line| serde_json::from_str(line).ok());
    match lines.any(|there| said(&there) == said(entry)) {
        true => Ok(()),
        false => append(project, entry),
    }
}

/// Adds an entry to a project's audit log.
pub(crate) fn append(project: &Path, entry: &Value) -> Outcome {
    let path = project.join(FILE);
    // One write a line: two that append at once do not mix.
    File::options()
        .append(true)
        .create(true)
        .open(&path)
        .and_then(|mut file| file.write_all(format!("{entry}\n").as_bytes()))
        .map_err(|error| {
            Failure::file("write", &path, &error)
                .with_help("what was to be told there is done all the same, and clients see it")
        })
}
