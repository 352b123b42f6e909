use super::agreement::Agreement;
use super::people::People;
use crate::delivery::audit::{Chain, Entry};
use crate::delivery::change::Change;
use crate::model::{Emergency, Governance};
use std::collections::BTreeSet;

/// What somebody closed in a hurry, and nobody else has looked at since.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unreviewed {
    /// The number of its entry in the audit log.
    pub sequence: u64,
    /// What was done.
    pub action: String,
    /// To which flag.
    pub flag: Option<String>,
    /// Where.
    pub environment: Option<String>,
    /// Who did it, as the log says.
    pub by: String,
    /// Who can review it; nothing where the project names nobody.
    pub reviewers: Option<Vec<String>>,
    /// When it is to be reviewed at the latest, in epoch milliseconds.
    pub until_ms: i64,
}

/// Why somebody cannot be whoever looks at an emergency afterwards.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NoReviewer {
    /// The project names people, and not them.
    Unknown,
    /// They did it themselves.
    Themselves,
}

/// The flags of which nothing was changed but what a policy lets in as an emergency, and nobody agreed.
pub fn closed_in_a_hurry<'c>(
    governance: &Governance,
    changes: &'c [Change],
    agreed: &[Agreement],
) -> BTreeSet<&'c str> {
    let policy = governance.policy.as_ref();
    let Some(emergency) = policy.and_then(|policy| policy.emergency.as_ref()) else {
        return BTreeSet::new();
    };
    let closing = changes.iter().filter(|change| {
        let is_agreed = agreed.iter().any(|agreed| agreed.flags.contains(&change.flag));
        change.kinds.iter().all(|kind| emergency.kinds.contains(kind)) && !is_agreed
    });
    closing.map(|change| change.flag.as_str()).collect()
}

/// Who somebody is that reviews an entry, by the project's name for them: somebody else than whoever did it, and known to the
/// project, where that knows anybody.
pub fn reviewer<'p>(entry: &'p Entry, by: &'p str, people: People<'p>) -> Result<&'p str, NoReviewer> {
    let name = match people.find_here(by) {
        Some(name) => name,
        None if people.are_none() => by.trim(),
        None => return Err(NoReviewer::Unknown),
    };
    let actor = entry.actor.name.trim();
    match people.find_here(actor).unwrap_or(actor) == name {
        true => Err(NoReviewer::Themselves),
        false => Ok(name),
    }
}

/// Did somebody look at an entry who may, as some entries tell?
pub fn is_reviewed<'e>(
    entry: &Entry,
    entries: impl IntoIterator<Item = &'e Entry>,
    people: People<'_>,
) -> bool {
    // By digest, since numbers change where two branches are merged.
    let digests = entry.digests();
    let mut reviews = entries.into_iter().filter(|other| other.action == "review");
    reviews.any(|review| {
        let of = review.text("ofDigest");
        let by = review.text("by").unwrap_or(&review.actor.name);
        of.is_some_and(|of| digests.iter().any(|digest| digest == of)) && reviewer(entry, by, people).is_ok()
    })
}

/// What of a log somebody else is to look at, and nobody has.
pub fn open_reviews<'c>(chain: &'c Chain, people: People<'c>) -> impl Iterator<Item = &'c Entry> {
    let all = chain.entries.iter();
    let reviews: Vec<&Entry> = all.clone().filter(|entry| entry.action == "review").collect();
    let open = all.filter(|entry| entry.needs_review());
    open.filter(move |entry| !is_reviewed(entry, reviews.iter().copied(), people))
}

/// The emergencies of some logs that wait for a review, each once.
pub(super) fn unreviewed(chains: [&Chain; 2], emergency: &Emergency, people: People<'_>) -> Vec<Unreviewed> {
    let entries: Vec<&Entry> = chains.iter().flat_map(|chain| &chain.entries).collect();
    let mut found: Vec<&Entry> = Vec::new();
    for entry in &entries {
        if entry.is_emergency()
            && !is_reviewed(entry, entries.iter().copied(), people)
            && !found.iter().any(|other| is_same(other, entry))
        {
            found.push(entry);
        }
    }
    let found = found.into_iter().map(|entry| Unreviewed {
        sequence: entry.sequence,
        action: entry.action.clone(),
        flag: entry.flag_closed().map(str::to_owned),
        environment: entry.environment.clone(),
        by: entry.actor.name.clone(),
        reviewers: match people.are_none() {
            true => None,
            false => {
                let able = people
                    .names()
                    .filter(|name| reviewer(entry, name, people).is_ok());
                Some(able.map(str::to_owned).collect())
            }
        },
        until_ms: entry.effective_ms().saturating_add(emergency.review_ms),
    });
    found.collect()
}

/// Is it the same entry, written again where two branches were merged?
fn is_same(one: &Entry, other: &Entry) -> bool {
    let digests = one.digests();
    other.digests().iter().any(|digest| digests.contains(digest))
}
