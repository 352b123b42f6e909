use super::base::Base;
use super::condition::{ALL, slots};
use crate::model::Percent;
use serde_json::Value;
use std::collections::BTreeSet;

/// Who gets which variant, as lanes on the ruler of 100,000 slots: each from where the one before it ends to its own end.
///
/// Of a ramp it is a moment of it; rings are not in it.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct Shares(Vec<(String, Percent)>);

/// What may keep units out of an experiment.
pub(super) const HOLDING: [&str; 2] = ["layer", "holdouts"];

/// What lies between two states of one ruler.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct Move {
    /// The largest rise, of the share of one variant or of those who got nothing new before.
    pub(super) rise: Percent,
    /// Those who got nothing new before, and do now.
    pub(super) opened: Percent,
    /// Fewer get something new.
    pub(super) falls: bool,
    /// More got another variant than shares tell: others take part than did.
    pub(super) shuffles: bool,
}

impl Shares {
    /// All units get one variant.
    pub(super) fn all(variant: &str) -> Self {
        Self(vec![(variant.to_owned(), ALL)])
    }

    /// What a rule or default serves at most: a ramp as far as it goes, an experiment as if it had no layer or holdout.
    pub(super) fn of(serve: &Value) -> Self {
        Self::at(serve, Percent::max)
    }

    /// What it serves at least of what is new: a ramp as it begins, or ends where it falls; nothing of an experiment that
    /// a layer or holdout may keep everybody from.
    pub(super) fn least(serve: &Value) -> Self {
        let experiment = serve.get("experiment");
        let held = experiment.filter(|experiment| HOLDING.iter().any(|name| experiment.get(*name).is_some()));
        match held.and_then(|experiment| experiment.get("from")?.as_str()) {
            Some(from) => Self::all(from),
            None => Self::at(serve, Percent::min),
        }
    }

    fn at(serve: &Value, end: fn(Percent, Percent) -> Percent) -> Self {
        let text = |node: &Value, name: &str| {
            let text = node.get(name).and_then(Value::as_str);
            text.unwrap_or_default().to_owned()
        };
        let mut shares = Self::default();
        if let Some(variant) = serve.as_str() {
            return Self::all(variant);
        } else if let Some(split) = serve.get("split").and_then(Value::as_object) {
            let mut reached = 0;
            for (variant, share) in split {
                reached += slots(share);
                shares.until(variant, reached);
            }
        } else if let Some(rollout) = serve.get("rollout") {
            let share = match (rollout.get("share"), rollout.get("ramp")) {
                (Some(share), _) => slots(share),
                (None, Some(ramp)) => {
                    let part = |name: &str| ramp.get(name).map_or(0, slots);
                    end(part("from"), part("to")).min(part("ceiling"))
                }
                (None, None) => 0,
            };
            shares.until(&text(rollout, "to"), share);
            shares.until(&text(rollout, "from"), ALL);
        } else if let Some(experiment) = serve.get("experiment") {
            let lanes = experiment.get("lanes").and_then(Value::as_array);
            for lane in lanes.into_iter().flatten() {
                let side = |name: &str| lane.pointer(&format!("/enrolled/{name}")).map_or(0, slots);
                shares.until(&text(experiment, "from"), side("from"));
                shares.until(&text(lane, "variant"), side("to"));
            }
            shares.until(&text(experiment, "from"), ALL);
        }
        shares
    }

    /// How many units get none of some variants.
    pub(super) fn beyond(&self, base: &BTreeSet<String>) -> Percent {
        let others = self.lanes().filter(|(variant, ..)| !base.contains(*variant));
        others.map(|(_, from, to)| to - from).sum()
    }

    /// The same of another base.
    pub(super) fn past(&self, base: &Base) -> Percent {
        let others = self.lanes().filter(|(variant, ..)| !base.has(variant));
        others.map(|(_, from, to)| to - from).sum()
    }

    /// How many units leave the base.
    pub(super) fn left(&self, after: &Self, base: &Base) -> Percent {
        let came = self.lanes().filter(|(variant, ..)| base.has(variant));
        let left = came.flat_map(|(_, start, end)| {
            let new = after.lanes().filter(|(variant, ..)| !base.has(variant));
            new.map(move |(_, from, to)| to.min(end).saturating_sub(from.max(start)))
        });
        left.sum()
    }

    /// How many units get a variant.
    pub(super) fn share(&self, variant: &str) -> Percent {
        let own = self.lanes().filter(|(known, ..)| *known == variant);
        own.map(|(_, from, to)| to - from).sum()
    }

    /// The variants that somebody gets.
    pub(super) fn variants(&self) -> impl Iterator<Item = &str> {
        self.lanes()
            .filter(|(_, from, to)| from < to)
            .map(|(variant, ..)| variant)
    }

    /// From these to others; what goes to the base is no rise.
    pub(super) fn to(&self, after: &Self, base: &BTreeSet<String>) -> Move {
        let (mut opened, mut gained) = (0, 0);
        for (is, from, to) in after.lanes().filter(|(variant, ..)| !base.contains(*variant)) {
            for (was, start, end) in self.lanes().filter(|(was, ..)| *was != is) {
                let both = to.min(end).saturating_sub(from.max(start));
                gained += both;
                if base.contains(was) {
                    opened += both;
                }
            }
        }
        let names: BTreeSet<&str> = after
            .variants()
            .filter(|variant| !base.contains(*variant))
            .collect();
        let rises = names.into_iter();
        let rises = rises.map(|variant| after.share(variant).saturating_sub(self.share(variant)));
        let (largest, all) = rises.fold((0, 0), |(largest, all), rise| (rise.max(largest), all + rise));
        let in_all = after.beyond(base).saturating_sub(self.beyond(base));
        Move {
            rise: largest.max(in_all),
            opened,
            falls: after.beyond(base) < self.beyond(base),
            shuffles: gained > all,
        }
    }

    /// Each variant with the slot in which it begins, and the one in which it has ended.
    fn lanes(&self) -> impl Iterator<Item = (&str, Percent, Percent)> {
        let starts = [0].into_iter().chain(self.0.iter().map(|(_, end)| *end));
        let lanes = self.0.iter().zip(starts);
        lanes.map(|((variant, end), start)| (variant.as_str(), start, *end))
    }

    fn until(&mut self, variant: &str, end: Percent) {
        let reached = self.0.last().map_or(0, |(_, end)| *end);
        self.0
            .push((variant.to_owned(), end.clamp(reached, ALL.max(reached))));
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn what_is_as_much_elsewhere_is_for_others() {
        let base = BTreeSet::from(["off".to_owned()]);
        let rollout = json!({ "rollout": { "from": "off", "to": "on", "share": 90 } });
        let lane = json!({ "variant": "on", "enrolled": { "from": 95, "to": 100 } });
        let experiment = json!({ "experiment": { "from": "off", "lanes": [lane] } });
        let moved = Shares::of(&rollout).to(&Shares::of(&experiment), &base);
        let expected = Move {
            rise: 0,
            opened: 5_000,
            falls: true,
            shuffles: true,
        };
        assert_eq!(moved, expected);
    }
}
