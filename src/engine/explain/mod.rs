//! How an answer came about, for people: the one evaluator, run with an observer that writes down each step.

mod condition;
mod observe;
mod outline;
mod plan;
mod reading;
mod value;

use super::answer::Answer;
use super::authored::{Authored, moment};
use super::names::Names;
use super::ruleset::Ruleset;
use super::slots::Slots;
use observe::Explainer;
use serde::{Serialize, Serializer};
use value::plain;

/// An answer and how it came about.
#[derive(Debug, Clone)]
pub struct Explanation<'c> {
    /// The answer: the same as without an explanation.
    pub answer: Answer<'c>,
    /// The flag, and below it every exit in order with what was asked and found.
    pub trace: Trace,
}

/// A step of an evaluation, and the steps that it was made of.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Trace {
    /// What was asked, and what was found; one line for people, not for machines.
    pub text: String,
    /// What came of it.
    pub outcome: Outcome,
    /// The steps within, in the order of the evaluation; those that it did not reach too.
    pub children: Vec<Trace>,
}

/// What came of a step.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Outcome {
    /// It is so.
    Holds,
    /// It is not so.
    Fails,
    /// Something before it had decided already.
    NotReached,
    /// Nothing was asked: a fact.
    Info,
}

impl Trace {
    fn new(text: impl Into<String>, outcome: Outcome, children: Vec<Self>) -> Self {
        Self {
            text: text.into(),
            outcome,
            children,
        }
    }

    /// A step that was not reached yet.
    fn ahead(text: impl Into<String>) -> Self {
        Self::new(text, Outcome::NotReached, Vec::new())
    }

    fn info(text: impl Into<String>) -> Self {
        Self::new(text, Outcome::Info, Vec::new())
    }
}

/// Flag, variant, value, reason, error code and the parts of the answer that there are, in camelCase.
impl Serialize for Answer<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        #[derive(Serialize)]
        #[serde(rename_all = "camelCase")]
        struct Fields<'a> {
            flag: &'a str,
            #[serde(skip_serializing_if = "Option::is_none")]
            variant: Option<&'a str>,
            #[serde(skip_serializing_if = "Option::is_none")]
            value: Option<serde_json::Value>,
            reason: &'a str,
            exit: &'a str,
            #[serde(skip_serializing_if = "Option::is_none")]
            error_code: Option<&'a str>,
            #[serde(skip_serializing_if = "Option::is_none")]
            rule: Option<&'a str>,
            #[serde(skip_serializing_if = "Option::is_none")]
            rule_index: Option<u16>,
            arm: &'a str,
            #[serde(skip_serializing_if = "Option::is_none")]
            stage: Option<&'a str>,
            #[serde(skip_serializing_if = "Option::is_none")]
            bucket: Option<u32>,
            #[serde(skip_serializing_if = "Option::is_none")]
            unit_attribute: Option<String>,
            depends_on_time: bool,
            /// Epoch milliseconds.
            #[serde(skip_serializing_if = "Option::is_none")]
            next_change_at: Option<i64>,
        }
        Fields {
            flag: self.flag(),
            variant: self.variant(),
            value: self.value(),
            reason: self.reason(),
            exit: self.exit().name(),
            error_code: self.error_code(),
            rule: self.rule(),
            rule_index: self.rule_index(),
            arm: self.arm().name(),
            stage: self.stage(),
            bucket: self.bucket(),
            unit_attribute: self.unit_attribute(),
            depends_on_time: self.depends_on_time(),
            next_change_at: self.next_change_ms(),
        }
        .serialize(serializer)
    }
}

/// Decides a flag and writes down how.
pub(super) fn explain<'c>(
    ruleset: &'c Ruleset,
    names: &'c Names,
    slots: Slots<'_>,
    flag: u32,
    now_ms: i64,
) -> Explanation<'c> {
    let authored = Authored::read(ruleset.snapshot());
    let explainer = Explainer::new(&authored, slots, now_ms);
    let mut evaluator = ruleset.evaluator(slots, now_ms, explainer);
    let answer = Answer::new(ruleset, names, flag, *evaluator.evaluate(flag));
    let mut trace = evaluator.into_observer().into_trace();
    trace.text = headline(&answer);
    trace
        .children
        .extend(times(ruleset, &answer, now_ms).into_iter().map(Trace::info));
    Explanation { answer, trace }
}

fn headline(answer: &Answer<'_>) -> String {
    let flag = answer.flag();
    let Some(variant) = answer.variant() else {
        return format!("{flag} cannot be read by this engine: callers get their default (PARSE_ERROR)");
    };
    let mut details = vec![answer.error_code().unwrap_or(answer.reason()).to_owned()];
    if let Some(index) = answer.rule_index() {
        details.push(match answer.rule() {
            Some(name) => format!("rule {index} `{name}`"),
            None => format!("rule {index}"),
        });
    }
    details.extend(answer.stage().map(|stage| format!("stage `{stage}`")));
    if answer.arm() != super::Arm::None {
        details.push(answer.arm().name().into());
    }
    format!("{flag} serves `{variant}` ({})", details.join(", "))
}

/// What is to be said about time, when it matters.
fn times(ruleset: &Ruleset, answer: &Answer<'_>, now_ms: i64) -> Vec<String> {
    let mut lines = Vec::new();
    if !answer.depends_on_time() {
        return lines;
    }
    let expires = ruleset.expires_ms();
    if now_ms >= expires {
        lines.push(format!(
            "the snapshot expired at {}: what opens by time stands still there",
            plain(&moment(expires))
        ));
    }
    lines.push(match answer.next_change_ms() {
        Some(next) => format!("time may change the answer next at {}", plain(&moment(next))),
        None => "time alone does not change the answer from here on".into(),
    });
    lines
}
