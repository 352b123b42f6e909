use super::fields::Fields;
use super::percent::percent;
use super::problems::{Problems, quote};
use super::scalar::key;
use super::time::duration;
use crate::model::condition::Percent;
use crate::model::document::{Kind, Node};
use crate::model::rollout::Gate;

pub(super) const GATE_KEYS: &[&str] = &["minHold", "minSample", "approvals", "policy"];

/// Half of all units: a plan that keeps more of them back is none.
const MOST_HELD_BACK: Percent = 50_000;
const LARGEST_SAMPLE: i64 = 1_000_000_000_000;
const MOST_APPROVALS: i64 = 20;

/// What must hold to leave a stage.
pub(super) fn gate(node: &Node, problems: &mut Problems) -> Option<Gate> {
    let fields = Fields::read(node, "a gate", GATE_KEYS, problems)?;
    let min_hold = fields.optional("minHold", problems, duration);
    let min_sample = fields.optional("minSample", problems, |node, problems| {
        whole(node, "a number of units", LARGEST_SAMPLE, problems)
    });
    let approvals = fields.optional("approvals", problems, |node, problems| {
        whole(node, "a number of people", MOST_APPROVALS, problems)
    });
    let policy = fields.optional("policy", problems, |node, problems| {
        key(node, "a policy's name", problems)
    });
    Some(Gate {
        min_hold_ms: min_hold?,
        min_sample: min_sample?.map(i64::unsigned_abs),
        approvals: approvals?.and_then(|count| u32::try_from(count).ok()),
        policy: policy?,
    })
}

/// A share of units that a plan never reaches.
pub(super) fn holdback(node: &Node, problems: &mut Problems) -> Option<Percent> {
    let share = percent(node, problems)?;
    if share > MOST_HELD_BACK {
        problems.error(
            "invalid-percentage",
            &node.place,
            "a rollout holds back at most 50 percent",
        );
        return None;
    }
    Some(share)
}

/// A whole number from 0.
fn whole(node: &Node, what: &str, most: i64, problems: &mut Problems) -> Option<i64> {
    let Kind::Number(number) = &node.kind else {
        problems.expected(&format!("{what} (a whole number)"), node);
        return None;
    };
    let found = number.whole().filter(|whole| (0..=most).contains(whole));
    if found.is_none() {
        let message = format!(
            "`{}` is not {what}: a whole number from 0 to {most}",
            quote(number.text())
        );
        problems.error("invalid-number", &node.place, message);
    }
    found
}
