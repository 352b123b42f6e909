use super::Kind;
use super::condition::{ALL, hash};
use super::findings::Findings;
use super::shares::{HOLDING, Shares};
use crate::model::Percent;
use jiff::Timestamp;
use serde_json::Value;
use std::collections::BTreeSet;

/// What people get back to: from another variant than `offVariant` going there is no rise.
fn base_of(serve: &Value) -> impl Iterator<Item = String> + '_ {
    let places = ["/rollout/from", "/experiment/from"];
    let base = places
        .into_iter()
        .filter_map(|place| serve.pointer(place)?.as_str());
    base.map(str::to_owned)
}

/// Compares what two rules serve that stand for each other.
pub(super) fn compare(old: &Value, new: &Value, offs: &BTreeSet<String>, findings: &mut Findings) {
    if old == new {
        return;
    }
    let mut base = offs.clone();
    base.extend(base_of(old));
    let (one, other) = (node(old), node(new));
    let most = Shares::of(new);
    let before = match old.get("experiment").is_some()
        && HOLDING.iter().all(|name| one.get(*name) == other.get(*name))
    {
        true => Shares::of(old),
        // From where a ramp began, as nobody knows here how far it came.
        false => Shares::least(old),
    };
    let mut moved = before.to(&most, &base);
    moved.falls = Shares::of(old).to(&most, &base).falls;
    let is_hashed = |node: &Value| node.get("salt").is_some();
    if is_hashed(one) && is_hashed(other) && hash(one) != hash(other) {
        // On another ruler no lane is where it was.
        moved.shuffles = false;
        let others = ALL.saturating_sub(before.beyond(&base));
        findings.found(Kind::Salt, most.beyond(&base).min(others));
    }
    findings.moved(moved);
    // A plan the wrong way round would take everybody back to what few have.
    for from in base_of(new).filter(|from| !base.contains(from)) {
        let others = ALL.saturating_sub(Shares::of(old).share(&from).min(before.share(&from)));
        if others > 0 {
            findings.found(Kind::Increase, others);
        }
    }
    holding((one, other), most.beyond(offs), findings);
    rings(old, new, findings);
    if old.is_object() && new.is_object() {
        let most = most.beyond(&base);
        for (name, opens_when_later) in [("start", false), ("end", true)] {
            window(one.get(name), other.get(name), opens_when_later, most, findings);
        }
    }
}

/// The plan or experiment that is served, or what is served itself.
fn node(serve: &Value) -> &Value {
    let inner = ["rollout", "experiment"].iter().find_map(|name| serve.get(*name));
    inner.unwrap_or(serve)
}

/// Layers and holdouts that draw their units anew.
fn holding((old, new): (&Value, &Value), most: Percent, findings: &mut Findings) {
    let hashes = |node: &Value| -> Vec<Vec<Option<Value>>> {
        let holdouts = node.get("holdouts").and_then(Value::as_array);
        let nodes = node
            .get("layer")
            .into_iter()
            .chain(holdouts.into_iter().flatten());
        nodes.map(hash).collect()
    };
    let (was, is) = (hashes(old), hashes(new));
    if was != is && was.len() == is.len() {
        findings.found(Kind::Salt, most);
    }
}

/// Who is in before all others: other people are targeting, nobody any more is a decrease unless everybody is.
fn rings(old: &Value, new: &Value, findings: &mut Findings) {
    let ring = |serve: &Value| serve.pointer("/rollout/ring").cloned();
    match (ring(old), ring(new)) {
        (old, new) if old == new => {}
        (Some(_), None) => {
            let to = old.pointer("/rollout/to").and_then(Value::as_str);
            if Shares::of(new).share(to.unwrap_or_default()) < ALL {
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

pub(super) fn moment_ms(moment: &Value) -> i64 {
    let text = moment.as_str().and_then(|text| text.parse::<Timestamp>().ok());
    text.map(Timestamp::as_millisecond)
        .or(moment.as_i64())
        .unwrap_or_default()
}

/// Does one range lie within the other?
pub(super) fn is_nested(one: (Percent, Percent), other: (Percent, Percent)) -> bool {
    let within =
        |inner: (Percent, Percent), outer: (Percent, Percent)| inner.0 >= outer.0 && inner.1 <= outer.1;
    within(one, other) || within(other, one)
}
