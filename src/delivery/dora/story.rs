//! Releases, incidents and arrivals at 100 percent, of one environment over all of the log.

use super::deed::{Deed, What};
use std::collections::{BTreeMap, BTreeSet};

/// What happened in an environment.
#[derive(Debug, Default)]
pub(super) struct Story<'c> {
    pub(super) releases: Vec<Release<'c>>,
    pub(super) incidents: Vec<Incident<'c>>,
    /// When each flag first came to 100 percent.
    pub(super) reached_ms: BTreeMap<&'c str, i64>,
    /// When flags were deleted that did not come back.
    pub(super) deleted_ms: BTreeMap<&'c str, i64>,
}

/// Flags that were opened further.
#[derive(Debug)]
pub(super) struct Release<'c> {
    pub(super) at_ms: i64,
    flags: BTreeSet<&'c str>,
    pub(super) failed: bool,
}

/// A flag that was turned off, until it was opened again.
#[derive(Debug)]
pub(super) struct Incident<'c> {
    pub(super) began_ms: i64,
    /// None where a whole snapshot was rolled back.
    flag: Option<&'c str>,
    /// When the release was that failed, as far as the log tells.
    pub(super) released_ms: Option<i64>,
    pub(super) end: End,
}

/// How an incident ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum End {
    /// It lasts.
    Lasts,
    /// The flag was opened again.
    Restored(i64),
    /// The flag was deleted.
    Deleted,
}

impl<'c> Story<'c> {
    /// The story of some deeds in one environment, in the order of time.
    pub(super) fn of<'d>(deeds: impl Iterator<Item = &'d Deed<'c>>) -> Self
    where
        'c: 'd,
    {
        let mut story = Self::default();
        for deed in deeds {
            match &deed.what {
                What::Release(flags) => {
                    for flag in flags {
                        story.end(Some(flag), End::Restored(deed.at_ms));
                    }
                    story.end(None, End::Restored(deed.at_ms));
                    story.releases.push(Release {
                        at_ms: deed.at_ms,
                        flags: flags.clone(),
                        failed: false,
                    });
                }
                What::Closed(flag) => story.close(*flag, deed.at_ms),
                What::Restored(flag) => story.end(Some(flag), End::Restored(deed.at_ms)),
                What::Deleted(flag) => {
                    story.end(Some(flag), End::Deleted);
                    story.deleted_ms.insert(flag, deed.at_ms);
                }
                What::Reached(flag) => drop(story.reached_ms.entry(flag).or_insert(deed.at_ms)),
                What::Told(flag) => drop(story.deleted_ms.remove(flag)),
            }
        }
        story
    }

    fn close(&mut self, flag: Option<&'c str>, at_ms: i64) {
        let lasts = |incident: &Incident<'_>| incident.flag == flag && incident.end == End::Lasts;
        if self.incidents.iter().any(lasts) {
            return;
        }
        let is_of = |release: &&mut Release<'_>| flag.is_none_or(|flag| release.flags.contains(flag));
        let release = self.releases.iter_mut().rev().find(is_of);
        let released_ms = release.map(|release| {
            release.failed = true;
            release.at_ms
        });
        self.incidents.push(Incident {
            began_ms: at_ms,
            flag,
            released_ms,
            end: End::Lasts,
        });
    }

    fn end(&mut self, flag: Option<&str>, end: End) {
        let lasting = self
            .incidents
            .iter_mut()
            .filter(|incident| incident.flag == flag && incident.end == End::Lasts);
        for incident in lasting {
            incident.end = end;
        }
    }
}
