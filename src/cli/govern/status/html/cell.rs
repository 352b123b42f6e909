//! What a flag does in one environment.

use super::marked::{code, marked};
use crate::govern::status::said;
use crate::output::page::escaped;
use std::fmt::Write;
use tidegate::delivery::judge::Verdict;
use tidegate::delivery::percent;
use tidegate::delivery::status::{Cell, Course, Exit, Gate, Served};

pub(super) fn cell(cell: &Cell, now_ms: i64) -> String {
    let mut text = format!(
        "<td role=\"cell\" data-environment=\"{}\"><p><b class=\"state {}\">{}</b>",
        escaped(&cell.environment),
        cell.state.word(),
        cell.state.word().replace('-', " ")
    );
    let is_closed = cell.state.is_closed();
    let mut stages = cell.plans.iter().filter(|_| !is_closed).filter_map(said::stage);
    if let Some(stage) = stages.next() {
        let _ = write!(text, " {}", escaped(&stage));
    }
    text.push_str("</p>");
    for course in cell.plans.iter().filter(|_| !is_closed) {
        text.push_str(&share(course));
    }
    for (flag, variants) in &cell.requires {
        let _ = write!(
            text,
            "<p class=\"soft\">only where {} serves {}</p>",
            code(flag),
            escaped(&variants.join(" or "))
        );
    }
    text.push_str("<ul>");
    for served in &cell.served {
        text.push_str(&exit(served));
    }
    text.push_str("</ul>");
    // What keeps a plan of a flag that is off is that it is off.
    for course in cell.plans.iter().filter(|_| !is_closed) {
        text.push_str(&gate(course, now_ms));
    }
    if let Some(reason) = why(cell, now_ms) {
        let _ = write!(text, "<p class=\"soft\">{}</p>", marked(&reason));
    }
    for told in said::published(cell) {
        let _ = write!(text, "<p class=\"note warn\">{}</p>", marked(&told));
    }
    text.push_str("</td>");
    text
}

/// The share as a bar, up to the ceiling where there is one; the words below say the same.
fn share(course: &Course) -> String {
    let Some(said) = said::share(course) else {
        return String::new();
    };
    let mut bar = String::from("<svg class=\"bar\" aria-hidden=\"true\" height=\"8\">");
    if let Some(ceiling) = course.ceiling {
        let _ = write!(
            bar,
            "<rect class=\"ceiling\" width=\"{}\" height=\"8\"/>",
            percent(ceiling)
        );
    }
    let _ = write!(
        bar,
        "<rect class=\"share\" width=\"{}\" height=\"8\"/></svg>",
        percent(course.share)
    );
    format!("{bar}<p>{}</p>", escaped(&said))
}

fn exit(served: &Served) -> String {
    let parts = said::parts(served).into_iter().map(|(what, note)| match note {
        Some(note) => format!(
            "<b>{}</b> <span class=\"soft\">({})</span>",
            escaped(&what),
            escaped(note)
        ),
        None => format!("<b>{}</b>", escaped(&what)),
    });
    let what = parts.collect::<Vec<_>>().join("; ");
    let whom = escaped(&served.whom);
    match &served.exit {
        Exit::Off => format!("<li>everybody gets {what}</li>"),
        Exit::Rule(_, Some(name)) => format!(
            "<li>{}: <span class=\"soft\">{whom}</span> →\u{a0}{what}</li>",
            escaped(name)
        ),
        _ => format!("<li>{whom} →\u{a0}{what}</li>"),
    }
}

fn gate(course: &Course, now_ms: i64) -> String {
    let mut text = match course.gate {
        Gate::Open => "<p class=\"note good\">gate open: it may go on</p>".to_owned(),
        Gate::Holds => {
            let missing = course.missing.iter();
            let missing = missing.map(|missing| format!("<li>{}</li>", marked(&missing.message)));
            format!(
                "<div class=\"note\"><p>held</p><ul>{}</ul></div>",
                missing.collect::<String>()
            )
        }
        Gate::None => String::new(),
    };
    if let Some(look) = &course.verdict {
        let class = match look.verdict {
            Verdict::Promote => "good",
            Verdict::Hold => "soft",
            Verdict::RollBack => "wrong",
        };
        let _ = write!(
            text,
            "<p class=\"{class}\">last verdict: {}</p>",
            marked(&said::verdict(course, look, now_ms))
        );
    }
    text
}

/// What was done last; where no log tells, the reason that the files give.
fn why(cell: &Cell, now_ms: i64) -> Option<String> {
    let told = cell.last_entry.as_ref();
    let reasons = cell.plans.iter().filter_map(|course| course.reason.as_ref());
    told.map(|last| format!("last: {}", said::last_entry(last, now_ms)))
        .or_else(|| reasons.map(|reason| format!("“{reason}”")).next())
}
