use super::names::Names;
use super::segments::{Ruler, ruler, unit};
use super::walk::{condition_of, conditions, rule_lists, visit};
use crate::model::{Condition, Diagnostic, Flag, Rule, Serve, Spanned};

/// Percentages that would let in who has no unit, or that stand on the ruler of what they guard.
pub(super) fn check(names: &Names<'_>, found: &mut Vec<Diagnostic>) {
    for segment in &names.project.segments {
        let condition = condition_of(segment);
        condition
            .into_iter()
            .for_each(|condition| below_not(names, condition, false, found));
    }
    for flag in &names.project.flags {
        conditions(flag).for_each(|condition| below_not(names, condition, false, found));
        let rules = rule_lists(flag).flatten();
        rules.for_each(|rule| same_ruler(names, flag, &rule.value, found));
    }
}

fn below_not(names: &Names<'_>, condition: &Spanned<Condition>, negated: bool, found: &mut Vec<Diagnostic>) {
    const WHY: &str = "must not stand below `not`, which would let in everybody without a unit";
    const HELP: &str = "write the other part of the ruler, like `percentage: { from: 10, to: 100 }`";
    match &condition.value {
        Condition::All(parts) | Condition::Any(parts) => {
            parts
                .iter()
                .for_each(|part| below_not(names, part, negated, found));
        }
        Condition::Not(part) => below_not(names, part, true, found),
        Condition::Percentage { .. } if negated => {
            let message = format!("a `percentage` {WHY}");
            found.push(Diagnostic::error("percentage-below-not", &condition.place, message).with_help(HELP));
        }
        Condition::Segment(name) if negated => {
            if names
                .segment_facts(&name.value)
                .is_some_and(|facts| !facts.rulers.is_empty())
            {
                let message = format!("the segment `{}` has a `percentage` inside and {WHY}", name.value);
                found.push(Diagnostic::error("percentage-below-not", &name.place, message).with_help(HELP));
            }
        }
        Condition::Segment(_)
        | Condition::Percentage { .. }
        | Condition::Window { .. }
        | Condition::Attribute { .. } => {}
    }
}

/// A percentage lets through a part of the ruler; what is served on the same ruler then sees only that part.
fn same_ruler(names: &Names<'_>, flag: &Flag, rule: &Rule, found: &mut Vec<Diagnostic>) {
    let (Some(condition), Some((what, served))) = (&rule.condition, served(flag, &rule.serve.value)) else {
        return;
    };
    visit(condition, &mut |part| {
        let (place, whose, help) = match &part.value {
            Condition::Percentage { .. }
                if ruler(&part.value, &flag.salt.value).as_ref() == Some(&served) =>
            {
                (
                    &part.place,
                    String::from("the `percentage`"),
                    "give the percentage a `salt` of its own",
                )
            }
            Condition::Segment(name)
                if names
                    .segment_facts(&name.value)
                    .is_some_and(|facts| facts.rulers.contains(&served)) =>
            {
                let whose = format!("the `percentage` in the segment `{}`", name.value);
                (&name.place, whose, "give the flag or the segment another `salt`")
            }
            _ => return,
        };
        let message = format!(
            "{whose} hashes the same unit with the same salt as the {what} that is served, which sees only that \
             part of the units"
        );
        found.push(Diagnostic::warning("same-ruler", place, message).with_help(help));
    });
}

/// What is served by a share of units, and the ruler that it places them on.
fn served(flag: &Flag, serve: &Serve) -> Option<(&'static str, Ruler)> {
    let (what, by) = match serve {
        Serve::Variant(_) => return None,
        Serve::Split(split) => ("split", split.by.as_ref()),
        Serve::Share { by, .. } => ("rollout", by.as_ref()),
        Serve::Rollout(id) => {
            let (_, rollout) = flag.rollouts.iter().find(|(name, _)| name.value == *id)?;
            ("rollout", rollout.by.as_ref())
        }
        Serve::Experiment(id) => {
            let (_, experiment) = flag.experiments.iter().find(|(name, _)| name.value == *id)?;
            ("experiment", experiment.by.as_ref())
        }
    };
    Some((what, (flag.salt.value.clone(), unit(by))))
}
