use super::case::Position;
use super::decision::{Code, Verdict};
use super::look::Look;
use super::measurement::{Measurements, Reading};
use crate::delivery::stats::Stratum;

/// The looks at a plan since it was started, and since it entered the stage that it is at.
///
/// What was measured before it was rolled back, or before a person sent it back, is of other code and does not count.
pub(super) struct History<'l> {
    run: Vec<&'l Look>,
    stage: &'l str,
}

impl<'l> History<'l> {
    pub(super) fn of(position: &'l Position, looks: &'l [Look]) -> Self {
        let index = |stage: &str| position.stages.iter().position(|name| name == stage);
        let mut run: Vec<&Look> = Vec::new();
        let starts_anew = |last: &Look, stage: &str, entered_at_ms: i64| {
            let rolled_back = last.verdict == Verdict::RollBack && !last.dry_run;
            let entered_again = last.stage == stage && last.entered_at_ms != entered_at_ms;
            rolled_back || entered_again || index(&last.stage) > index(stage)
        };
        for look in looks.iter().filter(|look| look.plan == position.plan) {
            let anew = |last: &&Look| starts_anew(last, &look.stage, look.entered_at_ms);
            if run.last().is_some_and(anew) || index(&look.stage).is_none() {
                run.clear();
            }
            if index(&look.stage).is_some() {
                run.push(look);
            }
        }
        let anew = |last: &&Look| starts_anew(last, &position.stage, position.entered_at_ms);
        if run.last().is_some_and(anew) {
            run.clear();
        }
        Self {
            run,
            stage: &position.stage,
        }
    }

    /// When the first stage was entered that was looked at since the plan was started.
    pub(super) fn since_ms(&self) -> Option<i64> {
        self.run.first().map(|look| look.entered_at_ms)
    }

    /// The looks at the current stage, the newest first.
    pub(super) fn at_stage(&self) -> impl Iterator<Item = &'l Look> {
        let looks = self.run.iter().rev().copied();
        looks.take_while(|look| look.stage == self.stage)
    }

    /// What was read of a metric last at this stage, and could be used.
    pub(super) fn last_reading(&self, metric: &str) -> Option<&'l Reading> {
        self.at_stage().find_map(|look| usable(look, metric))
    }

    /// The unit that a metric's source told first since the plan was started.
    pub(super) fn first_unit(&self, metric: &str) -> Option<&'l str> {
        self.run
            .iter()
            .find_map(|look| usable(look, metric)?.unit.as_deref())
    }

    /// How many looks in a row before this one a source failed, at this stage.
    pub(super) fn failures(&self, failed: impl Fn(&Look) -> bool) -> usize {
        self.at_stage().take_while(|look| failed(look)).count()
    }

    /// What the newest look at this stage tells that is so old.
    pub(super) fn by<T>(&self, time_ms: i64, read: impl Fn(&Measurements) -> Option<T>) -> Option<T> {
        self.at_stage()
            .filter(|look| look.time_ms <= time_ms)
            .find_map(|look| read(&look.measurements))
    }

    /// Both arms at the end of each earlier stage.
    pub(super) fn strata(&self, metric: &str) -> Vec<Stratum> {
        let mut strata: Vec<(&str, Stratum)> = Vec::new();
        let earlier = self.run.iter().filter(|look| look.stage != self.stage);
        for (stage, stratum) in
            earlier.filter_map(|look| Some((&look.stage, stratum(usable(look, metric)?)?)))
        {
            strata.retain(|(known, _)| known != stage);
            strata.push((stage, stratum));
        }
        strata.into_iter().map(|(_, stratum)| stratum).collect()
    }

    /// The units of both arms at each look before this one, over all stages; never falling.
    pub(super) fn units(&self, metric: &str) -> Vec<f64> {
        let (mut before, mut current) = (0.0, ("", 0.0));
        let mut units: Vec<f64> = Vec::new();
        for look in &self.run {
            let Some(stratum) = usable(look, metric).and_then(stratum) else {
                continue;
            };
            if look.stage != current.0 {
                before += current.1;
            }
            current = (&look.stage, stratum.treatment.units() + stratum.control.units());
            units.push(units.last().copied().unwrap_or(0.0).max(before + current.1));
        }
        units
    }
}

/// Both arms of a reading, as far as they can have been.
pub(super) fn stratum(reading: &Reading) -> Option<Stratum> {
    Some(Stratum {
        treatment: reading.treatment?.sums().ok()?,
        control: reading.control?.sums().ok()?,
    })
}

/// What a look read of a metric, unless it was found wrong then.
fn usable<'l>(look: &'l Look, metric: &str) -> Option<&'l Reading> {
    let refused = look.reasons.iter().any(|told| {
        let unusable = Code::ALL
            .iter()
            .any(|known| known.refuses_data() && known.name() == told.code);
        unusable && told.metric.as_deref() == Some(metric)
    });
    look.measurements.metric(metric).read().filter(|_| !refused)
}
