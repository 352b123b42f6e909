use super::data;
use super::decision::{Code, Reason, Standing, Verdict};
use super::history::stratum;
use super::judged::Judged;
use super::measurement::{Measurement, Reading};
use crate::delivery::stats::{
    self, Alpha, Comparison, Direction, Estimate, Group, Sequence, StatisticsError, Stratum, harm,
};
use crate::delivery::words::short;
use crate::model::{Action, Catastrophic, Harm, Margin, Method, MetricType, Policy, Role, Spending};

impl Judged<'_> {
    pub(super) fn judge(&self, reasons: &mut Vec<Reason>) -> Option<Standing> {
        let measurement = self.case.measurements.metric(&self.metric.name.value);
        let usable = match measurement {
            Measurement::Read(reading) => data::check(self, reading, reasons).then_some(reading),
            Measurement::Missing => {
                data::missing(self, "there is no data", reasons);
                None
            }
            Measurement::Failed(why) => {
                self.failed(why, reasons);
                None
            }
        };
        if let (Some(catastrophic), Some(reading)) = (&self.metric.catastrophic, usable) {
            reasons.extend(self.catastrophe(catastrophic, reading));
        }
        match self.comparison(usable) {
            Ok(standing) => {
                reasons.extend(standing.as_ref().and_then(|standing| self.breach(standing)));
                standing
            }
            Err(error) => {
                reasons.push(self.reason(Code::DataInvalid, Verdict::Hold, error.to_string()));
                None
            }
        }
    }

    fn failed(&self, why: &str, reasons: &mut Vec<Reason>) {
        let name = &self.metric.name.value;
        let failures = self
            .history
            .failures(|look| matches!(look.measurements.metric(name), Measurement::Failed(_)));
        reasons.push(Reason {
            metric: Some(name.clone()),
            ..failure(self.policy, failures, why)
        });
    }

    /// The plain estimate of the treatment, where there are enough events behind it.
    fn catastrophe(&self, catastrophic: &Catastrophic, reading: &Reading) -> Option<Reason> {
        let counts = reading.treatment?;
        let sums = counts.sums().ok()?;
        let estimate = Estimate::of(&sums)?.value;
        let events = match (self.metric.kind, self.metric.harm) {
            (MetricType::Proportion, Harm::Increase) => sums.events(),
            _ => sums.units(),
        };
        let beyond = match self.metric.harm {
            Harm::Increase => estimate >= catastrophic.value,
            Harm::Decrease => estimate <= catastrophic.value,
        };
        if !beyond || events < catastrophic.min_events as f64 {
            return None;
        }
        let message = format!(
            "{} in the treatment, where {} is not borne, with {} events",
            short(estimate),
            short(catastrophic.value),
            short(events)
        );
        Some(Reason {
            numbers: vec![
                ("treatment", estimate),
                ("value", catastrophic.value),
                ("events", events),
            ],
            ..self.reason(Code::Catastrophic, Verdict::RollBack, message)
        })
    }

    /// How much worse than allowed it is at least, over this stage and those before it.
    fn comparison(&self, usable: Option<&Reading>) -> Result<Option<Standing>, StatisticsError> {
        let name = &self.metric.name.value;
        let mut strata: Vec<Stratum> = self.history.strata(name);
        strata.extend(usable.and_then(stratum));
        let Some(comparison) = harm(&strata, direction(self.metric.harm), margin(self.metric.margin)?) else {
            return Ok(None);
        };
        Ok(Some(Standing {
            metric: name.clone(),
            treatment: comparison.treatment,
            control: comparison.control,
            excess: comparison.excess,
            lower_bound: self.lower_bound(&comparison)?,
            units: comparison.units,
        }))
    }

    fn lower_bound(&self, comparison: &Comparison) -> Result<f64, StatisticsError> {
        let alpha = Alpha::new(self.policy.alpha())?.split(self.policy.metrics.len())?;
        match self.policy.method {
            Method::Sequential { tuned_at } => {
                Ok(Sequence::new(alpha, both_arms(tuned_at))?.lower_bound(comparison))
            }
            Method::GroupSequential {
                looks,
                sample,
                spending,
            } => {
                let spending = match spending {
                    Spending::ObrienFleming => stats::Spending::ObrienFleming,
                    Spending::Pocock => stats::Spending::Pocock,
                };
                let mut before = self.history.units(&self.metric.name.value);
                // A look without new units is the same look again.
                before.retain(|units| *units < comparison.units);
                Group::new(alpha, spending, looks, both_arms(sample))?.lower_bound(comparison, &before)
            }
        }
    }

    fn breach(&self, standing: &Standing) -> Option<Reason> {
        if standing.lower_bound <= 0.0 {
            return None;
        }
        let (code, verdict) = match (self.metric.role, self.metric.on_breach) {
            (Role::Signal, _) => (Code::SignalBreach, Verdict::Hold),
            (Role::Guardrail, Action::Hold) => (Code::GuardrailBreach, Verdict::Hold),
            (Role::Guardrail, Action::RollBack) => (Code::GuardrailBreach, Verdict::RollBack),
        };
        let message = format!(
            "{} in the treatment and {} in control: worse than the margin allows by {} at least",
            short(standing.treatment),
            short(standing.control),
            short(standing.lower_bound)
        );
        Some(Reason {
            numbers: vec![
                ("treatment", standing.treatment),
                ("control", standing.control),
                ("excess", standing.excess),
                ("lowerBound", standing.lower_bound),
                ("units", standing.units),
            ],
            ..self.reason(code, verdict, message)
        })
    }
}

/// The reason that a source failed, after so many failures in a row before.
pub(super) fn failure(policy: &Policy, failures: usize, why: &str) -> Reason {
    let in_a_row = failures.saturating_add(1);
    let borne = in_a_row <= policy.errors.at_most as usize;
    let message = match in_a_row {
        1 => format!("the source failed: {why}"),
        _ => format!("the source failed {in_a_row} times in a row: {why}"),
    };
    Reason {
        code: Code::SourceFailed,
        verdict: if borne {
            Verdict::Hold
        } else {
            Verdict::of(policy.errors.action)
        },
        metric: None,
        message,
        numbers: vec![("failures", in_a_row as f64)],
    }
}

fn both_arms(units: u64) -> f64 {
    2.0 * units as f64
}

fn direction(harm: Harm) -> Direction {
    match harm {
        Harm::Increase => Direction::Increase,
        Harm::Decrease => Direction::Decrease,
    }
}

fn margin(margin: Margin) -> Result<stats::Margin, StatisticsError> {
    match margin {
        Margin::Relative(share) => stats::Margin::relative(share),
        Margin::Absolute(value) => stats::Margin::absolute(value),
    }
}
