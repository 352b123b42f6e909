use crate::model::{ChangePolicy, Governance, KeyRole};
use crate::trust::{Role, Root, id_of_key};
use data_encoding::HEXLOWER;
use std::collections::BTreeMap;
use std::fmt;

/// What a root lets somebody do that the project does not, or the other way round.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum RootFinding {
    /// A key of nobody who holds the role.
    StrangeKey {
        /// As what it signs.
        role: KeyRole,
        /// The id of the key.
        key: String,
    },
    /// Somebody who holds the role, and has no key there.
    NoKey {
        /// As what they should sign.
        role: KeyRole,
        /// Who.
        person: String,
    },
    /// Fewer keys, or fewer people, are enough than a rule asks for.
    LowThreshold {
        /// As what they sign.
        role: KeyRole,
        /// How many people are enough by the root.
        people: usize,
        /// How many keys are enough by the root.
        threshold: u8,
        /// How many keys of how many people must sign by a rule.
        need: u8,
        /// The rule.
        rule: String,
    },
}

impl RootFinding {
    /// Stable, for machines.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::StrangeKey { .. } => "strange-key",
            Self::NoKey { .. } => "no-key",
            Self::LowThreshold { .. } => "low-threshold",
        }
    }
}

/// Where a root and a project do not agree on who signs, and how many must.
pub(super) fn findings(governance: &Governance, root: &Root) -> Vec<RootFinding> {
    let mut found = Vec::new();
    for role in KeyRole::ALL {
        let signing = of(root, role);
        let holders = governance.holders(role);
        let holder_of = |key: &[u8; 32]| {
            let mut holders = holders.iter();
            let holder = holders.find(|(_, person)| person.keys.iter().any(|own| own.value == *key));
            holder.map(|(name, _)| *name)
        };
        if governance.roles.iter().any(|(other, _)| other.value == role) {
            let strange = signing.keys.iter().filter(|key| holder_of(key).is_none());
            found.extend(strange.map(|key| RootFinding::StrangeKey {
                role,
                key: HEXLOWER.encode(&id_of_key(key)),
            }));
            let keyless = holders
                .iter()
                .filter(|(_, person)| !person.keys.iter().any(|key| signing.keys.contains(&key.value)));
            found.extend(keyless.map(|(name, _)| RootFinding::NoKey {
                role,
                person: (*name).to_owned(),
            }));
        }
        let Some((need, rule)) = governance.policy.as_ref().and_then(|policy| asked(policy, role)) else {
            continue;
        };
        let people = fewest(signing, |key| holder_of(key).map(str::to_owned));
        if signing.threshold < need || people < usize::from(need) {
            found.push(RootFinding::LowThreshold {
                role,
                people,
                threshold: signing.threshold,
                need,
                rule,
            });
        }
    }
    found
}

/// The most that a rule asks for, and the rule.
fn asked(policy: &ChangePolicy, role: KeyRole) -> Option<(u8, String)> {
    let asked = policy.rules.iter().flat_map(|rule| {
        let signatures = rule.require.signatures.iter();
        let of_role = signatures.filter(|(other, _)| other.value == role);
        of_role.map(|(_, need)| (*need, rule.name.value.clone()))
    });
    asked.max_by_key(|(need, _)| *need)
}

/// How many people are enough for a role's threshold: whoever has several of its keys signs as often.
fn fewest(role: &Role, holder_of: impl Fn(&[u8; 32]) -> Option<String>) -> usize {
    let mut counts: BTreeMap<String, usize> = BTreeMap::new();
    for key in &role.keys {
        // A key of nobody is taken for one of somebody by themselves.
        let holder = holder_of(key).unwrap_or_else(|| HEXLOWER.encode(key));
        *counts.entry(holder).or_default() += 1;
    }
    let mut counts: Vec<usize> = counts.into_values().collect();
    counts.sort_unstable_by(|one, other| other.cmp(one));
    let (mut people, mut signed) = (0, 0);
    for count in counts {
        if signed >= usize::from(role.threshold) {
            break;
        }
        signed += count;
        people += 1;
    }
    people
}

pub(super) fn of(root: &Root, role: KeyRole) -> &Role {
    match role {
        KeyRole::Snapshot => &root.snapshot,
        KeyRole::Head => &root.head,
        KeyRole::Root => &root.root,
    }
}

impl fmt::Display for RootFinding {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::StrangeKey { role, key } => write!(
                formatter,
                "the root lets the key {key} sign as {}, and it is of nobody who holds that role",
                role.word()
            ),
            Self::NoKey { role, person } => write!(
                formatter,
                "{person} holds the role {}, and the root has no key of theirs for it",
                role.word()
            ),
            Self::LowThreshold {
                role,
                people,
                threshold,
                need,
                rule,
            } => write!(
                formatter,
                "the rule `{rule}` asks for {need} that sign as {}: by the root {threshold} of its keys are enough, and {people} of those who hold them",
                role.word()
            ),
        }
    }
}
