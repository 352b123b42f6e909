use super::{pattern, patterns};
use crate::model::diagnostic::Spanned;
use crate::model::document::{Entry, Kind, Node};
use crate::model::hygiene::References;
use crate::model::read::fields::{Fields, entries, every};
use crate::model::read::problems::{Problems, alternatives, quote};
use crate::model::read::scalar::{LONGEST_KEY, check_name};

pub(in crate::model::read) const REFERENCES_KEYS: &[&str] =
    &["roots", "only", "ignore", "wrappers", "aliases", "names"];

/// What a key may be turned into.
const FORMS: &[&str] = &[
    "{camelCase}",
    "{PascalCase}",
    "{snake_case}",
    "{SCREAMING_SNAKE_CASE}",
    "{kebab-case}",
    "{key}",
];

/// Where and how the code names flags.
pub(super) fn references(node: &Node, problems: &mut Problems) -> Option<References> {
    let fields = Fields::read(node, "where flags are used", REFERENCES_KEYS, problems)?;
    let mut globs = |key: &str, what: &'static str| {
        fields.optional(key, problems, |node, problems| patterns(node, what, problems))
    };
    let roots = globs("roots", "a list of folders");
    let only = globs("only", "a list of globs");
    let ignore = globs("ignore", "a list of globs");
    let wrappers = fields.optional("wrappers", problems, |node, problems| {
        with_place(node, "a list of calls", &["{}"], problems)
    });
    let aliases = fields.optional("aliases", problems, |node, problems| {
        with_place(node, "a list of names", FORMS, problems)
    });
    let names = fields.optional("names", problems, names);
    Some(References {
        roots: roots?.unwrap_or_default(),
        only: only?.unwrap_or_default(),
        ignore: ignore?.unwrap_or_default(),
        wrappers: wrappers?.unwrap_or_default(),
        aliases: aliases?.unwrap_or_default(),
        names: names?.unwrap_or_default(),
    })
}

/// Texts with one place, once, that the key stands at.
fn with_place(
    node: &Node,
    what: &str,
    places: &[&str],
    problems: &mut Problems,
) -> Option<Vec<Spanned<String>>> {
    let found = patterns(node, what, problems)?;
    every(&found, |written| {
        let count: usize = places
            .iter()
            .map(|place| written.value.matches(place).count())
            .sum();
        // `{}` alone would be every string, and tell nothing.
        if count == 1 && (places.len() > 1 || !written.value.starts_with("{}")) {
            return Some(written.clone());
        }
        let message = format!("`{}` does not say where the key stands", quote(&written.value));
        let help = match places {
            ["{}"] => "write `{}` once, behind the call, for the key in quotes: useFlag({}".to_owned(),
            _ => format!("write one of {} once", alternatives(places)),
        };
        problems.error_with_help("invalid-pattern", &written.place, message, help);
        None
    })
}

/// A flag, and what else it is called.
type Names = (Spanned<String>, Vec<Spanned<String>>);

/// Further names, by flag: one or a list.
fn names(node: &Node, problems: &mut Problems) -> Option<Vec<Names>> {
    every(
        entries(node, "the names of flags", problems)?,
        |Entry { key, value }| {
            let named = check_name(key, "a flag's key", LONGEST_KEY, problems);
            let names = match &value.kind {
                Kind::Sequence(_) => patterns(value, "a list of names", problems)?,
                _ => vec![pattern(value, problems)?],
            };
            named.then(|| (key.clone(), names))
        },
    )
}
