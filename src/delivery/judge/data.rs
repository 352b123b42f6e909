//! Whether what a source told can be used: nothing of it is believed before.

use super::decision::{Code, Reason, Verdict};
use super::judged::Judged;
use super::measurement::{Counts, Reading};
use crate::delivery::words::{length, moment, short};
use crate::model::SourceKind;

/// How far a source's clock may be ahead.
const AHEAD_MS: i64 = 300_000;

/// What `increase()` makes up at the ends of its window may be less the next time.
const EXTRAPOLATION: f64 = 0.01;

/// Tells everything that is wrong with a reading; is it good to compare with?
pub(super) fn check(judged: &Judged<'_>, reading: &Reading, reasons: &mut Vec<Reason>) -> bool {
    let compared = judged.case.position.lanes.control > 0.0;
    match (&reading.treatment, &reading.control) {
        (None, None) => missing(judged, "there is no data", reasons),
        (None, Some(_)) => missing(judged, "there is no data of the treatment", reasons),
        (Some(_), None) if compared => missing(judged, "there is no data of control", reasons),
        _ => {}
    }
    let refusal = impossible(judged, reading)
        .or_else(|| unit(judged, reading))
        .or_else(|| order(judged, reading));
    if let Some((code, message)) = refusal {
        reasons.push(judged.reason(code, Verdict::Hold, message));
        return false;
    }
    let age_ms = judged.case.now_ms.saturating_sub(reading.until_ms);
    if let Some(max_age_ms) = judged.metric.max_age_ms.filter(|max_age_ms| age_ms > *max_age_ms) {
        let message = format!(
            "the data ends {} ago, more than {}",
            length(age_ms, 2),
            length(max_age_ms, 2)
        );
        reasons.push(Reason {
            numbers: vec![("ageMs", age_ms as f64), ("maxAgeMs", max_age_ms as f64)],
            ..judged.reason(Code::DataStale, Verdict::Hold, message)
        });
    }
    // Harm that was seen is harm, however long ago.
    true
}

/// Holds where the metric must have data.
pub(super) fn missing(judged: &Judged<'_>, message: &str, reasons: &mut Vec<Reason>) {
    if judged.metric.must_have_data {
        reasons.push(judged.reason(Code::DataMissing, Verdict::Hold, message));
    }
}

/// Numbers that no units can have.
fn impossible(judged: &Judged<'_>, reading: &Reading) -> Option<(Code, String)> {
    let arms = [("treatment", &reading.treatment), ("control", &reading.control)];
    for (arm, counts) in arms
        .into_iter()
        .filter_map(|(arm, counts)| Some((arm, counts.as_ref()?)))
    {
        if counts.kind() != judged.metric.kind {
            let message = format!("{arm}: the numbers are of another type than the metric");
            return Some((Code::DataInvalid, message));
        }
        if let Err(error) = counts.sums() {
            return Some((Code::DataInvalid, format!("{arm}: {error}")));
        }
    }
    let ahead_ms = reading.until_ms.saturating_sub(judged.case.now_ms);
    (ahead_ms > AHEAD_MS).then(|| {
        let message = format!(
            "the data ends at {}, {} after now",
            moment(reading.until_ms),
            length(ahead_ms, 2)
        );
        (Code::DataInvalid, message)
    })
}

fn unit(judged: &Judged<'_>, reading: &Reading) -> Option<(Code, String)> {
    let found = reading.unit.as_deref()?;
    let before = judged.history.first_unit(&judged.metric.name.value);
    let expected = judged.metric.unit.as_deref().or(before)?;
    (found != expected).then(|| {
        let message = format!("the source tells `{found}` where it must tell `{expected}`");
        (Code::UnitChanged, message)
    })
}

/// Sums since the stage was entered only ever grow, and so does the moment that they are of.
fn order(judged: &Judged<'_>, reading: &Reading) -> Option<(Code, String)> {
    let before = judged.history.last_reading(&judged.metric.name.value)?;
    if reading.until_ms < before.until_ms {
        let message = format!(
            "the data ends at {}, and did at {} before",
            moment(reading.until_ms),
            moment(before.until_ms)
        );
        return Some((Code::DataLate, message));
    }
    let arms = [
        ("treatment", &before.treatment, &reading.treatment),
        ("control", &before.control, &reading.control),
    ];
    if reading.until_ms == before.until_ms && arms.iter().any(|(_, before, now)| before != now) {
        let message = format!(
            "two looks tell different numbers of the same moment, {}",
            moment(reading.until_ms)
        );
        return Some((Code::DataRewritten, message));
    }
    let bearable = match judged.metric.source.kind {
        SourceKind::Prometheus { .. } => 1.0 - EXTRAPOLATION,
        _ => 1.0,
    };
    arms.into_iter().find_map(|(arm, before, now)| {
        let before = before.as_ref()?;
        let Some(now) = now else {
            let message = format!("{arm}: there was data before, and is none now");
            return Some((Code::CountsFell, message));
        };
        let counted = growing(before).into_iter().zip(growing(now));
        let (what, from, to) = counted
            .map(|((what, from), (_, to))| (what, from, to))
            .find(|(_, from, to)| *to < from * bearable)?;
        let message = format!("{arm}: {what} fell from {} to {}", short(from), short(to));
        Some((Code::CountsFell, message))
    })
}

/// The numbers that never fall.
fn growing(counts: &Counts) -> Vec<(&'static str, f64)> {
    match *counts {
        Counts::Proportion { units, events } => vec![("units", units), ("events", events)],
        Counts::Mean { units, values } => vec![("units", units), ("squares", values.squares)],
        Counts::Ratio {
            units,
            numerators,
            denominators,
            ..
        } => vec![
            ("units", units),
            ("squared numerators", numerators.squares),
            ("denominators", denominators.sum),
        ],
    }
}
