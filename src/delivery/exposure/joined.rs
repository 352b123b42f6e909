use super::question::LoggedKind;
use crate::delivery::stats::{Moments, StatisticsError, Sums};
use crate::engine::Arm;

/// What logs came to.
#[derive(Debug, Clone, PartialEq)]
pub struct Joined {
    /// By stage, arm and variant, in that order.
    pub groups: Vec<Group>,
    /// The moments at which everything is added up, in epoch milliseconds: what came before each counts there.
    pub looks_ms: Vec<i64>,
    /// The latest moment that a line tells of, in epoch milliseconds.
    pub latest_ms: Option<i64>,
    /// How many lines counted, and how many did not.
    pub lines: LineCounts,
    /// The first lines that cannot be read.
    pub bad: Vec<BadLine>,
}

/// Units that were first exposed in one stage, on one side.
#[derive(Debug, Clone, PartialEq)]
pub struct Group {
    /// The rollout's stage.
    pub stage: Option<String>,
    /// The side of the comparison; none where nothing marks one, and variants are compared.
    pub arm: Arm,
    /// The variant.
    pub variant: String,
    /// Units that were exposed to another side in the same stage, and are counted nowhere else.
    pub multiple: u64,
    /// What there was at each look.
    pub looks: Vec<Look>,
    /// What there was in the end, by the value of the attribute that was asked for; units without it have none.
    pub segments: Vec<(Option<String>, Look)>,
}

/// Units, and what they came to.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Look {
    /// How many there are.
    pub units: u64,
    /// What each metric came to, in the order in which they were asked for.
    pub totals: Vec<Totals>,
}

/// Sums over units of a metric's numerator `y` and denominator `x`.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Totals {
    /// The sum of the numerators; of a proportion, how many units had the event.
    pub y: f64,
    /// The sum of their squares.
    pub yy: f64,
    /// The sum of the denominators; 0 where the metric is no ratio.
    pub x: f64,
    /// The sum of their squares.
    pub xx: f64,
    /// The sum of the products.
    pub xy: f64,
}

/// What became of lines.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct LineCounts {
    /// All that are not blank.
    pub lines: u64,
    /// Exposures to the flag.
    pub exposures: u64,
    /// Events of the metrics.
    pub events: u64,
    /// About other flags and metrics, or outside of the time that was asked about.
    pub others: u64,
    /// Beyond reading.
    pub bad: u64,
    /// Events of units that were never exposed.
    pub unexposed: u64,
    /// Events before the unit's exposure.
    pub early: u64,
    /// Events after the window, or after a later stage moved the unit to another side.
    pub late: u64,
    /// Events that were told before.
    pub repeated: u64,
    /// Lines of units that have so many that no person can have made them.
    pub crowded: u64,
}

/// A line that cannot be read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BadLine {
    /// The file's name.
    pub file: String,
    /// The line's number, from 1.
    pub line: u64,
    /// What is wrong with it.
    pub message: String,
}

impl Look {
    /// The sums of a metric, for the statistics.
    pub fn sums(&self, metric: usize, kind: &LoggedKind) -> Result<Sums, StatisticsError> {
        let Totals { y, yy, x, xx, xy } = self.totals.get(metric).copied().unwrap_or_default();
        let units = self.units as f64;
        let numerators = Moments { sum: y, squares: yy };
        match kind {
            LoggedKind::Proportion { .. } => Sums::proportion(units, y),
            LoggedKind::Mean { .. } => Sums::mean(units, numerators),
            LoggedKind::Ratio { .. } => {
                let denominators = Moments { sum: x, squares: xx };
                Sums::ratio(units, numerators, denominators, xy)
            }
        }
    }

    /// Both together.
    pub fn add(&mut self, other: &Self) {
        self.units += other.units;
        self.totals
            .resize(self.totals.len().max(other.totals.len()), Totals::default());
        for (mine, theirs) in self.totals.iter_mut().zip(&other.totals) {
            mine.add(theirs);
        }
    }
}

impl Totals {
    fn add(&mut self, other: &Self) {
        self.y += other.y;
        self.yy += other.yy;
        self.x += other.x;
        self.xx += other.xx;
        self.xy += other.xy;
    }

    /// Counts a unit whose values were `before` as one whose values are `now`.
    pub(super) fn change(&mut self, before: (f64, f64), now: (f64, f64)) {
        self.add(&Self {
            y: now.0 - before.0,
            yy: now.0 * now.0 - before.0 * before.0,
            x: now.1 - before.1,
            xx: now.1 * now.1 - before.1 * before.1,
            xy: now.0 * now.1 - before.0 * before.1,
        });
    }
}

impl LineCounts {
    pub(super) fn add(&mut self, other: &Self) {
        let pairs = [
            (&mut self.lines, other.lines),
            (&mut self.exposures, other.exposures),
            (&mut self.events, other.events),
            (&mut self.others, other.others),
            (&mut self.bad, other.bad),
            (&mut self.unexposed, other.unexposed),
            (&mut self.early, other.early),
            (&mut self.late, other.late),
            (&mut self.repeated, other.repeated),
            (&mut self.crowded, other.crowded),
        ];
        for (mine, theirs) in pairs {
            *mine += theirs;
        }
    }
}
