//! What entries of the log are to the four measures.

use super::exposure::Exposure;
use super::filed::Filed;
use crate::delivery::audit::{Chain, Entry};
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};

/// Kinds of change that open nothing.
const CLOSING: [&str; 3] = ["kill", "decrease", "delete"];

/// How far each flag is open in each environment.
struct Exposures<'c> {
    known: BTreeMap<(&'c str, &'c str), Exposure>,
    files: &'c BTreeMap<String, Filed>,
}

impl<'c> Exposures<'c> {
    fn of(&mut self, flag: &'c str, environment: &'c str) -> &mut Exposure {
        let off_variant = || self.files.get(flag).and_then(|file| file.off_variant.as_deref());
        let known = self.known.entry((flag, environment));
        known.or_insert_with(|| Exposure::of(off_variant()))
    }
}

/// Something that happened in an environment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Deed<'c> {
    /// When it took effect, in epoch milliseconds.
    pub(super) at_ms: i64,
    pub(super) environment: &'c str,
    pub(super) what: What<'c>,
}

/// What happened.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum What<'c> {
    /// Some flags were opened further: one release.
    Release(BTreeSet<&'c str>),
    /// A flag was turned off; none where a whole snapshot was rolled back.
    Closed(Option<&'c str>),
    /// A flag was opened again, without that being a release.
    Restored(&'c str),
    /// There is no such flag any more.
    Deleted(&'c str),
    /// A flag came to 100 percent.
    Reached(&'c str),
    /// A flag was told of, which therefore is there.
    Told(&'c str),
}

impl<'c> Deed<'c> {
    /// The deed as far as it is about flags that count.
    pub(super) fn of(self, counts: &impl Fn(&str) -> bool) -> Option<Self> {
        let what = match self.what {
            What::Release(mut flags) => {
                flags.retain(|flag| counts(flag));
                (!flags.is_empty()).then_some(What::Release(flags))
            }
            other => other.flags().into_iter().all(counts).then_some(other),
        };
        Some(Self { what: what?, ..self })
    }
}

impl<'c> What<'c> {
    /// The flags that it is about.
    pub(super) fn flags(&self) -> Vec<&'c str> {
        match self {
            Self::Release(flags) => flags.iter().copied().collect(),
            Self::Closed(flag) => flag.iter().copied().collect(),
            Self::Restored(flag) | Self::Deleted(flag) | Self::Reached(flag) | Self::Told(flag) => vec![flag],
        }
    }
}

/// Everything that happened, in the order of time.
pub(super) fn deeds<'c>(chain: &'c Chain, files: &'c BTreeMap<String, Filed>) -> Vec<Deed<'c>> {
    let mut deeds = Vec::new();
    let mut exposures = Exposures {
        known: BTreeMap::new(),
        files,
    };
    for entry in &chain.entries {
        for environment in entry.environments() {
            let at_ms = entry.effective_ms();
            let told = whats(entry, environment, &mut exposures);
            deeds.extend(told.into_iter().map(|what| Deed {
                at_ms,
                environment,
                what,
            }));
        }
    }
    // What took effect by schedule is written down later.
    deeds.sort_by_key(|deed| deed.at_ms);
    deeds
}

fn whats<'c>(entry: &'c Entry, environment: &'c str, exposures: &mut Exposures<'c>) -> Vec<What<'c>> {
    let flag = entry.flag.as_deref();
    let mut whats: Vec<What<'c>> = flag.map(What::Told).into_iter().collect();
    match (entry.action.as_str(), flag) {
        ("promote", Some(flag)) => whats.push(What::Release(BTreeSet::from([flag]))),
        ("unkill" | "resume", Some(flag)) => whats.push(What::Restored(flag)),
        ("kill", Some(flag)) => whats.push(What::Closed(Some(flag))),
        ("rollback", flag) => whats.push(What::Closed(flag)),
        ("publish", _) => whats.extend(published(entry, environment)),
        _ => {}
    }
    for change in changes(entry, environment) {
        let Some(flag) = text(change, "flag") else {
            continue;
        };
        let exposure = exposures.of(flag, environment);
        exposure.learn(&kinds(list(change, "kinds")), list(change, "diff"));
        if exposure.is_whole(entry.effective_ms()) {
            whats.push(What::Reached(flag));
        }
    }
    if let Some(flag) = flag {
        let exposure = exposures.of(flag, environment);
        exposure.learn(&kinds(entry.list("kinds")), entry.list("diff"));
        if let Some(ceiling) = state(entry, "ceiling").and_then(Value::as_f64) {
            exposure.limit(ceiling);
        }
        match (entry.action.as_str(), entry.text("what")) {
            ("kill", _) => exposure.kill(true),
            ("unkill", _) => exposure.kill(false),
            ("schedule", Some("ramp-ended")) => exposure.end_ramp(),
            _ => {}
        }
        let is_completed = state(entry, "status").and_then(Value::as_str) == Some("completed");
        if is_completed || exposure.is_whole(entry.effective_ms()) {
            whats.push(What::Reached(flag));
        }
    }
    whats
}

/// What an entry tells of several flags, as far as it is about an environment.
fn changes<'c>(entry: &'c Entry, environment: &'c str) -> impl Iterator<Item = &'c Value> {
    let changes = entry.list("changes").iter();
    changes.filter(move |change| text(change, "environment").is_none_or(|named| named == environment))
}

/// What a publication changed, flag by flag; all that it opened is one release.
fn published<'c>(entry: &'c Entry, environment: &'c str) -> Vec<What<'c>> {
    let (mut opened, mut whats) = (BTreeSet::new(), Vec::new());
    for change in changes(entry, environment) {
        let Some(flag) = text(change, "flag") else {
            continue;
        };
        whats.push(What::Told(flag));
        let kinds = kinds(list(change, "kinds"));
        // Rules of a flag that is off, or a new one that nobody gets, reach no people.
        let reaches = change.get("step").and_then(Value::as_f64) != Some(0.0);
        if reaches && kinds.iter().any(|kind| !CLOSING.contains(kind)) {
            opened.insert(flag);
        } else if kinds.contains(&"kill") {
            whats.push(What::Closed(Some(flag)));
        } else if kinds.contains(&"delete") {
            whats.push(What::Deleted(flag));
        }
    }
    if !opened.is_empty() {
        whats.push(What::Release(opened));
    }
    whats
}

/// What an entry says of the state that a rollout has after it.
fn state<'e>(entry: &'e Entry, name: &str) -> Option<&'e Value> {
    entry.fields.get("state")?.get("to")?.get(name)
}

fn kinds(kinds: &[Value]) -> Vec<&str> {
    kinds.iter().filter_map(Value::as_str).collect()
}

fn text<'v>(value: &'v Value, name: &str) -> Option<&'v str> {
    value.get(name)?.as_str()
}

fn list<'v>(value: &'v Value, name: &str) -> &'v [Value] {
    let list = value.get(name).and_then(Value::as_array);
    list.map(Vec::as_slice).unwrap_or_default()
}
