use super::names::Names;
use crate::model::{ChangeKind, ChangeRule, Diagnostic, Risk};
use std::collections::{BTreeMap, BTreeSet};

/// What may open a flag for somebody: who holds one of these hardly means to let the others in.
const OPENING: [ChangeKind; 4] = [
    ChangeKind::Increase,
    ChangeKind::Targeting,
    ChangeKind::New,
    ChangeKind::Salt,
];

/// Changes that open a flag and that no rule is about, in an environment where one is about others of no more risk: a
/// policy that forgot `salt` beside `increase`, or high risk beside low.
pub(super) fn check(names: &Names<'_>, found: &mut Vec<Diagnostic>) {
    let project = names.project;
    let Some(policy) = &project.governance.policy else {
        return;
    };
    for environment in &project.environments {
        let name = environment.value.as_str();
        let rules: Vec<&ChangeRule> = policy.rules.iter().filter(|rule| is_about(rule, name)).collect();
        let of_any_step = rules.iter().filter(|rule| rule.matching.step_above.is_none());
        let of_any_step: Vec<&ChangeRule> = of_any_step.copied().collect();
        let whole = gaps(&rules);
        // Small steps of one kind alone are let in on purpose; of more risk than those that are held, hardly.
        let mut in_small_steps = gaps(&of_any_step);
        in_small_steps.retain(|(risk, kind)| {
            let mut lower = Risk::ALL.into_iter().take_while(|lower| lower != risk);
            is_held(&rules, *risk, *kind) && lower.any(|lower| is_held(&of_any_step, lower, *kind))
        });
        for (gaps, steps) in [(whole, ""), (in_small_steps, " in small steps")] {
            for (kinds, risks) in in_words(&gaps) {
                let message = format!(
                    "no rule is about {kinds}{risks}{steps} in `{name}`, though one is about what opens a flag no more"
                );
                let help = "such a change asks for nobody: name it in a rule, with `approvals: 0` where that is meant";
                found.push(Diagnostic::warning("policy-gap", &policy.place, message).with_help(help));
            }
        }
    }
}

fn is_about(rule: &ChangeRule, environment: &str) -> bool {
    let environments = rule.matching.environments.as_ref();
    environments.is_none_or(|names| names.iter().any(|name| name.value == environment))
}

/// What none of some rules is about, of the least risk on that one of them is about.
fn gaps(rules: &[&ChangeRule]) -> BTreeSet<(Risk, ChangeKind)> {
    let all = Risk::ALL.into_iter();
    let all = all.skip_while(|risk| !OPENING.iter().any(|kind| is_held(rules, *risk, *kind)));
    all.flat_map(|risk| OPENING.map(|kind| (risk, kind)))
        .filter(|(risk, kind)| !is_held(rules, *risk, *kind))
        .collect()
}

fn is_held(rules: &[&ChangeRule], risk: Risk, kind: ChangeKind) -> bool {
    rules.iter().map(|rule| &rule.matching).any(|matching| {
        let (risks, kinds) = (matching.risk.as_ref(), matching.kinds.as_ref());
        risks.is_none_or(|risks| risks.contains(&risk)) && kinds.is_none_or(|kinds| kinds.contains(&kind))
    })
}

/// The kinds that are missing for the same risks, and these, unless they are all.
fn in_words(gaps: &BTreeSet<(Risk, ChangeKind)>) -> Vec<(String, String)> {
    let (mut of_kinds, mut of_risks) = (BTreeMap::new(), BTreeMap::new());
    for (risk, kind) in gaps {
        let risks: &mut Vec<&str> = of_kinds.entry(*kind).or_default();
        risks.push(risk.word());
    }
    for (kind, risks) in of_kinds {
        let kinds: &mut Vec<String> = of_risks.entry(risks).or_default();
        kinds.push(format!("`{kind}`"));
    }
    let pairs = of_risks.into_iter().map(|(risks, kinds)| {
        let risks = match risks.len() == Risk::ALL.len() {
            true => String::new(),
            false => format!(" of {} risk", risks.join(" or ")),
        };
        (kinds.join(" or "), risks)
    });
    pairs.collect()
}
