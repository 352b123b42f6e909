//! What was measured: each metric of a policy from where the policy says, several at a time, none for longer than its time-out.
//!
//! Whatever a source does, there is a measurement: a source that fails says why, and holds the plan.

mod asking;
mod command;
mod desk;
mod document;
mod file;
mod http;
mod log;
mod prometheus;
mod told;

pub(crate) use asking::{Arm, Asking};
pub(crate) use desk::Desk;

use crate::clock;
use futures_util::future::{OptionFuture, join, join_all};
use log::Logs;
use std::collections::HashMap;
use std::time::Duration;
use tidegate::delivery::judge::{Exposed, Measurement, Measurements, Reading};
use tidegate::model::{Metric, Policy, Quantity, Source, SourceKind};
use told::{Told, counts};

/// Asks everything that a policy names, as soon as there is room at the desk.
pub(crate) async fn measure(policy: &Policy, asking: &Asking<'_>, desk: &Desk) -> Measurements {
    let logs = Logs::read(policy, asking, desk).await;
    let metrics = join_all(policy.metrics.iter().map(async |metric| {
        let _place = desk.source().await;
        let measurement = measured(metric, &logs, asking).await;
        (metric.name.value.clone(), measurement)
    }));
    let exposures = OptionFuture::from(policy.exposures.as_ref().map(async |source| {
        let _place = desk.source().await;
        exposed(source, &logs, asking).await
    }));
    let (metrics, exposures) = join(metrics, exposures).await;
    Measurements { exposures, metrics }
}

async fn measured(metric: &Metric, logs: &Logs, asking: &Asking<'_>) -> Measurement<Reading> {
    let (treatment, control) = match both(&metric.source, Some(metric), logs, asking).await {
        Ok(told) => told,
        Err(why) => return Measurement::Failed(why),
    };
    let read = || {
        let unit = match (
            &treatment.unit,
            control.as_ref().and_then(|told| told.unit.as_ref()),
        ) {
            (Some(one), Some(other)) if one != other => {
                return Err(format!("the arms have different units, `{one}` and `{other}`"));
            }
            (unit, _) => unit.clone(),
        };
        let until_ms = earliest(&treatment, control.as_ref());
        if until_ms.is_none() && metric.max_age_ms.is_some() {
            return Err("it does not tell `until`, which `maxAge` needs".to_owned());
        }
        Ok(Reading {
            treatment: counts(metric.kind, &treatment),
            control: control.as_ref().and_then(|told| counts(metric.kind, told)),
            until_ms: until_ms.unwrap_or(asking.now_ms),
            unit,
        })
    };
    match read() {
        Ok(reading) if reading.treatment.is_none() && reading.control.is_none() => Measurement::Missing,
        Ok(reading) => Measurement::Read(reading),
        Err(why) => Measurement::Failed(why),
    }
}

async fn exposed(source: &Source, logs: &Logs, asking: &Asking<'_>) -> Measurement<Exposed> {
    let (treatment, control) = match both(source, None, logs, asking).await {
        Ok(told) => told,
        Err(why) => return Measurement::Failed(why),
    };
    let until_ms = earliest(&treatment, control.as_ref());
    let units = |told: &Told| told.number(Quantity::Total);
    let of_control = control.as_ref().and_then(units);
    match (units(&treatment), of_control) {
        (None, None) => Measurement::Missing,
        // An arm that nobody is in yet has no series of its own.
        (of_treatment, of_control) => Measurement::Read(Exposed {
            treatment: of_treatment.unwrap_or(0.0),
            control: of_control.unwrap_or(0.0),
            both: treatment.number(Quantity::Both),
            until_ms: until_ms.unwrap_or(asking.now_ms),
        }),
    }
}

/// What a source tells of both arms; of control only where somebody is in it.
async fn both(
    source: &Source,
    metric: Option<&Metric>,
    logs: &Logs,
    asking: &Asking<'_>,
) -> Result<(Told, Option<Told>), String> {
    if let SourceKind::Log { .. } = &source.kind {
        let told = |arm| logs.told(source, metric, asking, arm);
        let control = asking.is_compared.then(|| told(Arm::Control)).transpose()?;
        return Ok((told(Arm::Treatment)?, control));
    }
    let patience = Duration::from_millis(u64::try_from(source.timeout_ms).unwrap_or(0));
    let answers = async {
        let mut known = HashMap::new();
        let treatment = one(source, asking, Arm::Treatment, &mut known).await?;
        let control = match asking.is_compared {
            true => Some(one(source, asking, Arm::Control, &mut known).await?),
            false => None,
        };
        Ok((treatment, control))
    };
    match tokio::time::timeout(patience, answers).await {
        Ok(told) => told,
        Err(_) => Err(too_late(source.timeout_ms)),
    }
}

/// What a source tells of one arm; documents that were fetched already are not fetched again.
async fn one(
    source: &Source,
    asking: &Asking<'_>,
    arm: Arm,
    known: &mut HashMap<Vec<String>, document::Document>,
) -> Result<Told, String> {
    let answer = match &source.kind {
        SourceKind::Prometheus {
            server,
            queries,
            until,
        } => return prometheus::ask(server, queries, until.as_ref(), asking, arm).await,
        SourceKind::Log { .. } => return Err("it is a log".to_owned()),
        SourceKind::Http { answer, .. }
        | SourceKind::Command { answer, .. }
        | SourceKind::File { answer, .. } => answer,
    };
    let request: Vec<String> = match &source.kind {
        SourceKind::Http { server, .. } => vec![http::url(server, asking, arm)?],
        SourceKind::Command { words, .. } => words
            .iter()
            .map(|word| asking.filled(word, arm))
            .collect::<Result<_, _>>()?,
        SourceKind::File { path, .. } => vec![asking.filled(path, arm)?],
        SourceKind::Prometheus { .. } | SourceKind::Log { .. } => Vec::new(),
    };
    if !known.contains_key(&request) {
        let document = match &source.kind {
            SourceKind::Http { server, .. } => {
                let url = request.first().map_or("", String::as_str);
                document::Document::of(&http::get(url, server).await?.json()?)?
            }
            SourceKind::Command { .. } => document::Document::of(&command::run(&request).await?)?,
            _ => file::read(asking.folder, request.first().map_or("", String::as_str))?,
        };
        known.insert(request.clone(), document);
    }
    let document = known.get(&request).ok_or("it told nothing")?;
    document.told(answer, asking, arm)
}

fn too_late(timeout_ms: i64) -> String {
    format!("no answer within {}", clock::length(timeout_ms))
}

/// Data that reaches less far in one arm than in the other is good as far as both reach.
fn earliest(treatment: &Told, control: Option<&Told>) -> Option<i64> {
    let of_control = control.and_then(|told| told.until_ms);
    treatment.until_ms.into_iter().chain(of_control).min()
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing)]
mod tests;
