use super::rows::{Plan, Row, from_to, share};
use crate::author::explain;
use crate::clock;
use crate::govern::changes;
use crate::output::escape::{brief, plain};
use crate::output::words::grouped;
use std::fmt::Write;
use tidegate::delivery::percent;
use tidegate::engine::Trace;

/// More differences and groups of one flag are only counted.
const MOST_LINES: usize = 20;

pub(super) fn text(plan: &Plan) -> String {
    let mut text = format!(
        "{} against {}, at {}\n",
        plain(&plan.project),
        plain(&plan.against),
        clock::written(plan.now_ms)
    );
    let rows = plan.rows();
    if rows.is_empty() {
        text.push_str("nothing changes\n");
        return text;
    }
    let _ = writeln!(
        text,
        "{}; {} people asked about, {}{}",
        plan.flags(),
        grouped(plan.people),
        plan.who,
        plan.file
            .as_ref()
            .map_or(String::new(), |file| format!(" {}", plain(file)))
    );
    rows.iter().for_each(|row| add(&mut text, row, plan.people));
    text
}

fn add(text: &mut String, row: &Row<'_>, people: u64) {
    let step = row.change.map_or(0, |change| change.step);
    let step = match step {
        0 => String::new(),
        step => format!(", step at most {}", percent(step)),
    };
    let _ = writeln!(
        text,
        "\n{} in {} ({}): {}{step}",
        plain(row.flag),
        plain(row.environment),
        row.audiences(),
        row.kinds()
    );
    if let Some(change) = row.change {
        text.push_str(&changes::text(change, MOST_LINES));
    }
    let Some(impact) = row.impact else { return };
    let _ = writeln!(
        text,
        "  {} of {} people get another variant ({})",
        grouped(impact.moved),
        grouped(people),
        share(impact.moved, people)
    );
    for group in impact.groups.iter().take(MOST_LINES) {
        let (from, to) = from_to(group);
        let _ = writeln!(
            text,
            "    {}: {} → {}",
            grouped(group.people),
            plain(&from),
            plain(&to)
        );
    }
    more(text, impact.groups.len(), "groups");
    if impact.revalued > 0 {
        let _ = writeln!(
            text,
            "  {} get another value of their variant",
            grouped(impact.revalued)
        );
    }
    if impact.changed_arm > 0 {
        let _ = writeln!(text, "  {} are in another arm", grouped(impact.changed_arm));
    }
    for example in &row.examples {
        let _ = writeln!(text, "  for example {}", brief(&example.context));
        for (side, trace) in [("before", &example.before), ("after", &example.after)] {
            let told = trace.as_ref().map_or("there is no such flag\n".to_owned(), told);
            let _ = write!(text, "    {side}: {}", told.replace('\n', "\n      ").trim_end());
            text.push('\n');
        }
    }
}

fn more(text: &mut String, count: usize, what: &str) {
    if count > MOST_LINES {
        let _ = writeln!(text, "    and {} more {what}", count - MOST_LINES);
    }
}

/// An explanation as a tree.
pub(super) fn told(trace: &Trace) -> String {
    explain::tree(trace, false)
}
