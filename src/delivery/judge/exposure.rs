//! Whether those who were exposed are those who were meant to be.

use super::case::Case;
use super::decision::{Code, Reason, Verdict};
use super::history::History;
use super::measurement::{Exposed, Measurement, Measurements};
use super::metric::failure;
use crate::delivery::stats::sample_ratio;
use crate::delivery::words::{length, short};
use crate::model::{Checks, Policy};

/// How many units each arm has, as far as anything tells.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Units {
    pub(super) treatment: f64,
    pub(super) control: f64,
}

impl Units {
    fn total(self) -> f64 {
        self.treatment + self.control
    }
}

/// Checks the exposures, and tells how many units there are.
pub(super) fn check(
    case: &Case<'_>,
    policy: &Policy,
    history: &History<'_>,
    reasons: &mut Vec<Reason>,
) -> Option<Units> {
    let Some(measurement) = &case.measurements.exposures else {
        // Nothing tells of exposures alone: the metric with most units comes closest.
        let units = most_units(case.measurements);
        if let Some(units) = units {
            reasons.extend(sample_ratio_mismatch(case, &policy.checks, units));
            reasons.extend(no_traffic(case, &policy.checks, history, units.total()));
        }
        return units;
    };
    let exposed = match measurement {
        Measurement::Read(exposed) => exposed,
        Measurement::Missing => {
            reasons.push(reason(
                Code::DataMissing,
                Verdict::Hold,
                "there is no data of exposures".to_owned(),
            ));
            reasons.extend(no_traffic(case, &policy.checks, history, 0.0));
            return None;
        }
        Measurement::Failed(why) => {
            let failures =
                history.failures(|look| matches!(look.measurements.exposures, Some(Measurement::Failed(_))));
            let why = format!("exposures: {why}");
            reasons.push(failure(policy, failures, &why));
            return None;
        }
    };
    if let Some(message) = impossible(exposed) {
        reasons.push(reason(Code::DataInvalid, Verdict::Hold, message));
        return None;
    }
    let units = Units {
        treatment: exposed.treatment,
        control: exposed.control,
    };
    reasons.extend(sample_ratio_mismatch(case, &policy.checks, units));
    reasons.extend(multiple_exposures(&policy.checks, exposed));
    reasons.extend(no_traffic(case, &policy.checks, history, units.total()));
    Some(units)
}

fn most_units(measurements: &Measurements) -> Option<Units> {
    let readings = measurements.metrics.iter();
    let units = readings.filter_map(|(_, measurement)| {
        let reading = measurement.read()?;
        let units = |counts: &Option<super::Counts>| {
            counts.map_or(Some(0.0), |counts| counts.sums().ok().map(|sums| sums.units()))
        };
        Some(Units {
            treatment: units(&reading.treatment)?,
            control: units(&reading.control)?,
        })
    });
    units.max_by(|one, other| one.total().total_cmp(&other.total()))
}

fn impossible(exposed: &Exposed) -> Option<String> {
    let numbers = [
        ("treatment", exposed.treatment),
        ("control", exposed.control),
        ("both", exposed.both.unwrap_or(0.0)),
    ];
    let wrong = numbers
        .into_iter()
        .find(|(_, number)| !(number.is_finite() && *number >= 0.0));
    if let Some((what, number)) = wrong {
        return Some(format!("exposures: {what} is {number}, expected 0 or more"));
    }
    let both = exposed.both.unwrap_or(0.0);
    let total = exposed.treatment + exposed.control;
    (both > total).then(|| {
        format!(
            "exposures: {} units in both arms are more than the {} in any",
            short(both),
            short(total)
        )
    })
}

fn sample_ratio_mismatch(case: &Case<'_>, checks: &Checks, units: Units) -> Option<Reason> {
    let lanes = case.position.lanes;
    if !(lanes.steady && lanes.treatment > 0.0 && lanes.control > 0.0) {
        return None;
    }
    let observed = [units.treatment, units.control];
    // Nobody at all is no mismatch.
    let p_value = sample_ratio::p_value(&observed, &[lanes.treatment, lanes.control]).ok()?;
    let check = checks.sample_ratio;
    (p_value < check.below).then(|| {
        let message = format!(
            "{} units in the treatment and {} in control, where {} to {} was designed: by chance with a probability of {}",
            short(units.treatment),
            short(units.control),
            short(lanes.treatment),
            short(lanes.control),
            short(p_value)
        );
        Reason {
            numbers: vec![
                ("treatment", units.treatment),
                ("control", units.control),
                ("pValue", p_value),
                ("below", check.below),
            ],
            ..reason(Code::SampleRatioMismatch, Verdict::of(check.action), message)
        }
    })
}

fn multiple_exposures(checks: &Checks, exposed: &Exposed) -> Option<Reason> {
    let both = exposed.both?;
    let percent = 100.0 * both / (exposed.treatment + exposed.control);
    let check = checks.multiple_exposures;
    let above = f64::from(check.above) / 1_000.0;
    (percent > above).then(|| {
        let message = format!(
            "{} percent of units were in both arms, more than {}",
            short(percent),
            short(above)
        );
        Reason {
            numbers: vec![("both", both), ("percent", percent), ("above", above)],
            ..reason(Code::MultipleExposures, Verdict::of(check.action), message)
        }
    })
}

fn no_traffic(case: &Case<'_>, checks: &Checks, history: &History<'_>, total: f64) -> Option<Reason> {
    let check = checks.no_traffic;
    let then_ms = case.now_ms.saturating_sub(check.within_ms);
    let before = match history.by(then_ms, units_in) {
        Some(units) => units,
        // Before it was entered there was nobody.
        None if then_ms >= case.position.entered_at_ms => 0.0,
        None => return None,
    };
    // A metric that fell is told of as that: its counter may have begun anew.
    let stands_still = total == before || total < before && case.measurements.exposures.is_some();
    stands_still.then(|| {
        let message = format!("no new unit came within {}", length(check.within_ms, 2));
        Reason {
            numbers: vec![("units", total), ("withinMs", check.within_ms as f64)],
            ..reason(Code::NoTraffic, Verdict::of(check.action), message)
        }
    })
}

/// The units of a look.
fn units_in(measurements: &Measurements) -> Option<f64> {
    match &measurements.exposures {
        Some(exposures) => exposures
            .read()
            .map(|exposed| exposed.treatment + exposed.control),
        None => most_units(measurements).map(Units::total),
    }
}

fn reason(code: Code, verdict: Verdict, message: String) -> Reason {
    Reason {
        code,
        verdict,
        metric: None,
        message,
        numbers: Vec::new(),
    }
}
