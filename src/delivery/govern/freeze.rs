use super::subject::Subject;
use crate::model::Freeze;

/// A time without changes that is now, and what of the change has to wait.
#[derive(Debug, Clone, PartialEq)]
pub struct Frozen {
    /// The freeze's name.
    pub name: String,
    /// Until when, in epoch milliseconds; nothing where its time zone is not known, and it is taken to be now.
    pub until_ms: Option<i64>,
    /// What has to wait.
    pub subjects: Vec<Subject>,
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
        subjects,
    })
}
