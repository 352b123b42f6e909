use super::cannot_serve;
use super::published::{Published, Told, Wanted};
use crate::clock;
use crate::failure::Outcome;
use crate::report::{Reporter, tell};
use notify_debouncer_mini::notify::{RecommendedWatcher, RecursiveMode};
use notify_debouncer_mini::{DebounceEventResult, Debouncer, new_debouncer};
use std::collections::HashSet;
use std::path::{Path, PathBuf};
use std::time::Duration;
use tokio::sync::{RwLock, mpsc};

/// How long the folder must be quiet: editors write a file in several steps.
const QUIET: Duration = Duration::from_millis(80);

/// Compiles again whenever the project's files change; ends only where the folder cannot be watched.
pub(super) async fn renew_on_change(
    wanted: &Wanted,
    published: &RwLock<Published>,
    reporter: &Reporter,
) -> Outcome {
    let (changed, mut changes) = mpsc::unbounded_channel();
    let mut debouncer = new_debouncer(QUIET, move |_: DebounceEventResult| {
        // Nobody listens any more when the command stops.
        let _ = changed.send(());
    })
    .map_err(|error| cannot_serve(&error))?;
    let mut watched = HashSet::new();
    watch(&mut debouncer, &wanted.folder, &mut watched)?;
    while changes.recv().await.is_some() {
        while changes.try_recv().is_ok() {}
        watch(&mut debouncer, &wanted.folder, &mut watched)?;
        let renewed = {
            let mut published = published.write().await;
            tokio::task::block_in_place(|| published.renew(wanted, clock::now_ms()))
        };
        match renewed {
            Ok(told) => announce(&told, reporter),
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

/// Watches the folder itself and the two that hold flags and segments; the rest of a repository is not looked at.
fn watch(
    debouncer: &mut Debouncer<RecommendedWatcher>,
    folder: &Path,
    watched: &mut HashSet<PathBuf>,
) -> Outcome {
    let watcher = debouncer.watcher();
    if watched.is_empty() {
        watcher
            .watch(folder, RecursiveMode::NonRecursive)
            .map_err(|error| cannot_serve(&error))?;
    }
    for name in ["flags", "segments"] {
        let path = folder.join(name);
        if !path.is_dir() {
            watched.remove(&path);
        } else if watched.insert(path.clone()) {
            watcher
                .watch(&path, RecursiveMode::Recursive)
                .map_err(|error| cannot_serve(&error))?;
        }
    }
    Ok(())
}
