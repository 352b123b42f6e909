//! People, teams, roles and what changes must have: the parts of `tidegate.yaml` that no client sees.

mod freeze;
mod people;
mod rule;

#[cfg(test)]
pub(super) use freeze::{EMERGENCY_KEYS, FREEZE_KEYS};
#[cfg(test)]
pub(super) use people::PERSON_KEYS;
#[cfg(test)]
pub(super) use rule::{MATCHING_KEYS, POPULATION_KEYS, REQUIRE_KEYS, RULE_KEYS, STEP_KEYS};

use super::environment::by_id;
use super::fields::{Fields, every, items};
use super::problems::{Problems, quote};
use super::scalar::{name, word};
use crate::model::change_kind::ChangeKind;
use crate::model::diagnostic::{Diagnostic, Spanned};
use crate::model::document::{Entry, Kind, Node};
use crate::model::governance::{ChangePolicy, Governance, KeyRole};

pub(super) const POLICY_KEYS: &[&str] = &["rules", "freezes", "emergency"];

/// What a project's fields say of people and policy. A part that is wrong is left out.
pub(super) fn governance(fields: &Fields<'_>, problems: &mut Problems) -> Governance {
    let people = fields.optional("people", problems, |node, problems| {
        by_id(
            node,
            "the people of a project",
            "a person's name",
            problems,
            people::person,
        )
    });
    let teams = fields.optional("teams", problems, |node, problems| {
        by_id(
            node,
            "the teams of a project",
            "a team's name",
            problems,
            people::members,
        )
    });
    let roles = fields.optional("roles", problems, |node, problems| {
        by_role(node, "the roles of keys", problems, people::holders)
    });
    let policy = fields.optional("policy", problems, policy);
    Governance {
        people: people.flatten().unwrap_or_default(),
        teams: teams.flatten().unwrap_or_default(),
        roles: roles.flatten().unwrap_or_default(),
        policy: policy.flatten(),
    }
}

fn policy(node: &Node, problems: &mut Problems) -> Option<ChangePolicy> {
    let fields = Fields::read(node, "a policy for changes", POLICY_KEYS, problems)?;
    let rules = fields.optional("rules", problems, |node, problems| {
        every(items(node, "a list of rules", problems)?, |item| {
            rule::rule(item, problems)
        })
    });
    let freezes = fields.optional("freezes", problems, |node, problems| {
        every(items(node, "a list of freezes", problems)?, |item| {
            freeze::freeze(item, problems)
        })
    });
    let emergency = fields.optional("emergency", problems, freeze::emergency);
    let (rules, freezes) = (rules?.unwrap_or_default(), freezes?.unwrap_or_default());
    once_each("rule", rules.iter().map(|rule| &rule.name), problems);
    once_each("freeze", freezes.iter().map(|freeze| &freeze.name), problems);
    Some(ChangePolicy {
        place: node.place.clone(),
        rules,
        freezes,
        emergency: emergency?,
    })
}

/// A mapping from the roles of keys to one kind of thing.
fn by_role<T>(
    node: &Node,
    what: &str,
    problems: &mut Problems,
    read: impl Fn(&Node, &mut Problems) -> Option<T>,
) -> Option<Vec<(Spanned<KeyRole>, T)>> {
    let words = KeyRole::ALL.map(|role| (role.word(), role));
    every(
        super::fields::entries(node, what, problems)?,
        |Entry { key, value }| {
            let node = Node {
                place: key.place.clone(),
                kind: Kind::Text(key.value.clone()),
            };
            let role = word(&node, "a role of keys", &words, problems);
            let value = read(value, problems)?;
            Some((Spanned::new(role?, key.place.clone()), value))
        },
    )
}

/// A list of names, each once.
fn names(node: &Node, list: &str, one: &str, problems: &mut Problems) -> Option<Vec<Spanned<String>>> {
    let names = every(items(node, list, problems)?, |item| name(item, one, problems))?;
    once_each(one, names.iter(), problems);
    Some(names)
}

/// A list of kinds of change.
fn kinds(items: &[Node], allowed: &[ChangeKind], problems: &mut Problems) -> Option<Vec<ChangeKind>> {
    let words: Vec<(&str, ChangeKind)> = allowed.iter().map(|kind| (kind.word(), *kind)).collect();
    every(items, |item| word(item, "a kind of change", &words, problems))
}

fn once_each<'n>(what: &str, names: impl Iterator<Item = &'n Spanned<String>>, problems: &mut Problems) {
    let mut seen: Vec<&str> = Vec::new();
    for name in names {
        if seen.contains(&name.value.as_str()) {
            let message = format!("{what} `{}` is already there", quote(&name.value));
            problems.push(Diagnostic::error("duplicate-name", &name.place, message));
        }
        seen.push(&name.value);
    }
}
