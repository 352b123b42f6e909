use super::condition::condition;
use super::fields::{Fields, every};
use super::percent::{percent, weights};
use super::problems::Problems;
use super::scalar::{boolean, literal, name, path};
use crate::model::diagnostic::Spanned;
use crate::model::document::{Kind, Node};
use crate::model::flag::{Rule, Serve, Split};

pub(super) const RULE_KEYS: &[&str] = &["name", "if", "serve"];
pub(super) const SHARE_KEYS: &[&str] = &["to", "from", "share", "by", "control"];
/// The keys of which each mapping that serves has exactly one.
pub(super) const FORMS: &[&str] = &["split", "rollout", "experiment"];
pub(super) const SPLIT_KEYS: &[&str] = &["split", "by"];

const MOST_RULES: usize = 1_000;

/// Rules in their order.
pub(super) fn rules(node: &Node, problems: &mut Problems) -> Option<Vec<Spanned<Rule>>> {
    // An empty list is plain here: an environment may drop the flag's rules with it.
    let Kind::Sequence(items) = &node.kind else {
        problems.expected("a list of rules", node);
        return None;
    };
    if items.len() > MOST_RULES {
        let message = format!("{} rules are more than {MOST_RULES}", items.len());
        problems.error("too-many", &node.place, message);
        return None;
    }
    every(items, |item| rule(item, problems))
}

fn rule(node: &Node, problems: &mut Problems) -> Option<Spanned<Rule>> {
    let fields = Fields::read(node, "a rule", RULE_KEYS, problems)?;
    let name = fields.optional("name", problems, |node, problems| {
        let name = literal(node, problems)?;
        if name.value.is_empty() {
            problems.error(
                "invalid-name",
                &name.place,
                "the name of a rule must not be empty",
            );
            return None;
        }
        Some(name)
    });
    let condition = fields.optional("if", problems, condition);
    let serve = fields.required("serve", problems, serve);
    let rule = Rule {
        name: name?,
        condition: condition?,
        serve: serve?,
    };
    Some(Spanned::new(rule, node.place.clone()))
}

/// What a rule or default serves.
pub(super) fn serve(node: &Node, problems: &mut Problems) -> Option<Spanned<Serve>> {
    let serve = match &node.kind {
        Kind::Mapping(_) => mapping(node, problems)?,
        Kind::Text(_) => Serve::Variant(name(node, "a variant's name", problems)?.value),
        _ => {
            problems.expected(
                "a string (a variant's name), or a mapping with `split`, `rollout` or `experiment`",
                node,
            );
            return None;
        }
    };
    Some(Spanned::new(serve, node.place.clone()))
}

fn mapping(node: &Node, problems: &mut Problems) -> Option<Serve> {
    let fields = Fields::any(node, "what is served")?;
    if FORMS.iter().all(|form| fields.get(form).is_none()) {
        Fields::read(
            node,
            "what is served",
            &["split", "by", "rollout", "experiment"],
            problems,
        )?
        .exactly_one(FORMS, problems);
        return None;
    }
    let form = fields.exactly_one(FORMS, problems)?;
    match form.key.value.as_str() {
        "split" => {
            let fields = Fields::read(node, "a split", SPLIT_KEYS, problems)?;
            let shares = split(&form.value, problems);
            let by = fields.optional("by", problems, path);
            Some(Serve::Split(Split {
                shares: shares?,
                by: by?,
            }))
        }
        "rollout" if matches!(form.value.kind, Kind::Mapping(_)) => {
            Fields::read(node, "a served rollout", &["rollout"], problems)?;
            share(&form.value, problems)
        }
        "rollout" => {
            Fields::read(node, "a served rollout", &["rollout"], problems)?;
            Some(Serve::Rollout(
                name(&form.value, "a rollout's id", problems)?.value,
            ))
        }
        _ => {
            Fields::read(node, "a served experiment", &["experiment"], problems)?;
            Some(Serve::Experiment(
                name(&form.value, "an experiment's id", problems)?.value,
            ))
        }
    }
}

fn split(node: &Node, problems: &mut Problems) -> Option<Vec<(Spanned<String>, u32)>> {
    let shares = weights(node, "the shares of a split", problems)?;
    for (variant, _) in shares.iter().filter(|&&(_, weight)| weight == 0) {
        let message = format!("nobody gets `{}`: its share is 0", variant.value);
        problems.warning("zero-weight", &variant.place, message);
    }
    Some(shares)
}

/// A share of one variant, written in place.
fn share(node: &Node, problems: &mut Problems) -> Option<Serve> {
    let fields = Fields::read(node, "a rollout written in place", SHARE_KEYS, problems)?;
    let variant = |node, problems: &mut Problems| name(node, "a variant's name", problems);
    let to = fields.required("to", problems, variant);
    let from = fields.optional("from", problems, variant);
    let share = fields.required("share", problems, percent);
    let by = fields.optional("by", problems, path);
    let control = fields.optional("control", problems, boolean);
    Some(Serve::Share {
        to: to?,
        from: from?,
        share: share?,
        by: by?,
        control: control?.unwrap_or(false),
    })
}
