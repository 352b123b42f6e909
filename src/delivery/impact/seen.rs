use super::flags::Compared;
use super::generated::Generated;
use super::measure::measure;
use crate::delivery::change::{Change, Kind};
use std::collections::BTreeSet;

/// So many people are made up.
const PEOPLE: u64 = 1_000;
const SEED: u64 = 1;

/// Takes changes of one environment that open nothing, as they are told, for increases where somebody who is made up gets
/// something else for the off variant.
pub fn seen(changes: &mut Vec<Change>, environment: &str, scope: Compared<'_>, now_ms: i64) {
    let Some(crowd) = Generated::new(&[scope], PEOPLE, SEED, now_ms) else {
        return;
    };
    let Ok(impacts) = measure(&[scope], &crowd, now_ms, &|_| {});
    let before = scope.before.and_then(|client| client.inspect());
    for flag in impacts.iter().flat_map(|impact| &impact.flags) {
        let place = before
            .as_ref()
            .and_then(|before| before.get("flags")?.get(&flag.flag)?.get("offVariant"));
        let Some(off) = place.and_then(|off| off.as_str()) else {
            continue;
        };
        let left = flag
            .groups
            .iter()
            .filter(|group| group.before.variant.as_deref() == Some(off) && group.after.variant.is_some());
        let left: u64 = left.map(|group| group.people).sum();
        if left == 0 {
            continue;
        }
        let step = u32::try_from(left * 100_000 / PEOPLE).unwrap_or(100_000);
        let is_same = |change: &&mut Change| change.flag == flag.flag && change.environment == environment;
        let opening = [Kind::Increase, Kind::Targeting, Kind::New, Kind::Salt];
        match changes.iter_mut().find(is_same) {
            Some(change) if opening.iter().any(|kind| change.kinds.contains(kind)) => {}
            Some(change) => {
                change.kinds.insert(Kind::Increase);
                change.step = change.step.max(step);
            }
            None => changes.push(Change {
                environment: environment.to_owned(),
                flag: flag.flag.clone(),
                kinds: BTreeSet::from([Kind::Increase]),
                step,
                differences: Vec::new(),
            }),
        }
    }
}
