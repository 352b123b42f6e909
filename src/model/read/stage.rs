use super::condition::condition;
use super::fields::{Fields, every, items};
use super::gate::gate;
use super::percent::percent;
use super::problems::Problems;
use super::scalar::{boolean, key, name};
use super::time::time;
use crate::model::condition::Condition;
use crate::model::diagnostic::Spanned;
use crate::model::document::{Kind, Node};
use crate::model::rollout::{Ramp, Ring, Stage};

pub(super) const STAGE_KEYS: &[&str] = &["name", "ring", "share", "ramp", "monitored", "gate"];
pub(super) const RAMP_KEYS: &[&str] = &["from", "to", "start", "end"];

/// The steps of a plan, in order, each with a name of its own.
pub(super) fn stages(node: &Node, problems: &mut Problems) -> Option<Vec<Stage>> {
    let stages = every(items(node, "a list of stages", problems)?, |item| {
        stage(item, problems)
    })?;
    let mut seen = std::collections::HashMap::new();
    let mut sound = true;
    for Stage { name, .. } in &stages {
        if let Some(first) = seen.insert(name.value.as_str(), &name.place) {
            let message = format!("a stage named `{}` is already on line {}", name.value, first.line);
            problems.error("duplicate-name", &name.place, message);
            sound = false;
        }
    }
    sound.then_some(stages)
}

fn stage(node: &Node, problems: &mut Problems) -> Option<Stage> {
    let fields = Fields::read(node, "a stage", STAGE_KEYS, problems)?;
    let named = fields.required("name", problems, |node, problems| {
        name(node, "a stage's name", problems)
    });
    let ring = fields.optional("ring", problems, ring);
    let share = fields.optional("share", problems, percent);
    let ramp = fields.optional("ramp", problems, ramp);
    let monitored = fields.optional("monitored", problems, boolean);
    let gate = fields.optional("gate", problems, gate);
    if let (Some(_), Some(second)) = (fields.entry("share"), fields.entry("ramp")) {
        let message = "a stage has a `share` or a `ramp`, not both";
        problems.error("conflicting-keys", &second.key.place, message);
        return None;
    }
    Some(Stage {
        name: named?,
        ring: ring?,
        share: share?,
        ramp: ramp?,
        monitored: monitored?,
        gate: gate?.unwrap_or_default(),
    })
}

/// A segment's name or a condition.
fn ring(node: &Node, problems: &mut Problems) -> Option<Ring> {
    let condition = match &node.kind {
        Kind::Text(_) => {
            let segment = key(node, "a segment's name", problems)?;
            Spanned::new(Condition::Segment(segment), node.place.clone())
        }
        Kind::Mapping(_) => condition(node, problems)?,
        _ => {
            problems.expected("a string (a segment's name) or a condition", node);
            return None;
        }
    };
    Some(Ring { condition })
}

fn ramp(node: &Node, problems: &mut Problems) -> Option<Ramp> {
    let fields = Fields::read(node, "a ramp", RAMP_KEYS, problems)?;
    let from = fields.optional("from", problems, percent);
    let to = fields.required("to", problems, percent);
    let start = fields.optional("start", problems, time);
    let end = fields.required("end", problems, time);
    let (start, end) = (start?, end?);
    if start.is_some_and(|start| start >= end) {
        let place = fields.get("end").map_or(fields.place, |node| &node.place);
        problems.error(
            "runs-backwards",
            place,
            "time ramp runs backwards: its end is not after its start",
        );
        return None;
    }
    Some(Ramp {
        place: fields.place.clone(),
        from: from?,
        to: to?,
        start,
        end,
    })
}
