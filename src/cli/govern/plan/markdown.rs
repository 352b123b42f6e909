//! A comment on a pull request: a table of flags, and the rest of each folded away.

use super::rows::{Plan, Row, from_to, share};
use super::text::told;
use crate::clock;
use crate::govern::{behind, changes};
use crate::output::escape::{brief, code, lines};
use crate::output::room::PLAN_BYTES;
use crate::output::words::grouped;
use std::fmt::Write;
use tidegate::delivery::percent;

/// For the line that says what was left out.
const RESERVE_BYTES: usize = 512;
/// For the table; the rest is for what is folded away.
const TABLE_BYTES: usize = PLAN_BYTES / 2;

/// More differences and groups of one flag are only counted.
const MOST_LINES: usize = 50;

/// So that whoever posts it finds the comment again.
const MARK: &str = "<!-- tidegate plan -->";

pub(super) fn markdown(plan: &Plan) -> String {
    let rows = plan.rows();
    let mut text = format!("{MARK}\n### Flags of {}: ", code(&plan.project));
    let behind = plan.behind.as_ref().map_or_else(String::new, behind::markdown);
    let against = format!(
        "Against {}, at {}",
        code(&plan.against),
        clock::written(plan.now_ms)
    );
    if rows.is_empty() {
        let _ = write!(text, "nothing changes\n{behind}\n{against}.\n");
        return text;
    }
    let _ = write!(
        text,
        "{}\n{behind}\n{against}; {} people asked about, {}{}.\n\n\
         | flag | environment | audience | change | step | people who get another variant |\n\
         | --- | --- | --- | --- | ---: | ---: |\n",
        plan.flags(),
        grouped(plan.people),
        plan.who,
        plan.file
            .as_ref()
            .map_or(String::new(), |file| format!(" {}", code(file)))
    );
    let mut in_table = 0;
    for row in &rows {
        let line = line(row, plan.people);
        if text.len() + line.len() > TABLE_BYTES {
            break;
        }
        text.push_str(&line);
        in_table += 1;
    }
    text.push('\n');
    let mut in_full = 0;
    for row in rows.iter().take(in_table) {
        let details = details(row, plan.people);
        if text.len() + details.len() + RESERVE_BYTES > PLAN_BYTES {
            continue;
        }
        text.push_str(&details);
        in_full += 1;
    }
    if in_full < rows.len() {
        let _ = writeln!(
            text,
            "_Left out for want of room: {} of {} rows of the table, and what is folded away of {}. \
             `tidegate plan` without `--markdown` shows all._",
            rows.len() - in_table,
            rows.len(),
            rows.len() - in_full
        );
    }
    text
}

fn line(row: &Row<'_>, people: u64) -> String {
    let step = row.change.map_or(0, |change| change.step);
    let step = match step {
        0 => String::new(),
        step => percent(step),
    };
    format!(
        "| {} | {} | {} | {} | {step} | {} ({}) |\n",
        code(row.flag),
        code(row.environment),
        row.audiences(),
        row.kinds(),
        grouped(row.moved()),
        share(row.moved(), people)
    )
}

fn details(row: &Row<'_>, people: u64) -> String {
    let mut text = format!(
        "<details><summary>{} in {} ({})</summary>\n\n",
        code(row.flag),
        code(row.environment),
        row.audiences()
    );
    if let Some(change) = row.change {
        text.push_str(&changes::table(change, MOST_LINES));
    }
    if let Some(impact) = row.impact.filter(|impact| !impact.groups.is_empty()) {
        text.push_str("\n| people | from | to |\n| ---: | --- | --- |\n");
        for group in impact.groups.iter().take(MOST_LINES) {
            let (from, to) = from_to(group);
            let counted = format!("{} ({})", grouped(group.people), share(group.people, people));
            let _ = writeln!(text, "| {counted} | {} | {} |", code(&from), code(&to));
        }
        more(&mut text, impact.groups.len(), "groups");
    }
    if let Some(impact) = row.impact {
        for (count, what) in [
            (impact.revalued, "get another value of the variant that they had"),
            (impact.changed_arm, "are in another arm"),
        ] {
            if count > 0 {
                let _ = writeln!(text, "\n{} {what}.", grouped(count));
            }
        }
    }
    for example in &row.examples {
        let _ = writeln!(text, "\nFor example {}:\n", code(&brief(&example.context)));
        text.push_str("<pre>\n");
        for (side, trace) in [("before", &example.before), ("after", &example.after)] {
            let told = trace.as_ref().map_or("there is no such flag\n".to_owned(), told);
            let _ = write!(text, "{side}: {}", lines(&told));
        }
        text.push_str("</pre>\n");
    }
    text.push_str("\n</details>\n\n");
    text
}

fn more(text: &mut String, count: usize, what: &str) {
    if count > MOST_LINES {
        let _ = writeln!(text, "\nAnd {} more {what}.", count - MOST_LINES);
    }
}
