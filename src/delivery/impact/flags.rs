use crate::delivery::change::Side;
use crate::engine::Client;
use serde_json::{Map, Value};
use std::collections::BTreeSet;

/// One environment and audience on both sides; nothing where a side does not have it.
#[derive(Debug, Clone, Copy)]
pub struct Compared<'c> {
    /// As it was.
    pub before: Option<&'c Client>,
    /// As it will be.
    pub after: Option<&'c Client>,
}

/// A flag that may differ, and how the variants of one side are numbered on the other.
#[derive(Debug, Clone)]
pub(super) struct Asked {
    pub(super) key: String,
    /// By the number of a variant before: the number of the one with its name after.
    pub(super) same_name: Vec<Option<u8>>,
    /// The same for variants that have the same value, too.
    pub(super) same_value: Vec<Option<u8>>,
    /// Of a flag that only one side has: the number of its `offVariant` there. Without the flag nobody has what it
    /// switches on, so whoever gets this loses and wins nothing.
    pub(super) off: Option<u8>,
}

impl Compared<'_> {
    /// The flags that may differ at a moment, in the order of their keys.
    pub(super) fn asked(&self, now_ms: i64) -> Vec<Asked> {
        let [before, after] = [self.before, self.after].map(|client| client.and_then(Client::inspect));
        let nothing = Map::new();
        let flags = |snapshot: &'_ Option<Value>| -> Map<String, Value> {
            let flags = snapshot.as_ref().and_then(|snapshot| snapshot.get("flags"));
            flags.and_then(Value::as_object).unwrap_or(&nothing).clone()
        };
        let (old, new) = (flags(&before), flags(&after));
        let keys: BTreeSet<&String> = old.keys().chain(new.keys()).collect();
        // Where one side is stale, every flag may stand still or close.
        let is_stale = |client: &Client| client.expires_ms().is_some_and(|expires_ms| expires_ms <= now_ms);
        let differing = match [self.before, self.after].into_iter().flatten().any(is_stale) {
            true => keys.clone(),
            false => differing(&keys, [&before, &after], [&old, &new]),
        };
        let asked = differing.into_iter().map(|key| {
            let variants = |flags: &Map<String, Value>| variants(flags.get(key.as_str()));
            let (was, is) = (variants(&old), variants(&new));
            let numbered = |with_value: bool| {
                let like = |one: &(String, Value)| {
                    let same =
                        |other: &(String, Value)| other.0 == one.0 && (!with_value || other.1 == one.1);
                    let at = is.iter().position(same);
                    at.and_then(|at| u8::try_from(at).ok())
                };
                was.iter().map(like).collect()
            };
            Asked {
                key: key.clone(),
                same_name: numbered(false),
                same_value: numbered(true),
                off: match (old.get(key), new.get(key)) {
                    (None, Some(flag)) => off(flag, &is),
                    (Some(flag), None) => off(flag, &was),
                    _ => None,
                },
            }
        });
        asked.collect()
    }
}

/// The flags that do not say the same on both sides, and those that ask for one of them first.
fn differing<'k>(
    keys: &BTreeSet<&'k String>,
    [before, after]: [&Option<Value>; 2],
    flags: [&Map<String, Value>; 2],
) -> BTreeSet<&'k String> {
    let side = |snapshot: &Option<Value>| snapshot.as_ref().map(Side::inspected).unwrap_or_default();
    let (before, after) = (side(before), side(after));
    let differs = |key: &&String| before.flags().get(*key) != after.flags().get(*key);
    let mut differing: BTreeSet<&String> = keys.iter().copied().filter(differs).collect();
    loop {
        let asks = |key: &&String| {
            let mut prerequisites = flags.iter().filter_map(|flags| {
                let prerequisites = flags.get(key.as_str())?.get("prerequisites")?;
                prerequisites.as_object()
            });
            prerequisites.any(|asked| asked.keys().any(|flag| differing.contains(flag)))
        };
        let more: Vec<&String> = keys
            .iter()
            .copied()
            .filter(|key| !differing.contains(key) && asks(key))
            .collect();
        if more.is_empty() {
            return differing;
        }
        differing.extend(more);
    }
}

/// The variants of a flag in the order of their numbers.
fn variants(flag: Option<&Value>) -> Vec<(String, Value)> {
    let variants = flag.and_then(|flag| flag.get("variants")?.as_object());
    let variants = variants.into_iter().flatten();
    variants
        .map(|(name, value)| (name.clone(), value.clone()))
        .collect()
}

/// The number of what a flag gives when it is off.
fn off(flag: &Value, variants: &[(String, Value)]) -> Option<u8> {
    let off = flag.get("offVariant")?.as_str()?;
    let at = variants.iter().position(|(name, _)| name == off)?;
    u8::try_from(at).ok()
}
