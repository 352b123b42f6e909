use super::Question;
use super::text::{agreeing, faults, outcome, review};
use crate::clock;
use crate::govern::behind;
use crate::output::percent;
use serde_json::{Value, json};
use std::path::Path;
use tidegate::delivery::govern::{Frozen, Held, Subject, Unreviewed, Verdict};

/// The verdict for machines.
pub(super) fn json(verdict: &Verdict, question: &Question) -> Value {
    let project = &question.project;
    let votes = verdict.votes.iter();
    let ignored = verdict.ignored.iter();
    let waiting = |entry| unreviewed(entry, project);
    json!({
        "format": "tidegate-gate",
        "met": verdict.is_met(),
        "change": verdict.change.map(|change| change.to_string()),
        "policy": verdict.has_policy,
        "first": verdict.is_first,
        "behind": behind::json(verdict.behind.as_ref()),
        "subjects": verdict.subjects.iter().map(subject).collect::<Vec<_>>(),
        "rules": verdict.rules.iter().map(held).collect::<Vec<_>>(),
        "freezes": verdict.freezes.iter().map(freeze).collect::<Vec<_>>(),
        "overdue": verdict.overdue.iter().map(waiting).collect::<Vec<_>>(),
        "pending": verdict.pending.iter().map(waiting).collect::<Vec<_>>(),
        "auditLog": match verdict.faults { 0 => Value::Null, count => json!(faults(count, project)) },
        "root": verdict.root.iter()
            .map(|finding| json!({ "code": finding.code(), "message": finding.to_string() }))
            .collect::<Vec<_>>(),
        "authors": verdict.writers.known,
        "strangers": verdict.writers.strangers,
        "agree": agreeing(verdict, question),
        "approvals": votes.map(|vote| json!({ "by": vote.by, "source": vote.source })).collect::<Vec<_>>(),
        "ignored": ignored
            .map(|ignored| json!({
                "by": ignored.by, "source": ignored.source, "code": ignored.why.code(), "message": ignored.why.to_string(),
            }))
            .collect::<Vec<_>>(),
    })
}

fn subject(subject: &Subject) -> Value {
    json!({
        "environment": subject.environment,
        "flag": subject.flag,
        "file": subject.file,
        "kinds": subject.kinds.iter().map(|kind| kind.word()).collect::<Vec<_>>(),
        "step": percent::json(subject.step),
        "risk": subject.risks.iter().map(|risk| risk.word()).collect::<Vec<_>>(),
    })
}

fn held(rule: &Held) -> Value {
    json!({
        "rule": rule.rule,
        "outcome": outcome(rule),
        "emergency": rule.is_emergency,
        "subjects": rule.subjects,
        "missing": rule.missing.iter()
            .map(|missing| json!({ "code": missing.code(), "message": missing.to_string() }))
            .collect::<Vec<_>>(),
    })
}

fn freeze(freeze: &Frozen) -> Value {
    json!({
        "freeze": freeze.name,
        "until": freeze.until_ms.map(clock::written),
        "subjects": freeze.subjects.iter().map(subject).collect::<Vec<_>>(),
    })
}

fn unreviewed(entry: &Unreviewed, project: &Path) -> Value {
    json!({
        "entry": entry.sequence,
        "action": entry.action,
        "flag": entry.flag,
        "environment": entry.environment,
        "by": entry.by,
        "until": clock::written(entry.until_ms),
        "review": review(entry, project),
    })
}
