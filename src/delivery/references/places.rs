use memchr::{memchr, memchr_iter, memrchr};

/// Where something stands in a text, for people.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Place {
    /// From 1.
    pub line: usize,
    /// From 1, in characters; what is not UTF-8 counts each byte that begins one or stands alone.
    pub column: usize,
}

/// Turns offsets that only grow into lines and columns, each byte looked at once: also where a file is one endless line.
#[derive(Debug)]
pub struct Places<'t> {
    text: &'t [u8],
    offset: usize,
    place: Place,
}

impl<'t> Places<'t> {
    /// At the start of a text.
    pub fn new(text: &'t [u8]) -> Self {
        Self {
            text,
            offset: 0,
            place: Place { line: 1, column: 1 },
        }
    }

    /// The place of an offset that is not less than the one before.
    pub fn at(&mut self, offset: usize) -> Place {
        let passed = self.text.get(self.offset..offset).unwrap_or_default();
        let line = match memrchr(b'\n', passed) {
            Some(last) => {
                self.place.line += memchr_iter(b'\n', passed).count();
                self.place.column = 1;
                passed.get(last + 1..).unwrap_or_default()
            }
            None => passed,
        };
        self.place.column += line.iter().filter(|byte| (**byte & 0xC0) != 0x80).count();
        self.offset = self.offset.max(offset);
        self.place
    }

    /// How many lines the whole text has; one without a line end at its end counts too.
    pub fn lines(text: &[u8]) -> usize {
        let ends = memchr_iter(b'\n', text).count();
        ends + usize::from(text.last().is_some_and(|last| *last != b'\n'))
    }
}

/// The longest part of a line that is shown, in bytes.
const LONGEST_SHOWN: usize = 160;

/// The line that an offset stands in, as far as it is shown, and as many lines before and after it.
pub fn excerpt(text: &[u8], offset: usize, around: usize) -> (Vec<String>, String, Vec<String>) {
    let offset = offset.min(text.len());
    let (before, after) = text.split_at_checked(offset).unwrap_or((text, &[]));
    let start = memrchr(b'\n', before).map_or(0, |at| at + 1);
    let end = memchr(b'\n', after).map_or(text.len(), |at| offset + at);
    let line = text.get(start..end).unwrap_or_default();
    let above = text.get(..start.saturating_sub(1)).filter(|_| start > 0);
    let mut earlier: Vec<String> = above
        .into_iter()
        .flat_map(|above| above.rsplit(|byte| *byte == b'\n').take(around))
        .map(|line| shown(line, 0))
        .collect();
    earlier.reverse();
    let below = text.get(end + 1..).filter(|below| !below.is_empty());
    let later = below
        .into_iter()
        .flat_map(|below| {
            below
                .strip_suffix(b"\n")
                .unwrap_or(below)
                .split(|byte| *byte == b'\n')
        })
        .take(around)
        .map(|line| shown(line, 0))
        .collect();
    (earlier, shown(line, offset - start), later)
}

/// A line as it stands there; of a long one only the part around a place.
fn shown(line: &[u8], at: usize) -> String {
    let from = match line.len() > LONGEST_SHOWN {
        true => at.saturating_sub(LONGEST_SHOWN / 4),
        false => 0,
    };
    let to = from.saturating_add(LONGEST_SHOWN).min(line.len());
    let part = String::from_utf8_lossy(line.get(from..to).unwrap_or_default());
    let part = part.trim_start_matches('\u{feff}').trim_end_matches('\r');
    let [left, right] = [from > 0, to < line.len()].map(|cut| if cut { "…" } else { "" });
    format!("{left}{part}{right}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_and_columns_count_from_1_in_characters() {
        let text = "ab\r\né'x'\n\n  z".as_bytes();
        let mut places = Places::new(text);
        let mut at = |offset| {
            let Place { line, column } = places.at(offset);
            (line, column)
        };
        assert_eq!(
            [at(0), at(1), at(6), at(7), at(11), at(13)],
            [(1, 1), (1, 2), (2, 2), (2, 3), (4, 1), (4, 3)]
        );
        assert_eq!(Places::lines(text), 4);
        assert_eq!(Places::lines(b"a\n"), 1);
        assert_eq!(Places::lines(b""), 0);
    }

    #[test]
    fn an_excerpt_has_the_lines_around_it_as_far_as_there_are_any() {
        let text = b"one\ntwo\r\nthree\nfour\n";
        let (before, line, after) = excerpt(text, 9, 1);
        assert_eq!(
            (before, line.as_str(), after),
            (vec!["two".to_owned()], "three", vec!["four".to_owned()])
        );
        let (before, line, after) = excerpt(text, 0, 9);
        assert_eq!((before.len(), line.as_str(), after.len()), (0, "one", 3));
        let (before, line, after) = excerpt(text, 999, 0);
        assert_eq!((before.len(), line.as_str(), after.len()), (0, "", 0));
    }

    #[test]
    fn of_an_endless_line_only_the_part_around_is_shown_as_it_stands() {
        let text = format!("{}\x1b'here'{}", "a".repeat(10_000), "b".repeat(10_000));
        let (_, line, _) = excerpt(text.as_bytes(), 10_001, 5);
        assert!(line.starts_with("…aaa") && line.ends_with("bbb…"), "{line}");
        assert!(line.contains("\x1b'here'b"), "{line}");
        assert!(line.len() < 200);
    }
}
