use super::authors::Writers;
use super::ballot::{Ignored, Vote};
use super::behind::Behind;
use super::digest::ChangeDigest;
use super::emergency::Unreviewed;
use super::freeze::Frozen;
use super::missing::Missing;
use super::signatures::RootFinding;
use super::subject::Subject;

/// Whether a change may go in, and what is missing where it may not.
#[derive(Debug, Clone, PartialEq)]
pub struct Verdict {
    /// The change; nothing where no file differs.
    pub change: Option<ChangeDigest>,
    /// Does the project say what changes must have? Where it does not, every change may go in.
    pub has_policy: bool,
    /// Was there no project before the change, so that nothing holds it?
    pub is_first: bool,
    /// What came into the base since, and the change lacks: under a policy that has to be merged first, as what is judged is
    /// not what goes in.
    pub behind: Option<Behind>,
    /// Everything that the change does.
    pub subjects: Vec<Subject>,
    /// The rules that match, in the order written.
    pub rules: Vec<Held>,
    /// The freezes that are now, and that do not allow all of it.
    pub freezes: Vec<Frozen>,
    /// What was closed in a hurry, and should have been looked at by now.
    pub overdue: Vec<Unreviewed>,
    /// The same, where there still is time.
    pub pending: Vec<Unreviewed>,
    /// How many lines of the audit log cannot be believed, so that nobody can tell what was closed.
    pub faults: usize,
    /// Where the root does not fit the project.
    pub root: Vec<RootFinding>,
    /// Who wrote it.
    pub writers: Writers,
    /// Who agrees and is counted, each once.
    pub votes: Vec<Vote>,
    /// The approvals that do not count, and why.
    pub ignored: Vec<Ignored>,
}

/// A rule that matches a change.
#[derive(Debug, Clone, PartialEq)]
pub struct Held {
    /// The rule's name.
    pub rule: String,
    /// The numbers of the subjects that it matches.
    pub subjects: Vec<usize>,
    /// Is all of it an emergency, for which no approvals are asked?
    pub is_emergency: bool,
    /// What is missing; nothing where the rule is met.
    pub missing: Vec<Missing>,
}

impl Verdict {
    /// May the change go in?
    pub fn is_met(&self) -> bool {
        self.rules.iter().all(|rule| rule.missing.is_empty())
            && self.must_merge().is_none()
            && self.freezes.is_empty()
            && self.overdue.is_empty()
            && self.faults == 0
            && self.root.is_empty()
    }

    /// What has to be merged first, where it has.
    pub fn must_merge(&self) -> Option<&Behind> {
        self.behind.as_ref().filter(|_| self.has_policy)
    }

    /// Is there somebody who only has to agree? Not while it is behind: once that is merged it is another change.
    pub fn waits_for_approvals(&self) -> bool {
        let mut missing = self.rules.iter().flat_map(|rule| &rule.missing);
        self.behind.is_none()
            && missing
                .any(|missing| matches!(missing, Missing::Approvals { others, .. } if !others.is_empty()))
    }
}
