//! Walks the tables of compiled regular expressions.
//!
//! A table is a complete, minimal DFA over bytes that answers one question: does the text hold a match
//! anywhere? All numbers are little-endian `u16`.
//!
//! | offset | bytes | what |
//! | --- | --- | --- |
//! | 0 | 2 | `width`, the entries of a row: 1 for the end of the text + the number of byte classes (1..=256) |
//! | 2 | 2 | `start`, a target |
//! | 4 | 256 | for each byte, its class − 1 |
//! | 260 | 2 · width · rows | the rows, one a state: the target at the end of the text, then one target a class |
//!
//! A target is the index of the first entry of a row (so a step is one addition and one load), or one of two
//! values that end the walk: [`ACCEPT`], there is a match whatever follows, or [`DEAD`], there is none. The end
//! of the text leads to one of these two only.

/// The target that means: a match was found.
pub(crate) const ACCEPT: u16 = 0xFFFF;

/// The target that means: no match can follow. Targets below it are rows.
pub(crate) const DEAD: u16 = 0xFFFE;

/// The most bytes that a table may have.
///
/// Any larger table could not number its entries in a `u16` without meeting [`DEAD`].
pub(crate) const MAX_TABLE_BYTES: usize = 64 * 1_024;

/// A compiled pattern, or a compiled set of needles, borrowed from a snapshot.
#[derive(Clone, Copy)]
pub(crate) struct Automaton<'a> {
    width: u16,
    start: u16,
    classes: &'a [u8; 256],
    entries: &'a [[u8; 2]],
}

impl<'a> Automaton<'a> {
    /// Takes apart the bytes of one table, in constant time; [`Automaton::check`] looks inside.
    pub(crate) fn read(table: &'a [u8]) -> Option<Self> {
        let (&width, rest) = table.split_first_chunk()?;
        let (&start, rest) = rest.split_first_chunk()?;
        let (classes, rest) = rest.split_first_chunk()?;
        let (entries, odd) = rest.as_chunks();
        let (width, start) = (u16::from_le_bytes(width), u16::from_le_bytes(start));
        let whole = odd.is_empty() && table.len() <= MAX_TABLE_BYTES;
        whole.then_some(Self {
            width,
            start,
            classes,
            entries,
        })
    }

    /// Whether every class, row and target is in range: a table that passes says what its compiler meant.
    ///
    /// A table that does not pass still cannot make [`Automaton::finds`] panic or loop.
    pub(crate) fn check(&self) -> bool {
        let width = usize::from(self.width);
        let row = |target: usize| target < self.entries.len() && target.is_multiple_of(width);
        (2..=257).contains(&width)
            && self.entries.len().is_multiple_of(width)
            && self.classes.iter().all(|&class| usize::from(class) + 1 < width)
            && (self.start >= DEAD || row(self.start.into()))
            && self.entries.iter().enumerate().all(|(index, &entry)| {
                let target = u16::from_le_bytes(entry);
                target >= DEAD || (!index.is_multiple_of(width) && row(target.into()))
            })
    }

    /// Whether the haystack, UTF-8 text, holds a match; one step a byte.
    pub(crate) fn finds(&self, haystack: &[u8]) -> bool {
        let mut state = self.start;
        for &byte in haystack {
            if state >= DEAD {
                break;
            }
            let class = self.classes.get(usize::from(byte)).copied().unwrap_or_default();
            state = self.target(usize::from(state) + usize::from(class) + 1);
        }
        if state < DEAD {
            state = self.target(usize::from(state));
        }
        state == ACCEPT
    }

    fn target(&self, index: usize) -> u16 {
        self.entries
            .get(index)
            .map_or(DEAD, |&entry| u16::from_le_bytes(entry))
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::indexing_slicing)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// `^a*$` by hand: one row; the end accepts, `a` stays, anything else is dead.
    fn only_a() -> Vec<u8> {
        let mut table = vec![3, 0, 0, 0];
        table.extend((0..=255_u8).map(|byte| u8::from(byte == b'a')));
        for target in [ACCEPT, DEAD, 0] {
            table.extend(target.to_le_bytes());
        }
        table
    }

    #[test]
    fn a_table_written_by_hand_answers() {
        let table = only_a();
        let automaton = Automaton::read(&table).unwrap();
        assert!(automaton.check());
        assert!(automaton.finds(b""));
        assert!(automaton.finds(b"aaaa"));
        assert!(!automaton.finds(b"aab"));
        assert!(!automaton.finds(b"b"));
    }

    #[test]
    fn a_start_that_accepts_needs_no_rows() {
        let mut table = vec![2, 0, 0xFF, 0xFF];
        table.extend([0; 256]);
        let automaton = Automaton::read(&table).unwrap();
        assert!(automaton.check());
        assert!(automaton.finds(b"") && automaton.finds(b"anything"));
    }

    #[test]
    fn what_is_out_of_range_does_not_pass() {
        let good = only_a();
        assert!(Automaton::read(&good[..259]).is_none(), "cut inside the classes");
        assert!(Automaton::read(&good[..265]).is_none(), "half an entry");
        assert!(!Automaton::read(&good[..264]).unwrap().check(), "half a row");
        let broken = |at: usize, byte: u8| {
            let mut table = good.clone();
            table[at] = byte;
            Automaton::read(&table).unwrap().check()
        };
        assert!(!broken(0, 0), "rows of no width");
        assert!(!broken(0, 1), "no class");
        assert!(!broken(1, 1), "wider than there are classes");
        assert!(!broken(2, 1), "a start within a row");
        assert!(!broken(2, 3), "a start after the last row");
        assert!(!broken(4, 2), "a class that is not there");
        assert!(!broken(260 + 1, 0), "an end that leads to no answer");
        assert!(!broken(260 + 4, 1), "a target within a row");
        assert!(!broken(260 + 4, 3), "a target after the last row");
    }

    proptest! {
        #[test]
        fn arbitrary_bytes_never_panic(
            mut table in proptest::collection::vec(any::<u8>(), 0..700),
            width in 0_u8..6,
            targets in any::<bool>(),
            haystack in proptest::collection::vec(any::<u8>(), 0..64),
        ) {
            if targets && table.len() > 262 {
                table[..4].copy_from_slice(&[width, 0, 0, 0]);
            }
            if let Some(automaton) = Automaton::read(&table) {
                automaton.check();
                automaton.finds(&haystack);
            }
        }
    }
}
