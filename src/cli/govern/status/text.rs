//! The matrix as a table in a terminal, and in a file.

use super::said;
use crate::clock;
use crate::output::escape::plain;
use comfy_table::{Cell as Field, Color, ContentArrangement, Table, presets};
use std::fmt::Write;
use tidegate::delivery::status::{Cell, Exit, Gate, Matrix, Row, State};

/// Columns where nobody says how many there are.
const COLUMNS: u16 = 80;
/// What a flag and an environment need to be read.
const NARROWEST: u16 = 26;

/// Tables of as many environments as fit beside each other.
pub(super) fn table(matrix: &Matrix, in_color: bool) -> String {
    let mut text = head(matrix);
    if matrix.rows.is_empty() {
        text.push_str("no flag matches\n");
        return text;
    }
    let columns = Table::new().width().unwrap_or(COLUMNS).max(2 * NARROWEST);
    let beside = usize::from(columns / NARROWEST).saturating_sub(1).max(1);
    let all: Vec<usize> = (0..matrix.environments.len()).collect();
    for some in all.chunks(beside) {
        let _ = writeln!(text, "\n{}", part(matrix, some, columns, in_color));
    }
    if !matrix.unknown.is_empty() {
        let _ = writeln!(
            text,
            "\npublished, but not in the project: {}",
            plain(&matrix.unknown.join(", "))
        );
    }
    text
}

fn head(matrix: &Matrix) -> String {
    let mut text = format!("{} at {}\n", matrix.project, clock::written(matrix.now_ms));
    for published in &matrix.published {
        let stale = match published.expires_ms <= matrix.now_ms {
            true => "expired",
            false => "expires",
        };
        let _ = writeln!(
            text,
            "{}/{}: version {}, {stale} {}",
            published.environment,
            published.audience,
            published.version,
            clock::written(published.expires_ms)
        );
    }
    text
}

fn part(matrix: &Matrix, environments: &[usize], columns: u16, in_color: bool) -> String {
    let mut table = Table::new();
    table
        .load_style(presets::UTF8_HORIZONTAL_ONLY)
        .set_content_arrangement(ContentArrangement::Dynamic)
        .set_width(columns);
    match in_color {
        true => table.enforce_styling(),
        false => table.force_no_tty(),
    };
    let named = environments
        .iter()
        .filter_map(|number| matrix.environments.get(*number));
    table.set_header([&"flag".to_owned()].into_iter().chain(named));
    for row in &matrix.rows {
        let cells = environments.iter().filter_map(|number| row.cells.get(*number));
        let cells = cells.map(|cell| field(cell, matrix.now_ms));
        table.add_row([Field::new(flag(row, matrix.now_ms))].into_iter().chain(cells));
    }
    table.trim_fmt()
}

fn flag(row: &Row, now_ms: i64) -> String {
    let kind = row.kind.map(|kind| kind.word().to_owned());
    let lines = [
        kind,
        row.owner.clone(),
        said::age(row, now_ms),
        said::expiry(row, now_ms),
    ];
    let stale = (!row.stale.is_empty()).then(|| format!("STALE: {}", row.stale.join(", ")));
    let lines = [row.key.clone()]
        .into_iter()
        .chain(lines.into_iter().flatten())
        .chain(stale);
    lines.map(|line| plain(&line)).collect::<Vec<_>>().join("\n")
}

fn field(cell: &Cell, now_ms: i64) -> Field {
    let mut lines = Vec::new();
    let stage = cell.plans.iter().find_map(said::stage);
    let word = cell.state.word().replace('-', " ");
    lines.push(match stage.filter(|_| !cell.state.is_closed()) {
        Some(stage) if cell.state == State::RolledBack => format!("{word} {stage}"),
        Some(stage) => format!("{word}: {stage}"),
        None => word,
    });
    for course in cell.plans.iter().filter(|_| !cell.state.is_closed()) {
        lines.extend(said::share(course));
    }
    for (flag, variants) in &cell.requires {
        lines.push(format!("only where {flag} serves {}", variants.join(" or ")));
    }
    for served in &cell.served {
        lines.push(match served.exit {
            Exit::Off => format!("everybody gets {}", said::what(served)),
            _ => format!("{} → {}", said::whom(served), said::what(served)),
        });
    }
    // What keeps a plan of a flag that is off is that it is off.
    for course in cell.plans.iter().filter(|_| !cell.state.is_closed()) {
        match course.gate {
            Gate::Open => lines.push("gate: open".to_owned()),
            Gate::Holds => lines.extend(
                course
                    .missing
                    .iter()
                    .map(|missing| format!("held: {}", missing.message)),
            ),
            Gate::None => {}
        }
        lines.extend(
            course
                .verdict
                .iter()
                .map(|look| format!("last verdict: {}", said::verdict(course, look, now_ms))),
        );
    }
    lines.extend(said::published(cell));
    let lines: Vec<String> = lines.iter().map(|line| plain(line)).collect();
    let field = Field::new(lines.join("\n"));
    match cell.state {
        State::Killed | State::RolledBack => field.fg(Color::Red),
        State::Paused => field.fg(Color::Yellow),
        State::Running => field.fg(Color::Green),
        State::Disabled | State::Draft => field.fg(Color::DarkGrey),
        State::Completed | State::On => field,
    }
}
