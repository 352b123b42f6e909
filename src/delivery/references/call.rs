/// What a call with a flag's key looks like: what stands before the key in quotes, and what behind it.
#[derive(Debug, Clone)]
pub(super) struct Call {
    before: Vec<u8>,
    after: Vec<u8>,
}

/// Type arguments longer than this are not skipped.
const LONGEST_TYPES: usize = 200;

impl Call {
    /// Reads `useFlag({}`: white space counts only between two words.
    pub(super) fn new(pattern: &str) -> Option<Self> {
        let (before, after) = pattern.split_once("{}")?;
        let [before, after] = [before, after].map(|part| tight(part.as_bytes()));
        (!before.is_empty()).then_some(Self { before, after })
    }

    /// Is what stands in quotes between these two texts the key of such a call?
    pub(super) fn holds(&self, before: &[u8], after: &[u8]) -> bool {
        self.ends(before) && self.follows(after)
    }

    /// What stands directly before the key.
    pub(super) fn last(&self) -> Option<u8> {
        self.before.last().copied()
    }

    fn ends(&self, text: &[u8]) -> bool {
        let mut rest = text;
        let mut expected = self.before.as_slice();
        while let Some((&last, left)) = expected.split_last() {
            if last == b' ' {
                let shorter = rest.trim_ascii_end();
                if shorter.len() == rest.len() {
                    return false;
                }
                (rest, expected) = (shorter, left);
                continue;
            }
            // Between marks, and between a mark and a word, there may be white space or none.
            let gap = rest.trim_ascii_end();
            if !is_word(last) || expected.len() == self.before.len() {
                rest = gap;
            } else if self
                .before
                .get(expected.len())
                .is_some_and(|next| !is_word(*next))
            {
                rest = gap;
                rest = without_types(rest);
            }
            match rest.split_last() {
                Some((&found, left_of_it)) if found == last => (rest, expected) = (left_of_it, left),
                _ => return false,
            }
        }
        let first_is_word = self.before.first().is_some_and(|first| is_word(*first));
        !first_is_word || rest.last().is_none_or(|&byte| !is_word(byte))
    }

    fn follows(&self, text: &[u8]) -> bool {
        let mut rest = text;
        for &expected in &self.after {
            if expected == b' ' {
                rest = rest.trim_ascii_start();
                continue;
            }
            if !is_word(expected) {
                rest = rest.trim_ascii_start();
            }
            match rest.split_first() {
                Some((&found, left)) if found == expected => rest = left,
                _ => return false,
            }
        }
        true
    }
}

/// Without white space, but for one blank between two words.
fn tight(text: &[u8]) -> Vec<u8> {
    let mut kept: Vec<u8> = Vec::with_capacity(text.len());
    let mut gap = false;
    for &byte in text {
        if byte.is_ascii_whitespace() {
            gap = true;
            continue;
        }
        if gap && is_word(byte) && kept.last().is_some_and(|last| is_word(*last)) {
            kept.push(b' ');
        }
        kept.push(byte);
        gap = false;
    }
    kept
}

/// What stands before type arguments: `value<boolean>` without `<boolean>`.
fn without_types(text: &[u8]) -> &[u8] {
    let Some(inner) = text.strip_suffix(b">") else {
        return text;
    };
    let mut depth = 1;
    for (position, byte) in inner.iter().enumerate().rev().take(LONGEST_TYPES) {
        match byte {
            b'>' => depth += 1,
            b'<' => depth -= 1,
            b';' | b'{' | b'}' => return text,
            _ => {}
        }
        if depth == 0 {
            let before = inner.get(..position).unwrap_or_default().trim_ascii_end();
            // Rust's `::<T>`.
            return before.strip_suffix(b"::").unwrap_or(before);
        }
    }
    text
}

/// Part of a name in some language; what is not ASCII is taken for one.
pub(super) fn is_word(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'$') || !byte.is_ascii()
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(pattern: &str, before: &str, after: &str, expected: bool) {
        let call = Call::new(pattern).unwrap();
        let found = call.holds(before.as_bytes(), after.as_bytes());
        assert_eq!(found, expected, "{pattern}: {before}·{after}");
    }

    #[test]
    fn white_space_and_type_arguments_do_not_matter() {
        for before in [
            "useFlag(",
            "x = useFlag (\n  ",
            "useFlag<boolean>(",
            "useFlag::<bool>(",
            "a.useFlag< Map<string, A> > (",
        ] {
            check("useFlag({}", before, ")", true);
        }
        check("flags . value ( {}", "this.flags.value(", ", 1)", true);
        check("flags.value({}", "flags\n    .value(", "", true);
        check("BooleanValue(ctx, {}", "c.BooleanValue( ctx,", "", true);
        check("<Gate flag={}", "<Gate  flag = ", ">", true);
        check("if on {}", "  if  on ", "", true);
    }

    #[test]
    fn another_call_is_another() {
        for before in [
            "reuseFlag(",
            "useFlag",
            "useFlags(",
            "use Flag(",
            "(",
            "",
            "useFlag(a, ",
            "useFlag>(",
            "éuseFlag(",
        ] {
            check("useFlag({}", before, ")", false);
        }
        check("if on {}", "ifon ", "", false);
        check("useFlag({})", "useFlag(", " )", true);
        check("useFlag({})", "useFlag(", ", 1)", false);
        assert!(Call::new("{}").is_none());
        assert!(Call::new("useFlag(").is_none());
    }
}
