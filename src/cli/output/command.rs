//! Commands that people are told to run: as they are told they run.

use std::path::Path;

/// `tidegate …` with the project's folder, as a shell takes it.
pub(crate) fn tidegate(words: &[&str], project: &Path) -> String {
    let project = project.to_string_lossy();
    let place: &[&str] = match &*project {
        "." => &[],
        project => &["--project", project],
    };
    let words: Vec<String> = words.iter().chain(place).map(|word| quoted(word)).collect();
    format!("tidegate {}", words.join(" "))
}

/// A word that a shell takes for one, and takes nothing in it for anything else.
fn quoted(word: &str) -> String {
    let is_plain = |c: char| c.is_ascii_alphanumeric() || "-_./:@%+=,".contains(c);
    match !word.is_empty() && word.chars().all(is_plain) {
        true => word.to_owned(),
        false => format!("'{}'", word.replace('\'', r"'\''")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_word_is_one_word_whatever_stands_in_it() {
        let told = |project: &str| tidegate(&["audit", "verify"], Path::new(project));
        assert_eq!(told("."), "tidegate audit verify");
        assert_eq!(told("shop/eu-1"), "tidegate audit verify --project shop/eu-1");
        assert_eq!(told("a b"), "tidegate audit verify --project 'a b'");
        assert_eq!(told("$(x)"), "tidegate audit verify --project '$(x)'");
        assert_eq!(told("it's"), r"tidegate audit verify --project 'it'\''s'");
    }
}
