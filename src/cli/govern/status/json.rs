//! The matrix for machines.

use crate::clock;
use crate::output::percent;
use serde_json::{Map, Value, json};
use tidegate::delivery::status::{
    Cell, Course, Exit, LastEntry, LastLook, Matrix, Portion, Published, Row, Served, Stage, There,
};

pub(super) fn matrix(matrix: &Matrix) -> Value {
    json!({
        "format": "tidegate-status",
        "project": matrix.project,
        "time": clock::written(matrix.now_ms),
        "environments": matrix.environments,
        "published": matrix.published.iter().map(published).collect::<Vec<_>>(),
        "unknownFlags": matrix.unknown,
        "flags": matrix.rows.iter().map(|row| self::row(row, matrix.now_ms)).collect::<Vec<_>>(),
    })
}

/// Fields that say something, in order.
fn object<const N: usize>(fields: [(&str, Option<Value>); N]) -> Value {
    let said = fields
        .into_iter()
        .filter_map(|(name, value)| Some((name.to_owned(), value?)));
    Value::Object(said.collect::<Map<_, _>>())
}

fn moment(moment_ms: i64) -> Value {
    json!(clock::written(moment_ms))
}

fn published(published: &Published) -> Value {
    json!({
        "environment": published.environment,
        "audience": published.audience.to_string(),
        "version": published.version,
        "issuedAt": moment(published.issued_at_ms),
        "expires": moment(published.expires_ms),
    })
}

fn row(row: &Row, now_ms: i64) -> Value {
    object([
        ("flag", Some(json!(row.key))),
        ("description", row.description.as_ref().map(|text| json!(text))),
        ("owner", row.owner.as_ref().map(|owner| json!(owner))),
        ("type", row.kind.map(|kind| json!(kind.word()))),
        ("risk", row.risk.map(|risk| json!(risk.word()))),
        ("clientVisible", Some(json!(row.client_visible))),
        ("since", row.age.map(|age| moment(age.since_ms))),
        ("sinceIsWritten", row.age.map(|age| json!(age.is_written))),
        (
            "ageMs",
            row.age.map(|age| json!(now_ms.saturating_sub(age.since_ms))),
        ),
        ("expiresAt", row.expires_at_ms.map(moment)),
        ("stale", Some(json!(row.stale))),
        ("environments", Some(row.cells.iter().map(cell).collect())),
    ])
}

fn cell(cell: &Cell) -> Value {
    let requires: Map<String, Value> = cell
        .requires
        .iter()
        .map(|(flag, variants)| (flag.clone(), json!(variants)))
        .collect();
    object([
        ("environment", Some(json!(cell.environment))),
        ("state", Some(json!(cell.state.word()))),
        (
            "requires",
            (!requires.is_empty()).then(|| Value::Object(requires)),
        ),
        ("served", Some(cell.served.iter().map(served).collect())),
        ("rollouts", Some(cell.plans.iter().map(course).collect())),
        (
            "published",
            (!cell.published.is_empty()).then(|| cell.published.iter().map(there).collect()),
        ),
        ("lastEntry", cell.last_entry.as_ref().map(last_entry)),
    ])
}

fn last_entry(last: &LastEntry) -> Value {
    object([
        ("seq", Some(json!(last.sequence))),
        ("time", Some(moment(last.time_ms))),
        (
            "actor",
            Some(json!({ "name": last.actor, "kind": last.kind.word() })),
        ),
        ("action", Some(json!(last.action))),
        ("reason", last.reason.as_ref().map(|reason| json!(reason))),
    ])
}

fn served(served: &Served) -> Value {
    let (exit, rule, name) = match &served.exit {
        Exit::Off => ("off", None, None),
        Exit::Target => ("target", None, None),
        Exit::Rule(number, name) => ("rule", Some(*number), name.as_ref()),
        Exit::Default => ("default", None, None),
    };
    object([
        ("exit", Some(json!(exit))),
        ("rule", rule.map(|number| json!(number))),
        ("name", name.map(|name| json!(name))),
        ("whom", Some(json!(served.whom))),
        ("what", Some(served.what.iter().map(portion).collect())),
    ])
}

fn portion(portion: &Portion) -> Value {
    object([
        ("variant", Some(json!(portion.variant))),
        (
            "share",
            portion.ring.is_none().then(|| percent::json(portion.share)),
        ),
        ("ring", portion.ring.as_ref().map(|ring| json!(ring))),
        ("note", portion.note.as_ref().map(|note| json!(note))),
    ])
}

fn course(course: &Course) -> Value {
    let missing: Vec<Value> = course
        .missing
        .iter()
        .map(|missing| json!({ "code": missing.code, "message": missing.message }))
        .collect();
    object([
        ("rollout", Some(json!(course.plan))),
        ("from", Some(json!(course.from))),
        ("to", Some(json!(course.to))),
        ("status", Some(json!(course.status.word()))),
        ("stage", course.stage.as_ref().map(stage)),
        ("stages", Some(json!(course.stages))),
        ("share", Some(percent::json(course.share))),
        ("ceiling", course.ceiling.map(percent::json)),
        ("reason", course.reason.as_ref().map(|reason| json!(reason))),
        (
            "approvals",
            (!course.approvals.is_empty()).then(|| json!(course.approvals)),
        ),
        ("gate", Some(json!(course.gate.word()))),
        ("missing", Some(json!(missing))),
        ("lastVerdict", course.verdict.as_ref().map(verdict)),
    ])
}

fn stage(stage: &Stage) -> Value {
    object([
        ("name", Some(json!(stage.name))),
        ("number", Some(json!(stage.number))),
        ("enteredAt", stage.entered_at_ms.map(moment)),
        ("rampEnds", stage.ramp_ends_ms.map(moment)),
        ("endsWith", Some(percent::json(stage.final_share))),
    ])
}

fn verdict(look: &LastLook) -> Value {
    json!({
        "time": moment(look.time_ms),
        "stage": look.stage,
        "decision": look.verdict.name(),
        "message": look.message,
        "onTrial": look.dry_run,
    })
}

fn there(there: &There) -> Value {
    json!({
        "audience": there.audience.to_string(),
        "killed": there.killed,
        "compared": there.compared.word(),
    })
}
