use super::decision::{Decision, Verdict, say};
use super::measurement::Measurements;
use std::fmt;

/// One time that a plan was looked at: a line of `looks/<environment>/<flag>.ndjson`.
#[derive(Debug, Clone, PartialEq)]
pub struct Look {
    /// When, in epoch milliseconds.
    pub time_ms: i64,
    /// The plan's id.
    pub plan: String,
    /// The stage that it was at.
    pub stage: String,
    /// When that was entered, in epoch milliseconds.
    pub entered_at_ms: i64,
    /// What was measured.
    pub measurements: Measurements,
    /// What was decided.
    pub verdict: Verdict,
    /// Why, the reason that decided first.
    pub reasons: Vec<Told>,
    /// It was only told.
    pub dry_run: bool,
}

/// A reason as it was told.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Told {
    /// Its stable code.
    pub code: String,
    /// The metric that it is about.
    pub metric: Option<String>,
    /// For people.
    pub message: String,
}

impl Look {
    /// A look at a stage of a plan, `(plan, stage)`, and what came of it.
    pub fn of(
        (plan, stage): (&str, &str),
        entered_at_ms: i64,
        measurements: Measurements,
        decision: &Decision,
        now_ms: i64,
    ) -> Self {
        let reasons = decision.reasons.iter().map(|reason| Told {
            code: reason.code.name().to_owned(),
            metric: reason.metric.clone(),
            message: reason.message.clone(),
        });
        Self {
            time_ms: now_ms,
            plan: plan.to_owned(),
            stage: stage.to_owned(),
            entered_at_ms,
            measurements,
            verdict: decision.verdict,
            reasons: reasons.collect(),
            dry_run: decision.dry_run,
        }
    }
}

impl fmt::Display for Told {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        say(self.metric.as_deref(), &self.message, out)
    }
}
