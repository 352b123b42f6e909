//! Tidegate's own logs: read once for all metrics that come from the same files.

use super::asking::{Arm, Asking};
use super::desk::Desk;
use super::told::Told;
use std::collections::BTreeMap;
use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::thread::available_parallelism;
use std::time::Duration;
use tidegate::delivery::exposure::{
    Group, Joined, Log, LoggedKind, LoggedMetric, Look, Question, Totals, join,
};
use tidegate::engine::Arm as Side;
use tidegate::model::{Events, Metric, MetricType, Policy, Quantity, Source, SourceKind};
use tokio::sync::oneshot;

/// More files than a pattern is meant to match.
const MOST_FILES: usize = 10_000;

/// Everything that the logs of a policy came to, by the files that were read.
#[derive(Debug, Default)]
pub(super) struct Logs(BTreeMap<Files, Answered>);

/// The names of the logs as they are written: of exposures, and of what is joined to them.
type Files = (String, Option<String>);

/// What is asked of the same files, and what came of it.
#[derive(Debug)]
struct Answered {
    metrics: Vec<LoggedMetric>,
    timeout_ms: i64,
    joined: Result<Joined, String>,
}

impl Logs {
    /// Reads all logs that a policy names.
    pub(super) async fn read(policy: &Policy, asking: &Asking<'_>, desk: &Desk) -> Self {
        let mut asked = BTreeMap::new();
        for metric in &policy.metrics {
            add(&metric.source, Some(metric), &mut asked);
        }
        if let Some(source) = &policy.exposures {
            add(source, None, &mut asked);
        }
        for (files, answered) in &mut asked {
            let _place = desk.logs().await;
            answered.joined = read(files, answered, asking).await;
        }
        Self(asked)
    }

    /// What the logs tell of an arm at the stage: of a metric, or of exposures alone.
    pub(super) fn told(
        &self,
        source: &Source,
        metric: Option<&Metric>,
        asking: &Asking<'_>,
        arm: Arm,
    ) -> Result<Told, String> {
        let files = files(source).ok_or("it is no log")?;
        let answered = self.0.get(&files).ok_or("it was not read")?;
        let joined = answered.joined.as_ref().map_err(Clone::clone)?;
        let side = match arm {
            Arm::Treatment => Side::Treatment,
            Arm::Control => Side::Control,
        };
        let here = |group: &&Group| group.stage.as_deref() == Some(asking.stage);
        let mut groups = joined.groups.iter().filter(here);
        let both: u64 = groups.clone().map(|group| group.multiple).sum();
        let look = groups
            .find(|group| group.arm == side)
            .and_then(|group| group.looks.last());
        let mut told = Told {
            numbers: vec![(Quantity::Total, look.map(|look| look.units as f64))],
            until_ms: joined.latest_ms,
            unit: None,
        };
        match metric {
            None => told.numbers.push((Quantity::Both, Some(both as f64))),
            Some(metric) => {
                let number = answered
                    .metrics
                    .iter()
                    .position(|known| known.name == metric.name.value);
                let totals = look.zip(number).and_then(|(look, number)| totals(look, number));
                let quantities = metric
                    .kind
                    .quantities()
                    .iter()
                    .filter(|quantity| **quantity != Quantity::Total);
                let numbers =
                    quantities.map(|quantity| (*quantity, totals.map(|totals| part(&totals, *quantity))));
                told.numbers.extend(numbers);
            }
        }
        Ok(told)
    }
}

fn files(source: &Source) -> Option<Files> {
    match &source.kind {
        SourceKind::Log { exposures, events } => Some((
            exposures.clone(),
            events.as_ref().map(|events| events.path.clone()),
        )),
        _ => None,
    }
}

fn add(source: &Source, metric: Option<&Metric>, asked: &mut BTreeMap<Files, Answered>) {
    let (Some(files), SourceKind::Log { events, .. }) = (files(source), &source.kind) else {
        return;
    };
    let answered = asked.entry(files).or_insert_with(|| Answered {
        metrics: Vec::new(),
        timeout_ms: 0,
        joined: Err("it was not read".to_owned()),
    });
    answered.timeout_ms = answered.timeout_ms.max(source.timeout_ms);
    let logged = metric
        .zip(events.as_ref())
        .map(|(metric, events)| logged(metric, events));
    answered.metrics.extend(logged);
}

fn logged(metric: &Metric, events: &Events) -> LoggedMetric {
    let event = events.metric.clone();
    LoggedMetric {
        name: metric.name.value.clone(),
        kind: match metric.kind {
            MetricType::Proportion => LoggedKind::Proportion { event },
            MetricType::Mean => LoggedKind::Mean { event },
            MetricType::Ratio => LoggedKind::Ratio {
                numerator: event,
                denominator: events.denominator.clone().unwrap_or_default(),
            },
        },
    }
}

fn totals(look: &Look, metric: usize) -> Option<Totals> {
    look.totals.get(metric).copied()
}

fn part(totals: &Totals, quantity: Quantity) -> f64 {
    match quantity {
        Quantity::Events | Quantity::Sum | Quantity::Numerator => totals.y,
        Quantity::Squares | Quantity::NumeratorSquares => totals.yy,
        Quantity::Denominator => totals.x,
        Quantity::DenominatorSquares => totals.xx,
        Quantity::Product => totals.xy,
        Quantity::Total | Quantity::Both => 0.0,
    }
}

/// Reads and joins on a thread of its own: one that takes too long is left to itself, as whoever waits for it would be.
async fn read(
    (exposures, events): &Files,
    answered: &Answered,
    asking: &Asking<'_>,
) -> Result<Joined, String> {
    let mut paths = matching(asking, exposures)?;
    if let Some(events) = events {
        // Both may be in one file, which is read once.
        for path in matching(asking, events)? {
            if !paths.contains(&path) {
                paths.push(path);
            }
        }
    }
    let logs = paths.into_iter().map(|path| {
        Log::new(path.display().to_string(), move || {
            let file = File::open(path)?;
            Ok(Box::new(file) as Box<dyn std::io::Read + Send>)
        })
    });
    let logs: Vec<Log> = logs.collect();
    let question = Question {
        metrics: answered.metrics.clone(),
        // Whoever was exposed at an earlier stage of this plan counts there.
        from_ms: Some(asking.run_since_ms),
        until_ms: Some(asking.now_ms.saturating_add(1)),
        ..Question::new(asking.flag)
    };
    let (tell, told) = oneshot::channel();
    std::thread::spawn(move || {
        let threads = available_parallelism().map_or(1, usize::from);
        let joined = tempfile::tempfile()
            .map_err(|error| format!("cannot use a temporary file: {error}"))
            .and_then(|scratch| {
                join(logs, &question, scratch, threads, &|_| {}).map_err(|error| error.to_string())
            });
        // Whoever waited may have gone.
        let _ = tell.send(joined);
    });
    let patience = Duration::from_millis(u64::try_from(answered.timeout_ms).unwrap_or(0));
    match tokio::time::timeout(patience, told).await {
        Ok(Ok(joined)) => joined,
        Ok(Err(_)) => Err("reading broke off".to_owned()),
        Err(_) => Err(super::too_late(answered.timeout_ms)),
    }
}

/// The files of a pattern: in the last part of a path `*` stands for any part of a name.
fn matching(asking: &Asking<'_>, pattern: &str) -> Result<Vec<PathBuf>, String> {
    let pattern = asking.filled(pattern, Arm::Treatment)?;
    let full = asking.folder.join(&pattern);
    let name = full
        .file_name()
        .unwrap_or_default()
        .to_string_lossy()
        .into_owned();
    if !name.contains('*') {
        return Ok(vec![full]);
    }
    let folder = full.parent().unwrap_or(Path::new("."));
    let failed = |error: std::io::Error| format!("cannot read `{}`: {error}", folder.display());
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).map_err(failed)? {
        let entry = entry.map_err(failed)?;
        if is_match(&name, &entry.file_name().to_string_lossy()) {
            found.push(entry.path());
        }
    }
    found.sort();
    match found.len() {
        0 => Err(format!("no file is called `{pattern}`")),
        1..=MOST_FILES => Ok(found),
        count => Err(format!(
            "{count} files are called `{pattern}`, more than {MOST_FILES}"
        )),
    }
}

fn is_match(pattern: &str, name: &str) -> bool {
    let Some((first, rest)) = pattern.split_once('*') else {
        return pattern == name;
    };
    let Some(mut left) = name.strip_prefix(first) else {
        return false;
    };
    let mut parts: Vec<&str> = rest.split('*').collect();
    let last = parts.pop().unwrap_or_default();
    for part in parts {
        match left.split_once(part) {
            Some((_, behind)) => left = behind,
            None => return false,
        }
    }
    left.ends_with(last)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_star_stands_for_any_part_of_a_name() {
        for (pattern, name, expected) in [
            ("a.ndjson", "a.ndjson", true),
            ("a*.ndjson", "a.ndjson", true),
            ("a*.ndjson", "a-2026-11-22.ndjson", true),
            ("a*.ndjson", "b.ndjson", false),
            ("a*.ndjson", "a.ndjson.gz", false),
            ("*", "anything", true),
            ("a*b*c", "a-b-c", true),
            ("a*b*c", "abc", true),
            ("a*b*c", "a-c-b", false),
            ("*b", "ab", true),
            ("a*ba", "aba", true),
            ("ab*ba", "aba", false),
        ] {
            assert_eq!(is_match(pattern, name), expected, "{pattern} {name}");
        }
    }
}
