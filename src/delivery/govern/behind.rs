use std::fmt;

/// That what a change goes into has something which the change lacks: as it is, it looks as if the change took that back.
///
/// What is judged then is not what goes in, as a merge keeps both sides.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Behind {
    /// What the change goes into, as it was asked for.
    pub base: String,
    /// How many of its commits are not in what is checked out.
    pub commits: u64,
    /// Does the history end before it can tell? Then the commits may be there all the same.
    pub is_cut: bool,
}

impl Behind {
    /// Its code, which does not change.
    pub const CODE: &str = "behind-base";

    /// What is to be done first.
    pub fn help(&self) -> String {
        match self.is_cut {
            true => "fetch all of the history: `git fetch --unshallow`, or `fetch-depth: 0` in a workflow"
                .to_owned(),
            false => format!(
                "what they did looks taken back: `git merge {}` keeps both",
                self.base
            ),
        }
    }
}

impl fmt::Display for Behind {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let base = &self.base;
        match (self.is_cut, self.commits) {
            (true, _) => write!(
                formatter,
                "the history that was fetched ends before it leads to `{base}`, so that nobody can tell what is taken back"
            ),
            (false, 1) => write!(formatter, "`{base}` has 1 commit that is not here: merge first"),
            (false, commits) => {
                write!(
                    formatter,
                    "`{base}` has {commits} commits that are not here: merge first"
                )
            }
        }
    }
}
