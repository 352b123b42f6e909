use super::names::Names;
use super::walk::rule_lists;
use crate::model::{Condition, Diagnostic, Rule, Spanned, Test};
use std::collections::HashMap;
use std::collections::hash_map::Entry;

/// Rules that nobody reaches, and names that two rules share.
pub(super) fn check(names: &Names<'_>, found: &mut Vec<Diagnostic>) {
    for rules in names.project.flags.iter().flat_map(rule_lists) {
        reach(rules, found);
        unique_names(rules, found);
    }
}

fn reach(rules: &[Spanned<Rule>], found: &mut Vec<Diagnostic>) {
    let mut last: Option<&Spanned<Rule>> = None;
    let mut conditions: HashMap<String, &Spanned<Rule>> = HashMap::new();
    for rule in rules {
        let earlier = match (&last, &rule.value.condition) {
            (Some(last), _) => Some((*last, "has no `if`")),
            (None, None) => {
                last = Some(rule);
                None
            }
            (None, Some(condition)) => match conditions.entry(shape(&condition.value)) {
                Entry::Occupied(earlier) => Some((*earlier.get(), "has the same condition")),
                Entry::Vacant(slot) => {
                    slot.insert(rule);
                    None
                }
            },
        };
        if let Some((earlier, why)) = earlier {
            let message = format!(
                "{} is never reached, {} on line {} {why}",
                called(rule, "this rule"),
                called(earlier, "the rule"),
                earlier.place.line
            );
            found.push(Diagnostic::warning("unreachable-rule", &rule.place, message));
        }
    }
}

fn called(rule: &Spanned<Rule>, unnamed: &str) -> String {
    let name = rule.value.name.as_ref();
    name.map_or_else(
        || unnamed.to_owned(),
        |name| format!("the rule `{}`", crate::model::quote(&name.value)),
    )
}

/// A condition without its places: two are the same exactly when their shapes are.
fn shape(condition: &Condition) -> String {
    let shapes = |parts: &[Spanned<Condition>]| {
        let parts: Vec<String> = parts.iter().map(|part| shape(&part.value)).collect();
        parts.join(",")
    };
    match condition {
        Condition::All(parts) => format!("all({})", shapes(parts)),
        Condition::Any(parts) => format!("any({})", shapes(parts)),
        Condition::Not(part) => format!("not({})", shape(&part.value)),
        Condition::Segment(name) => format!("segment {}", name.value),
        Condition::Percentage { range, by, salt } => {
            format!(
                "percentage {range:?} {by:?} {:?}",
                salt.as_ref().map(|salt| &salt.value)
            )
        }
        Condition::Window { from, to } => format!("window {from:?} {to:?}"),
        Condition::Attribute { path, test } => format!("{path:?} {}", test_shape(&test.value)),
    }
}

fn test_shape(test: &Test) -> String {
    fn values<T: std::fmt::Debug>(list: &[Spanned<T>]) -> Vec<&T> {
        list.iter().map(|item| &item.value).collect()
    }
    match test {
        Test::In {
            literals,
            negated,
            ignore_case,
        } => {
            format!("in {negated} {ignore_case} {:?}", values(literals))
        }
        Test::Text {
            operator,
            needles,
            ignore_case,
        } => {
            format!("{operator:?} {ignore_case} {:?}", values(needles))
        }
        Test::Matches { pattern, ignore_case } => format!("matches {ignore_case} {:?}", pattern.value),
        Test::Semver(range) => format!("semver {:?}", range.value),
        Test::Cidr(networks) => format!("cidr {:?}", values(networks)),
        Test::List(operator, literals) => format!("{operator:?} {:?}", values(literals)),
        Test::Compare(..) | Test::Moment(..) | Test::Exists | Test::Type(_) | Test::Size(..) => {
            format!("{test:?}")
        }
    }
}

fn unique_names(rules: &[Spanned<Rule>], found: &mut Vec<Diagnostic>) {
    let mut seen = HashMap::new();
    for name in rules.iter().filter_map(|rule| rule.value.name.as_ref()) {
        match seen.entry(&name.value) {
            Entry::Vacant(slot) => {
                slot.insert(name.place.line);
            }
            Entry::Occupied(first) => {
                let name_text = crate::model::quote(&name.value);
                let message = format!("a rule named `{name_text}` is already on line {}", first.get());
                found.push(Diagnostic::error("duplicate-name", &name.place, message));
            }
        }
    }
}
