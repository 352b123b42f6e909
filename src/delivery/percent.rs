use crate::model::{Percent, percent_number};

/// A share in percent for people, with as many decimals as it has: `12.5%`.
pub fn percent(slots: Percent) -> String {
    format!("{}%", percent_number(slots))
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
}
