//! States as JSON, for the audit log and for what is about to be done.

use crate::clock;
use crate::output::percent;
use serde_json::{Map, Value, json};
use tidegate::model::{RolloutState, Status};

/// A state with the keys that it has in a flag's file.
pub(super) fn state(state: &RolloutState) -> Value {
    let moment = |moment_ms: Option<i64>| moment_ms.map(|moment_ms| json!(clock::written(moment_ms)));
    let mut fields = Map::new();
    for (key, value) in [
        ("status", Some(json!(state.status.word()))),
        ("stage", state.stage.as_ref().map(|stage| json!(stage.value))),
        ("enteredAt", moment(state.entered_at)),
        ("ceiling", state.ceiling.map(percent::json)),
        ("pausedAt", moment(state.paused_at)),
        (
            "delay",
            (state.delay_ms > 0).then(|| json!(clock::length(state.delay_ms))),
        ),
        ("reason", state.reason.as_ref().map(|reason| json!(reason))),
        (
            "approvals",
            (!state.approvals.is_empty()).then(|| json!(state.approvals)),
        ),
    ] {
        if let Some(value) = value {
            fields.insert(key.to_owned(), value);
        }
    }
    Value::Object(fields)
}

/// A state in a few words, for people.
pub(super) fn words(state: &RolloutState) -> String {
    let status = state.status.said();
    match &state.stage {
        Some(stage) if state.status.is_under_way() => format!("{status} at `{}`", stage.value),
        Some(stage) if state.status == Status::RolledBack => format!("{status} from `{}`", stage.value),
        _ => status.to_owned(),
    }
}
