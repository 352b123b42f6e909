//! What others did since a branch left the one that it goes into.

use super::{Commit, Repository, TreeEntry, text};
use crate::failure::{Failure, Outcome};

/// Commits of a branch that are not in what is checked out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Lacking {
    pub(crate) commits: u64,
    /// The history here ends before both meet, so that they may be there all the same.
    pub(crate) is_cut: bool,
}

impl Repository {
    /// The commits that lead to another one and not to what is checked out; nothing where none of the files at some paths is
    /// another there than where both parted, as a merge then takes those that are here.
    pub(crate) fn lacking(&self, base: &Commit, paths: &[String]) -> Outcome<Option<Lacking>> {
        let here = self.resolved("HEAD^{commit}")?;
        let range = match &here {
            Some(here) => {
                if self.ask(["merge-base", "--is-ancestor", &base.id, here])?.is_done {
                    return Ok(None);
                }
                // Where both parted; several where they were merged crosswise, none where they have nothing in common.
                let parted = text(self.ask(["merge-base", "--all", &base.id, here])?.output)?;
                if !parted.is_empty() && self.is_same_at(base, &parted, paths)? {
                    return Ok(None);
                }
                format!("{here}..{}", base.id)
            }
            None => base.id.clone(),
        };
        let count = self.ask(["rev-list", "--count", &range, "--"])?.done()?;
        Ok(Some(Lacking {
            commits: text(count)?.trim().parse().unwrap_or(0),
            is_cut: self.is_shallow()?,
        }))
    }

    /// Does a commit hold the same files as each of others?
    fn is_same_at(&self, base: &Commit, others: &str, paths: &[String]) -> Outcome<bool> {
        let there = self.files_if_any(base, paths)?;
        for id in others.lines() {
            let other = Commit {
                name: id.to_owned(),
                id: id.to_owned(),
            };
            if self.files_if_any(&other, paths)? != there {
                return Ok(false);
            }
        }
        Ok(true)
    }

    /// The files of a commit; none where it does not have the folder.
    fn files_if_any(&self, commit: &Commit, paths: &[String]) -> Outcome<Vec<TreeEntry>> {
        match self.files(commit, paths) {
            Err(Failure::Problem(problem)) if problem.code == "not-in-commit" => Ok(Vec::new()),
            files => files,
        }
    }
}
