use serde_json::Value;

use super::environment::{by_id, environment};
use super::experiment::experiment;
use super::fields::{Fields, entries, every, items};
use super::list::ids;
use super::problems::Problems;
use super::rollout::rollout;
use super::scalar::{LONGEST_KEY, LONGEST_NAME, boolean, check_name, name, path, salt, text, word};
use super::serve::{rules, serve};
use super::template::Templates;
use super::time::{date, time};
use super::value::{value, variant_value};
use crate::model::condition::Path;
use crate::model::diagnostic::{Place, Spanned};
use crate::model::document::{Entry, Kind, Node};
use crate::model::flag::{Flag, FlagType, OnExpired, Prerequisite, Risk, Target, Variant};

pub(super) const FLAG_KEYS: &[&str] = &[
    "description",
    "owner",
    "type",
    "risk",
    "createdAt",
    "expiresAt",
    "tested",
    "clientVisible",
    "salt",
    "variants",
    "offVariant",
    "default",
    "targets",
    "prerequisites",
    "rules",
    "rollouts",
    "experiments",
    "environments",
    "schema",
    "disableAt",
    "onExpired",
];
pub(super) const TARGET_KEYS: &[&str] = &["by", "ids"];

const MOST_VARIANTS: usize = 200;

const ON_EXPIRED: &[(&str, OnExpired)] = &[("serve", OnExpired::Serve), ("off", OnExpired::Off)];

/// Everything that a flag's file says; the key is the file's name.
pub(super) fn flag(
    key: Spanned<String>,
    node: &Node,
    templates: &Templates,
    problems: &mut Problems,
) -> Option<Flag> {
    let fields = Fields::read(node, "a flag", FLAG_KEYS, problems)?;
    let description = fields.optional("description", problems, text);
    let owner = fields.optional("owner", problems, text);
    let kind = fields.optional("type", problems, |node, problems| {
        let types = FlagType::ALL.map(|kind| (kind.word(), kind));
        word(node, "a type of flag", &types, problems).map(|kind| Spanned::new(kind, node.place.clone()))
    });
    let risk = fields.optional("risk", problems, |node, problems| {
        word(
            node,
            "a risk",
            &Risk::ALL.map(|risk| (risk.word(), risk)),
            problems,
        )
    });
    let created_at = fields.optional("createdAt", problems, spanned_date);
    let expires_at = fields.optional("expiresAt", problems, spanned_date);
    if let (Some(Some(created_at)), Some(Some(expires_at))) = (&created_at, &expires_at)
        && expires_at.value <= created_at.value
    {
        let message = "the flag expires before it is created";
        problems.error("runs-backwards", &expires_at.place, message);
    }
    let tested = fields.optional("tested", problems, |node, problems| {
        boolean(node, problems).map(|tested| Spanned::new(tested, node.place.clone()))
    });
    let client_visible = fields.optional("clientVisible", problems, |node, problems| {
        boolean(node, problems).map(|visible| Spanned::new(visible, node.place.clone()))
    });
    let salt = fields.required("salt", problems, salt);
    let variants = fields.optional("variants", problems, variants);
    let off_variant = off_variant(&fields, problems);
    let default = fields.required("default", problems, serve);
    let targets = fields.optional("targets", problems, targets);
    let prerequisites = fields.optional("prerequisites", problems, prerequisites);
    let rules = fields.optional("rules", problems, rules);
    let rollouts = fields.optional("rollouts", problems, |node, problems| {
        by_id(
            node,
            "the rollouts of a flag",
            "a rollout's id",
            problems,
            |node, problems| rollout(node, templates, problems),
        )
    });
    let experiments = fields.optional("experiments", problems, |node, problems| {
        by_id(
            node,
            "the experiments of a flag",
            "an experiment's id",
            problems,
            experiment,
        )
    });
    let environments = fields.optional("environments", problems, |node, problems| {
        by_id(
            node,
            "the environments of a flag",
            "an environment's name",
            problems,
            environment,
        )
    });
    let schema = fields.optional("schema", problems, schema);
    let disable_at = fields.optional("disableAt", problems, time);
    let on_expired = fields.optional("onExpired", problems, |node, problems| {
        word(node, "what to do", ON_EXPIRED, problems)
    });
    Some(Flag {
        description: description?.map(|text| text.value),
        owner: owner?.map(|text| text.value),
        kind: kind?,
        risk: risk?,
        created_at: created_at?,
        expires_at: expires_at?,
        tested: tested?,
        client_visible: client_visible?.unwrap_or_else(|| Spanned::new(false, key.place.clone())),
        salt: salt?,
        variants: variants?.unwrap_or_else(|| on_and_off(&key.place)),
        off_variant: off_variant?,
        default: default?,
        targets: targets?.unwrap_or_default(),
        prerequisites: prerequisites?.unwrap_or_default(),
        rules: rules?.unwrap_or_default(),
        rollouts: rollouts?.unwrap_or_default(),
        experiments: experiments?.unwrap_or_default(),
        environments: environments?.unwrap_or_default(),
        schema: schema?,
        disable_at: disable_at?,
        on_expired: on_expired?.unwrap_or_default(),
        key,
    })
}

fn spanned_date(node: &Node, problems: &mut Problems) -> Option<Spanned<i64>> {
    date(node, problems).map(|moment_ms| Spanned::new(moment_ms, node.place.clone()))
}

/// What a flag without `variants` has.
fn on_and_off(place: &Place) -> Vec<Variant> {
    let variant = |name: &str, value: bool| Variant {
        name: Spanned::new(name.to_owned(), place.clone()),
        value: Spanned::new(Value::Bool(value), place.clone()),
    };
    vec![variant("on", true), variant("off", false)]
}

fn off_variant(fields: &Fields<'_>, problems: &mut Problems) -> Option<Spanned<String>> {
    let variant = |node, problems: &mut Problems| name(node, "a variant's name", problems);
    if fields.entry("variants").is_some() {
        return fields.required("offVariant", problems, variant);
    }
    let written = fields.optional("offVariant", problems, variant)?;
    Some(written.unwrap_or_else(|| Spanned::new("off".to_owned(), fields.place.clone())))
}

fn variants(node: &Node, problems: &mut Problems) -> Option<Vec<Variant>> {
    let entries = entries(node, "the variants of a flag", problems)?;
    if entries.len() > MOST_VARIANTS {
        let message = format!("{} variants are more than {MOST_VARIANTS}", entries.len());
        problems.error("too-many", &node.place, message);
        return None;
    }
    let variants = every(entries, |Entry { key, value }| {
        let named = check_name(key, "a variant's name", LONGEST_NAME, problems);
        let found = variant_value(value, problems)?;
        named.then(|| Variant {
            name: key.clone(),
            value: Spanned::new(found, value.place.clone()),
        })
    })?;
    let (first, rest) = variants.split_first()?;
    let expected = type_name(&first.value.value);
    if let Some(other) = rest
        .iter()
        .find(|variant| type_name(&variant.value.value) != expected)
    {
        let message = format!(
            "the values of a flag are of one type: `{}` is {expected}, `{}` is {}",
            first.name.value,
            other.name.value,
            type_name(&other.value.value)
        );
        problems.error("mixed-types", &other.value.place, message);
        return None;
    }
    Some(variants)
}

/// The type of a flag with this value.
fn type_name(value: &Value) -> &'static str {
    match value {
        Value::Bool(_) => "a boolean",
        Value::String(_) => "a string",
        Value::Number(_) => "a number",
        Value::Null | Value::Array(_) | Value::Object(_) => "an object",
    }
}

fn targets(node: &Node, problems: &mut Problems) -> Option<Vec<Target>> {
    every(
        entries(node, "the targets of a flag", problems)?,
        |Entry { key, value }| {
            let named = check_name(key, "a variant's name", LONGEST_NAME, problems);
            let (by, units) = match &value.kind {
                Kind::Mapping(_) => units_by(value, problems)?,
                _ => (None, ids(value, problems)?),
            };
            named.then(|| Target {
                variant: key.clone(),
                by,
                ids: units,
            })
        },
    )
}

fn units_by(node: &Node, problems: &mut Problems) -> Option<(Option<Path>, Vec<String>)> {
    let fields = Fields::read(node, "a target", TARGET_KEYS, problems)?;
    let by = fields.optional("by", problems, path);
    let units = fields.required("ids", problems, ids);
    Some((by?, units?))
}

fn prerequisites(node: &Node, problems: &mut Problems) -> Option<Vec<Prerequisite>> {
    every(
        entries(node, "the prerequisites of a flag", problems)?,
        |Entry { key, value }| {
            let named = check_name(key, "a flag's key", LONGEST_KEY, problems);
            let variants = match &value.kind {
                Kind::Sequence(_) => every(items(value, "a list of variants", problems)?, |item| {
                    name(item, "a variant's name", problems)
                })?,
                Kind::Text(_) => vec![name(value, "a variant's name", problems)?],
                _ => {
                    problems.expected("a string (a variant's name) or a list of them", value);
                    return None;
                }
            };
            named.then(|| Prerequisite {
                flag: key.clone(),
                variants,
            })
        },
    )
}

fn schema(node: &Node, problems: &mut Problems) -> Option<Spanned<Value>> {
    match node.kind {
        Kind::Mapping(_) | Kind::Boolean(_) => Some(Spanned::new(value(node, problems)?, node.place.clone())),
        _ => {
            problems.expected("a JSON Schema (a mapping)", node);
            None
        }
    }
}
