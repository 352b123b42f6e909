//! What was decided about a rollout, for machines: the same words wherever a decision is told.

use serde_json::{Map, Value, json};
use tidegate::delivery::judge::{Decision, Reason, Standing};

/// Why, the most pressing reason first.
pub(crate) fn reasons(decision: &Decision) -> Value {
    decision.reasons.iter().map(reason).collect()
}

/// Each metric that could be compared.
pub(crate) fn comparisons(decision: &Decision) -> Value {
    decision.comparisons.iter().map(standing).collect()
}

fn reason(reason: &Reason) -> Value {
    let mut fields = Map::new();
    fields.insert("code".to_owned(), json!(reason.code.name()));
    fields.insert("decides".to_owned(), json!(reason.verdict.name()));
    if let Some(metric) = &reason.metric {
        fields.insert("metric".to_owned(), json!(metric));
    }
    fields.insert("message".to_owned(), json!(reason.message));
    for (name, number) in &reason.numbers {
        fields.insert((*name).to_owned(), json!(number));
    }
    Value::Object(fields)
}

fn standing(standing: &Standing) -> Value {
    json!({
        "metric": standing.metric,
        "treatment": standing.treatment,
        "control": standing.control,
        "excess": standing.excess,
        "lowerBound": standing.lower_bound,
        "units": standing.units,
    })
}
