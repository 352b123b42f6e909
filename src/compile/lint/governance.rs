use super::names::{Names, unknown};
use crate::model::{
    ChangeKind, ChangePolicy, ChangeRule, Diagnostic, Freeze, Governance, KeyRole, Person, Spanned,
};
use std::collections::HashMap;

/// People and teams that are not there, keys that tell nobody apart, and rules that no change can meet.
pub(super) fn check(names: &Names<'_>, found: &mut Vec<Diagnostic>) {
    let governance = &names.project.governance;
    told_apart(governance, found);
    // What was left out of the file may be what is named here.
    let whole = !names.was_left_out("tidegate");
    if whole {
        known_people(governance, found);
    }
    let Some(policy) = &governance.policy else {
        return;
    };
    environments(names, policy, found);
    policy.freezes.iter().for_each(|freeze| window(freeze, found));
    if whole {
        for rule in &policy.rules {
            meetable(governance, rule, found);
        }
    }
    guarded(policy, found);
}

/// What stands for one person must stand for no other.
fn told_apart(governance: &Governance, found: &mut Vec<Diagnostic>) {
    let (mut keys, mut words) = (HashMap::new(), HashMap::new());
    for (name, person) in &governance.people {
        // Whoever has no login goes by the name.
        let by_name = person.login.is_none().then_some(name);
        let of_person = person.emails.iter().chain(&person.login).chain(by_name);
        let name = name.value.as_str();
        for key in &person.keys {
            if let Some(other) = keys.insert(key.value, name) {
                let message = match other == name {
                    true => format!("`{name}` has the key already"),
                    false => format!("`{other}` has the key too: an approval would be of either"),
                };
                found.push(Diagnostic::error("shared-key", &key.place, message));
            }
        }
        // Forges and mail do not tell capitals apart, or not always.
        for word in of_person {
            if let Some(other) = words.insert(word.value.to_lowercase(), name) {
                let message = format!("`{}` stands for `{other}` already", word.value);
                found.push(Diagnostic::error("shared-identity", &word.place, message));
            }
        }
    }
    for (team, _) in &governance.teams {
        if governance.people.iter().any(|(name, _)| name.value == team.value) {
            let message = format!("`{}` is a person already: roles name both", team.value);
            found.push(Diagnostic::error("duplicate-name", &team.place, message));
        }
    }
}

fn known_people(governance: &Governance, found: &mut Vec<Diagnostic>) {
    let people: Vec<&str> = governance
        .people
        .iter()
        .map(|(name, _)| name.value.as_str())
        .collect();
    let teams: Vec<&str> = governance
        .teams
        .iter()
        .map(|(name, _)| name.value.as_str())
        .collect();
    for member in governance.teams.iter().flat_map(|(_, members)| members) {
        if !people.contains(&member.value.as_str()) {
            found.push(unknown(
                "unknown-person",
                "person",
                &member.value,
                &member.place,
                &people,
            ));
        }
    }
    let both = [people, teams].concat();
    for holder in governance.roles.iter().flat_map(|(_, holders)| holders) {
        if !both.contains(&holder.value.as_str()) {
            let what = "person or team";
            found.push(unknown(
                "unknown-person",
                what,
                &holder.value,
                &holder.place,
                &both,
            ));
        }
    }
}

fn environments(names: &Names<'_>, policy: &ChangePolicy, found: &mut Vec<Diagnostic>) {
    let known = names.project.environments.iter();
    let known: Vec<&str> = known.map(|name| name.value.as_str()).collect();
    let of_rules = policy.rules.iter().map(|rule| &rule.matching.environments);
    let of_freezes = policy.freezes.iter().map(|freeze| &freeze.environments);
    for name in of_rules.chain(of_freezes).flatten().flatten() {
        if !known.contains(&name.value.as_str()) {
            let (code, what) = ("unknown-environment", "environment");
            found.push(unknown(code, what, &name.value, &name.place, &known));
        }
    }
}

/// Time zones are known where there are tables of them: not in a page.
#[cfg(feature = "delivery")]
fn window(freeze: &Freeze, found: &mut Vec<Diagnostic>) {
    let zone = &freeze.zone;
    match freeze.window_ms() {
        None => {
            let message = format!("there is no time zone `{}`", crate::model::quote(&zone.value));
            let help = "write its IANA name, like America/Toronto or UTC";
            found.push(Diagnostic::error("unknown-zone", &zone.place, message).with_help(help));
        }
        Some((from_ms, to_ms)) if from_ms >= to_ms => {
            let message = "the freeze lies in an hour that never comes there, and is over when it begins";
            found.push(Diagnostic::error("runs-backwards", &freeze.name.place, message));
        }
        Some(_) => {}
    }
}

#[cfg(not(feature = "delivery"))]
fn window(_freeze: &Freeze, _found: &mut Vec<Diagnostic>) {}

/// A rule that asks for more people or keys than there are.
fn meetable(governance: &Governance, rule: &ChangeRule, found: &mut Vec<Diagnostic>) {
    let require = &rule.require;
    let apart = usize::from(require.separate_author);
    let able = governance
        .people
        .iter()
        .filter(|(_, person)| can_approve(person))
        .count();
    if require.approvals as usize > able.saturating_sub(apart) {
        let there = match require.separate_author {
            true => format!("{} beside an author", able.saturating_sub(apart)),
            false => able.to_string(),
        };
        let message = format!(
            "the rule `{}` can never be met: it asks for {}, and `people` has {there} who can approve",
            rule.name.value,
            people(require.approvals as usize),
        );
        found.push(Diagnostic::error("unmeetable-rule", &require.place, message));
    }
    for (team, count) in &require.teams {
        let Some((_, members)) = governance.teams.iter().find(|(name, _)| name.value == team.value) else {
            let known = governance.teams.iter().map(|(name, _)| name.value.as_str());
            let known: Vec<&str> = known.collect();
            found.push(unknown("unknown-team", "team", &team.value, &team.place, &known));
            continue;
        };
        let person = |name: &&Spanned<String>| {
            let mut people = governance.people.iter();
            people.any(|(other, person)| other.value == name.value && can_approve(person))
        };
        let (able, count) = (members.iter().filter(person).count(), *count as usize);
        if count > able {
            let message = format!(
                "the rule `{}` can never be met: it asks for {} of `{}`, which has {able} who can approve",
                rule.name.value,
                people(count),
                team.value,
            );
            found.push(Diagnostic::error("unmeetable-rule", &team.place, message));
        } else if require.separate_author && count == able {
            let message = format!(
                "no change by one of `{}` can meet the rule `{}`: it asks for {} of the {able} there, and whoever wrote it does not count",
                team.value,
                rule.name.value,
                people(count),
            );
            found.push(Diagnostic::warning("unmeetable-by-team", &team.place, message));
        }
    }
    signatures(governance, rule, found);
}

/// Approvals come with a key's signature, or from a forge that knows a login or an address.
fn can_approve(person: &Person) -> bool {
    !person.keys.is_empty() || person.login.is_some() || !person.emails.is_empty()
}

fn signatures(governance: &Governance, rule: &ChangeRule, found: &mut Vec<Diagnostic>) {
    for (role, count) in &rule.require.signatures {
        let keys = keys_of(governance, role.value);
        if keys < usize::from(*count) {
            let message = format!(
                "the rule `{}` can never be met: the keys that sign as {} must be {count}, and `roles` gives it {keys}",
                rule.name.value,
                role.value.word(),
            );
            found.push(Diagnostic::error("unmeetable-rule", &role.place, message));
        }
    }
}

/// How many keys there are of those who hold a role.
fn keys_of(governance: &Governance, role: KeyRole) -> usize {
    let keys = governance
        .holders(role)
        .into_iter()
        .flat_map(|(_, person)| &person.keys);
    keys.map(|key| key.value)
        .collect::<std::collections::HashSet<_>>()
        .len()
}

fn people(count: usize) -> String {
    match count {
        1 => "1 person".to_owned(),
        _ => format!("{count} people"),
    }
}

/// Rules that do not hold what changes them can be changed by anybody.
fn guarded(policy: &ChangePolicy, found: &mut Vec<Diagnostic>) {
    let holds = |rule: &ChangeRule| {
        let matching = &rule.matching;
        let kinds = matching.kinds.as_ref();
        matching.step_above.is_none()
            && kinds.is_none_or(|kinds| kinds.contains(&ChangeKind::Other))
            && (rule.require.approvals > 0 || !rule.require.teams.is_empty())
    };
    if !policy.rules.is_empty() && !policy.rules.iter().any(holds) {
        let message = "no rule asks for approvals of what changes this policy, so anybody can change it";
        let help = "such a change is of the kind `other`, in every environment";
        found.push(Diagnostic::warning("unguarded-policy", &policy.place, message).with_help(help));
    }
}
