use super::fields::Fields;
use super::gate::{gate, holdback};
use super::problems::Problems;
use super::scalar::{boolean, key, name, path};
use super::stage::stages;
use super::template::{Shape, Templates};
use super::time::time;
use crate::model::diagnostic::Place;
use crate::model::document::Node;
use crate::model::rollout::Rollout;

pub(super) const ROLLOUT_KEYS: &[&str] = &[
    "from", "to", "by", "control", "holdback", "template", "start", "end", "gate", "stages",
];

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
