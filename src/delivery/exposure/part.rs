use super::error::{Kind, LogError};
use super::plan::Plan;
use super::scratch::{Exposed, Happened, Record, Scratch};
use super::unit::{Joiner, Tally};
use std::collections::{HashMap, HashSet};
use std::io::{self, Read, Seek, Write};

/// A part with more bytes is joined in several passes, so that memory stays bounded.
const PASS_BYTES: usize = 64 << 20;
/// A pass with more records has units with far too many of them: they are looked for, and left out.
const PASS_RECORDS: usize = 8_000_000;
/// No person makes so many.
const CROWD: usize = 100_000;

/// Joins all units of a part.
pub(super) fn join<S: Read + Write + Seek>(
    scratch: &Scratch<S>,
    part: usize,
    plan: &Plan,
) -> Result<Tally, LogError> {
    let passes = scratch.length(part).div_ceil(PASS_BYTES).max(1) as u128;
    let mut joiner = Joiner::new(plan);
    for pass in 0..passes {
        let mut loaded = Loaded::default();
        let mut stuck = false;
        scratch
            .read(part, |record| {
                loaded.take(record, plan, |unit| (unit >> 64) % passes == pass);
                if loaded.exposed.len() + loaded.happened.len() > PASS_RECORDS && !loaded.thin_out() {
                    stuck = true;
                    return Err(io::ErrorKind::Other.into());
                }
                Ok(())
            })
            .map_err(|error| match stuck {
                true => Kind::UnitTooLarge { most: PASS_RECORDS },
                false => Kind::Scratch(error),
            })?;
        loaded.join(&mut joiner);
    }
    Ok(joiner.tally)
}

/// The records of one pass.
#[derive(Default)]
struct Loaded {
    exposed: Vec<Exposed>,
    happened: Vec<Happened>,
    /// Units that are left out.
    crowded: HashSet<u128>,
    crowded_lines: u64,
}

impl Loaded {
    fn take(&mut self, record: Record, plan: &Plan, belongs: impl Fn(u128) -> bool) {
        let unit = match &record {
            Record::Exposed(Exposed { unit, .. }) | Record::Happened(Happened { unit, .. }) => *unit,
        };
        if !belongs(unit) {
            return;
        }
        if self.crowded.contains(&unit) {
            self.crowded_lines += 1;
            return;
        }
        match record {
            Record::Happened(happened) => self.happened.push(happened),
            Record::Exposed(exposed) => {
                let Some(Some(group)) = plan.places.get(exposed.group as usize) else {
                    return;
                };
                // What is one too many stands behind all others.
                let others = plan.segments.len() as u32 + 1;
                let segment = (exposed.segment as usize)
                    .checked_sub(1)
                    .map_or(0, |number| plan.segments.get(number).copied().unwrap_or(others));
                self.exposed.push(Exposed {
                    group: *group,
                    segment,
                    ..exposed
                });
            }
        }
    }

    /// Leaves out the units that have far too many lines. False when there are none.
    fn thin_out(&mut self) -> bool {
        let mut counts: HashMap<u128, usize> = HashMap::new();
        let units = self.exposed.iter().map(|record| record.unit);
        for unit in units.chain(self.happened.iter().map(|record| record.unit)) {
            *counts.entry(unit).or_default() += 1;
        }
        let before = self.crowded.len();
        for (unit, count) in counts {
            if count >= CROWD {
                self.crowded.insert(unit);
                self.crowded_lines += count as u64;
            }
        }
        self.exposed.retain(|record| !self.crowded.contains(&record.unit));
        self.happened
            .retain(|record| !self.crowded.contains(&record.unit));
        self.crowded.len() > before
    }

    fn join(mut self, joiner: &mut Joiner<'_>) {
        joiner.tally.counts.crowded += self.crowded_lines;
        self.exposed
            .sort_unstable_by_key(|record| (record.unit, record.time_ms, record.group, record.segment));
        self.happened.sort_unstable_by_key(|record| {
            (
                record.unit,
                record.time_ms,
                record.event,
                record.id,
                record.value.to_bits(),
            )
        });
        let mut events = self.happened.as_slice();
        for exposures in self.exposed.chunk_by(|one, other| one.unit == other.unit) {
            let Some(unit) = exposures.first().map(|record| record.unit) else {
                continue;
            };
            let (before, rest) = events.split_at(events.partition_point(|event| event.unit < unit));
            let (mine, behind) = rest.split_at(rest.partition_point(|event| event.unit == unit));
            joiner.tally.counts.unexposed += before.len() as u64;
            events = behind;
            joiner.join(exposures, mine);
        }
        joiner.tally.counts.unexposed += events.len() as u64;
    }
}
