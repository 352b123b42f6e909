use super::authors::{Authors, Writers};
use super::ballot::{ApprovalFile, Ballot, Ignored, Vote, Why};
use super::behind::Behind;
use super::digest::{ChangeDigest, Texts};
use super::emergency::unreviewed;
use super::freeze::frozen;
use super::guardrail::unwatched;
use super::missing::Missing;
use super::people::People;
use super::reviews::Reviews;
use super::signatures::{findings, of};
use super::subject::{Subject, subjects};
use super::verdict::{Held, Verdict};
use crate::delivery::audit::Chain;
use crate::delivery::change::Change;
use crate::model::{ChangePolicy, ChangeRule, Governance, Percent, Project};
use crate::trust::Root;
use std::collections::BTreeMap;

/// A change, and everything that is held against it.
#[derive(Debug, Clone, Copy)]
pub struct Case<'c> {
    /// The project before it, where there was one: its people and its policy decide, so that no change lets itself in.
    pub before: Option<&'c Project>,
    /// The project after it.
    pub after: &'c Project,
    /// The files before and after: all that make the project, and none besides.
    pub texts: [&'c Texts<'c>; 2],
    /// What snapshots will show of it.
    pub changes: &'c [Change],
    /// Who is said to have written it.
    pub authors: &'c Authors,
    /// Signed approvals.
    pub approvals: &'c [ApprovalFile],
    /// Files that were approvals before the change, now or ever: what they let in went in with them.
    pub spent: &'c [Vec<u8>],
    /// What the pipeline says.
    pub reviews: &'c Reviews,
    /// The commit that is to go in; nothing where none holds it.
    pub head: Option<&'c str>,
    /// What came into the base since, and the change lacks.
    pub behind: Option<&'c Behind>,
    /// The audit log before and after it: what the change takes out of it was done all the same.
    pub chains: [&'c Chain; 2],
    /// How many lines of the log after it cannot be believed.
    pub faults: usize,
    /// Which keys sign what.
    pub root: Option<&'c Root>,
    /// How much of a population gets another variant, by environment and flag; nothing without a population.
    pub reach: Option<&'c BTreeMap<(String, String), Percent>>,
    /// The time in epoch milliseconds.
    pub now_ms: i64,
}

impl Case<'_> {
    /// May it go in?
    pub fn judge(&self) -> Verdict {
        let nobody = Governance::default();
        let governance = self.before.map_or(&nobody, |project| &project.governance);
        let people = People::of(governance);
        let [before, after] = self.texts;
        let change = ChangeDigest::between(before, after);
        let subjects = subjects(self.changes, [self.before, Some(self.after)], self.texts);
        let writers = self.authors.writers(people);
        let (votes, mut ignored) = match &change {
            Some(change) => Ballot::new(people, &self.after.name.value, *change, self.head, self.now_ms)
                .counted(self.approvals, self.spent, self.reviews),
            None => Default::default(),
        };
        let nothing = ChangePolicy::default();
        let policy = governance.policy.as_ref().unwrap_or(&nothing);
        let mut judge = Judge {
            case: self,
            governance,
            policy,
            subjects: &subjects,
            writers: &writers,
            votes: &votes,
        };
        let rules = judge.rules();
        ignored.extend(judge.of_authors());
        let is_ignored = |vote: &Vote| {
            let mut ignored = ignored.iter();
            ignored.any(|ignored| ignored.why == Why::Author && ignored.by == vote.by)
        };
        let counted = votes.iter().filter(|vote| !is_ignored(vote)).cloned().collect();
        let waiting = policy
            .emergency
            .as_ref()
            .map_or_else(Vec::new, |emergency| unreviewed(self.chains, emergency, people));
        let (overdue, pending) = waiting
            .into_iter()
            .partition(|entry| entry.until_ms <= self.now_ms);
        let freezes = policy.freezes.iter();
        Verdict {
            change,
            has_policy: governance.policy.is_some(),
            is_first: self.before.is_none(),
            behind: self.behind.cloned(),
            freezes: freezes
                .filter_map(|freeze| frozen(freeze, &subjects, self.now_ms))
                .collect(),
            rules,
            overdue,
            pending,
            faults: policy.emergency.as_ref().map_or(0, |_| self.faults),
            root: self.root.map_or_else(Vec::new, |root| findings(governance, root)),
            writers,
            votes: counted,
            ignored,
            subjects,
        }
    }
}

/// What the rules are held against.
struct Judge<'j> {
    case: &'j Case<'j>,
    governance: &'j Governance,
    policy: &'j ChangePolicy,
    subjects: &'j [Subject],
    writers: &'j Writers,
    votes: &'j [Vote],
}

impl Judge<'_> {
    fn rules(&mut self) -> Vec<Held> {
        let rules = self.policy.rules.iter();
        rules.filter_map(|rule| self.rule(rule)).collect()
    }

    /// What a rule asks for; nothing where it matches nothing of the change.
    fn rule(&self, rule: &ChangeRule) -> Option<Held> {
        let all = self.subjects.iter().enumerate();
        let matched: Vec<(usize, &Subject)> =
            all.filter(|(_, subject)| subject.is_matched_by(rule)).collect();
        if matched.is_empty() {
            return None;
        }
        let emergency = self.policy.emergency.as_ref();
        let is_emergency = emergency.is_some_and(|emergency| {
            matched
                .iter()
                .all(|(_, subject)| subject.is_only(&emergency.kinds))
        });
        let mut missing = Vec::new();
        if !is_emergency {
            missing.extend(self.approvals(rule));
            for (_, subject) in &matched {
                missing.extend(self.guardrails(rule, subject));
                missing.extend(self.population(rule, subject));
            }
            missing.extend(self.signatures(rule));
        }
        Some(Held {
            rule: rule.name.value.clone(),
            subjects: matched.iter().map(|(number, _)| *number).collect(),
            is_emergency,
            missing,
        })
    }

    fn approvals(&self, rule: &ChangeRule) -> Vec<Missing> {
        let require = &rule.require;
        if require.approvals == 0 && require.teams.is_empty() {
            return Vec::new();
        }
        let apart = require.separate_author;
        let mut missing = Vec::new();
        if apart && !self.writers.are_certain {
            missing.push(Missing::Authors {
                strangers: self.writers.strangers.clone(),
            });
        }
        let everybody: Vec<&str> = self
            .governance
            .people
            .iter()
            .map(|(name, _)| name.value.as_str())
            .collect();
        let people = (require.approvals > 0).then_some((None, everybody, require.approvals));
        let teams = require.teams.iter().map(|(team, need)| {
            let members = self.governance.members(&team.value).iter();
            let members = members.map(|member| member.value.as_str()).collect();
            (Some(team.value.clone()), members, *need)
        });
        for (team, able, need) in people.into_iter().chain(teams) {
            let wrote = |name: &&str| apart && self.writers.known.contains(*name);
            let agrees = |name: &&str| self.votes.iter().any(|vote| vote.by == *name);
            let names = |names: Vec<&str>| names.into_iter().map(str::to_owned).collect::<Vec<String>>();
            let (authors, able): (Vec<&str>, Vec<&str>) = able.into_iter().partition(wrote);
            let (agree, others): (Vec<&str>, Vec<&str>) = able.into_iter().partition(agrees);
            if agree.len() < need as usize {
                missing.push(Missing::Approvals {
                    have: agree.len(),
                    need,
                    team,
                    others: names(others),
                    authors: names(authors),
                });
            }
        }
        missing
    }

    fn guardrails(&self, rule: &ChangeRule, subject: &Subject) -> Vec<Missing> {
        if !rule.require.guardrails {
            return Vec::new();
        }
        let everywhere = || {
            self.case
                .after
                .environments
                .iter()
                .map(|name| name.value.as_str())
        };
        let environments: Vec<&str> = match (&subject.environment, &rule.matching.environments) {
            (Some(environment), _) => vec![environment],
            (None, Some(names)) => names.iter().map(|name| name.value.as_str()).collect(),
            (None, None) => everywhere().collect(),
        };
        let of = |environment: &str| unwatched(subject, environment, self.case.after);
        environments.into_iter().flat_map(of).collect()
    }

    fn population(&self, rule: &ChangeRule, subject: &Subject) -> Option<Missing> {
        let at_most = rule.require.population_at_most?;
        let (Some(environment), Some(flag)) = (&subject.environment, &subject.flag) else {
            // Snapshots do not show it, so that nobody gets anything else.
            return None;
        };
        let reached = self
            .case
            .reach
            .map(|reach| reach.get(&(environment.clone(), flag.clone())));
        let share = reached.map(|share| share.copied().unwrap_or(0));
        share
            .is_none_or(|share| share > at_most)
            .then(|| Missing::Population {
                flag: flag.clone(),
                environment: environment.clone(),
                share,
                at_most,
            })
    }

    fn signatures(&self, rule: &ChangeRule) -> Vec<Missing> {
        let asked = rule.require.signatures.iter().filter_map(|(role, need)| {
            let have = self.case.root.map(|root| of(root, role.value).threshold);
            have.is_none_or(|have| have < *need)
                .then_some(Missing::Signatures {
                    role: role.value,
                    have,
                    need: *need,
                })
        });
        asked.collect()
    }

    /// The approvals by those who wrote it, where a rule leaves them out.
    fn of_authors(&self) -> Vec<Ignored> {
        let apart = self.policy.rules.iter().any(|rule| {
            rule.require.separate_author && self.subjects.iter().any(|subject| subject.is_matched_by(rule))
        });
        let of_authors = self
            .votes
            .iter()
            .filter(|vote| apart && self.writers.known.contains(&vote.by));
        let ignored = of_authors.map(|vote| Ignored {
            by: vote.by.clone(),
            source: vote.source.clone(),
            why: Why::Author,
        });
        ignored.collect()
    }
}
