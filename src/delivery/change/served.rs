//! What a rule or default may give somebody, and how many may come by it from one set of variants into the others.

use super::base::Base;
use super::condition::{ALL, hash};
use super::serve::moment_ms;
use super::shares::{HOLDING, Shares};
use crate::model::Percent;
use serde_json::Value;
use std::collections::BTreeSet;

/// What closed flags give, and what is drawn by a unit that somebody does not have: as a prerequisite it is no variant.
pub(super) const CLOSED: &str = "";

/// Everybody is taken to have this one.
const TARGETING_KEY: &str = "targetingKey";

/// What is served, in parts.
#[derive(Debug, Clone)]
pub(super) struct Served<'v> {
    serve: &'v Value,
    node: &'v Value,
    ways: Vec<Way>,
}

/// One of the ways in which somebody may get something.
#[derive(Debug, Clone)]
struct Way {
    place: Place,
    /// How units are hashed, where lanes hang on it.
    hash: Option<Vec<Option<Value>>>,
    shares: Shares,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Place {
    /// Before the start and after the end.
    Outside,
    Ring,
    Holdout,
    Layer,
    /// By a unit that somebody does not have.
    Missing,
    /// On the ruler, at the least or the most.
    Lane(bool),
}

impl<'v> Served<'v> {
    pub(super) fn of(serve: &'v Value) -> Self {
        let inner = ["rollout", "experiment"].iter().find_map(|name| serve.get(*name));
        let node = inner.unwrap_or(serve);
        let mut served = Self {
            serve,
            node,
            ways: Vec::new(),
        };
        let mut add = |place, shares| {
            let hash = matches!(place, Place::Lane(_)).then(|| hash(node));
            served.ways.push(Way { place, hash, shares });
        };
        let whole = |name: &str| node.get(name).and_then(Value::as_str).map(Shares::all);
        add(Place::Lane(true), Shares::of(serve));
        if node.get("ramp").is_some() {
            add(Place::Lane(false), Shares::least(serve));
        }
        let mut found =
            |place, shares: Option<Shares>| shares.into_iter().for_each(|shares| add(place, shares));
        found(
            Place::Outside,
            whole("from").filter(|_| node.get("start").or(node.get("end")).is_some()),
        );
        found(Place::Ring, whole("to").filter(|_| node.get("ring").is_some()));
        found(
            Place::Holdout,
            whole("control").filter(|_| node.get("holdouts").is_some()),
        );
        found(
            Place::Layer,
            whole("from").filter(|_| node.get("layer").is_some()),
        );
        if units(node).iter().any(|unit| *unit != TARGETING_KEY) {
            add(Place::Missing, Shares::all(CLOSED));
        }
        served
    }

    /// The same variant for everybody.
    pub(super) fn whole(variant: &str) -> Self {
        Self {
            serve: &Value::Null,
            node: &Value::Null,
            ways: vec![Way {
                place: Place::Lane(true),
                hash: None,
                shares: Shares::all(variant),
            }],
        }
    }

    /// How many may come from the base into something else, who were served one of these, and are served another.
    pub(super) fn to(&self, after: &Self, base: &Base) -> Percent {
        self.most(after, base, |_, _| true)
    }

    /// The same where the second stands in the place of the first: what did not change holds the same people.
    pub(super) fn changed_to(&self, after: &Self, base: &Base) -> Percent {
        if self.serve == after.serve {
            return 0;
        }
        let same = |names: &[&str]| {
            names
                .iter()
                .all(|name| self.node.get(*name) == after.node.get(*name))
        };
        let (rings, holding, ramps) = (same(&["ring"]), same(&HOLDING), same(&["ramp"]));
        let (was, is) = (self.window(), after.window());
        let (had, has) = (units(self.node), units(after.node));
        self.most(after, base, |old, new| {
            let apart = |place: Place| (old == place) != (new == place);
            let one = |place: Place| old == place && new != place;
            match () {
                () if one(Place::Outside) => !(is.0 >= was.0 && is.1 <= was.1),
                () if apart(Place::Outside) => !(was.0 >= is.0 && was.1 <= is.1),
                () if apart(Place::Ring) => !rings,
                () if apart(Place::Holdout) || apart(Place::Layer) => !holding,
                () if one(Place::Missing) => !had.is_subset(&has),
                () if apart(Place::Missing) => !has.is_subset(&had),
                () if ramps => match (old, new) {
                    (Place::Lane(old), Place::Lane(new)) => old == new,
                    _ => true,
                },
                () => true,
            }
        })
    }

    /// The most that anybody gets beyond the base.
    pub(super) fn beyond(&self, base: &Base) -> Percent {
        let beyond = self.ways.iter().map(|way| way.shares.past(base));
        beyond.max().unwrap_or(0)
    }

    fn most(&self, after: &Self, base: &Base, may: impl Fn(Place, Place) -> bool) -> Percent {
        let pairs = self
            .ways
            .iter()
            .flat_map(|old| after.ways.iter().map(move |new| (old, new)));
        let pairs = pairs.filter(|(old, new)| may(old.place, new.place));
        let moved = pairs.map(|(old, new)| {
            let is_apart = |(old, new): (&Vec<_>, &Vec<_>)| old != new;
            match old.hash.as_ref().zip(new.hash.as_ref()).is_some_and(is_apart) {
                // On another ruler no lane is where it was.
                true => new
                    .shares
                    .past(base)
                    .min(ALL.saturating_sub(old.shares.past(base))),
                false => old.shares.left(&new.shares, base),
            }
        });
        moved.max().unwrap_or(0)
    }

    /// From when until when it holds.
    fn window(&self) -> (i64, i64) {
        let end = |name: &str, none| self.node.get(name).map_or(none, moment_ms);
        (end("start", i64::MIN), end("end", i64::MAX))
    }
}

/// The attributes by which units are drawn.
fn units(node: &Value) -> BTreeSet<String> {
    let holdouts = node.get("holdouts").and_then(Value::as_array);
    let nodes = [Some(node), node.get("layer")].into_iter().flatten();
    let nodes = nodes.chain(holdouts.into_iter().flatten());
    let units = nodes.filter_map(|node| {
        let is_hashed = node.get("salt").is_some() || node.get("by").is_some();
        let by = node
            .get("by")
            .map(|by| by.as_str().map_or_else(|| by.to_string(), str::to_owned));
        by.or_else(|| is_hashed.then(|| TARGETING_KEY.to_owned()))
    });
    units.collect()
}
