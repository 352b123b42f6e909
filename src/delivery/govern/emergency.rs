use super::people::People;
use crate::delivery::audit::{Chain, Entry};
use crate::model::Emergency;
use serde_json::Value;

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
    /// When it is to be reviewed at the latest, in epoch milliseconds.
    pub until_ms: i64,
}

/// The emergencies of some logs that wait for a review, each once.
pub(super) fn unreviewed(chains: [&Chain; 2], emergency: &Emergency, people: People<'_>) -> Vec<Unreviewed> {
    let entries: Vec<&Entry> = chains.iter().flat_map(|chain| &chain.entries).collect();
    let mut found: Vec<&Entry> = Vec::new();
    for entry in &entries {
        // What was only tried closed nothing.
        let is_meant = entry.is_emergency() && entry.fields.get("dryRun") != Some(&Value::Bool(true));
        if is_meant
            && !is_reviewed(entry, &entries, people)
            && !found.iter().any(|other| is_same(other, entry))
        {
            found.push(entry);
        }
    }
    let found = found.into_iter().map(|entry| Unreviewed {
        sequence: entry.sequence,
        action: entry.action.clone(),
        flag: entry.flag.clone(),
        environment: entry.environment.clone(),
        by: entry.actor.name.clone(),
        until_ms: entry.effective_ms().saturating_add(emergency.review_ms),
    });
    found.collect()
}

/// Is it the same entry, written again where two branches were merged?
fn is_same(one: &Entry, other: &Entry) -> bool {
    let digests = one.digests();
    other.digests().iter().any(|digest| digests.contains(digest))
}

/// Did somebody else look at it? Whoever reviews is known to the project, where it knows anybody.
fn is_reviewed(entry: &Entry, entries: &[&Entry], people: People<'_>) -> bool {
    // By digest, since numbers change where two branches are merged.
    let digests = entry.digests();
    let person = |name: &str| {
        people
            .find_here(name)
            .map_or_else(|| name.to_owned(), str::to_owned)
    };
    let mut reviews = entries.iter().filter(|other| other.action == "review");
    reviews.any(|review| {
        let of = review.text("ofDigest");
        let by = review.text("by").unwrap_or(&review.actor.name);
        of.is_some_and(|of| digests.iter().any(|digest| digest == of))
            && (people.are_none() || people.find_here(by).is_some())
            && person(by) != person(&entry.actor.name)
    })
}
