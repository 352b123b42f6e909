use super::cannot_serve;
use super::published::{Published, Told, Wanted};
use crate::clock;
use crate::failure::Outcome;
use crate::report::{Reporter, tell};
use notify::{RecommendedWatcher, RecursiveMode, Watcher};
use std::path::PathBuf;
use std::time::Duration;
use tokio::sync::{RwLock, mpsc};

/// How long after a change the files are read: editors write in several steps.
const PAUSE: Duration = Duration::from_millis(80);

/// Compiles again whenever the project's files change; ends only where the folder cannot be watched.
pub(super) async fn renew_on_change(
    wanted: &Wanted,
    published: &RwLock<Published>,
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
    watch(&mut watcher, published.read().await.folders())?;
    while changes.recv().await.is_some() {
        tokio::time::sleep(PAUSE).await;
        while changes.try_recv().is_ok() {}
        let mut next = published.read().await.clone();
        let renewed = tokio::task::block_in_place(|| next.renew(wanted, clock::now_ms()));
        match renewed {
            Ok(told) => {
                // Again each time: a folder that was replaced is another one.
                watch(&mut watcher, next.folders())?;
                *published.write().await = next;
                announce(&told, reporter);
            }
            Err(failure) => reporter.failure(&failure),
        }
    }
    Ok(())
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
fn watch(watcher: &mut RecommendedWatcher, folders: &[PathBuf]) -> Outcome {
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
