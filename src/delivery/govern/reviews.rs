use serde::Deserialize;
use std::collections::BTreeMap;

/// What a pipeline knows of a change: who wrote it, and who agreed to it at the forge.
///
/// ```json
/// { "author": "ana-gh", "head": "1f0c…",
///   "commits": [{ "sha": "1f0c…", "author": "Ana <ana@example.com>", "trailers": { "Approved-by": ["Ben <ben@example.com>"] } }],
///   "reviews": [{ "by": "ben-gh", "state": "approved", "commit": "1f0c…", "at": "2026-11-21T09:00:00Z" }] }
/// ```
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Reviews {
    /// Who opened the change.
    pub author: Option<String>,
    /// The commit that was looked at last; by default what is checked out, without git the last of `commits`.
    pub head: Option<String>,
    /// The commits of the change, the first one first.
    #[serde(default)]
    pub commits: Vec<Commit>,
    /// What was said of it, in the order in which it was said.
    #[serde(default)]
    pub reviews: Vec<Review>,
}

/// A commit of the change.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Commit {
    /// Its name.
    pub sha: String,
    /// Who wrote it.
    pub author: Option<String>,
    /// The trailers of its message, by name.
    #[serde(default)]
    pub trailers: BTreeMap<String, Vec<String>>,
}

/// What somebody said of the change.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Review {
    /// Who, by login or address.
    pub by: String,
    /// `approved`, `changes_requested`, `dismissed`, or what says neither yes nor no.
    pub state: String,
    /// The commit that they looked at.
    pub commit: Option<String>,
    /// When, for people.
    pub at: Option<String>,
}

impl Reviews {
    /// Reads them; the reason says the line and column where they are none.
    pub fn read(json: &[u8]) -> Result<Self, String> {
        serde_json::from_slice(json).map_err(|error| error.to_string())
    }

    /// Everybody who had a hand in it, as the pipeline says.
    pub fn authors(&self) -> Vec<&str> {
        let of_commits = self.commits.iter().flat_map(|commit| {
            let together = commit.trailer("Co-authored-by");
            commit.author.as_deref().into_iter().chain(together)
        });
        self.author.as_deref().into_iter().chain(of_commits).collect()
    }
}

impl Commit {
    /// The values of a trailer; git does not tell capitals apart in their names.
    pub(super) fn trailer<'c>(&'c self, name: &str) -> impl Iterator<Item = &'c str> + use<'c> {
        let name = name.to_owned();
        let found = self
            .trailers
            .iter()
            .filter(move |(there, _)| there.eq_ignore_ascii_case(&name));
        found.flat_map(|(_, values)| values.iter().map(String::as_str))
    }
}

impl Review {
    /// Yes, no, or nothing that counts.
    pub(super) fn says(&self) -> Option<bool> {
        match self.state.to_ascii_lowercase().as_str() {
            "approved" => Some(true),
            "changes_requested" | "dismissed" => Some(false),
            _ => None,
        }
    }
}
