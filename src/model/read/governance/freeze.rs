use super::kinds;
use super::rule::environments;
use crate::model::change_kind::ChangeKind;
use crate::model::document::{Kind, Node};
use crate::model::freeze::Freeze;
use crate::model::governance::Emergency;
use crate::model::read::fields::{Fields, items};
use crate::model::read::problems::{Problems, quote};
use crate::model::read::scalar::{name, text};
use crate::model::read::time::duration;

pub(in crate::model::read) const FREEZE_KEYS: &[&str] =
    &["name", "from", "to", "zone", "environments", "allow"];
pub(in crate::model::read) const EMERGENCY_KEYS: &[&str] = &["kinds", "review"];

const DEFAULT_REVIEW_MS: i64 = 86_400_000;

pub(super) fn freeze(node: &Node, problems: &mut Problems) -> Option<Freeze> {
    let fields = Fields::read(node, "a freeze", FREEZE_KEYS, problems)?;
    let name = fields.required("name", problems, |node, problems| {
        name(node, "a freeze's name", problems)
    });
    let from = fields.required("from", problems, civil);
    let to = fields.required("to", problems, civil);
    let zone = fields.required("zone", problems, text);
    let environments = fields.optional("environments", problems, environments);
    let allow = fields.optional("allow", problems, |node, problems| match &node.kind {
        // Nothing at all may be said.
        Kind::Sequence(items) => kinds(items, &ChangeKind::ALL, problems),
        _ => {
            problems.expected("a list of kinds of change", node);
            None
        }
    });
    let (from, to) = (from?, to?);
    if from >= to {
        let place = fields.get("to").map_or(fields.place, |node| &node.place);
        problems.error("runs-backwards", place, "the freeze ends before it begins");
        return None;
    }
    Some(Freeze {
        name: name?,
        from_civil_ms: from,
        to_civil_ms: to,
        zone: zone?,
        environments: environments?,
        allow: allow?.unwrap_or_else(|| ChangeKind::CLOSING.to_vec()),
    })
}

pub(super) fn emergency(node: &Node, problems: &mut Problems) -> Option<Emergency> {
    let fields = Fields::read(node, "what an emergency is", EMERGENCY_KEYS, problems)?;
    let kinds = fields.optional("kinds", problems, |node, problems| {
        let items = items(node, "a list of kinds of change", problems)?;
        kinds(items, &ChangeKind::CLOSING, problems)
    });
    let review = fields.optional("review", problems, duration);
    Some(Emergency {
        kinds: kinds?.unwrap_or_else(|| ChangeKind::CLOSING.to_vec()),
        review_ms: review?.unwrap_or(DEFAULT_REVIEW_MS),
    })
}

/// A date and a time of day without a zone, in milliseconds as if it were UTC.
fn civil(node: &Node, problems: &mut Problems) -> Option<i64> {
    let written = text(node, problems)?;
    let has_the_form = |text: &str| {
        let pattern = "0000-00-00T00:00";
        let fits = |found: &str, pattern: &str| {
            found.len() == pattern.len()
                && pattern
                    .bytes()
                    .zip(found.bytes())
                    .all(|(expected, found)| match expected {
                        b'0' => found.is_ascii_digit(),
                        _ => found == expected,
                    })
        };
        fits(text, pattern) || fits(text, "0000-00-00T00:00:00")
    };
    let moment = has_the_form(&written.value)
        .then(|| written.value.parse::<jiff::civil::DateTime>().ok())
        .flatten()
        .and_then(|moment| moment.to_zoned(jiff::tz::TimeZone::UTC).ok());
    if moment.is_none() {
        let message = format!("`{}` is not a date and a time of day", quote(&written.value));
        let help = "write it like 2026-12-20T18:00, without an offset: `zone` says where";
        problems.error_with_help("invalid-time", &node.place, message, help);
    }
    moment.map(|moment| moment.timestamp().as_millisecond())
}
