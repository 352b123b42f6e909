use ignore::gitignore::{Gitignore, GitignoreBuilder};
use std::path::Path;
use tidegate::model::{Diagnostic, Spanned};

/// Globs as in `.gitignore`: one with a slash binds at the top, one without fits at any depth, a folder stands for all
/// that is in it, and `!` takes back.
#[derive(Debug)]
pub(crate) struct Globs {
    matcher: Gitignore,
}

impl Globs {
    /// Reads what a project's file says; what is no glob is told with its place.
    pub(crate) fn new(globs: &[Spanned<String>]) -> Result<Self, Diagnostic> {
        let mut builder = GitignoreBuilder::new("");
        for glob in globs {
            builder
                .add_line(None, &glob.value)
                .map_err(|error| refused(glob, &error))?;
        }
        let matcher = builder.build().map_err(|error| match globs.first() {
            Some(glob) => refused(glob, &error),
            None => Diagnostic::error("bad-glob", &tidegate::model::Place::default(), error.to_string()),
        })?;
        Ok(Self { matcher })
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.matcher.is_empty()
    }

    /// Does a path, without a slash at its start, fit, or a folder that it lies in?
    pub(crate) fn fit(&self, path: &Path, is_folder: bool) -> bool {
        path.is_relative()
            && self
                .matcher
                .matched_path_or_any_parents(path, is_folder)
                .is_ignore()
    }
}

fn refused(glob: &Spanned<String>, error: &ignore::Error) -> Diagnostic {
    let message = format!("`{}` is not a glob: {error}", glob.value);
    Diagnostic::error("bad-glob", &glob.place, message)
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use tidegate::model::Place;

    fn globs(list: &[&str]) -> Result<Globs, Diagnostic> {
        let spanned = |glob: &&str| Spanned::new((*glob).to_owned(), Place::default());
        Globs::new(&list.iter().map(spanned).collect::<Vec<_>>())
    }

    #[test]
    fn globs_mean_what_they_mean_in_gitignore() {
        let globs = globs(&["src/checkout/**", "*.md", "/top.txt", "vendor", "!vendor/ours.rs"]).unwrap();
        for path in [
            "src/checkout/a/b.ts",
            "README.md",
            "docs/a.md",
            "top.txt",
            "a/vendor/b.c",
        ] {
            assert!(globs.fit(Path::new(path), false), "{path}");
        }
        for path in [
            "src/cart/a.ts",
            "a/top.txt",
            "a.mdx",
            "vendor/ours.rs",
            "/src/checkout/a",
        ] {
            assert!(!globs.fit(Path::new(path), false), "{path}");
        }
    }

    #[test]
    fn what_is_no_glob_is_refused() {
        for wrong in ["{a", "[z-a]"] {
            assert!(globs(&["a", wrong]).is_err(), "{wrong}");
        }
    }
}
