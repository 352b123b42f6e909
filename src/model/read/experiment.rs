use super::fields::Fields;
use super::percent::{WHOLE, percent, range, weights};
use super::problems::Problems;
use super::rollout::ends_after_start;
use super::scalar::{name, path};
use super::time::time;
use crate::model::condition::Percent;
use crate::model::diagnostic::Spanned;
use crate::model::document::Node;
use crate::model::experiment::Experiment;

pub(super) const EXPERIMENT_KEYS: &[&str] = &[
    "arms", "control", "coverage", "from", "by", "start", "end", "layer", "slots",
];

/// A measured split.
pub(super) fn experiment(node: &Node, problems: &mut Problems) -> Option<Experiment> {
    let fields = Fields::read(node, "an experiment", EXPERIMENT_KEYS, problems)?;
    let variant = |node, problems: &mut Problems| name(node, "a variant's name", problems);
    let arms = fields.required("arms", problems, arms);
    let control = fields.required("control", problems, variant);
    let coverage = fields.optional("coverage", problems, percent);
    let from = fields.optional("from", problems, variant);
    let by = fields.optional("by", problems, path);
    let start = fields.optional("start", problems, time);
    let end = fields.optional("end", problems, time);
    let layer = fields.optional("layer", problems, |node, problems| {
        name(node, "a layer's id", problems)
    });
    let slots = fields.optional("slots", problems, |node, problems| {
        range(node, "the slots of a layer", problems)
    });

    for (key, other) in [("layer", "slots"), ("slots", "layer")] {
        if let (Some(entry), None) = (fields.entry(key), fields.entry(other)) {
            let message = format!("an experiment with the key `{key}` needs the key `{other}`");
            problems.error("missing-key", &entry.key.place, message);
            return None;
        }
    }
    let (start, end) = (start?, end?);
    ends_after_start(start, end, fields.place, "an experiment", problems)?;
    let (arms, control) = (arms?, control?);
    if !arms.iter().any(|(arm, _)| arm.value == control.value) {
        let message = format!("the control `{}` is not one of the arms", control.value);
        problems.error("unknown-variant", &control.place, message);
        return None;
    }
    Some(Experiment {
        arms,
        control,
        coverage: coverage?.unwrap_or(WHOLE),
        from: from?,
        by: by?,
        start,
        end,
        layer: layer?.zip(slots?),
    })
}

/// Two or more variants, each with a share above 0.
fn arms(node: &Node, problems: &mut Problems) -> Option<Vec<(Spanned<String>, Percent)>> {
    let arms = weights(node, "the arms of an experiment", problems)?;
    if arms.len() < 2 {
        problems.error("too-few", &node.place, "an experiment needs at least two arms");
        return None;
    }
    let mut sound = true;
    for (arm, _) in arms.iter().filter(|&&(_, weight)| weight == 0) {
        problems.error(
            "zero-weight",
            &arm.place,
            format!("the share of the arm `{}` must not be 0", arm.value),
        );
        sound = false;
    }
    sound.then_some(arms)
}
