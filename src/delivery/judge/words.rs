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
        assert_eq!(moment(0), "1970-01-01T00:00:00Z");
    }
}
