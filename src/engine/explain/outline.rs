//! All steps that an evaluation of a flag can take, before any is taken.

use super::Trace;
use super::plan::serve;
use super::value::{buckets, literal, plain};
use crate::engine::authored::{Authored, FlagNames, moment, percent};
use crate::engine::resource;
use crate::snapshot::{Condition, Cursor, Flag, Group, Hash, Prerequisite, Rule, Target, Window};

/// The exits of a flag in order: killed, disabled, expired, prerequisites, targets, rules, default.
pub(super) fn flag<'a>(authored: &Authored<'a>, flag: &Flag<'a>) -> Option<Vec<Trace>> {
    let names = FlagNames::read(flag);
    let mut steps = vec![Trace::ahead("killed"), Trace::ahead(disabled(flag))];
    if flag.off_when_expired() {
        steps.push(Trace::ahead("snapshot expired for too long"));
    }
    let mut prerequisites = flag.prerequisites;
    while !prerequisites.is_empty() {
        let Prerequisite { flag, variants } = Prerequisite::read(&mut prerequisites)?;
        let names = FlagNames::read(&Flag::read(authored.snapshot.flags().at(flag)?)?);
        let variants: Vec<String> = variants
            .iter()
            .map(|variant| format!("`{}`", names.variant(*variant)))
            .collect();
        steps.push(Trace::ahead(format!(
            "prerequisite: {} must serve {}",
            authored.flag(flag),
            variants.join(" or ")
        )));
    }
    let mut targets = flag.targets;
    while !targets.is_empty() {
        let Target {
            variant,
            attribute,
            resource,
        } = Target::read(&mut targets)?;
        let list = resource::listed(authored.snapshot.resources().at(resource)?)?;
        steps.push(Trace::ahead(format!(
            "target `{}`: {} is {}",
            names.variant(variant),
            authored.path_text(attribute),
            one_of(list.len(), "listed")
        )));
    }
    let (mut rules, mut index) = (flag.rules, 0);
    while !rules.is_empty() {
        let Rule {
            condition: mut when,
            serve: mut served,
        } = Rule::read(&mut rules)?;
        let mut rule = Trace::ahead(match names.rule(index) {
            Some(name) => format!("rule {index} `{name}`"),
            None => format!("rule {index}"),
        });
        if !when.is_empty() {
            rule.children.push(condition(authored, &mut when)?);
        }
        rule.children.push(serve(authored, &names, &mut served)?);
        steps.push(rule);
        index += 1;
    }
    let mut default = flag.default;
    let mut last = serve(authored, &names, &mut default)?;
    last.text = format!("default: {}", last.text);
    steps.push(last);
    Some(steps)
}

fn disabled(flag: &Flag<'_>) -> String {
    match flag.disable_at {
        Some(moment_ms) if flag.enabled() => format!("disabled, from {} on", plain(&moment(moment_ms))),
        _ => "disabled".into(),
    }
}

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

fn one_of(count: usize, how: &str) -> String {
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
