use super::bad::Judged;
use super::error::{Kind, LogError};
use super::feed::{Feed, Log};
use super::joined::{Group, Joined, LineCounts, Look};
use super::part;
use super::plan::Plan;
use super::question::Question;
use super::scratch::{PARTS, Scratch};
use super::unit::Tally;
use super::worker::{Found, Reading, Worker};
use std::collections::BTreeMap;
use std::io::{Read, Seek, Write};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};

/// How far reading has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Progress {
    /// So many more bytes were read, as they are in the files.
    Read(u64),
    /// One more part of so many was joined.
    Joined {
        /// How many there are.
        of: usize,
    },
}

/// Reads logs and joins exposures and events by unit, on so many threads.
///
/// Memory stays bounded: records go to `scratch`, an empty file, dealt into parts by what their units hash to, and one part
/// after the other is joined. Lines may come in any order. What cannot be read is counted, and refused above a limit.
pub fn join<S: Read + Write + Seek + Send>(
    logs: Vec<Log>,
    question: &Question,
    scratch: S,
    threads: usize,
    progress: &(dyn Fn(Progress) + Sync),
) -> Result<Joined, LogError> {
    let files: Vec<String> = logs.iter().map(|log| log.name().to_owned()).collect();
    let scratch = Scratch::new(scratch);
    let reading = Reading::new(question, &scratch);
    let read = |bytes| progress(Progress::Read(bytes));
    let feed = Mutex::new(Feed::new(logs, question.segment.as_deref(), &read));
    let found = on_threads(threads, || Worker::new(&reading).run(&feed))?
        .into_iter()
        .reduce(Found::plus)
        .unwrap_or_default();
    let Reading { groups, segments, .. } = reading;
    let bad = found
        .bad
        .judged(&files, found.counts.lines, question.most_bad_lines)?;
    let groups = groups
        .all()
        .into_iter()
        .zip(found.spans)
        .filter_map(|(group, span)| Some((group, span?)));
    let segments = segments.all();
    let plan = Plan::new(question, groups.collect(), &segments, found.latest_ms)?;
    let tally = join_parts(&scratch, &plan, threads, progress)?;
    Ok(joined(
        &plan,
        tally,
        &segments,
        found.counts,
        found.latest_ms,
        bad,
    ))
}

/// Joins all parts. Sums are added in the order of parts, so that they come out the same however threads run.
fn join_parts<S: Read + Write + Seek + Send>(
    scratch: &Scratch<S>,
    plan: &Plan,
    threads: usize,
    progress: &(dyn Fn(Progress) + Sync),
) -> Result<Tally, LogError> {
    let next = AtomicUsize::new(0);
    let done = Mutex::new((Tally::new(plan), 0, BTreeMap::new()));
    on_threads(threads, || {
        loop {
            let number = next.fetch_add(1, Ordering::Relaxed);
            if number >= PARTS {
                return Ok(());
            }
            let tally = part::join(scratch, number, plan, part::LIMITS)?;
            let mut done = done.lock().unwrap_or_else(PoisonError::into_inner);
            let (sum, added, waiting) = &mut *done;
            waiting.insert(number, tally);
            while let Some(tally) = waiting.remove(added) {
                sum.add(&tally);
                *added += 1;
            }
            drop(done);
            progress(Progress::Joined { of: PARTS });
        }
    })?;
    Ok(done.into_inner().unwrap_or_else(PoisonError::into_inner).0)
}

/// Runs the same work on several threads and returns what each came to.
fn on_threads<T: Send>(
    threads: usize,
    work: impl Fn() -> Result<T, LogError> + Sync,
) -> Result<Vec<T>, LogError> {
    std::thread::scope(|scope| {
        let running: Vec<_> = (0..threads.max(1)).map(|_| scope.spawn(&work)).collect();
        let ended: Vec<_> = running
            .into_iter()
            .map(std::thread::ScopedJoinHandle::join)
            .collect();
        ended
            .into_iter()
            .map(|ended| ended.map_err(|_| LogError::from(Kind::Thread))?)
            .collect()
    })
}

/// What the tally says, with names.
fn joined(
    plan: &Plan,
    tally: Tally,
    segments: &[String],
    mut lines: LineCounts,
    latest_ms: Option<i64>,
    bad: Judged,
) -> Joined {
    lines.add(&tally.counts);
    lines.bad = bad.count;
    let mut names: Vec<&String> = segments.iter().collect();
    names.sort();
    let name_of = |place: u32| {
        let place = (place as usize).checked_sub(1)?;
        Some(
            names
                .get(place)
                .map_or_else(|| "(others)".to_owned(), |name| (*name).clone()),
        )
    };
    let groups = plan.groups.iter().zip(tally.groups).map(|(name, tally)| {
        let mut sum = Look::default();
        Group {
            stage: name.stage.clone(),
            arm: name.arm.into(),
            variant: name.variant.clone(),
            multiple: tally.multiple,
            looks: tally
                .looks
                .into_iter()
                .map(|more| {
                    sum.add(&more);
                    sum.clone()
                })
                .collect(),
            segments: tally
                .segments
                .into_iter()
                .map(|(place, look)| (name_of(place), look))
                .collect(),
        }
    });
    Joined {
        groups: groups.collect(),
        looks_ms: plan.looks_ms.clone(),
        latest_ms,
        lines,
        bad: bad.first,
    }
}
