//! Pages for people: one file each, which loads nothing and runs no script but its own.

use crate::output::escape::acts;
use data_encoding::BASE64;
use sha2::{Digest, Sha256};

/// What all pages have in common: the colours of the lab, in light and dark, and on paper.
const STYLE: &str = concat!(
    include_str!("page/theme.css"),
    "\n",
    include_str!("page/page.css")
);

/// Where styles say below which width the rows of a table are cards.
const NARROW: &str = "(max-width: 1px)";

/// A page to be written.
#[derive(Debug)]
pub(crate) struct Page<'p> {
    /// What it is about, not escaped.
    pub(crate) title: &'p str,
    /// What is added to the style that all pages have.
    pub(crate) style: &'p str,
    /// Below so many pixels there is no room for its tables.
    pub(crate) narrow_pixels: usize,
    /// Everything that is shown.
    pub(crate) body: &'p str,
    /// What runs when all is there; a page is whole without.
    pub(crate) script: Option<&'p str>,
}

impl Page<'_> {
    /// The whole file. Its policy names style and script by their hashes: whatever slips into the body, nothing else is
    /// applied, run or fetched.
    pub(crate) fn html(&self) -> String {
        let narrow = format!("(max-width: {}px)", self.narrow_pixels);
        let style = format!("{STYLE}{}", self.style).replace(NARROW, &narrow);
        let (allowed, script) = match self.script {
            Some(script) => (
                format!("; script-src '{}'", hash(script)),
                format!("<script>{script}</script>\n"),
            ),
            None => (String::new(), String::new()),
        };
        format!(
            "<!doctype html>\n<html lang=\"en\">\n<meta charset=\"utf-8\">\n<meta name=\"generator\" content=\"tidegate\">\n\
            <meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; base-uri 'none'; form-action 'none'; \
            style-src '{}'{allowed}\">\n<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
            <title>{}</title>\n<style>{style}</style>\n<main>\n{}</main>\n{script}</html>\n",
            hash(&style),
            escaped(self.title),
            self.body,
        )
    }
}

/// Text as it is shown, in elements and in quoted attributes; control characters are shown as what cannot be shown.
pub(crate) fn escaped(text: &str) -> String {
    let mut safe = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '&' => safe.push_str("&amp;"),
            '<' => safe.push_str("&lt;"),
            '>' => safe.push_str("&gt;"),
            '"' => safe.push_str("&quot;"),
            '\'' => safe.push_str("&#39;"),
            '\n' | '\t' => safe.push(character),
            character if acts(character) => safe.push('\u{fffd}'),
            character => safe.push(character),
        }
    }
    safe
}

fn hash(text: &str) -> String {
    format!("sha256-{}", BASE64.encode(&Sha256::digest(text)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_that_is_escaped_ends_what_it_stands_in() {
        let shown = escaped("<b title='x' data-x=\"y\">&\u{1b}\u{0}");
        assert!(
            !shown.contains(['<', '>', '"', '\'', '\u{1b}', '\u{0}']),
            "{shown}"
        );
        assert_eq!(escaped("a & b\n"), "a &amp; b\n");
    }
}
