use crate::model::diagnostic::{Place, Spanned};
use crate::model::document::Node;
use crate::model::read::fields::every;
use crate::model::read::problems::{Problems, quote};
use crate::model::read::scalar::text;
use crate::model::read::suggest::suggest;
use crate::model::source::{VARIABLES, variables};

/// Text with variables that exist.
pub(super) fn template(node: &Node, problems: &mut Problems) -> Option<Spanned<String>> {
    let written = text(node, problems)?;
    if written.value.trim().is_empty() {
        problems.error("empty-list", &node.place, "the text must not be empty");
        return None;
    }
    let named = variables(&written.value);
    every(&named, |variable| {
        if VARIABLES.contains(&variable.as_str()) {
            return Some(());
        }
        let message = format!("there is no variable `${}`", quote(variable));
        let help = match suggest(variable, &VARIABLES) {
            Some(meant) => format!("did you mean `${meant}`? A dollar sign is written `$$`"),
            None => format!(
                "the variables are ${}; a dollar sign is written `$$`",
                VARIABLES.join(", $")
            ),
        };
        problems.error_with_help("unknown-variable", &node.place, message, help);
        None
    })?;
    Some(written)
}

/// Refuses what would be the same for both arms: nothing could ever be found wrong with it.
pub(super) fn tells_arms_apart(texts: &[&str], place: &Place, problems: &mut Problems) -> Option<()> {
    let names = |variable: &str| {
        texts
            .iter()
            .any(|text| variables(text).iter().any(|named| named == variable))
    };
    if names("arm") || names("variant") {
        return Some(());
    }
    let message = "it would tell the same of both arms: it needs `$arm` or `$variant`";
    problems.error("missing-variable", place, message);
    None
}

/// Refuses a query that would count earlier stages again.
pub(super) fn counts_the_stage(query: &Spanned<String>, problems: &mut Problems) -> Option<()> {
    let named = variables(&query.value);
    if named
        .iter()
        .any(|name| matches!(name.as_str(), "stage" | "since" | "window"))
    {
        return Some(());
    }
    let message = "it would count what came before the stage: it needs `$stage` or `$window`";
    problems.error("missing-variable", &query.place, message);
    None
}
