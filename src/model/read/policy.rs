pub(super) mod answer;
mod asked;
pub(super) mod metric;
mod setting;
pub(super) mod source;
mod variable;

use self::asked::Asked;
use self::metric::{action, metric};
use self::source::{Defaults, SOURCE_KEYS, source};
use super::fields::{Fields, entries, every};
use super::percent::percent;
use super::problems::Problems;
use super::scalar::{boolean, count, number, text, word};
use super::time::duration;
use crate::model::diagnostic::Spanned;
use crate::model::document::{Entry, Kind, Node};
use crate::model::policy::{
    Action, Checks, ErrorLimit, Method, MultipleExposuresCheck, NoTrafficCheck, Policy, SampleRatioCheck,
    Spending,
};
use crate::model::source::Quantity;

pub(super) const POLICY_KEYS: &[&str] = &[
    "description",
    "confidence",
    "method",
    "source",
    "exposures",
    "metrics",
    "checks",
    "errors",
    "dryRun",
];
pub(super) const METHOD_KEYS: &[&str] = &["sequential", "groupSequential"];
pub(super) const SEQUENTIAL_KEYS: &[&str] = &["tunedAt"];
pub(super) const GROUP_KEYS: &[&str] = &["looks", "sample", "spending"];
pub(super) const CHECKS_KEYS: &[&str] = &["sampleRatio", "noTraffic", "multipleExposures"];
pub(super) const SAMPLE_RATIO_KEYS: &[&str] = &["action", "below"];
pub(super) const NO_TRAFFIC_KEYS: &[&str] = &["action", "within"];
pub(super) const MULTIPLE_EXPOSURES_KEYS: &[&str] = &["action", "above"];
pub(super) const ERRORS_KEYS: &[&str] = &["atMost", "action"];

/// More metrics would leave each of them next to nothing of the risk that they share.
const MOST_METRICS: usize = 50;
const MOST_LOOKS: i64 = 200;
const LARGEST_SAMPLE: i64 = 1_000_000_000;
const MOST_ERRORS: i64 = 1_000;
const LEAST_CONFIDENCE: u32 = 60_000;
const MOST_CONFIDENCE: u32 = 99_999;

const DEFAULT_CONFIDENCE: u32 = 95_000;
const DEFAULT_TUNED_AT: u64 = 10_000;
const DEFAULT_CHECKS: Checks = Checks {
    sample_ratio: SampleRatioCheck {
        action: Action::Hold,
        below: 0.001,
    },
    no_traffic: NoTrafficCheck {
        action: Action::Hold,
        within_ms: 3_600_000,
    },
    multiple_exposures: MultipleExposuresCheck {
        action: Action::Hold,
        above: 1_000,
    },
};
const DEFAULT_ERRORS: ErrorLimit = ErrorLimit {
    at_most: 3,
    action: Action::Hold,
};

const SPENDINGS: &[(&str, Spending)] = &[
    ("obrien-fleming", Spending::ObrienFleming),
    ("pocock", Spending::Pocock),
];
const SEQUENTIAL: &[(&str, Method)] = &[(
    "sequential",
    Method::Sequential {
        tuned_at: DEFAULT_TUNED_AT,
    },
)];

/// Everything that a policy's file says; the name is the file's.
pub(super) fn policy(name: Spanned<String>, node: &Node, problems: &mut Problems) -> Option<Policy> {
    let fields = Fields::read(node, "a policy", POLICY_KEYS, problems)?;
    let description = fields.optional("description", problems, text);
    let confidence = fields.optional("confidence", problems, confidence);
    let method = fields.optional("method", problems, method);
    // What is wrong with the defaults is told once, and not at every metric.
    let defaults = fields
        .optional("source", problems, Defaults::read)?
        .unwrap_or_default();
    let exposures = fields.optional("exposures", problems, |node, problems| {
        source(node, &exposures_asked(), &defaults, problems)
    });
    let metrics = fields.required("metrics", problems, |node, problems| {
        metrics(node, &defaults, problems)
    });
    let checks = fields.optional("checks", problems, checks);
    let errors = fields.optional("errors", problems, errors);
    let dry_run = fields.optional("dryRun", problems, boolean);
    Some(Policy {
        name,
        description: description?.map(|text| text.value),
        confidence: confidence?.unwrap_or(DEFAULT_CONFIDENCE),
        method: method?.unwrap_or(Method::Sequential {
            tuned_at: DEFAULT_TUNED_AT,
        }),
        exposures: exposures?.or_else(|| defaults.exposures()),
        metrics: metrics?,
        checks: checks?.unwrap_or(DEFAULT_CHECKS),
        errors: errors?.unwrap_or(DEFAULT_ERRORS),
        dry_run: dry_run?.unwrap_or(false),
    })
}

fn exposures_asked() -> Asked<'static> {
    Asked {
        what: "the source of exposures",
        metric: None,
        quantities: &[Quantity::Total],
        optional: &[Quantity::Both],
        needs_until: false,
        keys: SOURCE_KEYS,
    }
}

fn confidence(node: &Node, problems: &mut Problems) -> Option<u32> {
    let confidence = percent(node, problems)?;
    if !(LEAST_CONFIDENCE..=MOST_CONFIDENCE).contains(&confidence) {
        let message = "the confidence is a percentage from 60 to 99.999";
        problems.error("out-of-range", &node.place, message);
        return None;
    }
    Some(confidence)
}

fn method(node: &Node, problems: &mut Problems) -> Option<Method> {
    if let Kind::Text(_) = &node.kind {
        return word(node, "a method without more to it", SEQUENTIAL, problems);
    }
    let fields = Fields::read(node, "a method", METHOD_KEYS, problems)?;
    let Entry { key, value } = fields.exactly_one(METHOD_KEYS, problems)?;
    let what = "a number of units in an arm";
    if key.value == "sequential" {
        let fields = Fields::read(value, "a sequential method", SEQUENTIAL_KEYS, problems)?;
        let tuned_at = fields.optional("tunedAt", problems, |node, problems| {
            count(node, what, 1..=LARGEST_SAMPLE, problems)
        })?;
        let tuned_at = tuned_at.unwrap_or(DEFAULT_TUNED_AT);
        return Some(Method::Sequential { tuned_at });
    }
    let fields = Fields::read(value, "a group-sequential method", GROUP_KEYS, problems)?;
    let looks = fields.required("looks", problems, |node, problems| {
        count(node, "a number of looks", 1..=MOST_LOOKS, problems)
    });
    let sample = fields.required("sample", problems, |node, problems| {
        count(node, what, 1..=LARGEST_SAMPLE, problems)
    });
    let spending = fields.optional("spending", problems, |node, problems| {
        word(node, "a way of spending", SPENDINGS, problems)
    });
    Some(Method::GroupSequential {
        looks: u32::try_from(looks?).ok()?,
        sample: sample?,
        spending: spending?.unwrap_or(Spending::ObrienFleming),
    })
}

fn metrics(
    node: &Node,
    defaults: &Defaults,
    problems: &mut Problems,
) -> Option<Vec<crate::model::policy::Metric>> {
    let entries = entries(node, "the metrics of a policy", problems)?;
    if entries.len() > MOST_METRICS {
        let message = format!("{} metrics are more than {MOST_METRICS}", entries.len());
        problems.error("too-many", &node.place, message);
        return None;
    }
    every(entries, |Entry { key, value }| {
        metric(key, value, defaults, problems)
    })
}

fn checks(node: &Node, problems: &mut Problems) -> Option<Checks> {
    let fields = Fields::read(node, "the checks of a policy", CHECKS_KEYS, problems)?;
    let sample_ratio = fields.optional("sampleRatio", problems, sample_ratio);
    let no_traffic = fields.optional("noTraffic", problems, no_traffic);
    let multiple_exposures = fields.optional("multipleExposures", problems, multiple_exposures);
    Some(Checks {
        sample_ratio: sample_ratio?.unwrap_or(DEFAULT_CHECKS.sample_ratio),
        no_traffic: no_traffic?.unwrap_or(DEFAULT_CHECKS.no_traffic),
        multiple_exposures: multiple_exposures?.unwrap_or(DEFAULT_CHECKS.multiple_exposures),
    })
}

fn sample_ratio(node: &Node, problems: &mut Problems) -> Option<SampleRatioCheck> {
    let fields = Fields::read(node, "the check of the sample ratio", SAMPLE_RATIO_KEYS, problems)?;
    let action = fields.optional("action", problems, action);
    let below = fields.optional("below", problems, |node, problems| {
        let below = number(node, problems)?;
        if !(below > 0.0 && below <= 0.1) {
            let message = "the probability is a number above 0 and up to 0.1";
            problems.error("out-of-range", &node.place, message);
            return None;
        }
        Some(below)
    });
    let default = DEFAULT_CHECKS.sample_ratio;
    Some(SampleRatioCheck {
        action: action?.unwrap_or(default.action),
        below: below?.unwrap_or(default.below),
    })
}

fn no_traffic(node: &Node, problems: &mut Problems) -> Option<NoTrafficCheck> {
    let fields = Fields::read(node, "the check for traffic", NO_TRAFFIC_KEYS, problems)?;
    let action = fields.optional("action", problems, action);
    let within = fields.optional("within", problems, duration);
    let default = DEFAULT_CHECKS.no_traffic;
    Some(NoTrafficCheck {
        action: action?.unwrap_or(default.action),
        within_ms: within?.unwrap_or(default.within_ms),
    })
}

fn multiple_exposures(node: &Node, problems: &mut Problems) -> Option<MultipleExposuresCheck> {
    let what = "the check for multiple exposures";
    let fields = Fields::read(node, what, MULTIPLE_EXPOSURES_KEYS, problems)?;
    let action = fields.optional("action", problems, action);
    let above = fields.optional("above", problems, percent);
    let default = DEFAULT_CHECKS.multiple_exposures;
    Some(MultipleExposuresCheck {
        action: action?.unwrap_or(default.action),
        above: above?.unwrap_or(default.above),
    })
}

fn errors(node: &Node, problems: &mut Problems) -> Option<ErrorLimit> {
    let fields = Fields::read(node, "the limit of errors", ERRORS_KEYS, problems)?;
    let at_most = fields.optional("atMost", problems, |node, problems| {
        count(node, "a number of failures", 0..=MOST_ERRORS, problems)
    });
    let action = fields.optional("action", problems, action);
    Some(ErrorLimit {
        at_most: match at_most? {
            Some(count) => u32::try_from(count).ok()?,
            None => DEFAULT_ERRORS.at_most,
        },
        action: action?.unwrap_or(DEFAULT_ERRORS.action),
    })
}
