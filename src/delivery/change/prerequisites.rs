//! Flags that open because another one that they ask for first does.

use super::base::Base;
use super::condition::ALL;
use super::flag::base;
use super::moves::moved;
use super::served::CLOSED;
use super::{Change, Difference, Kind, Side};
use crate::model::Percent;
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};

/// More questions than this are not followed: whoever asks may be opened for everybody.
const MOST_QUESTIONS: usize = 100_000;

/// Adds the flags that may open for somebody by what they ask for first, and raises those that are there.
pub(super) fn follow(changes: &mut Vec<Change>, environment: &str, before: &Side, after: &Side) {
    if changes.is_empty() {
        return;
    }
    let changed: BTreeMap<String, Vec<Difference>> = changes
        .iter()
        .map(|change| (change.flag.clone(), change.differences.clone()))
        .collect();
    let mut paths = Paths {
        before,
        after,
        known: BTreeMap::new(),
    };
    for (key, flag) in &after.flags {
        let asks = prerequisites(flag);
        let off = before
            .flags
            .get(key)
            .and_then(|flag| flag.get("offVariant")?.as_str());
        let (Some(off), false) = (off, asks.is_empty()) else {
            continue;
        };
        let step = paths.asked(key, &base(&BTreeSet::from([off.to_owned()])));
        if step == 0 {
            continue;
        }
        let differences = asks.keys().flat_map(|asked| {
            let found = changed.get(asked).into_iter().flatten();
            found.map(move |difference| Difference {
                path: format!("prerequisites.{asked}.{}", difference.path)
                    .trim_end_matches('.')
                    .to_owned(),
                ..difference.clone()
            })
        });
        let mut differences: Vec<Difference> = differences.collect();
        if differences.is_empty() {
            // It comes from further behind.
            differences.push(Difference {
                path: "prerequisites".to_owned(),
                before: None,
                after: flag.get("prerequisites").cloned(),
            });
        }
        match changes.iter_mut().find(|change| change.flag == *key) {
            Some(change) => {
                change.kinds.remove(&Kind::Other);
                change.kinds.insert(Kind::Targeting);
                change.step = change.step.max(step);
                change.differences.extend(differences);
            }
            None => changes.push(Change {
                environment: environment.to_owned(),
                flag: key.clone(),
                kinds: BTreeSet::from([Kind::Targeting]),
                step,
                differences,
            }),
        }
    }
    changes.sort_by(|one, other| one.flag.cmp(&other.flag));
}

/// How many come from where to where, by flag and base.
struct Paths<'s> {
    before: &'s Side,
    after: &'s Side,
    known: BTreeMap<(String, Base), Percent>,
}

impl Paths<'_> {
    /// How many may leave the base of a flag.
    fn moved(&mut self, key: &str, base: &Base) -> Percent {
        let question = (key.to_owned(), base.clone());
        if let Some(known) = self.known.get(&question) {
            return *known;
        }
        if self.known.len() >= MOST_QUESTIONS {
            return ALL;
        }
        // Whoever asks for itself is asked once.
        self.known.insert(question.clone(), ALL);
        let own = match (self.before.flags.get(key), self.after.flags.get(key)) {
            (Some(old), Some(new)) => moved(old, new, base),
            (None, None) => 0,
            _ => ALL,
        };
        let found = own.saturating_add(self.asked(key, base)).min(ALL);
        self.known.insert(question, found);
        found
    }

    /// How many may leave it by what the flag asks for first on both sides.
    fn asked(&mut self, key: &str, base: &Base) -> Percent {
        let nothing = Value::Null;
        let flag = |side: &Side| side.flags.get(key).cloned().unwrap_or(nothing.clone());
        let (old, new) = (flag(self.before), flag(self.after));
        // As if it had been closed: the most that anybody may get by being let in.
        let most = match base.has(CLOSED) {
            true => moved(&Value::Null, &new, base),
            false => ALL,
        };
        if most == 0 {
            return 0;
        }
        let was = prerequisites(&old);
        let mut found: Percent = 0;
        for (asked, variants) in prerequisites(&new) {
            if was.get(&asked) != Some(&variants) {
                // That the flag asks for something else is a change of its own.
                continue;
            }
            let base = match base.has(CLOSED) {
                true => Base::Others(variants),
                false => Base::These(variants),
            };
            found = found.saturating_add(self.moved(&asked, &base));
        }
        found.min(most)
    }
}

/// The flags that are asked for first, with the variants that let people in.
fn prerequisites(flag: &Value) -> BTreeMap<String, BTreeSet<String>> {
    let asked = flag.get("prerequisites").and_then(Value::as_object);
    let asked = asked.into_iter().flatten().map(|(key, variants)| {
        let variants = variants.as_array().into_iter().flatten();
        let variants = variants.filter_map(Value::as_str).map(str::to_owned);
        (key.clone(), variants.collect())
    });
    asked.collect()
}
