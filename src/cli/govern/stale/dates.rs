use crate::audit;
use crate::failure::Outcome;
use crate::input::git::Repository;
use std::collections::HashMap;
use std::ops::ControlFlow;
use std::path::Path;
use std::time::Duration;
use tidegate::delivery::hygiene::History;
use tidegate::model::Project;

/// Longer nobody waits for a history.
const LONGEST: Duration = Duration::from_secs(20);

/// What git and the audit log know of the age of each flag, in the project's order, and what they cannot know.
pub(super) fn histories(folder: &Path, project: &Project) -> Outcome<(Vec<History>, Vec<&'static str>)> {
    let mut limits = Vec::new();
    let commits = match Repository::of(folder) {
        Ok(repository) if repository.commit("HEAD").is_ok() => {
            if repository.is_shallow()? {
                limits.push("the repository is shallow: flags may be older than its oldest commit says");
            }
            let (commits, in_time) = commits(&repository)?;
            if !in_time {
                limits.push("not all of git's history was looked at: it took too long");
            }
            commits
        }
        Ok(_) => {
            limits.push(
                "the repository has no commits, so only files and the audit log tell how old flags are",
            );
            HashMap::new()
        }
        Err(failure) => {
            limits.push(match &failure {
                failure if failure.is("not-a-repository") => {
                    "the project is in no git repository, so only files and the audit log tell how old flags are"
                }
                _ => "git could not be asked, so only files and the audit log tell how old flags are",
            });
            HashMap::new()
        }
    };
    let (chain, faults) = audit::read(folder)?;
    let mut entries: HashMap<&str, (i64, i64)> = HashMap::new();
    if !faults.is_empty() {
        limits.push("the audit log is damaged, `tidegate audit verify` tells how");
    }
    for entry in &chain.entries {
        let at_ms = entry.effective_ms();
        for flag in entry.flags() {
            let times = entries.entry(flag).or_insert((at_ms, at_ms));
            *times = (times.0.min(at_ms), times.1.max(at_ms));
        }
    }
    let history = |(key, file): (&str, &str)| {
        let committed = commits.get(file);
        let told = entries.get(key);
        History {
            first_commit_ms: committed.map(|times| times.first_ms),
            last_commit_ms: committed.map(|times| times.last_ms),
            first_entry_ms: told.map(|times| times.0),
            last_entry_ms: told.map(|times| times.1),
        }
    };
    let flags = project.flags.iter();
    let flags = flags.map(|flag| (flag.key.value.as_str(), flag.key.place.file.as_ref()));
    Ok((flags.map(history).collect(), limits))
}

/// When a file was first and last committed, since it was last deleted.
#[derive(Debug, Clone, Copy)]
struct Times {
    first_ms: i64,
    last_ms: i64,
    is_closed: bool,
}

/// Of all files of flags, by their paths in the project.
fn commits(repository: &Repository) -> Outcome<(HashMap<String, Times>, bool)> {
    let mut files: HashMap<String, Times> = HashMap::new();
    let prefix = repository.prefix().to_owned();
    let mut at_ms = 0;
    let arguments = [
        "-c",
        "core.quotePath=false",
        "log",
        "--format=format:%x00%at",
        "--name-status",
        "--no-renames",
        "--no-show-signature",
        "--no-color",
        "--no-ext-diff",
        "HEAD",
        "--",
        "flags",
    ];
    let in_time = repository.lines(arguments, LONGEST, &mut |line| {
        let line = String::from_utf8_lossy(line);
        if let Some(seconds) = line.strip_prefix('\0') {
            at_ms = seconds.parse::<i64>().unwrap_or(0).saturating_mul(1_000);
        } else if let Some((status, path)) = line.split_once('\t')
            && let Some(path) = path.strip_prefix(prefix.as_str())
        {
            // From the newest commit back: what lies before a deletion was another flag.
            match (status, files.get_mut(path)) {
                (_, Some(times)) if times.is_closed => {}
                ("D", Some(times)) => times.is_closed = true,
                ("D", None) => {
                    let gone = Times {
                        first_ms: at_ms,
                        last_ms: at_ms,
                        is_closed: true,
                    };
                    files.insert(path.to_owned(), gone);
                }
                (_, Some(times)) => {
                    times.first_ms = times.first_ms.min(at_ms);
                    times.last_ms = times.last_ms.max(at_ms);
                }
                (_, None) => {
                    let times = Times {
                        first_ms: at_ms,
                        last_ms: at_ms,
                        is_closed: false,
                    };
                    files.insert(path.to_owned(), times);
                }
            }
        }
        ControlFlow::Continue(())
    })?;
    Ok((files, in_time))
}
