use super::rows::{Plan, Scope};
use crate::clock;
use crate::govern::{behind, changes};
use serde_json::{Value, json};
use tidegate::delivery::impact::{Example, FlagImpact, Group, Landing};

pub(super) fn json(plan: &Plan) -> Value {
    json!({
        "format": "tidegate-plan",
        "project": plan.project,
        "against": plan.against,
        "behind": behind::json(plan.behind.as_ref()),
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
        "changes": scope.changes.iter().map(changes::json).collect::<Vec<_>>(),
        "impact": {
            "people": scope.impact.people,
            "moved": scope.impact.moved,
            "flags": scope.impact.flags.iter().map(flag).collect::<Vec<_>>(),
        },
        "examples": scope.examples.iter().map(example).collect::<Vec<_>>(),
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
