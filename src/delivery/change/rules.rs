use super::Kind;
use super::align::{aligned, alike};
use super::condition::{ALL, hashes, is_open, percentages, shape, shifts, width};
use super::findings::Findings;
use super::serve::{compare, is_nested};
use super::shares::Shares;
use crate::model::Percent;
use serde_json::Value;
use std::collections::BTreeSet;

/// The rules of a flag that ask for something, and what everybody else gets: the default, or a rule before it that asks
/// for nothing.
#[derive(Debug, Clone, Copy)]
pub(super) struct Rules<'v> {
    rules: &'v [Value],
    default: &'v Value,
}

impl<'v> Rules<'v> {
    pub(super) fn of(flag: &'v Value) -> Self {
        let rules = flag.get("rules").and_then(Value::as_array);
        let rules = rules.map_or(&[][..], Vec::as_slice);
        let default = flag.get("default").unwrap_or(&Value::Null);
        let open = rules.iter().position(|rule| rule.get("if").is_none());
        match open.and_then(|open| Some((rules.get(..open)?, rules.get(open)?))) {
            Some((rules, open)) => Self {
                rules,
                default: serve(open),
            },
            None => Self { rules, default },
        }
    }

    /// The rules that ask for something, and what everybody else gets.
    pub(super) fn parts(&self) -> (&'v [Value], &'v Value) {
        (self.rules, self.default)
    }

    /// What there is to get, one by one; who is in a ring gets all of it.
    pub(super) fn outcomes(&self) -> Vec<Shares> {
        let serves = self.rules.iter().map(serve).chain([self.default]);
        serves.flat_map(outcomes).collect()
    }

    /// Who is asked about, in order, but for shares of everybody.
    fn shapes(&self) -> Vec<Value> {
        let conditions = self.rules.iter().filter_map(|rule| rule.get("if"));
        let conditions = conditions.filter(|condition| !is_open(Some(condition)));
        conditions.map(shape).collect()
    }

    /// Compares rule by rule, and what is left for everybody.
    pub(super) fn compare(&self, after: &Self, offs: &BTreeSet<String>, findings: &mut Findings) {
        findings.is_targeting |= self.shapes() != after.shapes();
        compare(self.default, after.default, offs, findings);
        let named = aligned(self.rules, after.rules).into_iter();
        let named = named.filter_map(|(old, new)| old.zip(new));
        // A name may go to another rule, and a condition to another name.
        let pairs: BTreeSet<(usize, usize)> =
            alike(self.rules, after.rules).into_iter().chain(named).collect();
        for (i, j) in &pairs {
            if let Some((old, new)) = self.rules.get(*i).zip(after.rules.get(*j)) {
                after.compare_rules((old, new), *j, offs, findings);
            }
        }
        for (i, rule) in self.rules.iter().enumerate() {
            if pairs.iter().any(|(old, _)| *old == i) {
                continue;
            }
            findings.is_targeting |= !is_open(rule.get("if"));
            if is_open(rule.get("if")) {
                after.let_through(serve(rule), 0, width(rule.get("if")), offs, findings);
            }
        }
        for (j, rule) in after.rules.iter().enumerate() {
            if pairs.iter().any(|(_, new)| *new == j) {
                continue;
            }
            findings.is_targeting |= !is_open(rule.get("if"));
            if is_open(rule.get("if")) {
                let taken = Shares::of(serve(rule)).beyond(offs);
                if taken > 0 {
                    findings.found(Kind::Increase, taken.min(width(rule.get("if"))));
                }
                if taken < ALL {
                    findings.found(Kind::Decrease, 0);
                }
            }
        }
    }

    /// Compares two rules that stand for each other; the second is one of these, and has a number.
    fn compare_rules(
        &self,
        (old, new): (&Value, &Value),
        number: usize,
        offs: &BTreeSet<String>,
        findings: &mut Findings,
    ) {
        compare(serve(old), serve(new), offs, findings);
        let (was, is) = (old.get("if"), new.get("if"));
        if was == is || was.map(shape) != is.map(shape) {
            return;
        }
        let nothing = Value::Null;
        let (was, is) = (was.unwrap_or(&nothing), is.unwrap_or(&nothing));
        if hashes(was) != hashes(is) {
            let (leaves, joins) = shifts(was, is);
            findings.found(Kind::Salt, self.largest(offs).min(leaves.max(joins)));
        }
        let (mut grows, mut shrinks) = (0, 0);
        for (old, new) in percentages(was).into_iter().zip(percentages(is)) {
            findings.is_targeting |= !is_nested(old, new);
            let [old, new] = [old, new].map(|(from, to)| to.saturating_sub(from));
            grows += new.saturating_sub(old);
            shrinks += old.saturating_sub(new);
        }
        let taken = Shares::of(serve(new)).beyond(offs);
        if grows > 0 && taken > 0 {
            findings.found(Kind::Increase, grows.min(ALL));
        }
        if grows > 0 && taken < ALL {
            findings.found(Kind::Decrease, 0);
        }
        if shrinks > 0 {
            self.let_through(serve(old), number + 1, shrinks.min(ALL), offs, findings);
        }
    }

    /// A share of those who had something is let through to the rules from a number on.
    fn let_through(
        &self,
        had: &Value,
        from: usize,
        share: Percent,
        offs: &BTreeSet<String>,
        findings: &mut Findings,
    ) {
        let had = Shares::of(had);
        let behind = self.rules.get(from..).unwrap_or_default().iter().map(serve);
        let mut behind = behind.chain([self.default]).flat_map(outcomes);
        // Who had all of what there is behind gets no more by it.
        let is_more = |shares: Shares| {
            let mut variants = shares.variants().filter(|variant| !offs.contains(*variant));
            variants.any(|variant| had.share(variant) < ALL)
        };
        if behind.any(is_more) {
            findings.found(Kind::Increase, share);
        }
        if had.beyond(offs) > 0 {
            findings.found(Kind::Decrease, 0);
        }
    }

    /// The most that anybody gets.
    fn largest(&self, offs: &BTreeSet<String>) -> Percent {
        let outcomes = self.outcomes();
        outcomes
            .iter()
            .map(|shares| shares.beyond(offs))
            .max()
            .unwrap_or(0)
    }
}

/// What there is to get of what is served.
fn outcomes(serve: &Value) -> Vec<Shares> {
    let rollout = serve.get("rollout");
    let ring = rollout.filter(|rollout| rollout.get("ring").is_some());
    let in_ring = ring.and_then(|rollout| rollout.get("to")?.as_str());
    // Before its start and after its end a plan or experiment serves what it comes from.
    let node = rollout.or_else(|| serve.get("experiment"));
    let timed = node.filter(|node| node.get("start").or(node.get("end")).is_some());
    let from = timed.and_then(|node| node.get("from")?.as_str());
    let whole = [in_ring, from].into_iter().flatten().map(Shares::all);
    whole.chain([Shares::of(serve), Shares::least(serve)]).collect()
}

fn serve(rule: &Value) -> &Value {
    rule.get("serve").unwrap_or(&Value::Null)
}
