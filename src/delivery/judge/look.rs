use super::decision::Verdict;
use super::measurement::Measurements;

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
    /// Why, as code, metric and message.
    pub reasons: Vec<(String, Option<String>, String)>,
    /// It was only told.
    pub dry_run: bool,
}
