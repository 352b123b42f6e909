use super::subject::Subject;
use crate::delivery::change::Kind;
use crate::model::{Freeze, Governance};
use std::collections::BTreeSet;
use std::fmt;

/// A time without changes that is now, and what has to wait.
#[derive(Debug, Clone, PartialEq)]
pub struct Frozen {
    /// The freeze's name.
    pub name: String,
    /// Until when, in epoch milliseconds; nothing where its time zone is not known, and it is taken to be now.
    pub until_ms: Option<i64>,
    /// The same as people say it there: `2027-01-02T08:00 in America/Toronto`.
    pub end: String,
    /// What has to wait.
    pub subjects: Vec<Subject>,
}

/// The freezes that keep a flag's rollout from opening further in an environment: whatever step it is, it is an
/// `increase`.
pub fn freezes_on_opening(
    governance: &Governance,
    environment: &str,
    flag: &str,
    now_ms: i64,
) -> Vec<Frozen> {
    let step = Subject {
        environment: Some(environment.to_owned()),
        is_new_or_gone: false,
        flag: Some(flag.to_owned()),
        file: None,
        kinds: BTreeSet::from([Kind::Increase]),
        step: 0,
        risks: BTreeSet::new(),
        paths: Vec::new(),
    };
    let freezes = governance.policy.iter().flat_map(|policy| &policy.freezes);
    freezes
        .filter_map(|freeze| frozen(freeze, std::slice::from_ref(&step), now_ms))
        .collect()
}

/// What has to wait by a freeze; nothing where it is not now, or allows everything.
pub(super) fn frozen(freeze: &Freeze, subjects: &[Subject], now_ms: i64) -> Option<Frozen> {
    let window = freeze.window_ms();
    if window.is_some_and(|(from_ms, to_ms)| !(from_ms..to_ms).contains(&now_ms)) {
        return None;
    }
    let environments = freeze.environments.as_ref();
    let waiting = subjects.iter().filter(|subject| {
        let names = environments.map(|names| names.iter().map(|name| name.value.as_str()));
        subject.is_in(names) && !subject.is_only(&freeze.allow)
    });
    let subjects: Vec<Subject> = waiting.cloned().collect();
    (!subjects.is_empty()).then(|| Frozen {
        name: freeze.name.value.clone(),
        until_ms: window.map(|(_, to_ms)| to_ms),
        end: freeze.end(),
        subjects,
    })
}

impl fmt::Display for Frozen {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "the freeze `{}` until {}", self.name, self.end)?;
        match self.until_ms {
            Some(_) => Ok(()),
            None => write!(formatter, ", a time zone that is not known"),
        }
    }
}
