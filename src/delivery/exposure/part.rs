use super::error::{Kind, LogError};
use super::plan::Plan;
use super::scratch::{Exposed, Happened, Record, Scratch};
use super::unit::{Joiner, Tally};
use std::collections::{HashMap, HashSet};
use std::io::{self, Read, Seek, Write};

/// What keeps memory bounded.
#[derive(Debug, Clone, Copy)]
pub(super) struct Limits {
    /// A part with more bytes is joined in several passes.
    pass_bytes: usize,
    /// A pass with more records has units with far too many of them: they are looked for, and left out.
    pass_records: usize,
    /// No person makes so many.
    crowd: usize,
}

/// Some 100 MB a thread, and 800 MB where a unit is a crowd.
pub(super) const LIMITS: Limits = Limits {
    pass_bytes: 64 << 20,
    pass_records: 8_000_000,
    crowd: 100_000,
};

/// Joins all units of a part.
pub(super) fn join<S: Read + Write + Seek>(
    scratch: &Scratch<S>,
    part: usize,
    plan: &Plan,
    limits: Limits,
) -> Result<Tally, LogError> {
    let passes = scratch.length(part).div_ceil(limits.pass_bytes).max(1) as u128;
    let mut joiner = Joiner::new(plan);
    for pass in 0..passes {
        let mut loaded = Loaded::default();
        let mut stuck = false;
        scratch
            .read(part, |record| {
                loaded.take(record, plan, |unit| (unit >> 64) % passes == pass);
                if loaded.exposed.len() + loaded.happened.len() > limits.pass_records
                    && !loaded.thin_out(limits.crowd)
                {
                    stuck = true;
                    return Err(io::ErrorKind::Other.into());
                }
                Ok(())
            })
            .map_err(|error| match stuck {
                true => Kind::UnitTooLarge {
                    most: limits.pass_records,
                },
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
    fn thin_out(&mut self, crowd: usize) -> bool {
        let mut counts: HashMap<u128, usize> = HashMap::new();
        let units = self.exposed.iter().map(|record| record.unit);
        for unit in units.chain(self.happened.iter().map(|record| record.unit)) {
            *counts.entry(unit).or_default() += 1;
        }
        let before = self.crowded.len();
        for (unit, count) in counts {
            if count >= crowd {
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

#[cfg(test)]
mod tests {
    use super::super::plan::{ArmOrder, GroupName, Span};
    use super::super::question::{LoggedKind, LoggedMetric, Question};
    use super::*;
    use std::io::Cursor;

    const START_MS: i64 = 1_795_262_400_000;

    /// 500 units with an event each, and one that has `more`.
    fn joined(more: usize, limits: Limits) -> Result<Tally, LogError> {
        let group = GroupName {
            stage: None,
            arm: ArmOrder::None,
            variant: "on".to_owned(),
            by: None,
        };
        let span = Span {
            first_ms: START_MS,
            last_ms: START_MS,
        };
        let kind = LoggedKind::Mean {
            event: "e".to_owned(),
        };
        let metric = LoggedMetric {
            name: "m".to_owned(),
            kind,
        };
        let question = Question {
            metrics: vec![metric],
            ..Question::new("flag")
        };
        let plan = Plan::new(&question, vec![(group, span)], &[], Some(START_MS + 1_000_000)).unwrap();
        let scratch = Scratch::new(Cursor::new(Vec::new()));
        let mut writer = scratch.writer();
        for number in 0..501u64 {
            let unit = u128::from(number.wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 8) << 64;
            writer
                .exposed(&Exposed {
                    unit,
                    time_ms: START_MS,
                    group: 0,
                    segment: 0,
                })
                .unwrap();
            for event in 0..if number == 500 { more } else { 1 } {
                let time_ms = START_MS + event as i64;
                writer
                    .happened(&Happened {
                        unit,
                        time_ms,
                        value: 1.0,
                        id: 0,
                        event: 0,
                    })
                    .unwrap();
            }
        }
        writer.finish().unwrap();
        join(&scratch, 0, &plan, limits)
    }

    /// Units that are counted, the sum of their values, and lines that are left out.
    fn said(tally: &Tally) -> (u64, f64, u64) {
        let look = &tally.groups[0].looks[0];
        (look.units, look.totals[0].y, tally.counts.crowded)
    }

    #[test]
    fn many_passes_come_to_what_one_does() {
        let once = joined(40, LIMITS).unwrap();
        assert_eq!(said(&once), (501, 540.0, 0));
        for pass_bytes in [10_000, 1_000, 100] {
            let limits = Limits { pass_bytes, ..LIMITS };
            assert_eq!(said(&joined(40, limits).unwrap()), said(&once), "{pass_bytes}");
        }
    }

    #[test]
    fn a_unit_that_is_a_crowd_is_left_out_where_it_is_too_much() {
        let limits = Limits {
            pass_records: 2_000,
            crowd: 300,
            ..LIMITS
        };
        assert_eq!(
            said(&joined(900, limits).unwrap()),
            (501, 1_400.0, 0),
            "there is room"
        );
        let left_out = joined(5_000, limits).unwrap();
        assert_eq!(
            said(&left_out),
            (500, 500.0, 5_001),
            "its exposure is a line as well"
        );
        let none = Limits {
            crowd: 9_000,
            ..limits
        };
        assert_eq!(joined(5_000, none).unwrap_err().code(), "unit-too-large");
    }
}
