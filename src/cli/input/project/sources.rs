use std::collections::HashMap;
use std::ops::Range;
use std::path::PathBuf;
use tidegate::model::Place;

/// Texts by path, for excerpts.
#[derive(Debug, Default)]
pub(crate) struct Sources {
    pub(super) folder: PathBuf,
    pub(super) texts: HashMap<String, String>,
}

/// A line and the part of it that is marked.
#[derive(Debug)]
pub(crate) struct Excerpt<'s> {
    pub(crate) line: &'s str,
    pub(crate) marked: Range<usize>,
}

impl Sources {
    /// One text that is not part of a project; an excerpt's line number is its place's.
    pub(crate) fn of_text(path: &str, text: &str) -> Self {
        let mut sources = Self::default();
        sources.add(path, text);
        sources
    }

    pub(super) fn add(&mut self, path: &str, text: &str) {
        self.texts.insert(path.to_owned(), text.to_owned());
    }

    /// The path as somebody in the current folder would write it.
    pub(crate) fn display(&self, path: &str) -> String {
        match self.folder.as_os_str().to_str() {
            Some("" | ".") => path.to_owned(),
            _ => self.folder.join(path).display().to_string(),
        }
    }

    /// The first line of a place.
    pub(crate) fn excerpt(&self, place: &Place) -> Option<Excerpt<'_>> {
        let text = self.texts.get(place.file.as_ref())?.as_str();
        if text.is_empty() {
            return None;
        }
        let start = text.floor_char_boundary(place.start);
        let (before, after) = text.split_at_checked(start)?;
        let line_start = before.rfind('\n').map_or(0, |at| at + 1);
        let rest = after
            .split('\n')
            .next()
            .unwrap_or_default()
            .trim_end_matches('\r');
        let line_end = start + rest.len();
        let line = text.get(line_start..line_end)?;
        // A byte order mark is not seen, and would move the marks.
        let (line, hidden) = match line.strip_prefix('\u{feff}') {
            Some(line) => (line, '\u{feff}'.len_utf8()),
            None => (line, 0),
        };
        let from = (start - line_start).saturating_sub(hidden);
        let to = text
            .floor_char_boundary(place.end.min(line_end))
            .saturating_sub(line_start + hidden);
        Some(Excerpt {
            line,
            marked: from..to.max(from),
        })
    }

    /// Line and column behind the last character of a place.
    pub(crate) fn end(&self, place: &Place) -> (usize, usize) {
        let marked = self
            .texts
            .get(place.file.as_ref())
            .and_then(|text| text.get(place.start..place.end))
            .unwrap_or_default();
        let lines = marked.matches('\n').count();
        let last = marked.rsplit('\n').next().unwrap_or_default().chars().count();
        let column = if lines == 0 { place.column + last } else { last + 1 };
        (place.line + lines, column)
    }
}
