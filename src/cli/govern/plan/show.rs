use super::scope::{Plan, Scope};
use crate::clock;
use serde_json::{Value, json};
use tidegate::compile;
use tidegate::delivery::change::{Change, Difference};

pub(super) fn json(plan: &Plan) -> Value {
    json!({
        "against": plan.against,
        "now": clock::written(plan.now_ms),
        "scopes": plan.scopes.iter().map(scope).collect::<Vec<_>>(),
    })
}

fn scope(scope: &Scope) -> Value {
    json!({
        "environment": scope.environment,
        "audience": compile::Audience::from(scope.audience).to_string(),
        "changes": scope.changes.iter().map(change).collect::<Vec<_>>(),
    })
}

fn change(change: &Change) -> Value {
    json!({
        "flag": change.flag,
        "kinds": change.kinds.iter().map(|kind| kind.word()).collect::<Vec<_>>(),
        "step": f64::from(change.step) / 1_000.0,
        "differences": change.differences.iter().map(difference).collect::<Vec<_>>(),
    })
}

fn difference(difference: &Difference) -> Value {
    json!({
        "path": difference.path,
        "before": difference.before,
        "after": difference.after,
    })
}
