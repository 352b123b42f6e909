use super::condition::{ALL, slots};
use crate::model::Percent;
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};

/// How many units get each variant, in slots of 100,000.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct Shares(BTreeMap<String, Percent>);

/// How far something goes up, and whether it comes down.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct Move {
    pub(super) rise: Percent,
    pub(super) falls: bool,
}

impl Shares {
    /// All units get one variant.
    pub(super) fn all(variant: &str) -> Self {
        Self(BTreeMap::from([(variant.to_owned(), ALL)]))
    }

    /// What a rule or default serves at most: a ramp as far as it goes, everything else as it stands. Rings are not in it.
    pub(super) fn of(serve: &Value) -> Self {
        Self::at(serve, Percent::max)
    }

    /// What it serves at least of what is new: a ramp as it begins, or ends where it falls.
    pub(super) fn least(serve: &Value) -> Self {
        Self::at(serve, Percent::min)
    }

    fn at(serve: &Value, end: fn(Percent, Percent) -> Percent) -> Self {
        let text = |node: &Value, name: &str| node.get(name).and_then(Value::as_str).map(str::to_owned);
        let mut shares = Self::default();
        if let Some(variant) = serve.as_str() {
            return Self::all(variant);
        } else if let Some(split) = serve.get("split").and_then(Value::as_object) {
            split
                .iter()
                .for_each(|(variant, share)| shares.add(variant, slots(share)));
        } else if let Some(rollout) = serve.get("rollout") {
            let share = match (rollout.get("share"), rollout.get("ramp")) {
                (Some(share), _) => slots(share),
                (None, Some(ramp)) => {
                    let part = |name: &str| ramp.get(name).map_or(0, slots);
                    end(part("from"), part("to")).min(part("ceiling"))
                }
                (None, None) => 0,
            };
            shares.add(&text(rollout, "to").unwrap_or_default(), share);
            let rest = ALL.saturating_sub(share);
            shares.add(&text(rollout, "from").unwrap_or_default(), rest);
        } else if let Some(experiment) = serve.get("experiment") {
            let lanes = experiment.get("lanes").and_then(Value::as_array);
            let open = open_to(experiment);
            let mut enrolled = 0;
            for lane in lanes.into_iter().flatten() {
                let width = lane.get("enrolled").map_or(0, width);
                let width = part_of(width, open);
                enrolled += width;
                shares.add(&text(lane, "variant").unwrap_or_default(), width);
            }
            let rest = ALL.saturating_sub(enrolled);
            shares.add(&text(experiment, "from").unwrap_or_default(), rest);
        }
        shares
    }

    /// Of a share of the units these, of the others those of another.
    pub(super) fn within(&self, share: Percent, others: &Self) -> Self {
        let mut mixed = Self::default();
        for (variant, width) in &self.0 {
            mixed.add(variant, part_of(*width, share));
        }
        for (variant, width) in &others.0 {
            mixed.add(variant, part_of(*width, ALL.saturating_sub(share)));
        }
        mixed
    }

    /// How many units get none of some variants.
    pub(super) fn beyond(&self, base: &BTreeSet<String>) -> Percent {
        let others = self.0.iter().filter(|(variant, _)| !base.contains(*variant));
        others.map(|(_, share)| *share).sum::<Percent>().min(ALL)
    }

    /// From these to others; what goes to the base is no rise.
    pub(super) fn to(&self, after: &Self, base: &BTreeSet<String>) -> Move {
        let (old, new) = (self.beyond(base), after.beyond(base));
        let of_one = after.0.iter().filter(|(variant, _)| !base.contains(*variant));
        let of_one = of_one.map(|(variant, share)| share.saturating_sub(self.share(variant)));
        Move {
            rise: of_one.max().unwrap_or(0).max(new.saturating_sub(old)),
            falls: new < old,
        }
    }

    /// The smallest share of each variant among several.
    pub(super) fn smallest<'s>(all: impl Iterator<Item = &'s Self> + Clone) -> Self {
        let names = all.clone().flat_map(|shares| shares.0.keys().cloned());
        let least = |name: &String| all.clone().map(|shares| shares.share(name)).min().unwrap_or(0);
        Self(names.map(|name| (name.clone(), least(&name))).collect())
    }

    pub(super) fn share(&self, variant: &str) -> Percent {
        self.0.get(variant).copied().unwrap_or(0)
    }

    fn add(&mut self, variant: &str, share: Percent) {
        *self.0.entry(variant.to_owned()).or_default() += share;
    }
}

/// The share of units that an experiment's layer and holdouts leave it.
fn open_to(experiment: &Value) -> Percent {
    let layer = experiment.pointer("/layer/slots").map_or(ALL, width);
    let holdouts = experiment.get("holdouts").and_then(Value::as_array);
    let shares = holdouts
        .into_iter()
        .flatten()
        .filter_map(|holdout| holdout.get("share"));
    shares
        .map(slots)
        .fold(layer, |open, share| part_of(open, ALL.saturating_sub(share)))
}

fn width(range: &Value) -> Percent {
    let end = |name: &str| range.get(name).map_or(0, slots);
    end("to").saturating_sub(end("from"))
}

fn part_of(share: Percent, of: Percent) -> Percent {
    (u64::from(share) * u64::from(of) / u64::from(ALL)) as Percent
}
