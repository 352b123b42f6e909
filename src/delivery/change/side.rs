use super::condition::segments_in;
use crate::compile::{Audience, Options, compile};
use crate::engine::inspect_payload;
use crate::model::{Diagnostic, Governance, Project};
use serde_json::{Map, Value, json};
use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};

/// The flags of one environment and audience as `inspect` shows them, each with the segments that it asks for.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Side {
    pub(super) flags: BTreeMap<String, Value>,
}

/// What follows from the rest of a flag.
const DERIVED: [&str; 3] = ["reads", "dependsOnTime", "stages"];

impl Side {
    /// A project compiled; empty where it has no such environment. Files with errors make unreadable flags.
    pub fn of(project: &Project, environment: &str, audience: Audience) -> Self {
        if !project.has_environment(environment) {
            return Self::default();
        }
        let options = options(environment, audience);
        let payload = compile(project, &options).ok();
        let inspected = payload.and_then(|payload| inspect_payload(payload).ok());
        let side = match inspected {
            Some(inspected) => Self::inspected(&inspected),
            None => Self {
                flags: project
                    .flags
                    .iter()
                    .map(|flag| unreadable(&flag.key.value))
                    .collect(),
            },
        };
        side.with_left_out(project)
    }

    /// What [`inspect`](crate::engine::inspect) or [`Client::inspect`](crate::engine::Client::inspect) shows.
    pub fn inspected(snapshot: &Value) -> Self {
        let nothing = Map::new();
        let part = |name: &str| snapshot.get(name).and_then(Value::as_object).unwrap_or(&nothing);
        let segments = part("segments");
        let flags = part("flags").iter();
        let flags = flags.map(|(key, flag)| (key.clone(), with_segments(flag, segments)));
        Self {
            flags: flags.collect(),
        }
    }

    /// What [`Side::flags`] gave once before.
    pub fn of_flags(flags: BTreeMap<String, Value>) -> Self {
        Self { flags }
    }

    /// Takes flags as killed, as a head kills them.
    #[must_use]
    pub fn killing(mut self, kills: &[String]) -> Self {
        for kill in kills {
            let flag = self.flags.get_mut(kill).and_then(Value::as_object_mut);
            if let Some(flag) = flag.filter(|flag| flag.contains_key("killed")) {
                flag.insert("killed".into(), true.into());
            }
        }
        self
    }

    /// Adds the flags that a project has and whose files have errors, which are unreadable.
    #[must_use]
    pub fn with_left_out(mut self, project: &Project) -> Self {
        let left_out = project.left_out.iter();
        let flags = left_out.filter_map(|path| path.strip_prefix("flags/"));
        self.flags.extend(flags.map(unreadable));
        self
    }

    /// The flags by key: what `inspect` shows of each, and below `segments` those that it asks for.
    pub fn flags(&self) -> &BTreeMap<String, Value> {
        &self.flags
    }
}

/// What remains of a project without the files that have errors, which are named as left out.
pub fn sound(project: &Project) -> Project {
    let mut project = project.clone();
    loop {
        let wrong = errors(&project);
        if wrong.is_empty() {
            return project;
        }
        let before = project.flags.len() + project.segments.len() + project.policies.len();
        leave_out(&mut project, &wrong);
        if project.flags.len() + project.segments.len() + project.policies.len() == before {
            // What is wrong stands in no file of a flag: nothing of the project can be told.
            let keys = project
                .flags
                .drain(..)
                .map(|flag| format!("flags/{}", flag.key.value));
            project.left_out.extend(keys.collect::<Vec<_>>());
            return project;
        }
    }
}

/// Everything that keeps a project from being compiled, but for what is wrong with its people and rules: those decide about
/// changes, and no flag says anything else by them.
fn errors(project: &Project) -> Vec<Diagnostic> {
    let project = &ungoverned(project);
    let mut environments = project.environments.iter();
    let wrong = environments
        .find_map(|environment| compile(project, &options(&environment.value, Audience::Server)).err());
    wrong.unwrap_or_default()
}

/// A project without people and rules, as far as it has any.
pub fn ungoverned(project: &Project) -> Cow<'_, Project> {
    match project.governance == Governance::default() {
        true => Cow::Borrowed(project),
        false => Cow::Owned(Project {
            governance: Governance::default(),
            ..project.clone()
        }),
    }
}

fn leave_out(project: &mut Project, wrong: &[Diagnostic]) {
    let files: BTreeSet<&str> = wrong.iter().map(|problem| problem.place.file.as_ref()).collect();
    let mut left_out = Vec::new();
    let mut stays = |folder: &str, name: &str, file: &str| {
        let stays = !files.contains(file);
        if !stays {
            left_out.push(format!("{folder}/{name}"));
        }
        stays
    };
    project
        .flags
        .retain(|flag| stays("flags", &flag.key.value, &flag.key.place.file));
    project
        .segments
        .retain(|segment| stays("segments", &segment.name.value, &segment.name.place.file));
    project
        .policies
        .retain(|policy| stays("policies", &policy.name.value, &policy.name.place.file));
    project.left_out.extend(left_out);
}

/// The same for every project: what differs is what was written.
fn options(environment: &str, audience: Audience) -> Options {
    Options {
        environment: environment.to_owned(),
        audience,
        version: 1,
        issued_at_ms: 0,
        not_before_ms: 0,
        expires_ms: None,
        head_keys: Vec::new(),
        kills: Vec::new(),
    }
}

fn unreadable(key: impl AsRef<str>) -> (String, Value) {
    (key.as_ref().to_owned(), json!({ "unreadable": true }))
}

fn with_segments(flag: &Value, segments: &Map<String, Value>) -> Value {
    let mut flag = ordered(flag);
    let mut used: BTreeMap<String, Value> = BTreeMap::new();
    let mut named = segments_in(&flag);
    while let Some(name) = named.pop_first() {
        if let (false, Some(segment)) = (used.contains_key(&name), segments.get(&name)) {
            named.extend(segments_in(segment));
            used.insert(name, segment.clone());
        }
    }
    if let Value::Object(fields) = &mut flag {
        DERIVED.iter().for_each(|name| drop(fields.remove(*name)));
        if !used.is_empty() {
            fields.insert("segments".into(), used.into_iter().collect::<Map<_, _>>().into());
        }
    }
    flag
}

/// A value whose splits say in which order they hand out slots, as objects are equal whatever their order is, and whose
/// lists of literals are sorted, as theirs means nothing.
fn ordered(value: &Value) -> Value {
    match value {
        Value::Object(fields) => {
            let members = fields.iter().map(|(name, value)| match name.as_str() {
                // Steps of a path have an order, and what variants are worth is not ours.
                "variants" | "attribute" | "by" => (name.clone(), value.clone()),
                _ => (name.clone(), ordered(value)),
            });
            let mut members: Map<String, Value> = members.collect();
            if let Some(split) = fields.get("split").and_then(Value::as_object) {
                members.insert("order".into(), split.keys().cloned().collect());
            }
            Value::Object(members)
        }
        Value::Array(members) => {
            let mut members: Vec<Value> = members.iter().map(ordered).collect();
            if !members
                .iter()
                .any(|member| member.is_object() || member.is_array())
            {
                members.sort_by_cached_key(Value::to_string);
            }
            Value::Array(members)
        }
        other => other.clone(),
    }
}
