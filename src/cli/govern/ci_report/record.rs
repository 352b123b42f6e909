use crate::{audit, clock, scopes};
use serde_json::{Map, Value, json};
use std::collections::BTreeMap;
use tidegate::compile::Audience;
use tidegate::delivery::change::Side;
use tidegate::model::Project;

/// What the file says that it is.
pub(super) const FORMAT: &str = "tidegate-ci-report";
/// The newest form of it that is known here.
pub(super) const VERSION: u64 = 1;

/// How a build's flags are set.
#[derive(Debug)]
pub(super) struct Record {
    pub(super) project: String,
    pub(super) build: Value,
    pub(super) time_ms: i64,
    pub(super) scopes: Vec<Scope>,
}

/// One environment and audience.
#[derive(Debug)]
pub(super) struct Scope {
    pub(super) environment: String,
    pub(super) audience: String,
    pub(super) side: Side,
}

impl Record {
    pub(super) fn of(project: &Project, build: Value, time_ms: i64) -> Self {
        let scopes = scopes::asked(project, None, None).into_iter();
        let scopes = scopes.map(|(environment, audience)| {
            let audience = Audience::from(audience);
            Scope {
                side: Side::of(project, &environment, audience),
                environment,
                audience: audience.to_string(),
            }
        });
        Self {
            project: project.name.value.clone(),
            build,
            time_ms,
            scopes: scopes.collect(),
        }
    }

    /// The file.
    pub(super) fn text(&self) -> String {
        let scopes: Vec<Value> = self.scopes.iter().map(Scope::json).collect();
        let json = json!({
            "format": FORMAT,
            "version": VERSION,
            "tool": env!("CARGO_PKG_VERSION"),
            "project": self.project,
            "time": clock::written(self.time_ms),
            "build": self.build,
            "digest": self.digest(),
            "scopes": scopes,
        });
        format!("{json:#}\n")
    }

    /// The same for builds whose flags are set alike.
    pub(super) fn digest(&self) -> String {
        let digests = self.scopes.iter();
        digest_of_all(digests.map(|scope| {
            (
                scope.environment.as_str(),
                scope.audience.as_str(),
                scope.digest(),
            )
        }))
    }
}

impl Scope {
    fn json(&self) -> Value {
        let flags: Map<String, Value> = self.side.flags().clone().into_iter().collect();
        json!({
            "environment": self.environment,
            "audience": self.audience,
            "digest": self.digest(),
            "flags": flags,
        })
    }

    fn digest(&self) -> String {
        digest_of(self.side.flags())
    }
}

/// Of the compact JSON of flags, in the order of their keys.
pub(super) fn digest_of(flags: &BTreeMap<String, Value>) -> String {
    let text = serde_json::to_string(flags).unwrap_or_default();
    audit::digest(text.as_bytes())
}

/// Of lines `ENVIRONMENT/AUDIENCE DIGEST`, sorted.
pub(super) fn digest_of_all<'s>(scopes: impl Iterator<Item = (&'s str, &'s str, String)>) -> String {
    let lines = scopes.map(|(environment, audience, digest)| format!("{environment}/{audience} {digest}\n"));
    let mut lines: Vec<String> = lines.collect();
    lines.sort();
    audit::digest(lines.concat().as_bytes())
}
