use super::Kind;
use super::base::Base;
use super::condition::ALL;
use super::difference::{Difference, differences};
use super::findings::Findings;
use super::moves::moved;
use super::rules::Rules;
use super::serve::window;
use super::served::CLOSED;
use super::shares::Shares;
use crate::model::Percent;
use serde_json::Value;
use std::collections::BTreeSet;

type Compared = (BTreeSet<Kind>, Percent, Vec<Difference>);

/// What kinds of change lie between two states of a flag; nothing where they say the same.
pub(super) fn compared(old: Option<&Value>, new: Option<&Value>) -> Option<Compared> {
    let whole = |kind: Kind, step| {
        let difference = Difference {
            path: String::new(),
            before: old.cloned(),
            after: new.cloned(),
        };
        Some((BTreeSet::from([kind]), step, vec![difference]))
    };
    match (old, new) {
        (None, None) => None,
        (None, Some(new)) => whole(Kind::New, State::of(new).opening(&State::of(new).offs())),
        (Some(_), None) => whole(Kind::Delete, 0),
        (Some(old), Some(new)) if old == new => None,
        (Some(old), Some(new)) => {
            let (old, new) = (shared(old, new), shared(new, old));
            let mut findings = Findings::default();
            State::of(&old).compare(&State::of(&new), &mut findings);
            Some((findings.kinds, findings.step, differences(&old, &new)))
        }
    }
}

/// A flag with those of its segments that another state of it has too: the others differ where they are named.
fn shared(flag: &Value, other: &Value) -> Value {
    let mut flag = flag.clone();
    let known = other.get("segments");
    if let Some(Value::Object(segments)) = flag.get_mut("segments") {
        segments.retain(|name, _| known.is_some_and(|known| known.get(name).is_some()));
        let is_empty = segments.is_empty();
        if let (true, Value::Object(fields)) = (is_empty, &mut flag) {
            fields.remove("segments");
        }
    }
    flag
}

/// What a flag gives while nothing is open.
pub(super) fn base(offs: &BTreeSet<String>) -> Base {
    Base::These(offs.iter().cloned().chain([CLOSED.to_owned()]).collect())
}

/// Of more pairs of what was served and is served the rise is only what is served at most.
const MOST_PAIRS: usize = 100_000;

/// A flag as `inspect` shows it.
#[derive(Debug, Clone, Copy)]
struct State<'v> {
    flag: &'v Value,
}

impl<'v> State<'v> {
    fn of(flag: &'v Value) -> Self {
        Self { flag }
    }

    fn is(&self, name: &str) -> bool {
        self.flag.get(name) == Some(&Value::Bool(true))
    }

    fn is_readable(&self) -> bool {
        !self.is("unreadable")
    }

    fn is_closed(&self) -> bool {
        self.is("killed") || !self.is("enabled")
    }

    fn offs(&self) -> BTreeSet<String> {
        let off = self.flag.get("offVariant").and_then(Value::as_str);
        off.map(str::to_owned).into_iter().collect()
    }

    /// How many units get something else than the off variant once the flag is open, at most.
    fn opening(&self, offs: &BTreeSet<String>) -> Percent {
        let closed = !self.is_readable() || self.is_closed();
        let most = self.outcomes().iter().map(|shares| shares.beyond(offs)).max();
        most.filter(|_| !closed).unwrap_or(0)
    }

    /// Everything that somebody may get.
    fn outcomes(&self) -> Vec<Shares> {
        let mut outcomes = Rules::of(self.flag).outcomes();
        let targets = self.flag.get("targets").and_then(Value::as_object);
        outcomes.extend(
            targets
                .into_iter()
                .flatten()
                .map(|(variant, _)| Shares::all(variant)),
        );
        let off = self.flag.get("offVariant").and_then(Value::as_str);
        let may_close = ["prerequisites", "disableAt"]
            .iter()
            .any(|name| self.flag.get(*name).is_some());
        outcomes.extend(off.filter(|_| may_close || self.is_closed()).map(Shares::all));
        outcomes
    }

    fn compare(&self, after: &Self, findings: &mut Findings) {
        if !(self.is_readable() && after.is_readable()) {
            return self.compare_unreadable(after, findings);
        }
        let offs = self.offs();
        let differs = |name: &str| self.flag.get(name) != after.flag.get(name);
        Rules::of(self.flag).compare(&Rules::of(after.flag), &offs, findings);
        findings.is_targeting |= ["targets", "segments"].into_iter().any(differs);
        if differs("prerequisites") {
            findings.is_targeting = true;
        }
        let (old, new) = (self.flag.get("disableAt"), after.flag.get("disableAt"));
        window(old, new, true, after.opening(&offs), findings);
        if ["type", "variants", "offVariant", "onExpired"]
            .into_iter()
            .any(differs)
        {
            findings.kinds.insert(Kind::Other);
        }
        if findings.is_targeting {
            findings.found(Kind::Targeting, self.largest_rise(after, &offs));
        }
        if after.is_closed() {
            // What is prepared while nobody gets it is neither a rise nor a step, but it is something.
            if findings.kinds.remove(&Kind::Increase) {
                findings.kinds.insert(Kind::Other);
            }
            findings.step = 0;
        } else if self.is_closed() {
            findings.found(Kind::Increase, after.opening(&offs));
        }
        let is_killed = after.is("killed") && !self.is("killed");
        if is_killed || (after.is_closed() && !self.is_closed()) {
            findings.kinds.insert(Kind::Kill);
        }
        self.leave_off(after, &offs, findings);
        if findings.kinds.is_empty() {
            findings.kinds.insert(Kind::Other);
        }
    }

    /// What is not provably less is more: whoever got the off variant, and may get something else.
    fn leave_off(&self, after: &Self, offs: &BTreeSet<String>, findings: &mut Findings) {
        let mut rise = moved(self.flag, after.flag, &base(offs));
        if self.offs() != after.offs() {
            // Whoever closes the flag then gives it to everybody.
            rise = ALL;
        }
        rise = rise.max(self.revalued(after));
        if rise == 0 {
            return;
        }
        let opening = [Kind::Increase, Kind::Targeting, Kind::New, Kind::Salt];
        if !opening.iter().any(|kind| findings.kinds.contains(kind)) || self.revalued(after) > 0 {
            findings.kinds.insert(Kind::Increase);
        }
        findings.step = findings.step.max(rise);
    }

    /// The most that anybody gets of a variant that is worth something else now.
    fn revalued(&self, after: &Self) -> Percent {
        let values = |state: &Self| state.flag.get("variants").and_then(Value::as_object).cloned();
        let (Some(old), Some(new)) = (values(self), values(after)) else {
            return 0;
        };
        let differ = new
            .iter()
            .filter(|(name, value)| old.get(*name).is_some_and(|old| old != *value));
        let names: Vec<String> = differ.map(|(name, _)| name.clone()).collect();
        let served = match after.is_closed() {
            true => after.offs().iter().map(|off| Shares::all(off)).collect(),
            false => after.outcomes(),
        };
        let shares = served.iter().map(|shares| {
            let shares = names.iter().map(|name| shares.share(name));
            shares.sum::<Percent>()
        });
        shares.max().unwrap_or(0)
    }

    /// What one side serves is not known: it may have been nothing.
    fn compare_unreadable(&self, after: &Self, findings: &mut Findings) {
        findings.kinds.insert(Kind::Other);
        if after.is_readable() && !after.is_closed() {
            let step = after.opening(&after.offs());
            findings.found(Kind::Increase, step);
            findings.found(Kind::Targeting, step);
        }
    }

    /// The largest rise from anything that somebody had to anything that somebody gets, on whatever ruler.
    fn largest_rise(&self, after: &Self, offs: &BTreeSet<String>) -> Percent {
        let (before, after) = (self.outcomes(), after.outcomes());
        let most = after.iter().map(|shares| shares.beyond(offs)).max().unwrap_or(0);
        if before.len().saturating_mul(after.len()) > MOST_PAIRS {
            return most;
        }
        let rise = |old: &Shares, new: &Shares| {
            let others = ALL.saturating_sub(old.beyond(offs));
            old.to(new, offs).rise.max(new.beyond(offs).min(others))
        };
        let pairs = before
            .iter()
            .flat_map(|old| after.iter().map(move |new| rise(old, new)));
        pairs.max().unwrap_or(0)
    }
}
