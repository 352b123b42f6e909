use super::change_kind::ChangeKind;
use super::condition::Percent;
use super::diagnostic::{Place, Spanned};
use super::flag::Risk;
use super::freeze::Freeze;

/// Who there is, and what a change must have before it goes in: the parts of `tidegate.yaml` that no client ever sees.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Governance {
    /// Who writes and approves changes, by name.
    pub people: Vec<(Spanned<String>, Person)>,
    /// People by the name of their team.
    pub teams: Vec<(Spanned<String>, Vec<Spanned<String>>)>,
    /// Who holds which signing keys: names of people and teams.
    pub roles: Vec<(Spanned<KeyRole>, Vec<Spanned<String>>)>,
    /// What changes must have; nothing where nobody said.
    pub policy: Option<ChangePolicy>,
}

impl Governance {
    /// A person by name.
    pub fn person(&self, name: &str) -> Option<&Person> {
        let found = self.people.iter().find(|(other, _)| other.value == name);
        found.map(|(_, person)| person)
    }

    /// The people of a team; nobody where there is no such team.
    pub fn members(&self, team: &str) -> &[Spanned<String>] {
        let found = self.teams.iter().find(|(name, _)| name.value == team);
        found.map_or(&[], |(_, members)| members)
    }

    /// Who holds the keys of a role, by themselves or in a team, each once.
    pub fn holders(&self, role: KeyRole) -> Vec<(&str, &Person)> {
        let roles = self.roles.iter().filter(|(other, _)| other.value == role);
        let named = roles.flat_map(|(_, holders)| holders).flat_map(|holder| {
            let members = self
                .members(&holder.value)
                .iter()
                .map(|member| member.value.as_str());
            members.chain([holder.value.as_str()])
        });
        let mut holders: Vec<(&str, &Person)> = Vec::new();
        for name in named {
            if let Some(person) = self.person(name)
                && holders.iter().all(|(other, _)| *other != name)
            {
                holders.push((name, person));
            }
        }
        holders
    }
}

/// Somebody who writes or approves changes.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Person {
    /// What git and trailers call them by.
    pub emails: Vec<Spanned<String>>,
    /// What the forge calls them by.
    pub login: Option<Spanned<String>>,
    /// The Ed25519 public keys that their approvals are signed with.
    pub keys: Vec<Spanned<[u8; 32]>>,
}

/// What a key may sign, as a root says it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum KeyRole {
    /// The compiled rules.
    Snapshot,
    /// The pointer to them, and kills.
    Head,
    /// The next root.
    Root,
}

impl KeyRole {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Snapshot, Self::Head, Self::Root];

    /// The word for it in files.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Snapshot => "snapshot",
            Self::Head => "head",
            Self::Root => "root",
        }
    }
}

/// What changes must have, and when there are none.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct ChangePolicy {
    /// Where it is written.
    pub place: Place,
    /// Every rule that matches a change must be met.
    pub rules: Vec<ChangeRule>,
    /// When changes wait.
    pub freezes: Vec<Freeze>,
    /// What may go in without approvals, to be reviewed afterwards.
    pub emergency: Option<Emergency>,
}

/// What changes of some kind must have.
#[derive(Debug, Clone, PartialEq)]
pub struct ChangeRule {
    /// Its name, unique in the policy.
    pub name: Spanned<String>,
    /// The changes that it is about.
    pub matching: Matching,
    /// What they must have.
    pub require: Requirements,
}

/// The changes that a rule is about: every part must hold, and what is left out holds.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Matching {
    /// Where the change is.
    pub environments: Option<Vec<Spanned<String>>>,
    /// The risk of the flag, before or after.
    pub risk: Option<Vec<Risk>>,
    /// One of the kinds that the change is of.
    pub kinds: Option<Vec<ChangeKind>>,
    /// More than so many of all units are exposed that were not.
    pub step_above: Option<Percent>,
}

/// What a change must have.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Requirements {
    /// Where they are written.
    pub place: Place,
    /// How many people must agree, whoever they are.
    pub approvals: u32,
    /// How many of a team must agree.
    pub teams: Vec<(Spanned<String>, u32)>,
    /// Does what somebody says of a change of their own not count?
    pub separate_author: bool,
    /// Must every plan of the flag be watched at each stage with a share, and nothing open more beside the plans?
    pub guardrails: bool,
    /// At most so many of a population get another variant.
    pub population_at_most: Option<Percent>,
    /// How many keys must sign, by role.
    pub signatures: Vec<(Spanned<KeyRole>, u8)>,
}

/// What may go in without approvals.
#[derive(Debug, Clone, PartialEq)]
pub struct Emergency {
    /// Of which kinds it is, all of which close something.
    pub kinds: Vec<ChangeKind>,
    /// How long there is to review it, in milliseconds.
    pub review_ms: i64,
}
