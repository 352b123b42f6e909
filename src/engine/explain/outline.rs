//! All steps that an evaluation of a flag can take, before any is taken.

use super::Trace;
use super::condition::{condition, one_of};
use super::plan::serve;
use super::value::plain;
use crate::engine::authored::{Authored, FlagNames, moment};
use crate::engine::resource;
use crate::snapshot::{Flag, Prerequisite, Rule, Target};

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
