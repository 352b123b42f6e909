//! What somebody who holds the lock is about to do, in the lock's own file: whoever comes after an interruption finds it.

use super::record;
use crate::failure::{Failure, Outcome};
use serde_json::Value;
use std::fs::File;
use std::io::{self, Read, Seek, Write};
use tidegate::delivery::audit::Entry;
use tidegate::model::Project;

/// More than an intent ever takes.
const MOST_BYTES: u64 = 1 << 20;

/// A change of one rollout, as the audit log will tell of it.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Intent(Value);

impl Intent {
    pub(super) fn new(entry: &Entry) -> Self {
        Self(entry.told())
    }

    /// What the lock's file tells; nothing after a run that came to its end, or was interrupted before it did anything.
    pub(super) fn read(file: &mut File) -> io::Result<Option<Self>> {
        let mut text = String::new();
        file.rewind()?;
        if file.take(MOST_BYTES).read_to_string(&mut text).is_err() {
            return Ok(None);
        }
        let value: Option<Value> = serde_json::from_str(&text).ok();
        Ok(value.filter(Value::is_object).map(Self))
    }

    pub(super) fn write(&self, file: &mut File) -> io::Result<()> {
        file.set_len(0)?;
        file.rewind()?;
        file.write_all(format!("{}\n", self.0).as_bytes())?;
        file.sync_all()
    }

    /// Is it about this rollout?
    pub(super) fn is_about(&self, flag: &str, plan: &str, environment: &str) -> bool {
        *self.field("flag") == flag
            && *self.field("plan") == plan
            && *self.field("environment") == environment
    }

    pub(super) fn is_to(&self, action: &str) -> bool {
        *self.field("action") == action
    }

    /// Is the state in the project's files what was to come of it?
    pub(super) fn is_written(&self, project: &Project) -> bool {
        let flag = project
            .flags
            .iter()
            .find(|flag| *self.field("flag") == flag.key.value);
        let environment = flag.and_then(|flag| {
            let mut environments = flag.environments.iter();
            environments.find(|(name, _)| *self.field("environment") == name.value)
        });
        let state = environment.and_then(|(_, there)| {
            let mut rollouts = there.rollouts.iter();
            rollouts.find(|(id, _)| *self.field("plan") == id.value)
        });
        let to = self.field("state").get("to");
        state.is_some_and(|(_, state)| to == Some(&record::state(state)))
    }

    /// What it says in words.
    pub(super) fn word(&self, name: &str) -> Option<String> {
        self.0.get(name)?.as_str().map(str::to_owned)
    }

    fn field(&self, name: &str) -> &Value {
        self.0.get(name).unwrap_or(&Value::Null)
    }

    /// The entry of the audit log, but for what it came to.
    pub(super) fn entry(&self) -> Outcome<Entry> {
        Entry::from_told(self.0.clone()).ok_or_else(|| {
            let message = "what `.tidegate.lock` tells of is no entry of an audit log";
            Failure::new("note-damaged", message).with_help(
                "it stands there since a command was interrupted; empty the file once you know what was done",
            )
        })
    }
}
