use crate::delivery::plan::Refusal;
use crate::model::{Diagnostic, MetricType, Outcome, alternatives};
use std::fmt;

/// Why a plan cannot be simulated.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub enum SimulationError {
    /// The project has no flag of this key.
    UnknownFlag {
        /// The key.
        flag: String,
        /// Those that it has.
        known: Vec<String>,
    },
    /// The project does not compile with the plan at one of its stages.
    Refused(Vec<Diagnostic>),
    /// What was compiled cannot be evaluated.
    Unreadable(crate::Error),
    /// A policy watches a metric of which the population does not say what happens.
    MetricMissing {
        /// The metric.
        metric: String,
        /// The policy.
        policy: String,
    },
    /// A policy and the population take a metric for different things.
    MetricDiffers {
        /// The metric.
        metric: String,
        /// What the policy takes it for.
        watched: MetricType,
        /// What the population says of it.
        described: Outcome,
    },
    /// Harm is done to a metric that the population does not have.
    HarmUnknown {
        /// The metric.
        metric: String,
        /// Those that it has.
        known: Vec<String>,
    },
    /// Harm raises a rate above 100 percent, or makes less of something than nothing.
    HarmImpossible {
        /// The metric.
        metric: String,
        /// The harm, as a share.
        change: f64,
    },
    /// There are no people.
    NobodyComes,
    /// The flag has no such plan, or the plan cannot begin.
    Plan(Refusal),
}

impl SimulationError {
    /// A stable code in kebab-case.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::UnknownFlag { .. } => "unknown-flag",
            Self::Refused(_) => "refused",
            Self::Unreadable(_) => "unreadable",
            Self::MetricMissing { .. } => "metric-missing",
            Self::MetricDiffers { .. } => "metric-differs",
            Self::HarmUnknown { .. } => "harm-unknown",
            Self::HarmImpossible { .. } => "harm-impossible",
            Self::NobodyComes => "nobody-comes",
            Self::Plan(refusal) => refusal.code(),
        }
    }
}

impl fmt::Display for SimulationError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::UnknownFlag { flag, known } => {
                write!(formatter, "flag `{flag}` does not exist{}", expected(known))
            }
            Self::Refused(problems) => {
                let first = problems.first().map_or("", |problem| problem.message.as_str());
                write!(formatter, "the project does not compile: {first}")
            }
            Self::Unreadable(error) => write!(formatter, "what was compiled cannot be evaluated: {error}"),
            Self::MetricMissing { metric, policy } => write!(
                formatter,
                "the policy `{policy}` watches `{metric}`, and the population does not say what happens there"
            ),
            Self::MetricDiffers {
                metric,
                watched,
                described,
            } => write!(
                formatter,
                "the policy watches `{metric}` as a {}, and the population describes a {}",
                word(*watched),
                word(kind(*described))
            ),
            Self::HarmUnknown { metric, known } => {
                write!(
                    formatter,
                    "the population has no metric `{metric}`{}",
                    expected(known)
                )
            }
            Self::HarmImpossible { metric, change } => write!(
                formatter,
                "a change of {}% makes `{metric}` more than everybody or less than nobody",
                change * 100.0
            ),
            Self::NobodyComes => formatter.write_str("there are no people to simulate"),
            Self::Plan(refusal) => refusal.fmt(formatter),
        }
    }
}

impl std::error::Error for SimulationError {}

/// The type of metric that an outcome is of.
pub(super) const fn kind(outcome: Outcome) -> MetricType {
    match outcome {
        Outcome::Rate(_) => MetricType::Proportion,
        Outcome::Mean { .. } => MetricType::Mean,
        Outcome::Ratio { .. } => MetricType::Ratio,
    }
}

const fn word(kind: MetricType) -> &'static str {
    match kind {
        MetricType::Proportion => "proportion",
        MetricType::Mean => "mean",
        MetricType::Ratio => "ratio",
    }
}

fn expected(known: &[String]) -> String {
    let known: Vec<&str> = known.iter().map(String::as_str).take(8).collect();
    match known.is_empty() {
        true => ", there is none".to_owned(),
        false => format!(", expected {}", alternatives(&known)),
    }
}
