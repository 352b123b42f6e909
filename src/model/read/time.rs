use super::problems::{Problems, quote};
use super::scalar::text;
use crate::model::document::{Kind, Node};

const LONGEST_DURATION_MS: i64 = 3_650 * 86_400_000;

/// A moment in RFC 3339, as epoch milliseconds.
pub(super) fn time(node: &Node, problems: &mut Problems) -> Option<i64> {
    let written = text(node, problems)?;
    let moment = has_the_form(&written.value)
        .then(|| written.value.replace(' ', "T").parse::<jiff::Timestamp>().ok())
        .flatten();
    if moment.is_none() {
        let message = format!("`{}` is not a date-time in RFC 3339", quote(&written.value));
        let help = "write it like 2026-11-20T09:00:00Z or 2026-11-20T09:00:00+01:00";
        problems.error_with_help("invalid-time", &node.place, message, help);
    }
    // Rounding down keeps moments before 1970 in their millisecond too.
    moment.map(|moment| i64::try_from(moment.as_nanosecond().div_euclid(1_000_000)).unwrap_or(i64::MAX))
}

/// A date, which begins at midnight UTC, or a moment in RFC 3339, as epoch milliseconds.
pub(super) fn date(node: &Node, problems: &mut Problems) -> Option<i64> {
    let Kind::Text(written) = &node.kind else {
        problems.expected("a string (a date like 2026-11-20)", node);
        return None;
    };
    if written.len() != "2026-11-20".len() {
        return time(node, problems);
    }
    let midnight = format!("{written}T00:00:00Z");
    let moment = has_the_form(&midnight).then(|| midnight.parse::<jiff::Timestamp>().ok());
    let Some(moment) = moment.flatten() else {
        let message = format!("`{}` is not a date", quote(written));
        let help = "write it like 2026-11-20 or 2026-11-20T09:00:00Z";
        problems.error_with_help("invalid-time", &node.place, message, help);
        return None;
    };
    Some(moment.as_millisecond())
}

/// A moment in RFC 3339 or as whole epoch milliseconds.
pub(super) fn moment(node: &Node, problems: &mut Problems) -> Option<i64> {
    let Kind::Number(number) = &node.kind else {
        return time(node, problems);
    };
    let whole = number.whole();
    if whole.is_none() {
        let message = format!("`{}` is not a whole number of milliseconds", quote(number.text()));
        problems.error("invalid-time", &node.place, message);
    }
    whole
}

/// A duration like `90m`, `12h` or `30d`, in milliseconds.
pub(super) fn duration(node: &Node, problems: &mut Problems) -> Option<i64> {
    let written = text(node, problems)?;
    let unit_ms = match written.value.chars().last() {
        Some('s') => 1_000,
        Some('m') => 60_000,
        Some('h') => 3_600_000,
        Some('d') => 86_400_000,
        _ => 0,
    };
    let digits = written
        .value
        .get(..written.value.len().saturating_sub(1))
        .unwrap_or("");
    let count = digits
        .bytes()
        .all(|byte| byte.is_ascii_digit())
        .then(|| digits.parse::<i64>().ok())
        .flatten();
    let duration_ms = count.and_then(|count| count.checked_mul(unit_ms));
    let good = duration_ms.filter(|length| unit_ms > 0 && *length <= LONGEST_DURATION_MS);
    if good.is_none() {
        let message = format!("`{}` is not a duration of at most 3650d", quote(&written.value));
        let help = "write a whole number and s, m, h or d, like 90m, 12h or 30d";
        problems.error_with_help("invalid-duration", &node.place, message, help);
    }
    good
}

/// Full date, `T`, full time and offset: what RFC 3339 asks for and many parsers leave open.
fn has_the_form(text: &str) -> bool {
    let bytes = text.as_bytes();
    let fits = |pattern: &str, part: &[u8]| {
        part.len() == pattern.len()
            && pattern
                .bytes()
                .zip(part)
                .all(|(expected, &found)| match expected {
                    b'0' => found.is_ascii_digit(),
                    b'T' => matches!(found, b'T' | b't' | b' '),
                    b'+' => matches!(found, b'+' | b'-'),
                    _ => found == expected,
                })
    };
    let Some((start, rest)) = bytes.split_at_checked(19) else {
        return false;
    };
    let rest = match rest.strip_prefix(b".") {
        Some(fraction) => {
            let digits = fraction.iter().take_while(|byte| byte.is_ascii_digit()).count();
            if digits == 0 {
                &[]
            } else {
                fraction.get(digits..).unwrap_or(&[])
            }
        }
        None => rest,
    };
    fits("0000-00-00T00:00:00", start) && (matches!(rest, b"Z" | b"z") || fits("+00:00", rest))
}
