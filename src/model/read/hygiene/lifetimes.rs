use crate::model::document::{Kind, Node};
use crate::model::hygiene::Lifetimes;
use crate::model::read::fields::Fields;
use crate::model::read::problems::Problems;
use crate::model::read::time::duration;

pub(in crate::model::read) const LIFETIMES_KEYS: &[&str] = &[
    "release",
    "experiment",
    "operational",
    "kill-switch",
    "permission",
];

/// For each type of flag a duration or `none`.
pub(super) fn lifetimes(node: &Node, problems: &mut Problems) -> Option<Lifetimes> {
    let fields = Fields::read(node, "the lifetimes of flags", LIFETIMES_KEYS, problems)?;
    let standard = Lifetimes::default();
    let mut of = |key: &str, standard: Option<i64>| {
        fields
            .optional(key, problems, lifetime)
            .map(|written| written.unwrap_or(standard))
    };
    let release = of("release", standard.release_ms);
    let experiment = of("experiment", standard.experiment_ms);
    let operational = of("operational", standard.operational_ms);
    let kill_switch = of("kill-switch", standard.kill_switch_ms);
    let permission = of("permission", standard.permission_ms);
    Some(Lifetimes {
        release_ms: release?,
        experiment_ms: experiment?,
        operational_ms: operational?,
        kill_switch_ms: kill_switch?,
        permission_ms: permission?,
    })
}

fn lifetime(node: &Node, problems: &mut Problems) -> Option<Option<i64>> {
    match &node.kind {
        Kind::Text(text) if text == "none" => Some(None),
        _ => {
            let length_ms = duration(node, problems)?;
            if length_ms == 0 {
                let message = "a lifetime must be longer than 0";
                problems.error_with_help("invalid-duration", &node.place, message, "`none` is for ever");
                return None;
            }
            Some(Some(length_ms))
        }
    }
}
