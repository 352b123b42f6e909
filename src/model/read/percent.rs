use super::fields::{Fields, entries, every};
use super::problems::{Problems, quote};
use super::scalar::{LONGEST_NAME, check_name};
use crate::model::condition::{Percent, Range};
use crate::model::diagnostic::Spanned;
use crate::model::document::{Entry, Kind, Node};

/// All slots: 100 percent.
pub(super) const WHOLE: Percent = 100_000;

pub(super) const RANGE_KEYS: &[&str] = &["from", "to"];

/// A percentage from 0 to 100 with at most three decimals, taken exactly as it is written.
pub(super) fn percent(node: &Node, problems: &mut Problems) -> Option<Percent> {
    let Kind::Number(number) = &node.kind else {
        problems.expected("a percentage (a number from 0 to 100)", node);
        return None;
    };
    let text = quote(number.text());
    let Some((negative, whole, fraction)) = number.plain_decimal() else {
        let help = "write it in digits, like 12.5";
        let message = format!("`{text}` is not a plain decimal number");
        problems.error_with_help("invalid-percentage", &node.place, message, help);
        return None;
    };
    let slots = (whole.len() <= 3 && fraction.len() <= 3)
        .then(|| format!("{whole}{fraction:0<3}").parse::<Percent>().ok())
        .flatten();
    match slots {
        Some(slots) if slots <= WHOLE && (!negative || slots == 0) => return Some(slots),
        _ if negative => problems.error(
            "invalid-percentage",
            &node.place,
            format!("`{text}` is less than 0 percent"),
        ),
        Some(_) => problems.error(
            "invalid-percentage",
            &node.place,
            format!("`{text}` is more than 100 percent"),
        ),
        None if whole.len() > 3 => {
            problems.error(
                "invalid-percentage",
                &node.place,
                format!("`{text}` is more than 100 percent"),
            );
        }
        None => {
            let message = format!("`{text}` has more than three decimals");
            let help = "the smallest share is 0.001 percent";
            problems.error_with_help("invalid-percentage", &node.place, message, help);
        }
    }
    None
}

/// A range `{ from, to }` of percentages.
pub(super) fn range(node: &Node, what: &'static str, problems: &mut Problems) -> Option<Range> {
    let fields = Fields::read(node, what, RANGE_KEYS, problems)?;
    let from = fields.required("from", problems, percent);
    let to = fields.required("to", problems, percent);
    let range = Range { from: from?, to: to? };
    if range.from >= range.to {
        problems.error("runs-backwards", &node.place, "a range must end after it starts");
        return None;
    }
    Some(range)
}

/// Variants and their percentages, which must add up to exactly 100.
pub(super) fn weights(
    node: &Node,
    what: &'static str,
    problems: &mut Problems,
) -> Option<Vec<(Spanned<String>, Percent)>> {
    let weights = every(entries(node, what, problems)?, |Entry { key, value }| {
        let named = check_name(key, "a variant's name", LONGEST_NAME, problems);
        let weight = percent(value, problems)?;
        named.then(|| (key.clone(), weight))
    })?;
    let sum: u64 = weights.iter().map(|&(_, weight)| u64::from(weight)).sum();
    if sum != u64::from(WHOLE) {
        let (whole, part) = (sum / 1_000, sum % 1_000);
        let sum = format!("{whole}.{part:03}");
        let sum = sum.trim_end_matches('0').trim_end_matches('.');
        problems.error(
            "weights-sum",
            &node.place,
            format!("{what} must add up to 100 percent, found {sum}"),
        );
        return None;
    }
    Some(weights)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::document::parse;

    fn read(text: &str) -> Result<Percent, String> {
        let (node, _) = parse(&"f.yaml".into(), text);
        let mut problems = Problems::default();
        let percent = node.and_then(|node| percent(&node, &mut problems));
        percent.ok_or_else(|| {
            problems
                .into_list()
                .iter()
                .map(|found| found.message.clone())
                .collect()
        })
    }

    #[test]
    fn shares_are_read_without_rounding() {
        for (text, slots) in [
            ("0", 0),
            ("-0", 0),
            ("12.5", 12_500),
            ("0.001", 1),
            (".1", 100),
            ("0.070", 70),
            ("33.333", 33_333),
            ("099.9990000", 99_999),
            ("100", 100_000),
            ("100.000000", 100_000),
        ] {
            assert_eq!(read(text), Ok(slots), "{text}");
        }
    }

    #[test]
    fn shares_that_are_no_number_of_slots_are_refused() {
        for (text, message) in [
            ("0.0005", "`0.0005` has more than three decimals"),
            ("99.9999", "`99.9999` has more than three decimals"),
            ("100.001", "`100.001` is more than 100 percent"),
            ("101", "`101` is more than 100 percent"),
            (
                "99999999999999999999",
                "`99999999999999999999` is more than 100 percent",
            ),
            ("-0.001", "`-0.001` is less than 0 percent"),
            ("-1000", "`-1000` is less than 0 percent"),
            ("1e1", "`1e1` is not a plain decimal number"),
            ("0x10", "`0x10` is not a plain decimal number"),
            (".nan", "`.nan` is not a plain decimal number"),
            (".inf", "`.inf` is not a plain decimal number"),
            (
                "10%",
                "expected a percentage (a number from 0 to 100), found the string `10%`",
            ),
            (
                "'10'",
                "expected a percentage (a number from 0 to 100), found the string `10`",
            ),
        ] {
            assert_eq!(read(text), Err(message.to_owned()), "{text}");
        }
    }
}
