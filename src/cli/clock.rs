//! Moments and durations on the command line.

use std::time::SystemTime;
pub(crate) use tidegate::delivery::moment as written;

/// The machine's clock in epoch milliseconds.
pub(crate) fn now_ms() -> i64 {
    match SystemTime::now().duration_since(SystemTime::UNIX_EPOCH) {
        Ok(since) => i64::try_from(since.as_millis()).unwrap_or(i64::MAX),
        Err(_) => 0,
    }
}

/// A moment in RFC 3339 or epoch milliseconds, or a day, which begins at midnight in UTC; as epoch milliseconds.
pub(crate) fn moment(text: &str) -> Result<i64, String> {
    if let Ok(moment_ms) = text.parse::<i64>() {
        return Ok(moment_ms);
    }
    let midnight = match text.len() == "2026-11-20".len() {
        true => format!("{text}T00:00:00Z"),
        false => text.to_owned(),
    };
    midnight
        .parse::<jiff::Timestamp>()
        .map(|moment| i64::try_from(moment.as_nanosecond().div_euclid(1_000_000)).unwrap_or(i64::MAX))
        .map_err(|_| {
            "expected a day like 2026-11-20, a date-time like 2026-11-20T09:00:00Z, or epoch milliseconds"
                .to_owned()
        })
}

/// A duration like `90m`, `12h` or `30d`, in milliseconds.
pub(crate) fn duration(text: &str) -> Result<i64, String> {
    let units = [('s', 1_000), ('m', 60_000), ('h', 3_600_000), ('d', 86_400_000)];
    units
        .iter()
        .find_map(|(unit, unit_ms)| {
            let count = text.strip_suffix(*unit)?.parse::<u32>().ok()?;
            i64::from(count).checked_mul(*unit_ms)
        })
        .filter(|length_ms| *length_ms > 0)
        .ok_or_else(|| "expected a whole number and s, m, h or d, like 90m, 12h or 30d".to_owned())
}

/// A duration as it is given: in the largest unit that leaves nothing over.
pub(crate) fn length(length_ms: i64) -> String {
    let units = [('d', 86_400_000), ('h', 3_600_000), ('m', 60_000), ('s', 1_000)];
    let whole = units.iter().find(|(_, unit_ms)| length_ms % unit_ms == 0);
    match whole {
        Some((unit, unit_ms)) => format!("{}{unit}", length_ms / unit_ms),
        None => format!("{length_ms}ms"),
    }
}

/// The day of a moment, in UTC.
pub(crate) fn day(moment_ms: i64) -> String {
    let written = written(moment_ms);
    written.split('T').next().unwrap_or_default().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn moments_are_read_in_all_forms() {
        assert_eq!(moment("1970-01-01T00:00:01.5Z"), Ok(1_500));
        assert_eq!(moment("1970-01-01T01:00:00+01:00"), Ok(0));
        assert_eq!(moment("-5"), Ok(-5));
        assert!(moment("yesterday").is_err());
        assert_eq!(moment("1970-01-02"), Ok(86_400_000));
        assert_eq!(moment("1700000000"), Ok(1_700_000_000));
        for wrong in ["1970-13-01", "1970-01-1 ", "01-01-1970"] {
            assert!(moment(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn durations_have_a_unit() {
        assert_eq!(duration("30d"), Ok(2_592_000_000));
        assert_eq!(length(2_592_000_000), "30d");
        assert_eq!(length(5_400_000), "90m");
        assert_eq!(length(1), "1ms");
        for wrong in ["", "30", "d", "-1d", "0h", "1.5h", "30 d", "99999999999d"] {
            assert!(duration(wrong).is_err(), "{wrong}");
        }
    }
}
