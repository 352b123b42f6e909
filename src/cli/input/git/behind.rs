//! What others did since a branch left the one that it goes into.

use super::{Commit, Repository, TreeEntry, text};
use crate::failure::Outcome;
use tidegate::delivery::govern::Behind;

impl Repository {
    /// That what is checked out lacks commits which lead to another one; nothing where none of the files at some paths is
    /// another there than where both parted, as a merge then takes those that are here.
    pub(crate) fn behind(&self, base: &Commit, paths: &[String]) -> Outcome<Option<Behind>> {
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
        Ok(Some(Behind {
            base: base.name.clone(),
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
            Err(failure) if failure.is("not-in-commit") => Ok(Vec::new()),
            files => files,
        }
    }
}
