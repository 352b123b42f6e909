use super::deed::{Deed, deeds};
use super::filed::Filed;
use super::period::Period;
use super::story::{End, Story};
use crate::delivery::audit::Chain;
use std::collections::{BTreeMap, BTreeSet};

/// What became of an environment in a period.
#[derive(Debug, Clone, PartialEq)]
pub struct Measured {
    /// The environment.
    pub environment: String,
    /// The period.
    pub period: Period,
    /// The measures.
    pub measures: Measures,
}

/// The measures of a period. What cannot be computed is nothing, and not 0.
#[derive(Debug, Clone, PartialEq)]
pub struct Measures {
    /// How many releases there were.
    pub releases: usize,
    /// How many a day; nothing for a period of less than one.
    pub per_day: Option<f64>,
    /// From the creation of flags to 100 percent.
    pub lead: Spread,
    /// Flags that are there at the end of the period, and have not come to 100 percent by then.
    pub under_way: usize,
    /// How many of the releases failed.
    pub failed: usize,
    /// How many incidents began.
    pub incidents: usize,
    /// How many of them no release is known of.
    pub without_release: usize,
    /// How many of them last.
    pub lasting: usize,
    /// From an incident to the flag being open again.
    pub restore: Spread,
    /// From a release to the incident.
    pub close: Spread,
}

/// Lengths of time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Spread {
    /// How many there are.
    pub count: usize,
    /// The one in the middle, in milliseconds; nothing where there is none.
    pub median_ms: Option<i64>,
}

impl Measures {
    /// The part of the releases that failed; nothing where there was none.
    pub fn failure_rate(&self) -> Option<f64> {
        (self.releases > 0).then(|| self.failed as f64 / self.releases as f64)
    }
}

impl Spread {
    fn of(mut lengths_ms: Vec<i64>) -> Self {
        lengths_ms.sort_unstable();
        let middle = lengths_ms.len() / 2;
        let upper = lengths_ms.get(middle).copied();
        let lower = middle
            .checked_sub(1)
            .and_then(|lower| lengths_ms.get(lower).copied());
        Self {
            count: lengths_ms.len(),
            median_ms: match (lower, upper) {
                (Some(lower), Some(upper)) if lengths_ms.len().is_multiple_of(2) => {
                    Some(lower.saturating_add(upper.saturating_sub(lower) / 2))
                }
                (_, upper) => upper,
            },
        }
    }
}

/// Measures each environment that a log tells of, over each period, with the flags that count.
///
/// What the files of flags say of them holds where the log does not tell of it.
pub fn measure(
    chain: &Chain,
    files: &BTreeMap<String, Filed>,
    periods: &[Period],
    counts: impl Fn(&str) -> bool,
) -> Vec<Measured> {
    let deeds: Vec<Deed<'_>> = deeds(chain, files)
        .into_iter()
        .filter_map(|deed| deed.of(&counts))
        .collect();
    let mut created: BTreeMap<&str, i64> = BTreeMap::new();
    for deed in &deeds {
        for flag in deed.what.flags() {
            created.entry(flag).or_insert(deed.at_ms);
        }
    }
    for (flag, file) in files {
        if let (Some(known), Some(moment_ms)) = (created.get_mut(flag.as_str()), file.created_ms) {
            *known = moment_ms;
        }
    }
    let environments: BTreeSet<&str> = deeds.iter().map(|deed| deed.environment).collect();
    let mut measured = Vec::new();
    for environment in environments {
        let here = || deeds.iter().filter(|deed| deed.environment == environment);
        let (story, told) = (Story::of(here()), first_told(here()));
        measured.extend(periods.iter().map(|period| Measured {
            environment: environment.to_owned(),
            period: *period,
            measures: measures(&story, &created, &told, *period),
        }));
    }
    measured
}

/// When each flag was first told of.
fn first_told<'c, 'd>(deeds: impl Iterator<Item = &'d Deed<'c>>) -> BTreeMap<&'c str, i64>
where
    'c: 'd,
{
    let mut told = BTreeMap::new();
    for deed in deeds {
        for flag in deed.what.flags() {
            told.entry(flag).or_insert(deed.at_ms);
        }
    }
    told
}

fn measures(
    story: &Story<'_>,
    created: &BTreeMap<&str, i64>,
    told: &BTreeMap<&str, i64>,
    period: Period,
) -> Measures {
    let releases: Vec<_> = story
        .releases
        .iter()
        .filter(|release| period.has(release.at_ms))
        .collect();
    let incidents = || {
        story
            .incidents
            .iter()
            .filter(|incident| period.has(incident.began_ms))
    };
    let reached = story.reached_ms.iter().filter(|(_, at_ms)| period.has(**at_ms));
    // A flag that its file makes younger than its release says nothing of how long that took.
    let lead = reached.filter_map(|(flag, at_ms)| {
        let lasted_ms = at_ms.saturating_sub(*created.get(flag)?);
        (lasted_ms >= 0).then_some(lasted_ms)
    });
    let is_under_way = |flag: &&str| {
        let ends_ms = [story.reached_ms.get(*flag), story.deleted_ms.get(*flag)];
        ends_ms.into_iter().flatten().all(|at_ms| period.to_ms <= *at_ms)
    };
    let under_way = told
        .iter()
        .filter(|(flag, at_ms)| **at_ms < period.to_ms && is_under_way(flag));
    let restored = incidents().filter_map(|incident| match incident.end {
        End::Restored(at_ms) => Some(at_ms.saturating_sub(incident.began_ms)),
        End::Lasts | End::Deleted => None,
    });
    let closed =
        incidents().filter_map(|incident| Some(incident.began_ms.saturating_sub(incident.released_ms?)));
    let days = period.days();
    Measures {
        per_day: (days >= 1.0).then(|| releases.len() as f64 / days),
        failed: releases.iter().filter(|release| release.failed).count(),
        releases: releases.len(),
        lead: Spread::of(lead.collect()),
        under_way: under_way.count(),
        incidents: incidents().count(),
        without_release: incidents()
            .filter(|incident| incident.released_ms.is_none())
            .count(),
        lasting: incidents().filter(|incident| incident.end == End::Lasts).count(),
        restore: Spread::of(restored.collect()),
        close: Spread::of(closed.collect()),
    }
}
