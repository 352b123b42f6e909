use crate::failure::Failure;
use crate::report::Reporter;
use notify::{RecommendedWatcher, RecursiveMode, Watcher};
use std::path::Path;
use std::sync::Arc;
use tokio::sync::watch;

/// Wakes those who follow a folder as soon as something in it changes; of a bucket nobody tells.
#[derive(Debug, Clone)]
pub(super) struct Wake {
    changes: watch::Receiver<()>,
    _watcher: Option<Arc<RecommendedWatcher>>,
}

impl Wake {
    /// Where a folder cannot be watched, as with some that lie on another machine, it is read from time to time only.
    pub(super) fn of(folder: Option<&Path>, reporter: &Reporter) -> Self {
        let (changed, changes) = watch::channel(());
        let watcher = folder.and_then(|folder| {
            let watcher = notify::recommended_watcher(move |event: notify::Result<notify::Event>| {
                // Reading the files is told as well, and must not lead to reading them again.
                if !event.is_ok_and(|event| event.kind.is_access()) {
                    changed.send_replace(());
                }
            });
            let watched = watcher.and_then(|mut watcher| {
                watcher.watch(folder, RecursiveMode::Recursive)?;
                Ok(watcher)
            });
            watched
                .map_err(|error| {
                    let message = format!("cannot watch `{}`: {error}", folder.display());
                    reporter.warn(&Failure::new("not-watched", message).about(folder));
                })
                .ok()
        });
        Self {
            changes,
            _watcher: watcher.map(Arc::new),
        }
    }

    /// Waits for a change.
    pub(super) async fn change(&mut self) {
        if self.changes.changed().await.is_err() {
            std::future::pending::<()>().await;
        }
    }
}
