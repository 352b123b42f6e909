use serde_json::{Value, json};
use tidegate::model::Percent;

/// A share in percent for machines, as flags' files write it: 10 and 0.5, never 10.0.
pub(crate) fn json(slots: Percent) -> Value {
    match slots % 1_000 {
        0 => json!(slots / 1_000),
        _ => json!(f64::from(slots) / 1_000.0),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whole_percents_are_whole_numbers() {
        for (slots, written) in [
            (0, "0"),
            (500, "0.5"),
            (10_000, "10"),
            (33_333, "33.333"),
            (100_000, "100"),
        ] {
            assert_eq!(json(slots).to_string(), written);
        }
    }
}
