use super::case::Case;
use super::decision::{Code, Reason, Verdict};
use super::history::History;
use crate::model::{Metric, Policy};

/// One metric, judged by all that is known of it.
pub(super) struct Judged<'c> {
    pub(super) case: &'c Case<'c>,
    pub(super) policy: &'c Policy,
    pub(super) metric: &'c Metric,
    pub(super) history: &'c History<'c>,
}

impl Judged<'_> {
    /// A reason that names the metric.
    pub(super) fn reason(&self, code: Code, verdict: Verdict, message: impl Into<String>) -> Reason {
        Reason {
            code,
            verdict,
            metric: Some(self.metric.name.value.clone()),
            message: message.into(),
            numbers: Vec::new(),
        }
    }
}
