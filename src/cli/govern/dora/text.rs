//! The measures as a table, a line for each environment and period.

use crate::clock;
use crate::report::number;
use comfy_table::{ContentArrangement, Table, presets};
use tidegate::delivery::dora::{Measured, Measures, Period, Spread};
use tidegate::delivery::length;

/// Columns where nobody says how many there are.
const COLUMNS: u16 = 80;

pub(super) fn table(measured: &[Measured], period: Period) -> String {
    let (since, until) = (clock::written(period.from_ms), clock::written(period.to_ms));
    if measured.is_empty() {
        return format!(
            "the audit log tells of nothing between {since} and {until}: nothing can be measured\n"
        );
    }
    let mut table = Table::new();
    let columns = table.width().unwrap_or(COLUMNS).max(COLUMNS);
    table
        .load_style(presets::UTF8_HORIZONTAL_ONLY)
        .set_content_arrangement(ContentArrangement::Dynamic)
        .set_width(columns)
        .force_no_tty();
    table.set_header(["", "releases", "lead time", "failed", "time to restore"]);
    let mut environment = "";
    let mut notes = Vec::new();
    for measured in measured {
        let measures = &measured.measures;
        let days = match [measured.period.from_ms, measured.period.to_ms].map(clock::day) {
            [since, until] if since == until => since,
            [since, until] => format!("{since}\nto {until}"),
        };
        let named = match measured.environment == environment {
            true => String::new(),
            false => format!("{}\n", measured.environment),
        };
        environment = &measured.environment;
        table.add_row([
            format!("{named}{days}"),
            releases(measures),
            lead(measures),
            failed(measures),
            restore(measures),
        ]);
        for why in missing(measures) {
            if !notes.contains(&why) {
                notes.push(why);
            }
        }
    }
    let mut text = format!("{}\n", table.trim_fmt());
    for why in notes {
        text.push_str(&format!("–: {why}\n"));
    }
    text
}

/// Why measures are not there.
pub(super) fn missing(measures: &Measures) -> Vec<&'static str> {
    let all = [
        (
            measures.per_day.is_none(),
            "no frequency, as the period is shorter than a day",
        ),
        (
            measures.lead.count == 0,
            "no lead time: no flag with a known creation reached 100%",
        ),
        (measures.releases == 0, "no failure rate, as nothing was released"),
        (
            measures.incidents == 0,
            "no time to restore, as nothing was killed or rolled back",
        ),
        (
            measures.incidents > 0 && measures.restore.count == 0,
            "no time to restore, as nothing was opened again yet",
        ),
    ];
    all.into_iter()
        .filter_map(|(is_missing, why)| is_missing.then_some(why))
        .collect()
}

fn releases(measures: &Measures) -> String {
    let often = measures.per_day.map(|per_day| match per_day {
        often if often >= 1.0 => format!("{often:.1} a day"),
        seldom if seldom > 0.0 => format!("every {:.1} days", 1.0 / seldom),
        _ => "none".to_owned(),
    });
    format!("{}\n{}", measures.releases, often.unwrap_or_else(none))
}

fn lead(measures: &Measures) -> String {
    let flags = number(measures.lead.count, "flag");
    let under_way = format!("{} under way", measures.under_way);
    format!("{}\n{flags}, {under_way}", median(measures.lead))
}

fn failed(measures: &Measures) -> String {
    let rate = measures
        .failure_rate()
        .map(|rate| format!("{:.1}%", rate * 100.0));
    let of = format!("{} of {}", measures.failed, measures.releases);
    format!("{}\n{of}", rate.unwrap_or_else(none))
}

fn restore(measures: &Measures) -> String {
    let mut lines = vec![median(measures.restore), number(measures.incidents, "incident")];
    if measures.lasting > 0 {
        lines.push(format!("{} not over", measures.lasting));
    }
    if measures.without_release > 0 {
        lines.push(format!("{} of no known release", measures.without_release));
    }
    if measures.close.count > 0 {
        lines.push(format!("stopped {} after the release", median(measures.close)));
    }
    lines.join("\n")
}

fn median(spread: Spread) -> String {
    spread
        .median_ms
        .map_or_else(none, |median_ms| length(median_ms, 2))
}

fn none() -> String {
    "–".to_owned()
}
