//! The matrix as a page: a table where there is room, cards where there is not, and the same on paper.

mod cell;
mod head;
mod marked;

use super::said;
use crate::output::page::{Page, escaped};
use marked::code;
use std::fmt::Write;
use tidegate::delivery::status::{Cell, Matrix, Row};

const STYLE: &str = include_str!("html/status.css");
const SCRIPT: &str = include_str!("html/filter.js");

/// What a flag and an environment need beside each other, in pixels.
const FLAG_PIXELS: usize = 232;
const ENVIRONMENT_PIXELS: usize = 224;

/// A page with the whole matrix, in one file that loads nothing.
pub(super) fn page(matrix: &Matrix) -> String {
    let title = format!("{}: flags", matrix.project);
    let mut body = head::head(matrix);
    body.push_str(&table(matrix));
    if !matrix.unknown.is_empty() {
        let flags = matrix.unknown.iter().map(|flag| code(flag)).collect::<Vec<_>>();
        let _ = writeln!(
            body,
            "<p class=\"wrong\">Published, but not in the project: {}</p>",
            flags.join(", ")
        );
    }
    let page = Page {
        title: &title,
        style: STYLE,
        narrow_pixels: FLAG_PIXELS + ENVIRONMENT_PIXELS * matrix.environments.len(),
        body: &body,
        script: Some(SCRIPT),
    };
    page.html()
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
            text.push_str(&cell::cell(cell, matrix.now_ms));
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
