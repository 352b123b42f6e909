use serde_json::{Map, Value};
use std::sync::Arc;

/// Everything that is done, each in one word.
pub const ACTIONS: [&str; 15] = [
    "publish", "kill", "unkill", "promote", "pause", "resume", "rollback", "approve", "remove", "renew",
    "schedule", "review", "repair", "root", "rejoin",
];

/// One thing that was done, or took effect, and who did it.
#[derive(Debug, Clone, PartialEq)]
pub struct Entry {
    /// Its number, from 1, over all months.
    pub sequence: u64,
    /// When it was written down, in epoch milliseconds; never before the entry before it.
    pub time_ms: i64,
    /// Who did it.
    pub actor: Actor,
    /// What was done, in one word: `publish`, `kill`, `promote`, `schedule`, …
    pub action: String,
    /// The flag that it was done to; none where it concerns more than one.
    pub flag: Option<String>,
    /// Where it applies; none where it concerns more than one environment.
    pub environment: Option<String>,
    /// Everything else that the line says: `from`, `to`, `diff`, `reason`, `approvals`, `evidence`, `scopes`, …
    pub fields: Map<String, Value>,
    /// Where it stands, and what it hangs on.
    pub link: Link,
}

/// Who did something.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Actor {
    /// As the machine says; keys say who may.
    pub name: String,
    /// What kind of one.
    pub kind: ActorKind,
}

/// What kind of one does something.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum ActorKind {
    /// A person at a terminal.
    Human,
    /// A pipeline, for the person whose change it runs.
    Ci,
    /// `tidegate advance`, by what was measured, or a schedule.
    Controller,
}

/// Where an entry stands in its chain.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Link {
    /// The file's name, like `2026-11.jsonl`.
    pub file: Arc<str>,
    /// The line in the file, from 1; 0 for an entry that is not written yet.
    pub line: usize,
    /// SHA-256 of the whole line before it, without the newline; zeros before the first.
    pub previous: [u8; 32],
    /// SHA-256 of its own whole line, without the newline: what the next entry and the tip say.
    pub digest: [u8; 32],
}

impl ActorKind {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Human, Self::Ci, Self::Controller];

    /// The word for it in a line.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Human => "human",
            Self::Ci => "ci",
            Self::Controller => "controller",
        }
    }
}

impl Entry {
    /// One that is to be written; the chain gives it its number.
    pub fn new(time_ms: i64, actor: Actor, action: &str) -> Self {
        Self {
            sequence: 0,
            time_ms,
            actor,
            action: action.to_owned(),
            flag: None,
            environment: None,
            fields: Map::new(),
            link: Link::default(),
        }
    }

    /// The same with one more field; those that every entry has are not to be given again.
    #[must_use]
    pub fn with(mut self, name: &str, value: Value) -> Self {
        self.fields.insert(name.to_owned(), value);
        self
    }

    /// A field that is a text.
    pub fn text(&self, name: &str) -> Option<&str> {
        self.fields.get(name)?.as_str()
    }

    /// Why it was done.
    pub fn reason(&self) -> Option<&str> {
        self.text("reason")
    }

    /// The elements of a field that is a list.
    pub fn list(&self, name: &str) -> &[Value] {
        let list = self.fields.get(name).and_then(Value::as_array);
        list.map(Vec::as_slice).unwrap_or_default()
    }

    /// Was nothing published of the file that it tells of, but a kill?
    pub fn is_withheld(&self) -> bool {
        self.fields.get("withheld").and_then(Value::as_bool) == Some(true)
    }

    /// The names of the freezes that somebody opened something further in.
    pub fn over_freezes(&self) -> impl Iterator<Item = &str> {
        self.list("overFreeze").iter().filter_map(Value::as_str)
    }

    /// Is somebody to look at it afterwards: a person closed something in a hurry, opened it in a freeze, or published
    /// over a log that was another one?
    pub fn needs_review(&self) -> bool {
        self.is_emergency() || self.over().next().is_some() || self.over_freezes().next().is_some()
    }

    /// Did a person close something in a hurry, by a command or by a change that nobody had to agree to? What was only
    /// tried closed nothing.
    pub fn is_emergency(&self) -> bool {
        let is_closing = match self.action.as_str() {
            "kill" | "rollback" | "pause" => true,
            "publish" => !self.list("emergency").is_empty(),
            _ => false,
        };
        is_closing
            && self.actor.kind != ActorKind::Controller
            && self.fields.get("dryRun") != Some(&Value::Bool(true))
    }

    /// The flag that it is about, where it is about one: of a publication, that which an emergency closed.
    pub fn flag_closed(&self) -> Option<&str> {
        match self.list("emergency") {
            [flag] if self.flag.is_none() => flag.as_str(),
            _ => self.flag.as_deref(),
        }
    }
}
