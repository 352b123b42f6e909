//! Numbers and times as messages show them.

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

/// A length in its two largest units: `21h 30m`.
pub(super) fn length(length_ms: i64) -> String {
    let units = [("d", 86_400_000), ("h", 3_600_000), ("m", 60_000), ("s", 1_000)];
    let mut rest = length_ms.max(0);
    let mut parts = Vec::new();
    for (unit, unit_ms) in units {
        if rest >= unit_ms && parts.len() < 2 {
            parts.push(format!("{}{unit}", rest / unit_ms));
            rest %= unit_ms;
        } else if !parts.is_empty() {
            break;
        }
    }
    match parts.is_empty() {
        true => format!("{length_ms}ms"),
        false => parts.join(" "),
    }
}

/// A moment in RFC 3339, where there is a date for it.
pub(super) fn moment(moment_ms: i64) -> String {
    jiff::Timestamp::from_millisecond(moment_ms)
        .map_or_else(|_| format!("{moment_ms}ms"), |moment| moment.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_keep_four_digits_and_lengths_two_units() {
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
        for (length_ms, shown) in [
            (77_400_000, "21h 30m"),
            (86_400_000, "1d"),
            (90_061_000, "1d 1h"),
            (86_401_000, "1d"),
            (999, "999ms"),
            (-5, "-5ms"),
        ] {
            assert_eq!(length(length_ms), shown);
        }
        assert_eq!(moment(0), "1970-01-01T00:00:00Z");
    }
}
