//! What a run decided and did, for people and for machines.

use crate::clock;
use crate::distribute::publish::published::Published;
use crate::failure::{Failure, Outcome};
use crate::output::decision;
use crate::release::steer::{Done, Helm, Order};
use serde_json::{Map, Value, json};
use tidegate::delivery::judge::{Decision, Verdict};

/// What became of one plan.
#[derive(Debug)]
pub(super) struct Told {
    pub(super) flag: String,
    plan: String,
    pub(super) stage: String,
    pub(super) verdict: Verdict,
    /// Nothing where what was decided before was brought to its end.
    pub(super) decision: Option<Decision>,
    /// A person or a roll-back turned the flag off, and a person turns it on again.
    pub(super) is_killed: bool,
    text: String,
    did: Option<Value>,
    pub(super) failure: Option<Failure>,
}

impl Told {
    pub(super) fn new(flag: &str, plan: &str) -> Self {
        Self {
            flag: flag.to_owned(),
            plan: plan.to_owned(),
            stage: String::new(),
            verdict: Verdict::Hold,
            decision: None,
            is_killed: false,
            text: String::new(),
            did: None,
            failure: None,
        }
    }

    /// Notes what came of an order, and hands on what was published.
    pub(super) fn done(&mut self, order: &Order<'_>, helm: &Helm<'_>, done: Done) -> Vec<Published> {
        self.text = done.text(order, helm);
        self.did = Some(done.json());
        self.failure = done.failure;
        match helm.dry_run {
            true => Vec::new(),
            false => done.published,
        }
    }

    fn lines(&self, helm: &Helm<'_>) -> String {
        let trial = self.decision.as_ref().is_some_and(|decision| decision.dry_run);
        let verdict = match (self.verdict, trial) {
            (verdict, true) => format!("{}, on trial: nothing is done", verdict.name()),
            (verdict, false) => verdict.name().to_owned(),
        };
        let at = match self.stage.as_str() {
            "" => String::new(),
            stage => format!(" at `{stage}`"),
        };
        let mut text = format!(
            "{}: the rollout `{}`{at} in {}: {verdict}\n",
            self.flag, self.plan, helm.environment
        );
        if self.is_killed {
            text.push_str("  killed: a person promotes or resumes it\n");
        }
        for reason in self.decision.iter().flat_map(|decision| &decision.reasons) {
            text.push_str(&format!("  {}: {reason}\n", reason.code.name()));
        }
        text.push_str(&self.text);
        text
    }

    fn json(&self) -> Value {
        let mut fields = Map::new();
        let mut add = |name: &str, value: Value| fields.insert(name.to_owned(), value);
        add("flag", json!(self.flag));
        add("plan", json!(self.plan));
        if !self.stage.is_empty() {
            add("stage", json!(self.stage));
        }
        add("decision", json!(self.verdict.name()));
        if let Some(decision) = &self.decision {
            add("onTrial", json!(decision.dry_run));
            add("reasons", decision::reasons(decision));
            add("comparisons", decision::comparisons(decision));
        }
        if self.is_killed {
            add("killed", json!(true));
        }
        if let Some(did) = &self.did {
            add("did", did.clone());
        }
        if let Some(failure) = &self.failure {
            add("failure", failure.json());
        }
        Value::Object(fields)
    }
}

/// Tells of all plans; a run in which one of them failed has failed.
pub(super) fn tell(helm: &Helm<'_>, all: Vec<Told>) -> Outcome {
    let mut text: String = all.iter().map(|told| told.lines(helm)).collect();
    if all.is_empty() {
        text = format!("no rollout is under way in {}\n", helm.environment);
    }
    let plans: Vec<Value> = all.iter().map(Told::json).collect();
    let json = json!({
        "format": "tidegate-advance",
        "time": clock::written(helm.now_ms),
        "environment": helm.environment,
        "dryRun": helm.dry_run,
        "plans": plans,
    });
    helm.reporter.result(&text, &json)?;
    let mut outcome = Ok(());
    for failure in all.into_iter().filter_map(|told| told.failure) {
        helm.reporter.failure(&failure);
        outcome = Err(Failure::Told);
    }
    outcome
}
