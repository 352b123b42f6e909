/// A length of time for people, from the largest unit that it fills on, in so many neighbouring ones: `21h 30m` in two.
pub fn length(length_ms: i64, most_units: usize) -> String {
    let units = [("d", 86_400_000), ("h", 3_600_000), ("m", 60_000), ("s", 1_000)];
    let first = units.iter().position(|(_, unit_ms)| length_ms >= *unit_ms);
    let Some(first) = first else {
        return format!("{length_ms}ms");
    };
    let mut rest_ms = length_ms;
    let parts = units
        .iter()
        .skip(first)
        .take(most_units)
        .filter_map(|(unit, unit_ms)| {
            let count = rest_ms / unit_ms;
            rest_ms %= unit_ms;
            (count > 0).then(|| format!("{count}{unit}"))
        });
    parts.collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::length;

    #[test]
    fn a_length_is_told_in_its_largest_units() {
        for (length_ms, in_two, in_all) in [
            (77_400_000, "21h 30m", "21h 30m"),
            (86_400_000, "1d", "1d"),
            (90_061_000, "1d 1h", "1d 1h 1m 1s"),
            (86_401_000, "1d", "1d 1s"),
            (999, "999ms", "999ms"),
            (0, "0ms", "0ms"),
            (-5, "-5ms", "-5ms"),
        ] {
            assert_eq!(length(length_ms, 2), in_two);
            assert_eq!(length(length_ms, 4), in_all);
        }
    }
}
