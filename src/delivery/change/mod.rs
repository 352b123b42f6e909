#![doc = include_str!("KINDS.md")]

mod align;
mod base;
mod condition;
mod difference;
mod findings;
mod flag;
mod moves;
mod prerequisites;
mod rules;
mod serve;
mod served;
mod shares;
mod side;

pub use difference::Difference;
pub use side::{Side, sound, ungoverned};

use crate::compile::Audience;
pub use crate::model::ChangeKind as Kind;
use crate::model::{Percent, Project};
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};

/// What differs about one flag in one environment.
#[derive(Debug, Clone, PartialEq)]
pub struct Change {
    /// The environment.
    pub environment: String,
    /// The flag's key.
    pub flag: String,
    /// What kinds of change it is; at least one.
    pub kinds: BTreeSet<Kind>,
    /// The largest rise of exposure for anybody, in slots of 100,000: what is measured, else what it is at most.
    pub step: Percent,
    /// What differs and where, in the order of paths.
    pub differences: Vec<Difference>,
}

/// The difference of two projects, by environment and flag.
///
/// Flags and segments whose files have errors, on whichever side, are taken as unreadable there; nothing else of the
/// comparison suffers.
pub fn between(before: &Project, after: &Project) -> Vec<Change> {
    let (before, after) = (sound(before), sound(after));
    let mut changes = Vec::new();
    for environment in environments(&before, &after) {
        let sides = [&before, &after].map(|project| Side::of(project, &environment, Audience::Server));
        let [old, new] = sides;
        let mut found = of_sides(&environment, &old, &new);
        visibility(&mut found, &environment, [&before, &after]);
        changes.extend(found);
    }
    changes
}

/// The difference of two sides in one environment, by flag.
pub fn of_sides(environment: &str, before: &Side, after: &Side) -> Vec<Change> {
    let keys: BTreeSet<&String> = before.flags.keys().chain(after.flags.keys()).collect();
    let changed = keys.into_iter().filter_map(|key| {
        let (old, new) = (before.flags.get(key), after.flags.get(key));
        let (kinds, step, differences) = flag::compared(old, new)?;
        Some(Change {
            environment: environment.to_owned(),
            flag: key.clone(),
            kinds,
            step,
            differences,
        })
    });
    let mut changes: Vec<Change> = changed.collect();
    prerequisites::follow(&mut changes, environment, before, after);
    changes
}

/// The environments of both, those of the second first.
fn environments(before: &Project, after: &Project) -> Vec<String> {
    let mut names: Vec<String> = Vec::new();
    for environment in after.environments.iter().chain(&before.environments) {
        if !names.contains(&environment.value) {
            names.push(environment.value.clone());
        }
    }
    names
}

/// Adds what the server's snapshots do not show: which flags the `client` audience may see.
fn visibility(changes: &mut Vec<Change>, environment: &str, [before, after]: [&Project; 2]) {
    let seen = |project: &Project| -> BTreeMap<String, bool> {
        let flags = project.flags.iter();
        flags
            .map(|flag| (flag.key.value.clone(), flag.client_visible.value))
            .collect()
    };
    if !before.has_environment(environment) || !after.has_environment(environment) {
        return;
    }
    let after = seen(after);
    for (flag, old) in seen(before) {
        let Some(new) = after.get(&flag).copied().filter(|new| *new != old) else {
            continue;
        };
        let difference = Difference {
            path: "clientVisible".to_owned(),
            before: Some(Value::Bool(old)),
            after: Some(Value::Bool(new)),
        };
        match changes.iter_mut().find(|change| change.flag == flag) {
            Some(change) => {
                change.kinds.insert(Kind::Other);
                change.differences.insert(0, difference);
            }
            None => changes.push(Change {
                environment: environment.to_owned(),
                flag,
                kinds: BTreeSet::from([Kind::Other]),
                step: 0,
                differences: vec![difference],
            }),
        }
    }
    changes.sort_by(|one, other| one.flag.cmp(&other.flag));
}
