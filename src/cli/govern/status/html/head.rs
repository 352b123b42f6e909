//! Above the matrix: what it is of, what is published, and how to find something in it.

use super::marked::time;
use crate::output::page::escaped;
use crate::report::number;
use std::fmt::Write;
use tidegate::delivery::status::{Cell, Matrix, Published, Row, State};

/// Scopes that are shown without being asked for.
const MOST_SCOPES: usize = 4;

pub(super) fn head(matrix: &Matrix) -> String {
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
            let said = word.replace('-', " ");
            let _ = writeln!(text, "<option value=\"{word}\">{said} ({count})</option>");
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
