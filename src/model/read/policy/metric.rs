use super::asked::Asked;
use super::source::{Defaults, source};
use crate::model::diagnostic::Spanned;
use crate::model::document::{Entry, Node};
use crate::model::policy::{Action, Catastrophic, Harm, Margin, Metric, MetricType, Role};
use crate::model::read::fields::Fields;
use crate::model::read::problems::Problems;
use crate::model::read::scalar::{LONGEST_NAME, boolean, check_name, count, number, text, word};
use crate::model::read::time::duration;

const ACTIONS: &[(&str, Action)] = &[("hold", Action::Hold), ("rollback", Action::RollBack)];

pub(in crate::model::read) const METRIC_KEYS: &[&str] = &[
    "role",
    "type",
    "harm",
    "margin",
    "catastrophic",
    "mustHaveData",
    "maxAge",
    "onBreach",
    "unit",
    "timeout",
    "prometheus",
    "http",
    "command",
    "file",
    "log",
];
pub(in crate::model::read) const MARGIN_KEYS: &[&str] = &["relative", "absolute"];
pub(in crate::model::read) const CATASTROPHIC_KEYS: &[&str] = &["value", "minEvents"];

const MOST_EVENTS: i64 = 1_000_000_000;
/// In percent: what may be this much worse is not guarded at all.
const LARGEST_RELATIVE_MARGIN: f64 = 1_000.0;

const ROLES: &[(&str, Role)] = &[("guardrail", Role::Guardrail), ("signal", Role::Signal)];
const TYPES: &[(&str, MetricType)] = &[
    ("proportion", MetricType::Proportion),
    ("mean", MetricType::Mean),
    ("ratio", MetricType::Ratio),
];
const HARMS: &[(&str, Harm)] = &[("increase", Harm::Increase), ("decrease", Harm::Decrease)];

/// One metric of a policy, and its source.
pub(in crate::model::read) fn metric(
    name: &Spanned<String>,
    node: &Node,
    defaults: &Defaults,
    problems: &mut Problems,
) -> Option<Metric> {
    let named = check_name(name, "a metric's name", LONGEST_NAME, problems);
    let fields = Fields::read(node, "a metric", METRIC_KEYS, problems)?;
    let role = fields.optional("role", problems, |node, problems| {
        word(node, "a role", ROLES, problems)
    });
    let kind = fields.required("type", problems, |node, problems| {
        word(node, "a type of metric", TYPES, problems)
    });
    let harm = fields.required("harm", problems, |node, problems| {
        word(node, "the direction that is bad", HARMS, problems)
    });
    let margin = fields.optional("margin", problems, margin);
    let catastrophic = fields.optional("catastrophic", problems, |node, problems| {
        catastrophic(node, kind, problems)
    });
    let must_have_data = fields.optional("mustHaveData", problems, boolean);
    let max_age = fields.optional("maxAge", problems, duration);
    let on_breach = on_breach(&fields, role.flatten(), problems);
    let unit = fields.optional("unit", problems, text);
    let source = kind.and_then(|kind| {
        let asked = Asked {
            what: "a metric",
            metric: Some(&name.value),
            quantities: kind.quantities(),
            optional: &[],
            needs_until: max_age.flatten().is_some(),
            keys: METRIC_KEYS,
        };
        source(node, &asked, defaults, problems)
    });
    named.then_some(())?;
    Some(Metric {
        name: name.clone(),
        role: role?.unwrap_or(Role::Guardrail),
        kind: kind?,
        harm: harm?,
        margin: margin?.unwrap_or(Margin::Absolute(0.0)),
        catastrophic: catastrophic?,
        must_have_data: must_have_data?.unwrap_or(true),
        max_age_ms: max_age?,
        on_breach: on_breach?,
        unit: unit?.map(|text| text.value),
        source: source?,
    })
}

/// What a breach does; a signal only ever holds.
fn on_breach(fields: &Fields<'_>, role: Option<Role>, problems: &mut Problems) -> Option<Action> {
    let written = fields.optional("onBreach", problems, action)?;
    if let (Some(Action::RollBack), Some(Role::Signal), Some(entry)) =
        (written, role, fields.entry("onBreach"))
    {
        let message = "a signal holds and never rolls back";
        let help = "`role: guardrail` makes it one that does";
        problems.error_with_help("conflicting-keys", &entry.key.place, message, help);
        return None;
    }
    Some(written.unwrap_or(match role {
        Some(Role::Signal) => Action::Hold,
        _ => Action::RollBack,
    }))
}

fn margin(node: &Node, problems: &mut Problems) -> Option<Margin> {
    let fields = Fields::read(node, "a margin", MARGIN_KEYS, problems)?;
    let Entry { key, value } = fields.exactly_one(MARGIN_KEYS, problems)?;
    let size = number(value, problems)?;
    let relative = key.value == "relative";
    let wrong = if size < 0.0 {
        Some("a margin is how much worse is still good enough: 0 or more")
    } else if relative && size > LARGEST_RELATIVE_MARGIN {
        Some("a relative margin is at most 1000 percent")
    } else {
        None
    };
    if let Some(message) = wrong {
        problems.error("out-of-range", &value.place, message);
        return None;
    }
    Some(if relative {
        Margin::Relative(size / 100.0)
    } else {
        Margin::Absolute(size)
    })
}

fn catastrophic(node: &Node, kind: Option<MetricType>, problems: &mut Problems) -> Option<Catastrophic> {
    let fields = Fields::read(node, "a catastrophe", CATASTROPHIC_KEYS, problems)?;
    let value = fields.required("value", problems, |node, problems| {
        let value = number(node, problems)?;
        if kind == Some(MetricType::Proportion) && !(0.0..=1.0).contains(&value) {
            let message = "the value of a proportion lies between 0 and 1";
            problems.error("out-of-range", &node.place, message);
            return None;
        }
        Some(value)
    });
    let min_events = fields.required("minEvents", problems, |node, problems| {
        count(node, "a number of events", 1..=MOST_EVENTS, problems)
    });
    Some(Catastrophic {
        place: fields.place.clone(),
        value: value?,
        min_events: min_events?,
    })
}

/// What is done: `hold` or `rollback`.
pub(super) fn action(node: &Node, problems: &mut Problems) -> Option<Action> {
    word(node, "what to do", ACTIONS, problems)
}
