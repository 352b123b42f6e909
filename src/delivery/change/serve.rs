use super::Kind;
use super::condition::{ALL, hash};
use super::findings::Findings;
use super::shares::Shares;
use crate::model::Percent;
use jiff::Timestamp;
use serde_json::Value;
use std::collections::BTreeSet;

/// What a rule or default serves, and to which share of the units at most.
#[derive(Debug, Clone, Copy)]
pub(super) struct Serving<'v> {
    pub(super) serve: &'v Value,
    pub(super) width: Percent,
}

impl Serving<'_> {
    /// The plan or experiment in it, or itself.
    fn node(&self) -> &Value {
        let inner = ["rollout", "experiment"]
            .iter()
            .find_map(|name| self.serve.get(*name));
        inner.unwrap_or(self.serve)
    }

    fn most(&self) -> Shares {
        Shares::of(self.serve).within(self.width, &Shares::default())
    }

    fn least(&self) -> Shares {
        Shares::least(self.serve).within(self.width, &Shares::default())
    }
}

/// What people get back to: going there is no rise.
pub(super) fn base_of(serve: &Value) -> impl Iterator<Item = String> + '_ {
    let places = ["/rollout/from", "/experiment/from", "/experiment/control"];
    let base = places
        .into_iter()
        .filter_map(|place| serve.pointer(place)?.as_str());
    base.map(str::to_owned)
}

/// Compares what two rules serve that ask about the same people.
pub(super) fn compare(old: Serving<'_>, new: Serving<'_>, offs: &BTreeSet<String>, findings: &mut Findings) {
    let mut base = offs.clone();
    base.extend(base_of(old.serve));
    let moved = match old.serve == new.serve {
        true => old.most().to(&new.most(), &base),
        false => {
            // From where a ramp began, as nobody knows here how far it came.
            let mut moved = old.least().to(&new.most(), &base);
            moved.falls = old.most().to(&new.most(), &base).falls;
            moved
        }
    };
    findings.moved(moved);
    let (one, other) = (old.node(), new.node());
    let is_hashed = |node: &Value| node.get("salt").is_some();
    if is_hashed(one) && is_hashed(other) && hash(one) != hash(other) {
        let (was, is) = (old.most().beyond(&base), new.most().beyond(&base));
        findings.found(Kind::Salt, is.min(ALL.saturating_sub(was)));
    }
    rings(old, new, findings);
    // Who is in may be others though they are as many.
    let order = one.get("order").zip(other.get("order"));
    if places_move(one, other) || order.is_some_and(|(one, other)| one != other) {
        let (was, is) = (old.most().beyond(&base), new.most().beyond(&base));
        findings.found(Kind::Targeting, is.min(ALL.saturating_sub(was)));
    }
    if old.serve.is_object() && new.serve.is_object() {
        let most = new.most().beyond(&base);
        for (name, opens_when_later) in [("start", false), ("end", true)] {
            window(one.get(name), other.get(name), opens_when_later, most, findings);
        }
    }
}

/// Who is in before all others: other people are targeting, nobody any more is a decrease unless everybody is.
fn rings(old: Serving<'_>, new: Serving<'_>, findings: &mut Findings) {
    let ring = |serving: Serving<'_>| serving.serve.pointer("/rollout/ring").cloned();
    match (ring(old), ring(new)) {
        (old, new) if old == new => {}
        (Some(_), None) => {
            let to = old.serve.pointer("/rollout/to").and_then(Value::as_str);
            if Shares::of(new.serve).share(to.unwrap_or_default()) < ALL {
                findings.found(Kind::Decrease, 0);
            }
        }
        _ => findings.is_targeting = true,
    }
}

/// A moment that moved: does it open or close?
pub(super) fn window(
    old: Option<&Value>,
    new: Option<&Value>,
    opens_when_later: bool,
    most: Percent,
    findings: &mut Findings,
) {
    // No start is before everything, no end behind it.
    let none = if opens_when_later { i64::MAX } else { i64::MIN };
    let [old, new] = [old, new].map(|moment| moment.map_or(none, moment_ms));
    match (old == new, (new > old) == opens_when_later) {
        (true, _) => {}
        (false, true) => findings.found(Kind::Increase, most),
        (false, false) => findings.found(Kind::Decrease, 0),
    }
}

fn moment_ms(moment: &Value) -> i64 {
    let text = moment.as_str().and_then(|text| text.parse::<Timestamp>().ok());
    text.map(Timestamp::as_millisecond)
        .or(moment.as_i64())
        .unwrap_or_default()
}

/// Do an experiment's lanes, or its layer's slots, lie where they neither grew nor shrank to?
fn places_move(one: &Value, other: &Value) -> bool {
    let lanes = |node: &Value| -> Vec<(String, (Percent, Percent))> {
        let lanes = node.get("lanes").and_then(Value::as_array);
        let lane = |lane: &Value| {
            let variant = lane.get("variant").and_then(Value::as_str)?;
            Some((variant.to_owned(), range(lane.get("enrolled")?)))
        };
        lanes.into_iter().flatten().filter_map(lane).collect()
    };
    let (old, new) = (lanes(one), lanes(other));
    let lane_moved = old.iter().any(|(variant, before)| {
        let after = new.iter().find(|(known, _)| known == variant);
        after.is_some_and(|(_, after)| !is_nested(*before, *after))
    });
    let slots = |node: &Value| node.pointer("/layer/slots").map(range);
    let slots_moved = slots(one)
        .zip(slots(other))
        .is_some_and(|(old, new)| !is_nested(old, new));
    lane_moved || slots_moved
}

/// Does one range lie within the other?
pub(super) fn is_nested(one: (Percent, Percent), other: (Percent, Percent)) -> bool {
    let within =
        |inner: (Percent, Percent), outer: (Percent, Percent)| inner.0 >= outer.0 && inner.1 <= outer.1;
    within(one, other) || within(other, one)
}

fn range(node: &Value) -> (Percent, Percent) {
    let end = |name: &str| node.get(name).map_or(0, super::condition::slots);
    (end("from"), end("to"))
}
