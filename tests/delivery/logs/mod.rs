//! Logs of exposures and events: what is read of them, and what they come to when joined.

mod hostile;
mod joining;
mod lines;
mod written;

use std::io::{self, Cursor, Read};
use tidegate::delivery::exposure::{Group, Joined, Log, LogError, LoggedKind, LoggedMetric, Question, join};
use tidegate::engine::Arm;

/// 2026-11-21T12:00:00Z.
const NOON: i64 = 1_795_262_400_000;

/// A log in memory.
fn log(name: &str, bytes: impl Into<Vec<u8>>) -> Log {
    let bytes = bytes.into();
    Log::new(name, move || {
        Ok(Box::new(Cursor::new(bytes)) as Box<dyn Read + Send>)
    })
}

fn read(logs: Vec<Log>, question: &Question) -> Result<Joined, LogError> {
    join(logs, question, Cursor::new(Vec::new()), 2, &|_| {})
}

/// What lines of JSON come to.
fn told(lines: &[String], question: &Question) -> Joined {
    read(vec![log("log.ndjson", lines.join("\n"))], question).unwrap()
}

fn exposed(unit: &str, arm: &str, at_ms: i64) -> String {
    in_stage(unit, arm, "s1", at_ms)
}

fn in_stage(unit: &str, arm: &str, stage: &str, at_ms: i64) -> String {
    let variant = if arm == "treatment" { "one-page" } else { "classic" };
    let time = NOON + at_ms;
    format!(
        r#"{{"time":{time},"flag":"checkout","variant":"{variant}","arm":"{arm}","rule":"everyone","stage":"{stage}","unit":"{unit}","version":1}}"#
    )
}

fn event(unit: &str, metric: &str, value: f64, at_ms: i64) -> String {
    let time = NOON + at_ms;
    format!(r#"{{"time":{time},"unit":"{unit}","metric":"{metric}","value":{value}}}"#)
}

/// Failed orders as a proportion, revenue as a mean, revenue per visit as a ratio.
fn question() -> Question {
    let metric = |name: &str, kind| LoggedMetric {
        name: name.to_owned(),
        kind,
    };
    let event = |name: &str| name.to_owned();
    Question {
        metrics: vec![
            metric(
                "failed",
                LoggedKind::Proportion {
                    event: event("failed-order"),
                },
            ),
            metric(
                "revenue",
                LoggedKind::Mean {
                    event: event("revenue"),
                },
            ),
            metric(
                "per-visit",
                LoggedKind::Ratio {
                    numerator: event("revenue"),
                    denominator: event("visit"),
                },
            ),
        ],
        ..Question::new("checkout")
    }
}

fn arm(joined: &Joined, arm: Arm) -> &Group {
    let mut found = joined.groups.iter().filter(|group| group.arm == arm);
    let group = found.next().unwrap();
    assert!(found.next().is_none(), "one group has the arm");
    group
}

/// Units of an arm in the end.
fn units(joined: &Joined, of: Arm) -> u64 {
    arm(joined, of).looks.last().unwrap().units
}

/// The sum of a metric's numerators in the end.
fn sum(joined: &Joined, of: Arm, metric: usize) -> f64 {
    arm(joined, of).looks.last().unwrap().totals[metric].y
}

/// A log that fails in the middle.
struct Broken(Cursor<Vec<u8>>);

impl Read for Broken {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        match self.0.read(into)? {
            0 => Err(io::Error::other("the disk is gone")),
            count => Ok(count),
        }
    }
}
