use super::entry::Entry;
use serde_json::Value;
use std::collections::BTreeSet;

/// What something came to in a scope, as an entry tells it: what is in force there since.
#[derive(Debug, Clone, Copy)]
pub struct InScope<'e>(&'e Value);

impl<'e> InScope<'e> {
    /// `project/environment/audience`.
    pub fn scope(self) -> &'e str {
        self.text("scope").unwrap_or_default()
    }

    /// Its environment; nothing of what is no scope.
    pub fn environment(self) -> Option<&'e str> {
        self.scope().split('/').nth(1)
    }

    /// The snapshot's version.
    pub fn version(self) -> Option<u64> {
        self.0.get("version")?.as_u64()
    }

    /// SHA-512 of the snapshot's file, in hexadecimal.
    pub fn digest(self) -> Option<&'e str> {
        self.text("digest")
    }

    /// The head's version.
    pub fn head_version(self) -> Option<u64> {
        self.0.get("head")?.get("version")?.as_u64()
    }

    /// The flags that the head kills.
    pub fn kills(self) -> Option<Vec<&'e str>> {
        let kills = self.0.get("head")?.get("kills")?.as_array()?;
        Some(kills.iter().filter_map(Value::as_str).collect())
    }

    fn text(self, name: &str) -> Option<&'e str> {
        self.0.get(name)?.as_str()
    }
}

impl Entry {
    /// What it came to in each scope.
    pub fn scopes(&self) -> impl DoubleEndedIterator<Item = InScope<'_>> {
        self.list("scopes").iter().map(InScope)
    }

    /// Was something published in an environment with it?
    pub fn published_in(&self, environment: &str) -> bool {
        self.scopes().any(|told| told.environment() == Some(environment))
    }

    /// The flags that it is about: the one that it names, and all that it changes.
    pub fn flags(&self) -> BTreeSet<&str> {
        let changes = self.list("changes").iter();
        let changed = changes.filter_map(|change| change.get("flag")?.as_str());
        self.flag.as_deref().into_iter().chain(changed).collect()
    }

    /// The environments that it is about: the one that it names, or else all that it tells of.
    pub fn environments(&self) -> BTreeSet<&str> {
        if let Some(environment) = &self.environment {
            return BTreeSet::from([environment.as_str()]);
        }
        let changes = self.list("changes").iter();
        let changed = changes.filter_map(|change| change.get("environment")?.as_str());
        changed
            .chain(self.scopes().filter_map(InScope::environment))
            .collect()
    }
}
