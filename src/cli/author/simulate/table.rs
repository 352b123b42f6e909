//! The course of a simulated release, for people and for machines.

use crate::clock;
use crate::output::decision;
use crate::output::words::grouped;
use serde_json::{Value, json};
use std::fmt::Write;
use tidegate::delivery::judge::{Decision, Verdict};
use tidegate::delivery::length;
use tidegate::delivery::simulate::{Course, End, Glance, People, Reached, Simulation};

/// Days, hours, minutes and seconds.
const ALL_UNITS: usize = 4;

/// A table of the looks at which something changed, and what it came to.
pub(crate) fn text(simulation: &Simulation<'_>, course: &Course) -> String {
    let mut text = format!(
        "{}: `{}` in {}, {} people over {}, a look every {}\n",
        simulation.flag,
        course.plan,
        simulation.environment,
        grouped(course.in_all.came),
        clock::length(simulation.population.lasts_ms),
        clock::length(simulation.population.every_ms),
    );
    let changes: Vec<String> = simulation
        .harm
        .iter()
        .map(|(metric, change)| format!("{metric} {:+}%", rounded(change * 100.0)))
        .collect();
    let harm = match changes.is_empty() {
        true => "none".to_owned(),
        false => changes.join(", "),
    };
    let _ = writeln!(text, "harm: {harm}\n");
    let mut rows = vec![HEAD.map(str::to_owned)];
    rows.extend(
        told(&course.looks)
            .into_iter()
            .map(|(glance, looks)| row(glance, looks)),
    );
    aligned(&rows, &mut text);
    text.push('\n');
    if course.looks.iter().any(|glance| glance.decision.dry_run) {
        text.push_str("a policy is on trial: `advance` would only tell what is decided here\n");
    }
    summary(course, &mut text);
    text
}

/// Every look, and what it came to.
pub(crate) fn json(simulation: &Simulation<'_>, course: &Course) -> Value {
    let (end, after_ms) = ended(course.end);
    let looks: Vec<Value> = course.looks.iter().map(look_json).collect();
    let harm: serde_json::Map<String, Value> = simulation
        .harm
        .iter()
        .map(|(metric, change)| (metric.clone(), json!(change)))
        .collect();
    json!({
        "format": "tidegate-simulate",
        "flag": simulation.flag,
        "plan": course.plan,
        "environment": simulation.environment,
        "harm": harm,
        "looks": looks,
        "end": end,
        "afterMs": after_ms,
        "byThen": people_json(&course.by_then),
        "inAll": people_json(&course.in_all),
    })
}

const HEAD: [&str; 8] = [
    "after",
    "looks",
    "stage",
    "share",
    "treatment",
    "control",
    "decision",
    "hurt",
];

/// The last of looks in a row at one stage that came to the same for the same reason, and how many they are.
fn told(looks: &[Glance]) -> Vec<(&Glance, usize)> {
    let mut told: Vec<(&Glance, usize)> = Vec::new();
    for glance in looks {
        match told.last_mut() {
            Some((last, looks)) if alike(last, glance) => (*last, *looks) = (glance, *looks + 1),
            _ => told.push((glance, 1)),
        }
    }
    told
}

fn alike(one: &Glance, other: &Glance) -> bool {
    let first = |decision: &Decision| decision.first().map(|reason| reason.code);
    one.stage == other.stage
        && one.decision.verdict == other.decision.verdict
        && first(&one.decision) == first(&other.decision)
}

fn row(glance: &Glance, looks: usize) -> [String; 8] {
    let reason = glance.decision.first().map(ToString::to_string);
    let verdict = glance.decision.verdict.name();
    [
        length(glance.after_ms, ALL_UNITS),
        looks.to_string(),
        glance.stage.clone(),
        format!("{}%", rounded(glance.share)),
        grouped(glance.treatment),
        grouped(glance.control),
        match reason {
            Some(reason) if glance.decision.verdict != Verdict::Promote => format!("{verdict}: {reason}"),
            _ => verdict.to_owned(),
        },
        grouped(glance.people.reached.hurt),
    ]
}

/// Columns as wide as they need; text to the left, numbers to the right.
fn aligned(rows: &[[String; 8]], text: &mut String) {
    let wide = |column: usize| {
        let cells = rows.iter().filter_map(|row| row.get(column));
        cells.map(|cell| cell.chars().count()).max().unwrap_or(0)
    };
    let widths: Vec<usize> = (0..HEAD.len()).map(wide).collect();
    for row in rows {
        let mut line = String::new();
        for (column, (cell, width)) in row.iter().zip(&widths).enumerate() {
            let padding = " ".repeat(width.saturating_sub(cell.chars().count()));
            match column {
                2 | 6 => line.extend([cell.as_str(), &padding, "  "]),
                _ => line.extend([padding.as_str(), cell, "  "]),
            }
        }
        text.push_str(line.trim_end());
        text.push('\n');
    }
}

fn summary(course: &Course, text: &mut String) {
    let last = course.looks.last();
    let stage = last.map_or("", |glance| glance.stage.as_str());
    let _ = match course.end {
        End::Completed { after_ms } => writeln!(text, "completed after {}", length(after_ms, ALL_UNITS)),
        End::RolledBack { after_ms } => {
            writeln!(
                text,
                "rolled back after {} at `{stage}`",
                length(after_ms, ALL_UNITS)
            )
        }
        End::UnderWay => writeln!(text, "still at `{stage}` when the last person had come"),
    };
    let People {
        reached, all_at_once, ..
    } = course.in_all;
    let _ = writeln!(
        text,
        "hurt by the plan: {} of {} people who got it\nhurt all at once: {} of {}, {} of them until the plan ended",
        grouped(reached.hurt),
        grouped(reached.people),
        grouped(all_at_once.hurt),
        grouped(all_at_once.people),
        grouped(course.by_then.all_at_once.hurt),
    );
}

fn look_json(glance: &Glance) -> Value {
    let decision = &glance.decision;
    json!({
        "afterMs": glance.after_ms,
        "stage": glance.stage,
        "share": glance.share,
        "treatment": glance.treatment,
        "control": glance.control,
        "decision": decision.verdict.name(),
        "dryRun": decision.dry_run,
        "reasons": decision::reasons(decision),
        "comparisons": decision::comparisons(decision),
        "people": people_json(&glance.people),
    })
}

fn people_json(people: &People) -> Value {
    let reached = |reached: Reached| json!({ "people": reached.people, "hurt": reached.hurt });
    json!({
        "came": people.came,
        "reached": reached(people.reached),
        "allAtOnce": reached(people.all_at_once),
    })
}

fn ended(end: End) -> (&'static str, Option<i64>) {
    match end {
        End::Completed { after_ms } => ("completed", Some(after_ms)),
        End::RolledBack { after_ms } => ("rolled-back", Some(after_ms)),
        End::UnderWay => ("under-way", None),
    }
}

/// At most three decimals.
fn rounded(number: f64) -> f64 {
    (number * 1_000.0).round() / 1_000.0
}
