use super::Kind;
use super::align::{aligned, alike};
use super::condition::{hashes, is_open, percentages, shape, width};
use super::findings::Findings;
use super::serve::{Serving, base_of, compare, is_nested};
use super::shares::Shares;
use serde_json::Value;
use std::collections::BTreeSet;

/// The rules of a flag that can be reached, and its default.
#[derive(Debug, Clone, Copy)]
pub(super) struct Rules<'v> {
    rules: &'v [Value],
    default: &'v Value,
}

impl<'v> Rules<'v> {
    pub(super) fn of(flag: &'v Value) -> Self {
        let rules = flag.get("rules").and_then(Value::as_array);
        let rules = rules.map_or(&[][..], Vec::as_slice);
        // Behind a rule for everybody there is nothing more.
        let last = rules.iter().position(|rule| rule.get("if").is_none());
        Self {
            rules: last.and_then(|last| rules.get(..=last)).unwrap_or(rules),
            default: flag.get("default").unwrap_or(&Value::Null),
        }
    }

    /// What somebody gets about whom no condition holds.
    fn open(&self) -> Shares {
        let open = self.rules.iter().filter(|rule| is_open(rule.get("if")));
        open.rev().fold(Shares::of(self.default), |others, rule| {
            Shares::of(serve(rule)).within(width(rule.get("if")), &others)
        })
    }

    /// What there is to get, one by one; who is in a ring gets all of it.
    pub(super) fn outcomes(&self) -> Vec<Shares> {
        let serves = self.rules.iter().map(serve).chain([self.default]);
        let outcomes = serves.flat_map(|serve| {
            let rollout = serve.get("rollout");
            let ring = rollout.filter(|rollout| rollout.get("ring").is_some());
            let in_ring = ring.and_then(|rollout| rollout.get("to")?.as_str());
            // Before its start and after its end a plan or experiment serves what it comes from.
            let node = rollout.or_else(|| serve.get("experiment"));
            let timed = node.filter(|node| node.get("start").or(node.get("end")).is_some());
            let from = timed.and_then(|node| node.get("from")?.as_str());
            [in_ring, from]
                .into_iter()
                .flatten()
                .map(Shares::all)
                .chain([Shares::of(serve), Shares::least(serve)])
        });
        outcomes.collect()
    }

    /// Who is asked about, in order.
    fn shapes(&self) -> Vec<Value> {
        let conditions = self.rules.iter().filter_map(|rule| rule.get("if"));
        let conditions = conditions.filter(|condition| !is_open(Some(condition)));
        conditions.map(shape).collect()
    }

    fn base(&self, offs: &BTreeSet<String>) -> BTreeSet<String> {
        let open = self.rules.iter().filter(|rule| is_open(rule.get("if")));
        let serves = open.map(serve).chain([self.default]);
        offs.iter().cloned().chain(serves.flat_map(base_of)).collect()
    }

    /// Compares rule by rule, and what is left for everybody.
    pub(super) fn compare(&self, after: &Self, offs: &BTreeSet<String>, findings: &mut Findings) {
        findings.is_targeting |= self.shapes() != after.shapes();
        findings.moved(self.open().to(&after.open(), &self.base(offs)));
        let named = aligned(self.rules, after.rules).into_iter();
        let named = named.filter_map(|(old, new)| old.zip(new));
        // A name may go to another rule, and a condition to another name.
        let pairs: BTreeSet<(usize, usize)> =
            alike(self.rules, after.rules).into_iter().chain(named).collect();
        let pairs = pairs.into_iter();
        for (old, new) in pairs.filter_map(|(old, new)| self.rules.get(old).zip(after.rules.get(new))) {
            compare_rules(old, new, offs, findings);
        }
        let everybody = |serve| Serving {
            serve,
            width: super::condition::ALL,
        };
        compare(everybody(self.default), everybody(after.default), offs, findings);
    }
}

/// Compares two rules that stand for each other.
fn compare_rules(old: &Value, new: &Value, offs: &BTreeSet<String>, findings: &mut Findings) {
    let (was, is) = (old.get("if"), new.get("if"));
    let serving = |rule| Serving {
        serve: serve(rule),
        width: width(rule.get("if")),
    };
    compare(serving(old), serving(new), offs, findings);
    if was.map(shape) == is.map(shape) {
        let nothing = Value::Null;
        let (was, is) = (was.unwrap_or(&nothing), is.unwrap_or(&nothing));
        if hashes(was) != hashes(is) {
            findings.found(Kind::Salt, Shares::of(serve(new)).beyond(offs));
        }
        let mut ranges = percentages(was).into_iter().zip(percentages(is));
        findings.is_targeting |= ranges.any(|(old, new)| !is_nested(old, new));
    }
}

fn serve(rule: &Value) -> &Value {
    rule.get("serve").unwrap_or(&Value::Null)
}
