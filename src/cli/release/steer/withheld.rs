use crate::failure::Failure;
use serde_json::{Value, json};
use tidegate::delivery::audit::Entry;

/// Why a rollback publishes nothing but the kill: the project at hand lacks what others did, and may be older.
#[derive(Debug)]
pub(crate) struct Withheld(pub(super) Failure);

impl Withheld {
    pub(super) const CODE: &str = "audit-behind";

    /// Where no audience had the flag to turn off.
    pub(super) fn closed_nothing(self, flag: &str) -> Failure {
        let message = format!(
            "no snapshot in force has `{flag}` to turn off, and nothing was done: {}",
            self.0
        );
        Failure::new(Self::CODE, message).with_help(
            "`git pull` gets what others published; then run it again, or --over-history publishes over it",
        )
    }

    /// Where the flag is off.
    pub(super) fn warning(&self, flag: &str, dry_run: bool) -> Failure {
        let (is_off, was) = match dry_run {
            true => ("would be off", "would be"),
            false => ("is off", "was"),
        };
        let message = format!("`{flag}` {is_off}, and nothing else {was} published: {}", self.0);
        Failure::new(Self::CODE, message).with_help(
            "it stays off. Commit, `git pull` what others published, join both logs (`tidegate audit rejoin`), and \
            `tidegate publish` brings the rest of the rollback",
        )
    }

    pub(super) fn json(&self) -> Value {
        self.0.json()
    }
}

/// Adds to an entry that the file which it tells of was not published.
pub(super) fn with_withheld(entry: Entry, withheld: Option<&Withheld>) -> Entry {
    match withheld {
        Some(_) => entry.with("withheld", json!(true)),
        None => entry,
    }
}
