use super::problems::{Problems, alternatives, quote};
use super::suggest::suggest;
use crate::model::diagnostic::Place;
use crate::model::document::{Entry, Kind, Node};

/// A mapping with a fixed set of keys.
pub(super) struct Fields<'n> {
    pub(super) place: &'n Place,
    entries: &'n [Entry],
    what: &'static str,
    /// Known keys that unknown ones are likely meant to be: they are not missed as well.
    meant: Vec<String>,
}

impl<'n> Fields<'n> {
    /// Takes a mapping apart; keys other than the known ones are errors.
    pub(super) fn read(
        node: &'n Node,
        what: &'static str,
        known: &[&str],
        problems: &mut Problems,
    ) -> Option<Self> {
        let Kind::Mapping(entries) = &node.kind else {
            problems.expected(&format!("{what} (a mapping)"), node);
            return None;
        };
        let mut meant = Vec::new();
        for Entry { key, .. } in entries {
            if !known.contains(&key.value.as_str()) {
                let message = format!("unknown key `{}` in {what}", quote(&key.value));
                let help = match suggest(&key.value, known) {
                    Some(word) => {
                        meant.push(word.to_owned());
                        format!("did you mean `{word}`?")
                    }
                    None => format!(
                        "the keys of {what} are {}",
                        alternatives(known).replace(" or ", " and ")
                    ),
                };
                problems.error_with_help("unknown-key", &key.place, message, help);
            }
        }
        Some(Self {
            place: &node.place,
            entries,
            what,
            meant,
        })
    }

    /// Takes a mapping apart whatever its keys are.
    pub(super) fn any(node: &'n Node, what: &'static str) -> Option<Self> {
        match &node.kind {
            Kind::Mapping(entries) => Some(Self {
                place: &node.place,
                entries,
                what,
                meant: Vec::new(),
            }),
            _ => None,
        }
    }

    /// A mapping that was left out.
    pub(super) fn none(place: &'n Place) -> Self {
        Self {
            place,
            entries: &[],
            what: "",
            meant: Vec::new(),
        }
    }

    /// All keys and values, known or not.
    pub(super) fn entries(&self) -> &'n [Entry] {
        self.entries
    }

    /// The value of a key, if it is there.
    pub(super) fn get(&self, key: &str) -> Option<&'n Node> {
        self.entry(key).map(|entry| &entry.value)
    }

    /// A key and its value, if it is there.
    pub(super) fn entry(&self, key: &str) -> Option<&'n Entry> {
        self.entries.iter().find(|entry| entry.key.value == key)
    }

    /// Reads a key that may be left out; nothing where it is wrong.
    pub(super) fn optional<T>(
        &self,
        key: &str,
        problems: &mut Problems,
        read: impl FnOnce(&'n Node, &mut Problems) -> Option<T>,
    ) -> Option<Option<T>> {
        self.get(key)
            .map_or(Some(None), |node| read(node, problems).map(Some))
    }

    /// Reads a key that must be there; nothing where it is missing or wrong.
    pub(super) fn required<T>(
        &self,
        key: &str,
        problems: &mut Problems,
        read: impl FnOnce(&'n Node, &mut Problems) -> Option<T>,
    ) -> Option<T> {
        let node = self.get(key);
        if node.is_none() && !self.meant.iter().any(|meant| meant == key) {
            problems.error(
                "missing-key",
                self.place,
                format!("{} needs the key `{key}`", self.what),
            );
        }
        read(node?, problems)
    }

    /// The one of some keys that is there; none or several are errors.
    pub(super) fn exactly_one(&self, keys: &[&str], problems: &mut Problems) -> Option<&'n Entry> {
        let mut found = self
            .entries
            .iter()
            .filter(|entry| keys.contains(&entry.key.value.as_str()));
        let Some(first) = found.next() else {
            if !self.meant.iter().any(|meant| keys.contains(&meant.as_str())) {
                let message = format!("{} needs one of the keys {}", self.what, alternatives(keys));
                problems.error("missing-key", self.place, message);
            }
            return None;
        };
        match found.next() {
            None => Some(first),
            Some(second) => {
                let (first, key) = (&first.key.value, &second.key.value);
                let message = format!("{} takes only one of the keys `{first}` and `{key}`", self.what);
                problems.error("conflicting-keys", &second.key.place, message);
                None
            }
        }
    }
}

/// The entries of a mapping whose keys are free; an empty one is an error.
pub(super) fn entries<'n>(node: &'n Node, what: &str, problems: &mut Problems) -> Option<&'n [Entry]> {
    match &node.kind {
        Kind::Mapping(entries) if entries.is_empty() => {
            problems.error("empty-list", &node.place, format!("{what} must not be empty"));
            None
        }
        Kind::Mapping(entries) => Some(entries),
        _ => {
            problems.expected(&format!("{what} (a mapping)"), node);
            None
        }
    }
}

/// The items of a list; an empty one is an error.
pub(super) fn items<'n>(node: &'n Node, what: &str, problems: &mut Problems) -> Option<&'n [Node]> {
    match &node.kind {
        Kind::Sequence(items) if items.is_empty() => {
            problems.error("empty-list", &node.place, format!("{what} must not be empty"));
            None
        }
        Kind::Sequence(items) => Some(items),
        _ => {
            problems.expected(what, node);
            None
        }
    }
}

/// Every item read; nothing where one of them is wrong, and every wrong one is told.
pub(super) fn every<'n, I, T>(items: &'n [I], mut read: impl FnMut(&'n I) -> Option<T>) -> Option<Vec<T>> {
    let (mut good, mut sound) = (Vec::with_capacity(items.len()), true);
    for item in items {
        match read(item) {
            Some(value) => good.push(value),
            None => sound = false,
        }
    }
    sound.then_some(good)
}
