use super::{by_role, kinds, names};
use crate::model::change_kind::ChangeKind;
use crate::model::condition::Percent;
use crate::model::diagnostic::Spanned;
use crate::model::document::{Kind, Node};
use crate::model::flag::Risk;
use crate::model::governance::{ChangeRule, Matching, Requirements};
use crate::model::read::environment::by_id;
use crate::model::read::fields::{Fields, every, items};
use crate::model::read::percent::percent;
use crate::model::read::problems::Problems;
use crate::model::read::scalar::{boolean, count, name, word};

pub(in crate::model::read) const RULE_KEYS: &[&str] = &["name", "if", "require"];
pub(in crate::model::read) const MATCHING_KEYS: &[&str] = &["environments", "risk", "kinds", "step"];
pub(in crate::model::read) const STEP_KEYS: &[&str] = &["above"];
pub(in crate::model::read) const REQUIRE_KEYS: &[&str] = &[
    "approvals",
    "teams",
    "separateAuthor",
    "guardrails",
    "population",
    "signatures",
];
pub(in crate::model::read) const POPULATION_KEYS: &[&str] = &["atMost"];

/// As many as a gate of a plan may ask for.
const MOST_APPROVALS: i64 = 20;
/// As many keys as a role may have.
const MOST_SIGNATURES: i64 = 16;

pub(super) fn rule(node: &Node, problems: &mut Problems) -> Option<ChangeRule> {
    let fields = Fields::read(node, "a rule for changes", RULE_KEYS, problems)?;
    let name = fields.required("name", problems, |node, problems| {
        name(node, "a rule's name", problems)
    });
    let matching = fields.optional("if", problems, matching);
    let require = fields.required("require", problems, requirements);
    Some(ChangeRule {
        name: name?,
        matching: matching?.unwrap_or_default(),
        require: require?,
    })
}

fn matching(node: &Node, problems: &mut Problems) -> Option<Matching> {
    let fields = Fields::read(
        node,
        "the condition of a rule for changes",
        MATCHING_KEYS,
        problems,
    )?;
    let environments = fields.optional("environments", problems, environments);
    let risk = fields.optional("risk", problems, |node, problems| {
        let words = Risk::ALL.map(|risk| (risk.word(), risk));
        every(items(node, "a list of risks", problems)?, |item| {
            word(item, "a risk", &words, problems)
        })
    });
    let kinds = fields.optional("kinds", problems, |node, problems| {
        let items = items(node, "a list of kinds of change", problems)?;
        kinds(items, &ChangeKind::ALL, problems)
    });
    let step = fields.optional("step", problems, |node, problems| {
        let what = "a step";
        bound(node, what, STEP_KEYS, "above", problems)
    });
    Some(Matching {
        environments: environments?,
        risk: risk?,
        kinds: kinds?,
        step_above: step?,
    })
}

/// The names of environments; whether they exist is for lint to say.
pub(super) fn environments(node: &Node, problems: &mut Problems) -> Option<Vec<Spanned<String>>> {
    names(node, "a list of environments", "an environment's name", problems)
}

fn requirements(node: &Node, problems: &mut Problems) -> Option<Requirements> {
    let what = "what a rule requires";
    if matches!(&node.kind, Kind::Mapping(entries) if entries.is_empty()) {
        problems.error("empty-list", &node.place, format!("{what} must not be empty"));
        return None;
    }
    let fields = Fields::read(node, what, REQUIRE_KEYS, problems)?;
    let people = |node: &Node, least, problems: &mut Problems| {
        let count = count(node, "a number of people", least..=MOST_APPROVALS, problems)?;
        u32::try_from(count).ok()
    };
    let approvals = fields.optional("approvals", problems, |node, problems| people(node, 0, problems));
    let teams = fields.optional("teams", problems, |node, problems| {
        let what = "the approvals of teams";
        by_id(node, what, "a team's name", problems, |node, problems| {
            people(node, 1, problems)
        })
    });
    let separate_author = fields.optional("separateAuthor", problems, boolean);
    let guardrails = fields.optional("guardrails", problems, boolean);
    let population = fields.optional("population", problems, |node, problems| {
        bound(
            node,
            "a share of a population",
            POPULATION_KEYS,
            "atMost",
            problems,
        )
    });
    let signatures = fields.optional("signatures", problems, |node, problems| {
        by_role(node, "the signatures of roles", problems, |node, problems| {
            let count = count(node, "a number of keys", 1..=MOST_SIGNATURES, problems)?;
            u8::try_from(count).ok()
        })
    });
    Some(Requirements {
        place: node.place.clone(),
        approvals: approvals?.unwrap_or(0),
        teams: teams?.unwrap_or_default(),
        separate_author: separate_author?.unwrap_or(true),
        guardrails: guardrails?.unwrap_or(false),
        population_at_most: population?,
        signatures: signatures?.unwrap_or_default(),
    })
}

/// A mapping with one percentage.
fn bound(
    node: &Node,
    what: &'static str,
    keys: &[&str],
    key: &str,
    problems: &mut Problems,
) -> Option<Percent> {
    Fields::read(node, what, keys, problems)?.required(key, problems, percent)
}
