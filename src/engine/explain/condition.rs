use super::Trace;
use super::value::{buckets, literal, plain};
use crate::engine::authored::{Authored, moment, percent};
use crate::engine::resource;
use crate::snapshot::{Condition, Cursor, Group, Hash, Window};

/// A condition with its members; a segment with what it stands for.
pub(super) fn condition<'a>(authored: &Authored<'a>, cursor: &mut Cursor<'a>) -> Option<Trace> {
    let condition = Condition::read(cursor)?;
    Some(match condition {
        Condition::Group { group, mut members } => {
            let mut children = Vec::new();
            while !members.is_empty() {
                children.push(self::condition(authored, &mut members)?);
            }
            Trace {
                children,
                ..Trace::ahead(match group {
                    Group::All => "all of",
                    Group::Any => "any of",
                    Group::Not => "not",
                })
            }
        }
        Condition::Segment(segment) => {
            let record = authored.snapshot.segments().at(segment)?;
            Trace {
                children: vec![self::condition(authored, &mut Cursor::new(record))?],
                ..Trace::ahead(format!("segment `{}`", authored.segment(segment)))
            }
        }
        Condition::Percentage { hash, from, to } => Trace::ahead(format!(
            "percentage {} to {} of {}: {}",
            share(from),
            share(to),
            hashed(authored, &hash),
            buckets(from, to),
        )),
        Condition::Window(window) => Trace::ahead(self::window(&window)),
        Condition::Listed { attribute, resource } => {
            let list = resource::listed(authored.snapshot.resources().at(resource)?)?;
            Trace::ahead(format!(
                "{} is {}",
                authored.path_text(attribute),
                one_of(list.len(), "listed")
            ))
        }
        Condition::Hashed {
            attribute,
            salt,
            resource,
        } => {
            let list = resource::hashed(authored.snapshot.resources().at(resource)?)?;
            Trace::ahead(format!(
                "{} with salt `{}` is {}",
                authored.path_text(attribute),
                String::from_utf8_lossy(salt),
                one_of(list.len(), "hashed")
            ))
        }
        _ => {
            let test = authored.test(&condition)?;
            let how = if test.ignore_case { ", ignoring case" } else { "" };
            Trace::ahead(format!(
                "{} {} {}{how}",
                authored.path_text(test.attribute),
                test.operator,
                literal(&test.operand)
            ))
        }
    })
}

pub(super) fn window(window: &Window) -> String {
    let end = |word: &str, end: Option<i64>| end.map(|end| format!("{word} {}", plain(&moment(end))));
    let ends = [end("from", window.from), end("until", window.to)];
    let ends: Vec<String> = ends.into_iter().flatten().collect();
    if ends.is_empty() {
        "at any time".into()
    } else {
        ends.join(" ")
    }
}

pub(super) fn one_of(count: usize, how: &str) -> String {
    match count {
        1 => format!("the one {how} id"),
        count => format!("one of {count} {how} ids"),
    }
}

pub(super) fn hashed(authored: &Authored<'_>, hash: &Hash<'_>) -> String {
    format!(
        "{} hashed with salt `{}`",
        authored.path_text(hash.attribute),
        String::from_utf8_lossy(hash.salt())
    )
}

pub(super) fn share(slots: u32) -> String {
    format!("{}%", plain(&percent(slots)))
}
