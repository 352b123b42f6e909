use super::metric::type_name;
use super::{Findings, plot};
use crate::clock;
use crate::output::escape;
use crate::output::words::grouped;
use crate::report::number;
use std::fmt::Write;
use tidegate::delivery::analyze::{Decision, Interval, MetricAnalysis, Segment};
use tidegate::delivery::exposure::{LineCounts, LoggedKind};
use tidegate::engine::Arm;

/// The heading of a column that tells where the one before it lies.
pub(super) const INTERVAL: &str = "interval";

/// All findings, for people.
pub(super) fn report(findings: &Findings<'_>) -> String {
    let Findings {
        question, analysis, ..
    } = findings;
    let mut text = question.flag.clone();
    if let Some(period) = period(findings) {
        let _ = write!(text, ", {period}");
    }
    text.push_str("\n\n");
    text.push_str(&aligned(&sides(findings)));
    let _ = writeln!(text, "{}", sample_ratio(findings));
    for (metric, asked) in analysis.metrics.iter().zip(&question.metrics) {
        let _ = writeln!(text, "\n{} ({})", metric.name, type_name(&asked.kind));
        text.push_str(&aligned(&estimates(findings, metric, &asked.kind)));
        for (side, estimate) in analysis.sides.iter().zip(&metric.sides) {
            if let Some(difference) = &estimate.difference {
                text.push_str(&plot::of(&side.variant, &difference.looks, &|value| {
                    signed(value, &asked.kind)
                }));
            }
        }
    }
    for segment in &analysis.segments {
        let name = question.segment.as_deref().unwrap_or_default();
        let _ = writeln!(text, "\n{name}: {}", segment.value.as_deref().unwrap_or("(none)"));
        text.push_str(&aligned(&segment_rows(findings, segment)));
    }
    if let Some(told) = no_segments(findings) {
        let _ = writeln!(text, "\n{told}");
    }
    let _ = writeln!(text, "\n{}", lines(&findings.joined.lines));
    text
}

/// That there are no segments, though somebody asked for them.
pub(super) fn no_segments(findings: &Findings<'_>) -> Option<String> {
    let attribute = findings.question.segment.as_deref()?;
    let mut segments = findings.analysis.segments.iter();
    let is_absent = segments.all(|segment| segment.value.is_none());
    is_absent.then(|| format!("{}: no exposure has this attribute", escape::plain(attribute)))
}

/// Until when, and in how many looks; nothing where there is none.
pub(super) fn period(findings: &Findings<'_>) -> Option<String> {
    let looks = &findings.analysis.looks_ms;
    let last_ms = looks.last()?;
    Some(format!(
        "{} until {}, intervals at {}%",
        number(looks.len(), "look"),
        clock::written(*last_ms),
        findings.settings.confidence
    ))
}

/// The sides with their units, below a row of headings.
pub(super) fn sides(findings: &Findings<'_>) -> Vec<Vec<String>> {
    let mut rows = vec![
        ["side", "units", "designed", "multiple exposures", "arm"]
            .map(str::to_owned)
            .to_vec(),
    ];
    let analysis = findings.analysis;
    for (number, (side, designed)) in analysis
        .sides
        .iter()
        .zip(&analysis.sample_ratio.designed)
        .enumerate()
    {
        let role = match (number, side.arm) {
            (0, _) => "control",
            (_, Arm::Treatment) => "treatment",
            _ => "",
        };
        rows.push(vec![
            side.variant.clone(),
            grouped(side.units),
            format!("{:.1}%", designed * 100.0),
            grouped(side.multiple),
            role.to_owned(),
        ]);
    }
    rows
}

/// Whether the sides have the units that they were designed to get.
pub(super) fn sample_ratio(findings: &Findings<'_>) -> String {
    let ratio = &findings.analysis.sample_ratio;
    let verdict = match ratio.is_mismatch {
        true => "not as designed: nothing can be believed",
        false => "as designed",
    };
    format!("sample ratio: {verdict} (p = {})", figure(ratio.p_value))
}

/// What a metric came to, a row a side.
pub(super) fn estimates(
    findings: &Findings<'_>,
    metric: &MetricAnalysis,
    kind: &LoggedKind,
) -> Vec<Vec<String>> {
    let difference = difference_of(kind);
    let headings = [
        "side", "estimate", INTERVAL, difference, INTERVAL, "lift", INTERVAL, "decision",
    ];
    let mut rows = vec![headings.map(str::to_owned).to_vec()];
    for (side, estimate) in findings.analysis.sides.iter().zip(&metric.sides) {
        let mut row = vec![side.variant.clone()];
        row.extend(cells(estimate.estimate.as_ref(), |value| plain(value, kind)));
        if let Some(difference) = &estimate.difference {
            let last = difference.looks.last().and_then(Option::as_ref);
            row.extend(cells(last, |value| signed(value, kind)));
            row.extend(cells(difference.lift.as_ref(), |value| {
                format!("{:+.1}%", value * 100.0)
            }));
            row.push(decided(difference.decision).to_owned());
        }
        rows.push(row);
    }
    rows
}

/// One segment: a row for each metric and side.
pub(super) fn segment_rows(findings: &Findings<'_>, segment: &Segment) -> Vec<Vec<String>> {
    let headings = [
        "metric",
        "side",
        "units",
        "estimate",
        "difference",
        INTERVAL,
        "decision",
    ];
    let mut rows = vec![headings.map(str::to_owned).to_vec()];
    let sides = || findings.analysis.sides.iter().zip(&segment.units);
    if segment.metrics.is_empty() {
        rows.extend(sides().map(|(side, units)| vec![String::new(), side.variant.clone(), grouped(*units)]));
    }
    for (metric, asked) in segment.metrics.iter().zip(&findings.question.metrics) {
        for ((side, units), estimate) in sides().zip(&metric.sides) {
            let value = estimate.estimate.as_ref();
            let mut row = vec![
                metric.name.clone(),
                side.variant.clone(),
                grouped(*units),
                value.map_or("-".to_owned(), |interval| plain(interval.value, &asked.kind)),
            ];
            if let Some(difference) = &estimate.difference {
                let last = difference.looks.last().and_then(Option::as_ref);
                row.extend(cells(last, |value| signed(value, &asked.kind)));
                row.push(decided(difference.decision).to_owned());
            }
            rows.push(row);
        }
    }
    rows
}

/// What became of the lines.
pub(super) fn lines(lines: &LineCounts) -> String {
    let mut text = format!(
        "{} lines: {} exposures, {} events",
        grouped(lines.lines),
        grouped(lines.exposures),
        grouped(lines.events)
    );
    for (count, what) in [
        (lines.others, "about something else"),
        (lines.unexposed, "of units that were not exposed"),
        (lines.early, "before the exposure"),
        (lines.late, "after the window"),
        (lines.repeated, "told before"),
        (lines.crowded, "of crowded units"),
        (lines.bad, "beyond reading"),
    ] {
        if count > 0 {
            let _ = write!(text, ", {} {what}", grouped(count));
        }
    }
    text
}

fn cells(interval: Option<&Interval>, shown: impl Fn(f64) -> String) -> [String; 2] {
    match interval {
        Some(Interval { value, low, high }) => {
            [shown(*value), format!("{} to {}", shown(*low), shown(*high))]
        }
        None => ["-".to_owned(), "-".to_owned()],
    }
}

fn decided(decision: Decision) -> &'static str {
    match decision {
        Decision::SampleRatio => "not to be believed",
        decision => decision.name(),
    }
}

/// A value of a metric: of proportions in percent.
fn plain(value: f64, kind: &LoggedKind) -> String {
    match kind {
        LoggedKind::Proportion { .. } => format!("{:.2}%", value * 100.0),
        _ => figure(value),
    }
}

/// What a column of differences is called: those of percents are in points.
fn difference_of(kind: &LoggedKind) -> &'static str {
    match kind {
        LoggedKind::Proportion { .. } => "difference in points",
        _ => "difference",
    }
}

/// A difference, in points where values are percents.
pub(super) fn signed(value: f64, kind: &LoggedKind) -> String {
    match kind {
        LoggedKind::Proportion { .. } => format!("{:+.2}", value * 100.0),
        _ if value > 0.0 => format!("+{}", figure(value)),
        _ => figure(value),
    }
}

/// A number with four digits that count.
fn figure(value: f64) -> String {
    let size = value.abs();
    if size == 0.0 || !size.is_finite() {
        return format!("{value}");
    }
    let digits = 3 - size.log10().floor() as i32;
    match digits {
        9.. => format!("{value:.2e}"),
        0.. => format!("{value:.*}", digits as usize),
        _ => format!("{value:.0}"),
    }
}

/// Rows with columns below each other: the first to the left, numbers to the right.
fn aligned(rows: &[Vec<String>]) -> String {
    let columns = rows.iter().map(Vec::len).max().unwrap_or(0);
    let width = |column: usize| {
        let cells = rows.iter().filter_map(|row| row.get(column));
        cells.map(|cell| cell.chars().count()).max().unwrap_or(0)
    };
    let widths: Vec<usize> = (0..columns).map(width).collect();
    let mut text = String::new();
    for row in rows {
        let mut line = String::from(" ");
        for (cell, width) in row.iter().zip(&widths) {
            let is_number = cell.starts_with(|c: char| c.is_ascii_digit() || matches!(c, '+' | '-'));
            let _ = match is_number {
                true => write!(line, " {cell:>width$} "),
                false => write!(line, " {cell:<width$} "),
            };
        }
        text.push_str(line.trim_end());
        text.push('\n');
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_have_four_digits_that_count() {
        for (value, text) in [
            (0.0, "0"),
            (12.345_67, "12.35"),
            (0.012_345_67, "0.01235"),
            (123_456.7, "123457"),
            (-3.0, "-3.000"),
            (1.234e-7, "1.23e-7"),
        ] {
            assert_eq!(figure(value), text);
        }
    }
}
