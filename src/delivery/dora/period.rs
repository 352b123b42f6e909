use jiff::civil::{Date, Weekday};
use jiff::tz::TimeZone;
use jiff::{Timestamp, ToSpan};

const DAY_MS: f64 = 86_400_000.0;

/// A stretch of time: from its first millisecond up to another, which is not in it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Period {
    /// Its first, in epoch milliseconds.
    pub from_ms: i64,
    /// The first after it.
    pub to_ms: i64,
}

/// What a stretch of time is cut into.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Step {
    /// From Monday to Sunday, in UTC.
    Week,
    /// Of the calendar, in UTC.
    Month,
}

impl Period {
    /// Does a moment lie in it?
    pub const fn has(self, moment_ms: i64) -> bool {
        self.from_ms <= moment_ms && moment_ms < self.to_ms
    }

    /// How many days it has, with their parts.
    pub fn days(self) -> f64 {
        self.to_ms.saturating_sub(self.from_ms).max(0) as f64 / DAY_MS
    }

    /// The weeks or months that it lies in, the first and last cut where it begins and ends; the whole where a calendar
    /// ends before it.
    pub fn cut(self, step: Step) -> Vec<Self> {
        let mut parts = Vec::new();
        let mut from_ms = self.from_ms;
        while from_ms < self.to_ms {
            let Some(next_ms) = step.next_ms(from_ms).filter(|next_ms| *next_ms > from_ms) else {
                break;
            };
            let to_ms = next_ms.min(self.to_ms);
            parts.push(Self { from_ms, to_ms });
            from_ms = to_ms;
        }
        match parts.is_empty() {
            true => vec![self],
            false => parts,
        }
    }
}

impl Step {
    /// When the next week or month begins.
    fn next_ms(self, moment_ms: i64) -> Option<i64> {
        let moment = Timestamp::from_millisecond(moment_ms).ok()?;
        let day = moment.to_zoned(TimeZone::UTC).date();
        let next: Date = match self {
            Self::Week => day.nth_weekday(1, Weekday::Monday).ok()?,
            Self::Month => day.first_of_month().checked_add(1.month()).ok()?,
        };
        let next = next.to_zoned(TimeZone::UTC).ok()?;
        Some(next.timestamp().as_millisecond())
    }
}
