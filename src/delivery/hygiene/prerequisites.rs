use super::age::{Age, History};
use crate::model::{Flag, Project};

/// When the latest of the flags that a flag has as prerequisites, and those have, was last changed, in epoch milliseconds.
///
/// `histories` are those of the project's flags, in its order. Nothing is known of what has no date.
pub fn prerequisites_changed_ms(project: &Project, flag: &Flag, histories: &[History]) -> Option<i64> {
    let mut latest_ms = None;
    let mut seen: Vec<&str> = vec![&flag.key.value];
    let mut waiting = vec![flag];
    while let Some(flag) = waiting.pop() {
        for prerequisite in &flag.prerequisites {
            let key = prerequisite.flag.value.as_str();
            let mut flags = project.flags.iter().zip(histories);
            // Lint forbids circles; without its word they would have no end here.
            if !seen.contains(&key)
                && let Some((other, history)) = flags.find(|(other, _)| other.key.value == key)
            {
                seen.push(key);
                waiting.push(other);
                let changed = Age::of(other, &project.hygiene.lifetimes, history).changed;
                latest_ms = latest_ms.max(changed.map(|changed| changed.at_ms));
            }
        }
    }
    latest_ms
}
