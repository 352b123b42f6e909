/// Nothing was logged before 1990, and what says so was written in seconds.
const EARLIEST_MS: i64 = 631_152_000_000;
/// What is later than 2200 was written in microseconds.
const LATEST_MS: i64 = 7_258_118_400_000;

/// A time in epoch milliseconds, if it can be one.
pub(super) fn from_millis(moment_ms: i64) -> Result<i64, &'static str> {
    match moment_ms {
        EARLIEST_MS..LATEST_MS => Ok(moment_ms),
        _ => Err("the time is not between 1990 and 2200: expected milliseconds"),
    }
}

/// A time in RFC 3339; what is finer than a millisecond is cut off.
pub(super) fn from_text(text: &str) -> Result<i64, &'static str> {
    from_millis(match utc(text.as_bytes()) {
        Some(moment_ms) => moment_ms,
        None => text
            .parse::<jiff::Timestamp>()
            .map_err(|_| "the time is not in RFC 3339")?
            .as_millisecond(),
    })
}

/// `2026-11-21T12:00:00.000Z`, which is what clients write, with or without the fraction: quicker than all of RFC 3339.
fn utc(text: &[u8]) -> Option<i64> {
    let (date, rest) = text.split_first_chunk::<19>()?;
    let millis = match rest {
        [b'Z'] => 0,
        [b'.', a, b, c, b'Z'] => digits(&[*a, *b, *c])?,
        _ => return None,
    };
    let [
        y0,
        y1,
        y2,
        y3,
        b'-',
        m0,
        m1,
        b'-',
        d0,
        d1,
        b'T',
        h0,
        h1,
        b':',
        n0,
        n1,
        b':',
        s0,
        s1,
    ] = *date
    else {
        return None;
    };
    let year = digits(&[y0, y1, y2, y3])?;
    let month = digits(&[m0, m1])?;
    let day = digits(&[d0, d1])?;
    let (hour, minute, second) = (digits(&[h0, h1])?, digits(&[n0, n1])?, digits(&[s0, s1])?);
    let leaps = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    let length = match month {
        1 | 3 | 5 | 7 | 8 | 10 | 12 => 31,
        4 | 6 | 9 | 11 => 30,
        2 => 28 + i64::from(leaps),
        _ => return None,
    };
    if day < 1 || day > length || hour > 23 || minute > 59 || second > 59 {
        return None;
    }
    let seconds = days(year, month, day) * 86_400 + hour * 3_600 + minute * 60 + second;
    Some(seconds * 1_000 + millis)
}

fn digits(text: &[u8]) -> Option<i64> {
    text.iter().try_fold(0, |number, byte| {
        byte.is_ascii_digit()
            .then(|| number * 10 + i64::from(byte - b'0'))
    })
}

/// Days since 1970 of a date in the Gregorian calendar, by the count of 400-year eras that begin in March.
///
/// Howard Hinnant, "chrono-Compatible Low-Level Date Algorithms", `days_from_civil`.
fn days(year: i64, month: i64, day: i64) -> i64 {
    let year = if month <= 2 { year - 1 } else { year };
    let era = year.div_euclid(400);
    let year_of_era = year.rem_euclid(400);
    let day_of_year = (153 * ((month + 9) % 12) + 2) / 5 + day - 1;
    let day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
    era * 146_097 + day_of_era - 719_468
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_quick_way_agrees_with_the_calendar() {
        let mut moment = jiff::Timestamp::from_millisecond(EARLIEST_MS).unwrap();
        // A step that hits every day of the year and time of day in a few thousand of them.
        for step in 0..200_000i64 {
            let text = format!("{moment:.3}");
            assert_eq!(utc(text.as_bytes()), Some(moment.as_millisecond()), "{text}");
            moment = jiff::Timestamp::from_millisecond(EARLIEST_MS + step * 33_100_457).unwrap();
        }
    }

    #[test]
    fn every_form_of_rfc_3339_is_read() {
        for text in [
            "2026-11-21T12:00:00Z",
            "2026-11-21T12:00:00.000Z",
            "2026-11-21t12:00:00z",
            "2026-11-21T13:00:00+01:00",
            "2026-11-21 12:00:00.0009Z",
        ] {
            assert_eq!(from_text(text), Ok(1_795_262_400_000), "{text}");
        }
    }

    #[test]
    fn what_is_no_time_is_refused() {
        for text in [
            "",
            "yesterday",
            "2026-11-21",
            "2026-11-21T12:00:00",
            "2026-02-29T00:00:00Z",
            "2026-13-01T00:00:00Z",
            "2026-00-10T00:00:00.000Z",
            "2026-11-21T24:00:00Z",
            "1795262400000",
            "0026-11-21T12:00:00Z",
        ] {
            assert!(from_text(text).is_err(), "{text}");
        }
        for moment_ms in [0, -1, 1_795_262_400, 1_795_262_400_000_000, i64::MAX, i64::MIN] {
            assert!(from_millis(moment_ms).is_err(), "{moment_ms}");
        }
    }
}
