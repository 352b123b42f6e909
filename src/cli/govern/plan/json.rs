use super::rows::{Plan, Scope};
use crate::clock;
use serde_json::{Value, json};
use tidegate::delivery::change::{Change, Difference};
use tidegate::delivery::impact::{Example, FlagImpact, Group, Landing};

pub(super) fn json(plan: &Plan) -> Value {
    json!({
        "project": plan.project,
        "against": plan.against,
        "now": clock::written(plan.now_ms),
        "population": { "people": plan.people, "file": plan.file },
        "changes": !plan.is_empty(),
        "scopes": plan.scopes.iter().map(scope).collect::<Vec<_>>(),
    })
}

fn scope(scope: &Scope) -> Value {
    json!({
        "environment": scope.environment,
        "audience": scope.audience.to_string(),
        "new": scope.is_new,
        "changes": scope.changes.iter().map(change).collect::<Vec<_>>(),
        "impact": {
            "people": scope.impact.people,
            "moved": scope.impact.moved,
            "flags": scope.impact.flags.iter().map(flag).collect::<Vec<_>>(),
        },
        "examples": scope.examples.iter().map(example).collect::<Vec<_>>(),
    })
}

/// A change as this and other commands tell it.
pub(crate) fn change(change: &Change) -> Value {
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

fn flag(flag: &FlagImpact) -> Value {
    json!({
        "flag": flag.flag,
        "moved": flag.moved,
        "revalued": flag.revalued,
        "changedArm": flag.changed_arm,
        "groups": flag.groups.iter().map(group).collect::<Vec<_>>(),
        "ungrouped": flag.ungrouped,
    })
}

fn group(group: &Group) -> Value {
    json!({
        "people": group.people,
        "before": landing(&group.before),
        "after": landing(&group.after),
    })
}

fn landing(landing: &Landing) -> Value {
    json!({
        "variant": landing.variant,
        "rule": landing.rule.as_ref().map(|(_, name)| name),
        "ruleIndex": landing.rule.as_ref().map(|(number, _)| number),
        "exit": landing.exit,
    })
}

fn example(example: &Example) -> Value {
    json!({
        "flag": example.flag,
        "group": example.group,
        "context": example.context,
        "before": example.before,
        "after": example.after,
    })
}
