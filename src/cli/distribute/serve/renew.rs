use super::cannot_serve;
use super::compiled::{Compiled, Told, Wanted};
use super::metrics::{Metrics, Refresh};
use super::shelf::Shelves;
use crate::clock;
use crate::failure::Outcome;
use crate::report::{Reporter, tell};
use notify::{RecommendedWatcher, RecursiveMode, Watcher};
use std::path::PathBuf;
use std::time::Duration;
use tokio::sync::mpsc;

/// How long after a change the files are read: editors write in several steps.
const PAUSE: Duration = Duration::from_millis(80);

/// Compiles again whenever the project's files change; ends only where the folder cannot be watched.
pub(super) async fn on_change(
    wanted: &Wanted,
    mut compiled: Compiled,
    shelves: Shelves,
    metrics: &Metrics,
    reporter: &Reporter,
) -> Outcome {
    let (changed, mut changes) = mpsc::unbounded_channel();
    // Once without a change: the files may have changed before they were watched.
    let _ = changed.send(());
    let mut watcher = notify::recommended_watcher(move |event: notify::Result<notify::Event>| {
        // Reading the project is told as well, and must not lead to reading it again.
        if !event.is_ok_and(|event| event.kind.is_access()) {
            // Nobody listens any more when the command stops.
            let _ = changed.send(());
        }
    })
    .map_err(|error| cannot_serve(&error))?;
    watch_folders(&mut watcher, compiled.folders())?;
    while changes.recv().await.is_some() {
        tokio::time::sleep(PAUSE).await;
        while changes.try_recv().is_ok() {}
        let renewed = tokio::task::block_in_place(|| compiled.renew(wanted, clock::now_ms()));
        match renewed {
            Ok(told) => {
                // Again each time: a folder that was replaced is another one.
                watch_folders(&mut watcher, compiled.folders())?;
                shelves.put(compiled.shelf());
                compiled.count(metrics, told.refresh());
                announce(&told, reporter);
            }
            Err(failure) => {
                compiled.count(metrics, Refresh::Failed);
                reporter.failure(&failure);
            }
        }
    }
    Ok(())
}

impl Compiled {
    fn count(&self, metrics: &Metrics, refresh: Refresh) {
        for place in self.shelf().places.keys() {
            metrics.refreshed(place, refresh);
        }
    }
}

impl Told {
    fn refresh(&self) -> Refresh {
        match (self.renewed, self.changed.is_empty()) {
            (false, _) => Refresh::Failed,
            (true, true) => Refresh::Unchanged,
            (true, false) => Refresh::Changed,
        }
    }
}

fn announce(told: &Told, reporter: &Reporter) {
    if told.renewed && told.changed.is_empty() {
        return;
    }
    reporter.diagnostics(&told.problems, &told.sources);
    if reporter.is_json() {
        return;
    }
    tell(&if told.renewed {
        format!("compiled again: {}\n", told.changed.join(", "))
    } else {
        "the last good snapshots go on being served\n".to_owned()
    });
}

/// Watches the project's own folder by itself, and those that hold its files with all below; the rest of a repository
/// is not looked at.
fn watch_folders(watcher: &mut RecommendedWatcher, folders: &[PathBuf]) -> Outcome {
    for (position, folder) in folders.iter().enumerate() {
        let mode = if position == 0 {
            RecursiveMode::NonRecursive
        } else {
            RecursiveMode::Recursive
        };
        match watcher.watch(folder, mode) {
            Err(error) if position == 0 => return Err(cannot_serve(&error)),
            // A folder that has just gone shows as a change of the project's own.
            Err(_) | Ok(()) => {}
        }
    }
    Ok(())
}
