use super::environment::by_id;
use super::fields::{Fields, every, items};
use super::governance::governance;
use super::hygiene::hygiene;
use super::percent::percent;
use super::problems::{Problems, quote};
use super::scalar::{name, path, salt, text};
use super::time::duration;
use crate::model::diagnostic::Spanned;
use crate::model::document::Node;
use crate::model::experiment::{Holdout, Layer};
use crate::model::project::{Project, SnapshotPolicy};

pub(super) const PROJECT_KEYS: &[&str] = &[
    "project",
    "environments",
    "engine",
    "snapshot",
    "layers",
    "holdouts",
    "required",
    "lifetimes",
    "grace",
    "references",
    "release",
    "people",
    "teams",
    "roles",
    "policy",
];
pub(super) const SNAPSHOT_KEYS: &[&str] = &["lifetime", "maxStale"];
pub(super) const LAYER_KEYS: &[&str] = &["salt", "by"];
pub(super) const HOLDOUT_KEYS: &[&str] = &["salt", "share", "by", "layers"];

const MOST_ENVIRONMENTS: usize = 32;
const DAY_MS: i64 = 86_400_000;
const DEFAULT_POLICY: SnapshotPolicy = SnapshotPolicy {
    lifetime_ms: 30 * DAY_MS,
    max_stale_ms: 7 * DAY_MS,
};

/// The project's own file; flags and segments are still to come.
///
/// Only the name and the environments are needed to go on: any other part that is wrong is left out.
pub(super) fn project(node: &Node, problems: &mut Problems) -> Option<Project> {
    let fields = Fields::read(node, "a project", PROJECT_KEYS, problems)?;
    let named = fields.required("project", problems, |node, problems| {
        name(node, "a project's name", problems)
    });
    let environments = fields.required("environments", problems, environments);
    let engine = fields.optional("engine", problems, engine);
    let snapshot = fields.optional("snapshot", problems, policy);
    let layers = fields.optional("layers", problems, |node, problems| {
        by_id(node, "the layers of a project", "a layer's id", problems, layer)
    });
    let holdouts = fields.optional("holdouts", problems, |node, problems| {
        by_id(
            node,
            "the holdouts of a project",
            "a holdout's id",
            problems,
            holdout,
        )
    });
    let hygiene = hygiene(&fields, problems);
    let governance = governance(&fields, problems);
    Some(Project {
        name: named?,
        environments: environments?,
        engine: engine.flatten(),
        snapshot: snapshot.flatten().unwrap_or(DEFAULT_POLICY),
        layers: layers.flatten().unwrap_or_default(),
        holdouts: holdouts.flatten().unwrap_or_default(),
        hygiene,
        governance,
        segments: Vec::new(),
        templates: Vec::new(),
        flags: Vec::new(),
        policies: Vec::new(),
        left_out: Vec::new(),
    })
}

fn environments(node: &Node, problems: &mut Problems) -> Option<Vec<Spanned<String>>> {
    let items = items(node, "a list of environments", problems)?;
    if items.len() > MOST_ENVIRONMENTS {
        let message = format!("{} environments are more than {MOST_ENVIRONMENTS}", items.len());
        problems.error("too-many", &node.place, message);
        return None;
    }
    let names = every(items, |item| name(item, "an environment's name", problems))?;
    for (position, name) in names.iter().enumerate() {
        if names
            .iter()
            .take(position)
            .any(|earlier| earlier.value == name.value)
        {
            let message = format!("the environment `{}` is already in the list", name.value);
            problems.error("duplicate-name", &name.place, message);
        }
    }
    Some(names)
}

/// The lowest engine version in use, written `>=1.2`.
fn engine(node: &Node, problems: &mut Problems) -> Option<Spanned<(u64, u64)>> {
    let written = text(node, problems)?;
    let version = written
        .value
        .strip_prefix(">=")
        .map(str::trim_start)
        .and_then(|version| {
            let (major, minor) = version.split_once('.').unwrap_or((version, "0"));
            let whole = |part: &str| {
                part.bytes()
                    .all(|byte| byte.is_ascii_digit())
                    .then(|| part.parse().ok())
                    .flatten()
            };
            Some((whole(major)?, whole(minor)?))
        });
    if version.is_none() {
        let message = format!("`{}` is not a lowest engine version", quote(&written.value));
        problems.error_with_help("invalid-engine", &node.place, message, "write it like \">=0.1\"");
    }
    version.map(|version| Spanned::new(version, node.place.clone()))
}

fn policy(node: &Node, problems: &mut Problems) -> Option<SnapshotPolicy> {
    let fields = Fields::read(node, "the policy for snapshots", SNAPSHOT_KEYS, problems)?;
    let lifetime = fields.optional("lifetime", problems, |node, problems| {
        let lifetime_ms = duration(node, problems)?;
        if lifetime_ms == 0 {
            problems.error(
                "invalid-duration",
                &node.place,
                "the lifetime of a snapshot must be longer than 0",
            );
            return None;
        }
        Some(lifetime_ms)
    });
    let max_stale = fields.optional("maxStale", problems, duration);
    Some(SnapshotPolicy {
        lifetime_ms: lifetime?.unwrap_or(DEFAULT_POLICY.lifetime_ms),
        max_stale_ms: max_stale?.unwrap_or(DEFAULT_POLICY.max_stale_ms),
    })
}

fn layer(node: &Node, problems: &mut Problems) -> Option<Layer> {
    let fields = Fields::read(node, "a layer", LAYER_KEYS, problems)?;
    let salt = fields.required("salt", problems, salt);
    let by = fields.optional("by", problems, path);
    Some(Layer { salt: salt?, by: by? })
}

fn holdout(node: &Node, problems: &mut Problems) -> Option<Holdout> {
    let fields = Fields::read(node, "a holdout", HOLDOUT_KEYS, problems)?;
    let salt = fields.required("salt", problems, salt);
    let share = fields.required("share", problems, percent);
    let by = fields.optional("by", problems, path);
    let layers = fields.optional("layers", problems, |node, problems| {
        every(items(node, "a list of layers", problems)?, |item| {
            name(item, "a layer's id", problems)
        })
    });
    Some(Holdout {
        salt: salt?,
        share: share?,
        by: by?,
        layers: layers?,
    })
}
