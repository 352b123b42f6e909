use super::condition::condition;
use super::fields::{Fields, every, items};
use super::gate::{gate, holdback};
use super::percent::percent;
use super::problems::Problems;
use super::scalar::{boolean, key, name, path};
use super::template::{Shape, Templates};
use super::time::time;
use crate::model::condition::Condition;
use crate::model::diagnostic::{Place, Spanned};
use crate::model::document::{Kind, Node};
use crate::model::rollout::{Ramp, Ring, Rollout, Stage};

pub(super) const ROLLOUT_KEYS: &[&str] = &[
    "from", "to", "by", "control", "holdback", "template", "start", "end", "gate", "stages",
];
pub(super) const STAGE_KEYS: &[&str] = &["name", "ring", "share", "ramp", "monitored", "gate"];
pub(super) const RAMP_KEYS: &[&str] = &["from", "to", "start", "end"];

/// A staged plan, with the stages of its template where it has none of its own.
pub(super) fn rollout(node: &Node, templates: &Templates, problems: &mut Problems) -> Option<Rollout> {
    let fields = Fields::read(node, "a rollout", ROLLOUT_KEYS, problems)?;
    let variant = |node, problems: &mut Problems| name(node, "a variant's name", problems);
    let from = fields.required("from", problems, variant);
    let to = fields.required("to", problems, variant);
    let by = fields.optional("by", problems, path);
    let control = fields.optional("control", problems, boolean);
    let start = fields.optional("start", problems, time);
    let end = fields.optional("end", problems, time);
    let holdback = fields.optional("holdback", problems, holdback);
    let gate = fields.optional("gate", problems, gate);
    let named = fields.optional("template", problems, |node, problems| {
        key(node, "a template's name", problems)
    });
    let own = fields.optional("stages", problems, stages);
    if let (Some(template), Some(_)) = (fields.entry("template"), fields.entry("stages")) {
        let message = "a rollout has `stages` of its own or a `template`, not both";
        problems.error("conflicting-keys", &template.key.place, message);
        return None;
    }
    let (start, end, named) = (start?, end?, named?);
    ends_after_start(start, end, fields.place, "a rollout", problems)?;
    let (own, gate) = (own?, gate?.unwrap_or_default());
    let Shape {
        control: shaped,
        holdback: held_back,
        gate: shaped_gate,
        stages,
    } = match own {
        Some(stages) => Shape {
            stages,
            ..Shape::default()
        },
        None => templates.shape(named.as_ref(), fields.place, problems)?,
    };
    Some(Rollout {
        from: from?,
        to: to?,
        by: by?,
        control: control?.or(shaped).unwrap_or(false),
        holdback: holdback?.or(held_back).unwrap_or(0),
        template: named,
        start,
        end,
        gate: gate.or(&shaped_gate),
        stages,
    })
}

/// Refuses an end that is not after the start.
pub(super) fn ends_after_start(
    start: Option<i64>,
    end: Option<i64>,
    place: &Place,
    what: &str,
    problems: &mut Problems,
) -> Option<()> {
    if start.zip(end).is_some_and(|(start, end)| start >= end) {
        problems.error(
            "runs-backwards",
            place,
            format!("{what} must end after it starts"),
        );
        return None;
    }
    Some(())
}

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
