//! The matrix as a page: a table where there is room, cards where there is not, and the same on paper.

use super::said;
use crate::clock;
use crate::output::page::{Page, escaped};
use crate::report::number;
use std::fmt::Write;
use tidegate::delivery::judge::Verdict;
use tidegate::delivery::status::{Cell, Course, Exit, Gate, Matrix, Published, Row, Served, State, percent};

const STYLE: &str = include_str!("html/status.css");
const SCRIPT: &str = include_str!("html/filter.js");

/// Where the style says below which width there are cards.
const NARROW: &str = "max-width: 1px";

/// What a flag and an environment need beside each other, in pixels.
const FLAG_PIXELS: usize = 232;
const ENVIRONMENT_PIXELS: usize = 224;

/// Scopes that are shown without being asked for.
const MOST_SCOPES: usize = 4;

/// A page with the whole matrix, in one file that loads nothing.
pub(super) fn page(matrix: &Matrix) -> String {
    let title = format!("{}: flags", matrix.project);
    let mut body = head(matrix);
    body.push_str(&table(matrix));
    if !matrix.unknown.is_empty() {
        let flags = matrix.unknown.iter().map(|flag| code(flag)).collect::<Vec<_>>();
        let _ = writeln!(
            body,
            "<p class=\"wrong\">Published, but not in the project: {}</p>",
            flags.join(", ")
        );
    }
    let narrow = FLAG_PIXELS + ENVIRONMENT_PIXELS * matrix.environments.len();
    let style = STYLE.replace(NARROW, &format!("max-width: {narrow}px"));
    let page = Page {
        title: &title,
        style: style.into(),
        body: &body,
        script: Some(SCRIPT),
    };
    page.html()
}

fn head(matrix: &Matrix) -> String {
    let mut text = format!(
        "<header>\n<h1>{}</h1>\n<p class=\"soft\">{} in {}, at {}</p>\n",
        escaped(&matrix.project),
        number(matrix.rows.len(), "flag"),
        number(matrix.environments.len(), "environment"),
        time(matrix.now_ms)
    );
    text.push_str(&scopes(&matrix.published, matrix.now_ms));
    text.push_str(&filter(matrix));
    text.push_str("</header>\n");
    text
}

/// What is published; folded where that would be a page of its own.
fn scopes(published: &[Published], now_ms: i64) -> String {
    let mut text = String::new();
    for scope in published {
        let (class, word) = match scope.expires_ms <= now_ms {
            true => ("wrong", "expired"),
            false => ("soft", "expires"),
        };
        let _ = writeln!(
            text,
            "<li>{}/{} <span class=\"{class}\">version {}, {word} {}</span></li>",
            escaped(&scope.environment),
            scope.audience,
            scope.version,
            time(scope.expires_ms)
        );
    }
    let Some(first_ms) = published.iter().map(|scope| scope.expires_ms).min() else {
        return text;
    };
    let list = format!("<ul class=\"scopes\">\n{text}</ul>\n");
    if published.len() <= MOST_SCOPES {
        return list;
    }
    let expired = published
        .iter()
        .filter(|scope| scope.expires_ms <= now_ms)
        .count();
    let expires = match expired {
        0 => format!("<span class=\"soft\">the first expires {}</span>", time(first_ms)),
        _ => format!("<b class=\"wrong\">{expired} expired</b>"),
    };
    let count = number(published.len(), "scope");
    format!("<details>\n<summary>{count} published, {expires}</summary>\n{list}</details>\n")
}

/// Shown by the script alone, since it does nothing without.
fn filter(matrix: &Matrix) -> String {
    let mut text = String::from(
        "<form hidden>\n<label>Find <input type=\"search\" autocomplete=\"off\"></label>\n\
        <label>State <select>\n<option value=\"\">any</option>\n",
    );
    let mut offer = |word: &str, count: usize| {
        if count > 0 {
            let _ = writeln!(text, "<option value=\"{word}\">{word} ({count})</option>");
        }
    };
    let rows = |is: &dyn Fn(&Row) -> bool| matrix.rows.iter().filter(|row| is(row)).count();
    for state in State::ALL {
        offer(
            state.word(),
            rows(&|row| row.cells.iter().any(|cell| cell.state == state)),
        );
    }
    offer("stale", rows(&|row| !row.stale.is_empty()));
    offer("differs", rows(&|row| row.cells.iter().any(Cell::differs)));
    text.push_str("</select></label>\n<output class=\"soft\" aria-live=\"polite\"></output>\n</form>\n");
    text
}

/// Roles are said again, since cards are no table to a browser.
fn table(matrix: &Matrix) -> String {
    if matrix.rows.is_empty() {
        return "<p>No flag matches.</p>\n".to_owned();
    }
    let mut text = String::from(
        "<table role=\"table\">\n<caption>What each flag serves in each environment, to whom, and what its plan waits for\
        </caption>\n<thead role=\"rowgroup\">\n<tr role=\"row\"><th role=\"columnheader\" scope=\"col\">Flag</th>",
    );
    for environment in &matrix.environments {
        let _ = write!(
            text,
            "<th role=\"columnheader\" scope=\"col\">{}</th>",
            escaped(environment)
        );
    }
    text.push_str("</tr>\n</thead>\n<tbody role=\"rowgroup\">\n");
    for row in &matrix.rows {
        let _ = write!(text, "<tr role=\"row\" data-is=\"{}\">", words(row));
        text.push_str(&flag(row, matrix.now_ms));
        for cell in &row.cells {
            text.push_str(&self::cell(cell, matrix.now_ms));
        }
        text.push_str("</tr>\n");
    }
    text.push_str("</tbody>\n</table>\n");
    text
}

/// What the filter knows of a row.
fn words(row: &Row) -> String {
    let mut words: Vec<&str> = row.cells.iter().map(|cell| cell.state.word()).collect();
    words.extend((!row.stale.is_empty()).then_some("stale"));
    words.extend(row.cells.iter().any(Cell::differs).then_some("differs"));
    words.sort_unstable();
    words.dedup();
    words.join(" ")
}

fn flag(row: &Row, now_ms: i64) -> String {
    let mut text = format!(
        "<th role=\"rowheader\" scope=\"row\"><span class=\"key\">{}</span>",
        escaped(&row.key)
    );
    for why in &row.stale {
        let _ = write!(text, " <b class=\"mark bad\">{}</b>", escaped(why));
    }
    if let Some(description) = &row.description {
        let _ = write!(text, "<p>{}</p>", escaped(description));
    }
    let facts = [
        row.kind.map(|kind| kind.word().to_owned()),
        row.owner.as_ref().map(|owner| format!("owner {owner}")),
        row.risk.map(|risk| format!("{} risk", risk.word())),
        (!row.client_visible).then(|| "servers only".to_owned()),
        said::age(row, now_ms),
        said::expiry(row, now_ms),
    ];
    let facts: Vec<String> = facts.iter().flatten().map(|fact| escaped(fact)).collect();
    let _ = write!(text, "<p class=\"soft\">{}</p></th>", facts.join(" · "));
    text
}

fn cell(cell: &Cell, now_ms: i64) -> String {
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

/// Text in which backticks mark code.
fn marked(text: &str) -> String {
    let parts = text.split('`').enumerate();
    let has_pairs = text.matches('`').count().is_multiple_of(2);
    match has_pairs {
        true => parts
            .map(|(number, part)| match number % 2 {
                0 => escaped(part),
                _ => code(part),
            })
            .collect(),
        false => escaped(text),
    }
}

fn code(text: &str) -> String {
    format!("<code>{}</code>", escaped(text))
}

/// To the minute for people, in full for machines.
fn time(moment_ms: i64) -> String {
    let written = escaped(&clock::written(moment_ms));
    let shown: String = written
        .replace('T', " ")
        .chars()
        .take("2026-11-20 09:00".len())
        .collect();
    format!("<time datetime=\"{written}\">{shown} UTC</time>")
}
