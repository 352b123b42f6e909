//! Shares, numbers, lengths of time, moments and lists as people read them.

use crate::model::{Percent, percent_number};

/// The units of lengths of time, in short and in full.
const UNITS: [(&str, &str, i64); 4] = [
    ("d", "day", 86_400_000),
    ("h", "hour", 3_600_000),
    ("m", "minute", 60_000),
    ("s", "second", 1_000),
];

/// A share in percent, with as many decimals as it has: `12.5%`.
pub fn percent(slots: Percent) -> String {
    format!("{}%", percent_number(slots))
}

/// Four significant digits, where there are more.
pub(super) fn short(value: f64) -> String {
    if !value.is_finite() || value == 0.0 {
        return value.to_string();
    }
    let magnitude = value.abs().log10().floor();
    let decimals = (3.0 - magnitude).clamp(0.0, 12.0) as usize;
    let text = format!("{value:.decimals$}");
    match text.contains('.') {
        true => text.trim_end_matches('0').trim_end_matches('.').to_owned(),
        false => text,
    }
}

/// A length of time from the largest unit that it fills on, in so many neighbouring ones: `21h 30m` in two.
pub fn length(length_ms: i64, most_units: usize) -> String {
    let first = UNITS.iter().position(|(_, _, unit_ms)| length_ms >= *unit_ms);
    let Some(first) = first else {
        return format!("{length_ms}ms");
    };
    let mut rest_ms = length_ms;
    let parts = UNITS
        .iter()
        .skip(first)
        .take(most_units)
        .filter_map(|(unit, _, unit_ms)| {
            let count = rest_ms / unit_ms;
            rest_ms %= unit_ms;
            (count > 0).then(|| format!("{count}{unit}"))
        });
    parts.collect::<Vec<_>>().join(" ")
}

/// A length of time in full, in the largest unit that it fills, the rest cut off: `12 days`.
pub fn about(length_ms: i64) -> String {
    let found = UNITS.iter().find(|(_, _, unit_ms)| length_ms >= *unit_ms);
    let (_, name, unit_ms) = found.unwrap_or(&("s", "second", 1_000));
    let count = length_ms.max(0) / unit_ms;
    format!("{count} {name}{}", if count == 1 { "" } else { "s" })
}

/// A moment in RFC 3339 where there is a date for it, else in epoch milliseconds: to the second, or to the millisecond.
pub fn moment(moment_ms: i64) -> String {
    match jiff::Timestamp::from_millisecond(moment_ms) {
        Ok(moment) if moment_ms % 1_000 == 0 => moment.to_string(),
        // Moments stand below each other, and compare as text does.
        Ok(moment) => format!("{moment:.3}"),
        Err(_) => moment_ms.to_string(),
    }
}

/// The first few of a list; of the others how many there are: `a, b and 3 more`.
pub fn some_of<T: AsRef<str>>(texts: &[T], most: usize) -> String {
    let shown: Vec<&str> = texts.iter().take(most).map(AsRef::as_ref).collect();
    let shown = shown.join(", ");
    match texts.len().saturating_sub(most) {
        0 => shown,
        more => format!("{shown} and {more} more"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shares_have_no_more_decimals_than_they_need() {
        for (slots, said) in [
            (0, "0%"),
            (1, "0.001%"),
            (10_000, "10%"),
            (12_500, "12.5%"),
            (100_000, "100%"),
        ] {
            assert_eq!(percent(slots), said);
        }
    }

    #[test]
    fn numbers_keep_four_digits() {
        for (value, shown) in [
            (0.034_123_4, "0.03412"),
            (1_234_567.8, "1234568"),
            (12.0, "12"),
            (-0.5, "-0.5"),
            (0.0, "0"),
            (f64::NAN, "NaN"),
        ] {
            assert_eq!(short(value), shown);
        }
    }

    #[test]
    fn a_length_is_told_in_its_largest_units() {
        for (length_ms, in_two, in_all, in_full) in [
            (77_400_000, "21h 30m", "21h 30m", "21 hours"),
            (86_400_000, "1d", "1d", "1 day"),
            (90_061_000, "1d 1h", "1d 1h 1m 1s", "1 day"),
            (86_401_000, "1d", "1d 1s", "1 day"),
            (999, "999ms", "999ms", "0 seconds"),
            (0, "0ms", "0ms", "0 seconds"),
            (-5, "-5ms", "-5ms", "0 seconds"),
        ] {
            assert_eq!(length(length_ms, 2), in_two);
            assert_eq!(length(length_ms, 4), in_all);
            assert_eq!(about(length_ms), in_full);
        }
    }

    #[test]
    fn moments_are_written_to_the_second_or_to_the_millisecond() {
        for (moment_ms, text) in [
            (0, "1970-01-01T00:00:00Z"),
            (1_320, "1970-01-01T00:00:01.320Z"),
            (1_007, "1970-01-01T00:00:01.007Z"),
            (-1, "1969-12-31T23:59:59.999Z"),
            (i64::MAX, "9223372036854775807"),
        ] {
            assert_eq!(moment(moment_ms), text);
        }
    }

    #[test]
    fn of_a_long_list_the_rest_is_counted() {
        let texts = ["a", "b", "c"];
        assert_eq!(some_of(&texts, 3), "a, b, c");
        assert_eq!(some_of(&texts, 2), "a, b and 1 more");
        assert_eq!(some_of::<&str>(&[], 2), "");
    }
}
