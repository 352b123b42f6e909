//! What the audit log is told of a publication.

use super::batch::Batch;
use super::issue::{Issued, What};
use super::origin::Origin;
use super::published::Published;
use crate::audit::{self, Deed, Hand, Log};
use crate::failure::Outcome;
use crate::input::project::ProjectFiles;
use crate::layout;
use crate::report::Reporter;
use serde_json::json;
use std::collections::BTreeSet;
use std::path::Path;
use tidegate::delivery::audit::Chain;
use tidegate::delivery::change::{Change, Side, of_sides};
use tidegate::delivery::govern::closed_in_a_hurry;
use tidegate::engine::inspect;

/// A publication, and whose log tells of it.
pub(super) struct Record<'r> {
    pub(super) folder: &'r Path,
    pub(super) files: &'r ProjectFiles,
    pub(super) batch: &'r Batch<'r>,
    pub(super) reason: Option<&'r str>,
    pub(super) reporter: &'r Reporter,
}

impl Record<'_> {
    /// Tells of all that was written, and of what is in force and was never told of, as after an interruption.
    pub(super) async fn write(&self, published: &[Published]) -> Outcome {
        let (chain, _) = Log::open(self.folder)?.chain()?;
        let issued = published.iter().map(Published::issued);
        let told: Vec<&Issued> = issued
            .filter(|issued| issued.what != What::Unchanged || !audit::tells_of(&chain, &issued.head))
            .collect();
        let mut changes: Vec<Vec<Change>> = Vec::new();
        for issued in &told {
            changes.push(match issued.changes.is_empty() {
                true => self.since_told(&chain, issued).await?,
                false => issued.changes.clone(),
            });
        }
        let changes = audit::once(changes.iter().map(Vec::as_slice));
        self.schedules(&changes)?;
        if told.is_empty() {
            return Ok(());
        }
        let environments: BTreeSet<&str> = self.batch.scopes.iter().map(|(name, _)| name.as_str()).collect();
        let origin = Origin::of(self.folder, self.files, &chain, &environments);
        let mut environments = environments.into_iter();
        let deed = Deed {
            action: "publish",
            hand: Hand::Person,
            flag: None,
            environment: environments.next().filter(|_| environments.next().is_none()),
            reason: self.reason,
            at_ms: self.batch.publisher.session.now_ms,
        };
        let digests = |change: &Change| self.digests(&chain, change);
        let entry = deed.entry().with("changes", audit::changes(&changes, digests));
        let entry = origin.told(entry);
        let governance = &self.batch.project.governance;
        let entry = match closed_in_a_hurry(governance, &changes, &origin.approvals) {
            closed if closed.is_empty() => entry,
            closed => entry.with("emergency", json!(closed)),
        };
        let came = told.iter().map(|issued| issued.told());
        let over_history = self.batch.publisher.over_history;
        audit::append(
            self.folder,
            audit::published(entry, came, over_history, self.reporter),
        )
    }

    /// A flag's file as it was published last, as far as the log tells, and as it is now.
    fn digests(&self, chain: &Chain, change: &Change) -> [Option<String>; 2] {
        let mut flags = self.batch.project.flags.iter();
        let flag = flags.find(|flag| flag.key.value == change.flag);
        let text = flag.and_then(|flag| self.files.text(&flag.key.place.file));
        [
            audit::file_told(chain, &change.flag, &change.environment).map(str::to_owned),
            text.map(|text| audit::digest(text.as_bytes())),
        ]
    }

    /// What differs from the snapshot that was told of last, where somebody was interrupted since, and it is still there.
    async fn since_told(&self, chain: &Chain, issued: &Issued) -> Outcome<Vec<Change>> {
        let scope = &issued.head.scope;
        let Some(digest) =
            audit::last_told(chain, scope.as_str()).filter(|_| !audit::tells_of(chain, &issued.head))
        else {
            return Ok(Vec::new());
        };
        let destination = &self.batch.publisher.session.destination;
        let mut sides = Vec::new();
        for url in [
            format!("{}/{digest}", layout::SNAPSHOTS),
            issued.head.snapshot.url.clone(),
        ] {
            let read = destination
                .read(&format!("{}/{url}", scope.place()), layout::FRAME_BYTES, None)
                .await?;
            let shown = read.found().and_then(|found| inspect(found.bytes).ok());
            sides.extend(shown.map(|shown| Side::inspected(&shown)));
        }
        Ok(match sides.as_slice() {
            [before, after] => of_sides(
                scope.environment(),
                before,
                &after.clone().killing(&issued.head.kills),
            ),
            _ => Vec::new(),
        })
    }

    /// Tells what took effect by schedule before this.
    fn schedules(&self, changes: &[Change]) -> Outcome {
        let environments: BTreeSet<&str> = self.batch.scopes.iter().map(|(name, _)| name.as_str()).collect();
        for environment in environments {
            let edited = changes.iter().filter(|change| change.environment == environment);
            let edited = edited.map(|change| change.flag.as_str()).collect();
            let now_ms = self.batch.publisher.session.now_ms;
            audit::what_took_effect(self.folder, self.batch.project, environment, &edited, now_ms)?;
        }
        Ok(())
    }
}
