use super::log::Log;
use crate::clock;
use crate::failure::Outcome;
use std::collections::BTreeSet;
use std::path::Path;
use tidegate::delivery::audit::{Chain, Entry, scheduled};
use tidegate::model::Project;

/// Before these was written down what had taken effect until then.
const LOOKED: [&str; 6] = ["publish", "promote", "pause", "resume", "rollback", "approve"];

/// Writes down what took effect by schedule in an environment since it was looked at last, each thing once; of flags that
/// were edited since, of which nobody knows what they said then, nothing.
pub(crate) fn what_took_effect(
    folder: &Path,
    project: &Project,
    environment: &str,
    edited: &BTreeSet<&str>,
    now_ms: i64,
) -> Outcome {
    let mut log = Log::open(folder)?;
    let (chain, _) = log.chain()?;
    let Some(since_ms) = looked_at(&chain, environment) else {
        return Ok(());
    };
    let effects = scheduled(project, environment, since_ms, now_ms);
    let known: BTreeSet<String> = chain.entries.iter().filter_map(identity).collect();
    for effect in effects
        .iter()
        .filter(|effect| !edited.contains(effect.flag.as_str()))
    {
        let entry = effect.entry(environment, now_ms);
        if identity(&entry).is_some_and(|identity| !known.contains(&identity)) {
            log.append(entry)?;
        }
    }
    Ok(())
}

/// When somebody looked last, in epoch milliseconds.
fn looked_at(chain: &Chain, environment: &str) -> Option<i64> {
    let here = |entry: &&Entry| {
        LOOKED.contains(&entry.action.as_str()) && entry.environments().contains(environment)
    };
    let last = chain.entries.iter().rev().find(here)?;
    let clock = last.text("clock").and_then(|clock| clock::moment(clock).ok());
    Some(clock.unwrap_or(last.time_ms))
}

/// What is told once.
fn identity(entry: &Entry) -> Option<String> {
    (entry.action == "schedule").then(|| {
        let text = |name: &str| entry.text(name).unwrap_or_default().to_owned();
        [
            entry.flag.clone().unwrap_or_default(),
            entry.environment.clone().unwrap_or_default(),
            text("what"),
            text("of"),
            text("stage"),
            text("effectiveAt"),
        ]
        .join("\n")
    })
}
