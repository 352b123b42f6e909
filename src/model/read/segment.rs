use super::condition::condition;
use super::fields::Fields;
use super::list::{Files, digests, digests_file, ids, ids_file};
use super::problems::Problems;
use super::scalar::{path, salt, text};
use crate::model::condition::Condition;
use crate::model::diagnostic::{Place, Spanned};
use crate::model::document::{Entry, Node};
use crate::model::segment::{HashedIds, Segment, SegmentKind};

pub(super) const SEGMENT_KEYS: &[&str] = &[
    "description",
    "owner",
    "if",
    "salt",
    "ids",
    "idsFile",
    "by",
    "hashed",
];
pub(super) const HASHED_KEYS: &[&str] = &["salt", "by", "ids", "idsFile", "digests", "digestsFile"];

/// The keys of which each segment has exactly one.
const FORMS: &[&str] = &["if", "ids", "idsFile", "hashed"];
/// The keys of which each hashed list has exactly one.
const LISTS: &[&str] = &["ids", "idsFile", "digests", "digestsFile"];

/// Everything that a segment's file says; the name is the file's.
pub(super) fn segment(
    name: Spanned<String>,
    node: &Node,
    files: &Files<'_>,
    problems: &mut Problems,
) -> Option<Segment> {
    let fields = Fields::read(node, "a segment", SEGMENT_KEYS, problems)?;
    let description = fields.optional("description", problems, text);
    let owner = fields.optional("owner", problems, text);
    let salt = fields.optional("salt", problems, salt);
    let by = fields.optional("by", problems, path);
    let Entry { key, value } = fields.exactly_one(FORMS, problems)?;
    let form = key.value.as_str();

    for (key, forms) in [("salt", &["if"][..]), ("by", &["ids", "idsFile"][..])] {
        if let Some(entry) = fields.entry(key).filter(|_| !forms.contains(&form)) {
            let message = format!("`{key}` has no meaning beside `{form}`");
            problems.error("conflicting-keys", &entry.key.place, message);
        }
    }
    let kind = match form {
        "if" => {
            let condition = condition(value, problems)?;
            if fields.entry("salt").is_none()
                && let Some(place) = unsalted_percentage(&condition)
            {
                let message = "a segment with a `percentage` inside needs the key `salt`";
                problems.error("missing-key", place, message);
                return None;
            }
            SegmentKind::Condition(condition)
        }
        "hashed" => hashed(value, files, problems)?,
        "idsFile" => SegmentKind::Ids {
            by: by?,
            ids: ids_file(value, files, problems)?,
        },
        _ => SegmentKind::Ids {
            by: by?,
            ids: ids(value, problems)?,
        },
    };
    Some(Segment {
        name,
        description: description?.map(|text| text.value),
        owner: owner?.map(|text| text.value),
        salt: salt?,
        kind: Spanned::new(kind, key.place.clone()),
    })
}

/// The place of a percentage that has no salt of its own.
fn unsalted_percentage(condition: &Spanned<Condition>) -> Option<&Place> {
    match &condition.value {
        Condition::All(parts) | Condition::Any(parts) => parts.iter().find_map(unsalted_percentage),
        Condition::Not(part) => unsalted_percentage(part),
        Condition::Percentage { salt: None, .. } => Some(&condition.place),
        _ => None,
    }
}

fn hashed(node: &Node, files: &Files<'_>, problems: &mut Problems) -> Option<SegmentKind> {
    let fields = Fields::read(node, "a hashed list", HASHED_KEYS, problems)?;
    let salt = fields.required("salt", problems, salt);
    let by = fields.optional("by", problems, path);
    let Entry { key, value } = fields.exactly_one(LISTS, problems)?;
    let ids = match key.value.as_str() {
        "ids" => ids(value, problems).map(HashedIds::Plain),
        "idsFile" => ids_file(value, files, problems).map(HashedIds::Plain),
        "digests" => digests(value, problems).map(HashedIds::Digests),
        _ => digests_file(value, files, problems).map(HashedIds::Digests),
    };
    Some(SegmentKind::Hashed {
        salt: salt?,
        by: by?,
        ids: ids?,
    })
}
