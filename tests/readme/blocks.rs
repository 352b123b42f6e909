/// A fenced block of a document.
pub(crate) struct Block<'t> {
    /// What stands behind the opening fence.
    pub(crate) language: &'t str,
    /// The number of its opening fence's line, from 1.
    pub(crate) line: usize,
    /// Its lines, each with its end.
    pub(crate) text: String,
}

/// The fenced blocks of a document, in order. Fences of other forms than ours are refused, so that none is overlooked.
pub(crate) fn blocks(document: &str) -> Vec<Block<'_>> {
    for (form, what) in [
        ("\n~~~", "tildes"),
        (" ```", "an indented fence"),
        ("\n    ", "an indented block"),
    ] {
        assert!(!prose(document).contains(form), "{what} in place of a fence");
    }
    let mut found = Vec::new();
    let mut open: Option<Block<'_>> = None;
    for (index, line) in document.lines().enumerate() {
        match (line.strip_prefix("```"), &mut open) {
            (Some(language), None) => {
                open = Some(Block {
                    language: language.trim(),
                    line: index + 1,
                    text: String::new(),
                });
            }
            (Some(_), Some(_)) => found.extend(open.take()),
            (None, Some(block)) => block.text.extend([line, "\n"]),
            (None, None) => {}
        }
    }
    assert!(open.is_none(), "a block has no end");
    found
}

/// The document without its fenced blocks, so that what is left is prose.
pub(crate) fn prose(document: &str) -> String {
    let mut fenced = false;
    let mut left = String::new();
    for line in document.lines() {
        let fence = line.starts_with("```");
        if !fenced && !fence {
            left.extend([line, "\n"]);
        }
        fenced ^= fence;
    }
    left
}
