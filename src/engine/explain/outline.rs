//! All steps that an evaluation of a flag can take, before any is taken.

use super::Trace;
use super::value::{buckets, literal, plain};
use crate::engine::authored::{Authored, FlagNames, moment, percent};
use crate::engine::resource;
use crate::snapshot::{
    Condition, Cursor, Experiment, ExperimentArm, Flag, Group, Hash, Prerequisite, Rollout, Rule, Serve,
    Share, SplitArm, Target, Window,
};

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
        let names = FlagNames::read(&Flag::read(authored.tables.flags.at(flag)?)?);
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
        let list = resource::listed(authored.tables.resources.at(resource)?)?;
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
            conditional,
            mut body,
        } = Rule::read(&mut rules)?;
        let mut rule = Trace::ahead(match names.rule(index) {
            Some(name) => format!("rule {index} `{name}`"),
            None => format!("rule {index}"),
        });
        if conditional {
            rule.children.push(condition(authored, &mut body)?);
        }
        rule.children.push(serve(authored, &names, &mut body)?);
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
    match flag.disable_at() {
        Some(moment_ms) if flag.enabled() => format!("disabled, from {} on", plain(&moment(moment_ms))),
        _ => "disabled".into(),
    }
}

/// A condition with its members; a segment with what it stands for.
fn condition<'a>(authored: &Authored<'a>, cursor: &mut Cursor<'a>) -> Option<Trace> {
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
            let record = authored.tables.segments.at(segment)?;
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
            let list = resource::listed(authored.tables.resources.at(resource)?)?;
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
            let list = resource::hashed(authored.tables.resources.at(resource)?)?;
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

fn serve<'a>(authored: &Authored<'a>, names: &FlagNames<'a>, cursor: &mut Cursor<'a>) -> Option<Trace> {
    Some(match Serve::read(cursor)? {
        Serve::Variant(variant) => Trace::ahead(format!("serve `{}`", names.variant(variant))),
        Serve::Split { hash, mut arms } => {
            let mut children = vec![Trace::ahead(hashed(authored, &hash))];
            let mut start = 0;
            while !arms.is_empty() {
                let SplitArm { variant, end } = SplitArm::read(&mut arms)?;
                children.push(Trace::ahead(format!(
                    "`{}` for {}: {}",
                    names.variant(variant),
                    share(end.checked_sub(start)?),
                    buckets(start, end)
                )));
                start = end;
            }
            Trace {
                children,
                ..Trace::ahead("serve a split")
            }
        }
        Serve::Rollout(rollout) => self::rollout(authored, names, &rollout)?,
        Serve::Experiment(experiment) => self::experiment(authored, names, &experiment)?,
    })
}

fn rollout<'a>(authored: &Authored<'a>, names: &FlagNames<'a>, rollout: &Rollout<'a>) -> Option<Trace> {
    let (from, to) = (names.variant(rollout.from), names.variant(rollout.to));
    let mut children = Vec::from_iter(under_way(&rollout.window));
    let mut ring = rollout.ring;
    if !ring.is_empty() {
        let mut ring = condition(authored, &mut ring)?;
        ring.text = format!("ring: {}", ring.text);
        children.push(ring);
    }
    children.push(Trace::ahead(hashed(authored, &rollout.hash)));
    children.push(Trace::ahead(match rollout.share {
        Share::Fixed(fixed) => format!("`{to}` for {}", share(fixed)),
        Share::Ramp {
            from: first,
            to: last,
            start,
            end,
            ceiling,
        } => {
            let most = if ceiling < first.max(last) {
                format!(", at most {}", share(ceiling))
            } else {
                String::new()
            };
            format!(
                "`{to}` for {} at {} to {} at {}{most}",
                share(first),
                plain(&moment(start)),
                share(last),
                plain(&moment(end)),
            )
        }
    }));
    if rollout.control {
        children.push(Trace::ahead(format!(
            "`{from}` as control, the same share at the other end"
        )));
    }
    let stage = rollout
        .stage
        .map(|stage| format!(", stage `{}`", names.stage(stage)));
    Some(Trace {
        children,
        ..Trace::ahead(format!(
            "serve a rollout from `{from}` to `{to}`{}",
            stage.unwrap_or_default()
        ))
    })
}

fn experiment<'a>(
    authored: &Authored<'a>,
    names: &FlagNames<'a>,
    experiment: &Experiment<'a>,
) -> Option<Trace> {
    let mut children = Vec::from_iter(under_way(&experiment.window));
    let mut holdouts = experiment.holdouts;
    while !holdouts.is_empty() {
        let (hash, width) = (Hash::read(&mut holdouts)?, holdouts.u32()?);
        children.push(Trace::ahead(hashed(authored, &hash)));
        children.push(Trace::ahead(format!("held out: {}", buckets(0, width))));
    }
    if let Some((hash, from, to)) = experiment.layer {
        children.push(Trace::ahead(hashed(authored, &hash)));
        children.push(Trace::ahead(format!(
            "in its part of the layer: {}",
            buckets(from, to)
        )));
    }
    children.push(Trace::ahead(hashed(authored, &experiment.hash)));
    let mut arms = experiment.arms;
    while !arms.is_empty() {
        let ExperimentArm {
            variant,
            lane,
            enrolled,
        } = ExperimentArm::read(&mut arms)?;
        let control = if variant == experiment.control {
            " (control)"
        } else {
            ""
        };
        children.push(Trace::ahead(format!(
            "arm `{}`{control}: {} of the lane {}",
            names.variant(variant),
            buckets(enrolled.0, enrolled.1),
            buckets(lane.0, lane.1).trim_start_matches("buckets "),
        )));
    }
    Some(Trace {
        children,
        ..Trace::ahead(format!(
            "serve an experiment, `{}` outside it",
            names.variant(experiment.from)
        ))
    })
}

/// The window of a rollout or experiment, when it has an end on either side.
fn under_way(window: &Window) -> Option<Trace> {
    (window.from.is_some() || window.to.is_some())
        .then(|| Trace::ahead(format!("under way {}", self::window(window))))
}

fn window(window: &Window) -> String {
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

fn hashed(authored: &Authored<'_>, hash: &Hash<'_>) -> String {
    format!(
        "{} hashed with salt `{}`",
        authored.path_text(hash.attribute),
        String::from_utf8_lossy(hash.salt)
    )
}

fn share(slots: u32) -> String {
    format!("{}%", plain(&percent(slots)))
}
