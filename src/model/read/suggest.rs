/// The known word that somebody most likely meant, if one is near.
pub(crate) fn suggest<'k>(written: &str, known: &[&'k str]) -> Option<&'k str> {
    let plain = simplify(written);
    // A word this long is no slip of the hand, and comparing it would take long.
    if plain.len() > 64 {
        return None;
    }
    known
        .iter()
        .map(|&word| (distance(&plain, &simplify(word)), word))
        .filter(|&(distance, word)| {
            distance <= word.len().div_ceil(3).min(3) && distance < plain.len().max(1)
        })
        .min_by_key(|&(distance, _)| distance)
        .map(|(_, word)| word)
}

/// Letters and digits in lower case: `client_visible` and `ClientVisible` are the same word.
fn simplify(word: &str) -> Vec<char> {
    let letters: Vec<char> = word
        .chars()
        .filter(|c| c.is_alphanumeric())
        .flat_map(char::to_lowercase)
        .collect();
    if letters.is_empty() {
        word.chars().collect()
    } else {
        letters
    }
}

/// How many letters must be added, taken away, changed or swapped with the next one.
fn distance(left: &[char], right: &[char]) -> usize {
    let mut before: Vec<usize> = Vec::new();
    let mut above: Vec<usize> = (0..=right.len()).collect();
    let mut last_left = None;
    for (row, &a) in left.iter().enumerate() {
        let mut current = vec![row + 1];
        let mut last_right = None;
        for (column, &b) in right.iter().enumerate() {
            let at = |cells: &[usize], index: usize| cells.get(index).copied().unwrap_or(usize::MAX - 1);
            let change = at(&above, column) + usize::from(a != b);
            let mut best = change
                .min(at(&above, column + 1) + 1)
                .min(at(&current, column) + 1);
            if last_left == Some(b) && last_right == Some(a) && column > 0 {
                best = best.min(at(&before, column - 1) + 1);
            }
            current.push(best);
            last_right = Some(b);
        }
        before = std::mem::replace(&mut above, current);
        last_left = Some(a);
    }
    above.last().copied().unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    const KNOWN: &[&str] = &[
        "clientVisible",
        "default",
        "description",
        "if",
        "offVariant",
        "owner",
        "salt",
        "serve",
    ];

    #[test]
    fn slips_and_other_spellings_are_recognised() {
        for (written, meant) in [
            ("slat", "salt"),
            ("defualt", "default"),
            ("client_visible", "clientVisible"),
            ("off-variant", "offVariant"),
            ("Owner", "owner"),
            ("served", "serve"),
        ] {
            assert_eq!(suggest(written, KNOWN), Some(meant), "{written}");
        }
    }

    #[test]
    fn nothing_is_suggested_for_another_word() {
        for written in ["", "x", "percentage", "日本語", &"a".repeat(1_000)] {
            assert_eq!(suggest(written, KNOWN), None, "{written}");
        }
    }
}
