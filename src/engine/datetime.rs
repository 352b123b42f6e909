//! RFC 3339 date-times as epoch milliseconds.

/// Reads an RFC 3339 date-time of the years 0000 to 9999 as milliseconds since 1970-01-01T00:00:00Z.
///
/// `t`, `z` and a space for the `T` are taken too. A fraction is cut to milliseconds, and second 60, a leap
/// second, counts as second 59 as POSIX time has no place for it. Anything else is none.
pub(crate) fn parse_rfc3339(text: &[u8]) -> Option<i64> {
    let (&date_time, rest) = text.split_first_chunk::<19>()?;
    #[rustfmt::skip]
    let [y1, y2, y3, y4, b'-', mo1, mo2, b'-', d1, d2, b'T' | b't' | b' ',
         h1, h2, b':', mi1, mi2, b':', s1, s2] = date_time else { return None };
    let year = pair(y1, y2) * 100 + pair(y3, y4);
    let (month, day) = (pair(mo1, mo2), pair(d1, d2));
    let (hour, minute, second) = (pair(h1, h2), pair(mi1, mi2), pair(s1, s2));
    let date =
        year < NO_FIELD && (1..=12).contains(&month) && (1..=days_in_month(year, month)).contains(&day);
    if !date || hour > 23 || minute > 59 || second > 60 {
        return None;
    }
    let (millisecond, zone) = fraction(rest)?;
    let offset_minutes = match *zone {
        [b'Z' | b'z'] => 0,
        [sign @ (b'+' | b'-'), h1, h2, b':', m1, m2] => {
            let (hours, minutes) = (pair(h1, h2), pair(m1, m2));
            if hours > 23 || minutes > 59 {
                return None;
            }
            (hours * 60 + minutes) * if sign == b'-' { -1 } else { 1 }
        }
        _ => return None,
    };
    let second_of_day = (hour * 60 + minute - offset_minutes) * 60 + second.min(59);
    let seconds = i64::from(days_from_civil(year, month, day)) * 86_400 + i64::from(second_of_day);
    Some(seconds * 1_000 + i64::from(millisecond))
}

/// Above every number that a date-time holds.
const NO_FIELD: i32 = 10_000;

/// Two decimal digits, or [`NO_FIELD`]. Kept out of line for the size of the shipped code.
#[inline(never)]
fn pair(tens: u8, ones: u8) -> i32 {
    if !(tens.is_ascii_digit() && ones.is_ascii_digit()) {
        return NO_FIELD;
    }
    i32::from(tens) * 10 + i32::from(ones) - i32::from(b'0') * 11
}

/// The milliseconds of an optional `.digits`, and what follows it.
fn fraction(text: &[u8]) -> Option<(i32, &[u8])> {
    let [b'.', first, ..] = text else {
        return Some((0, text));
    };
    if !first.is_ascii_digit() {
        return None;
    }
    let (_, mut rest) = text.split_first()?;
    let (mut millisecond, mut weight) = (0, 100);
    while let [digit @ b'0'..=b'9', tail @ ..] = rest {
        millisecond += i32::from(digit - b'0') * weight;
        weight /= 10;
        rest = tail;
    }
    Some((millisecond, rest))
}

fn days_in_month(year: i32, month: i32) -> i32 {
    match month {
        4 | 6 | 9 | 11 => 30,
        2 if year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) => 29,
        2 => 28,
        _ => 31,
    }
}

/// Days since 1970-01-01 in the proleptic Gregorian calendar, for years from 0.
///
/// Howard Hinnant, "chrono-Compatible Low-Level Date Algorithms", `days_from_civil`. Years begin in March, so
/// that the leap day comes last; year 0 is moved one era of 400 years up to keep every term positive.
fn days_from_civil(year: i32, month: i32, day: i32) -> i32 {
    let year = year + 400 - i32::from(month <= 2);
    let (era, year_of_era) = (year / 400, year % 400);
    let day_of_year = (153 * ((month + 9) % 12) + 2) / 5 + day - 1;
    let day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
    (era - 1) * 146_097 + day_of_era - 719_468
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn known_instants_are_read() {
        for (text, expected) in [
            ("1970-01-01T00:00:00Z", 0),
            ("1969-12-31T23:59:59.999Z", -1),
            ("1969-12-31T23:59:59.9999Z", -1),
            ("2026-11-20T09:00:00Z", 1_795_165_200_000),
            ("2026-11-20t10:30:00.5+01:30", 1_795_165_200_500),
            ("2026-11-20 01:00:00.0019-08:00", 1_795_165_200_001),
            ("2016-12-31T23:59:60Z", 1_483_228_799_000),
            ("2016-12-31T23:59:60.25z", 1_483_228_799_250),
            ("0000-01-01T00:00:00Z", -62_167_219_200_000),
            ("9999-12-31T23:59:59.999-23:59", 253_402_387_139_999),
            ("2000-02-29T00:00:00-00:00", 951_782_400_000),
        ] {
            assert_eq!(parse_rfc3339(text.as_bytes()), Some(expected), "{text}");
        }
    }

    #[test]
    fn what_is_not_rfc_3339_is_none() {
        for text in [
            "",
            "2026-11-20",
            "2026-11-20T09:00:00",
            "2026-11-20T09:00Z",
            "2026-11-20T09:00:00.Z",
            "2026-11-20T09:00:00,5Z",
            "2026-11-20T09:00:00Z ",
            " 2026-11-20T09:00:00Z",
            "2026-11-20T09:00:00+0100",
            "2026-11-20T09:00:00+01",
            "2026-11-20T09:00:00+24:00",
            "2026-11-20T09:00:00+01:60",
            "2026-11-20T24:00:00Z",
            "2026-11-20T09:60:00Z",
            "2026-11-20T09:00:61Z",
            "2026-11-00T09:00:00Z",
            "2026-11-31T09:00:00Z",
            "2026-00-20T09:00:00Z",
            "2026-13-20T09:00:00Z",
            "2026-02-29T09:00:00Z",
            "1900-02-29T09:00:00Z",
            "+2026-11-20T09:00:00Z",
            "-026-11-20T09:00:00Z",
            "2026-1:-20T09:00:00Z",
            "2026-11-20_09:00:00Z",
            "20261-1-20T09:00:00Z",
            "2026-11-20T09:00:00Z[UTC]",
            "2026-11-20T09:00:00\u{2212}01:00",
            "٢٠٢٦-11-20T09:00:00Z",
        ] {
            assert_eq!(parse_rfc3339(text.as_bytes()), None, "{text}");
        }
    }

    proptest! {
        #[test]
        fn date_times_agree_with_jiff(
            (year, month, day) in (0..9_999, 0..=13, 0..=32),
            (hour, minute, second) in (0..=24, 0..=60, 0..=61),
            fraction in "|\\.[0-9]{0,9}",
            zone in "Z|z|[+-][0-2][0-9]:[0-6][0-9]",
        ) {
            prop_assume!(!zone.contains(":6") && !["24", "25", "26", "27", "28", "29"].contains(&zone.get(1..3).unwrap_or("")));
            let text = format!("{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}{fraction}{zone}");
            let expected = text.parse::<jiff::Timestamp>().ok();
            let expected = expected.map(|time| time.as_nanosecond().div_euclid(1_000_000));
            prop_assert_eq!(parse_rfc3339(text.as_bytes()).map(i128::from), expected, "{}", text);
        }

        #[test]
        fn arbitrary_bytes_never_panic(
            mut text in "[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}.{0,8}".prop_map(String::into_bytes),
            at in any::<prop::sample::Index>(),
            byte in any::<u8>(),
        ) {
            let at = at.index(text.len());
            if let Some(slot) = text.get_mut(at) {
                *slot = byte;
            }
            let _ = parse_rfc3339(&text);
            let _ = parse_rfc3339(text.get(..at).unwrap());
        }
    }
}
