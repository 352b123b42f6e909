use super::names::Names;
use super::segments::compared;
use super::units::Units;
use super::walk::{conditions, visit};
use crate::model::{Condition, Diagnostic, Flag, FlagType, HashedIds, SegmentKind};

/// What the `client` audience would see and must not, or could guess.
pub(super) fn check(names: &Names<'_>, found: &mut Vec<Diagnostic>) {
    for flag in names
        .project
        .flags
        .iter()
        .filter(|flag| flag.client_visible.value)
    {
        visible(names, flag, found);
    }
    for segment in &names.project.segments {
        if let SegmentKind::Hashed {
            ids: HashedIds::Plain(ids),
            ..
        } = &segment.kind.value
        {
            let weak: Vec<&'static str> = ids.iter().filter_map(|id| guessable(id)).collect();
            if let Some(kind) = weak.first() {
                let message = format!(
                    "{} of {} identifiers can be guessed and tried against their digests, such as {kind}",
                    weak.len(),
                    ids.len()
                );
                let help = "list long random identifiers, or keep the list on servers as plain `ids`";
                found
                    .push(Diagnostic::warning("guessable-ids", &segment.kind.place, message).with_help(help));
            }
        }
    }
}

const LISTS: &str = "write the list as a segment with `hashed`, of which clients get digests only";

fn visible(names: &Names<'_>, flag: &Flag, found: &mut Vec<Diagnostic>) {
    if flag
        .kind
        .as_ref()
        .is_some_and(|kind| kind.value == FlagType::Permission)
    {
        let message = "a `permission` flag must not be visible to clients";
        let help = "leave `clientVisible` out, and decide permissions on servers";
        found.push(
            Diagnostic::error("visible-permission", &flag.client_visible.place, message).with_help(help),
        );
    }
    for target in &flag.targets {
        let message = "a flag that clients see must not have `targets`, which list plain identifiers";
        found.push(Diagnostic::error("visible-ids", &target.variant.place, message).with_help(LISTS));
    }
    for prerequisite in &flag.prerequisites {
        let key = &prerequisite.flag;
        if names
            .flag(&key.value)
            .is_some_and(|other| !other.client_visible.value)
        {
            let message = format!(
                "a flag that clients see needs prerequisites that they see, found `{}` without `clientVisible`",
                key.value
            );
            found.push(Diagnostic::error("hidden-prerequisite", &key.place, message));
        }
    }
    let units = Units::of(names, flag);
    for condition in conditions(flag) {
        visit(condition, &mut |part| {
            if let Some(path) = compared(&part.value).filter(|path| units.identify(path)) {
                let message = format!(
                    "a flag that clients see must not compare `{}` with plain identifiers",
                    path.join(".")
                );
                found.push(Diagnostic::error("visible-ids", &part.place, message).with_help(LISTS));
            }
            let Condition::Segment(name) = &part.value else {
                return;
            };
            let Some(facts) = names.segment_facts(&name.value) else {
                return;
            };
            let mut compared = facts.ways_to_compared.iter();
            let way = facts.way_to_ids.as_ref().or_else(|| {
                let (_, way) = compared.find(|(path, _)| units.identify(path))?;
                Some(way)
            });
            let Some((list, through)) = way.and_then(|way| way.split_last()) else {
                return;
            };
            let through: String = through.iter().map(|step| format!("`{step}` → ")).collect();
            let message = format!(
                "a flag that clients see must not use a plain list of identifiers, found {through}`{list}`"
            );
            found.push(Diagnostic::error("visible-ids", &name.place, message).with_help(LISTS));
        });
    }
}

/// The fewest characters of an identifier that is not tried out in no time.
const SHORTEST: usize = 8;

/// What makes an identifier easy to guess.
fn guessable(id: &str) -> Option<&'static str> {
    let digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    let is_address = id
        .split_once('@')
        .is_some_and(|(name, host)| !name.is_empty() && host.contains('.'));
    let is_telephone = id
        .strip_prefix('+')
        .is_some_and(|number| digits(&number.replace([' ', '-', '(', ')'], "")));
    if is_address {
        Some("e-mail addresses")
    } else if is_telephone {
        Some("telephone numbers")
    } else if digits(id.strip_prefix('-').unwrap_or(id)) {
        Some("whole numbers")
    } else if id.chars().count() < SHORTEST {
        Some("those of fewer than 8 characters")
    } else {
        None
    }
}
