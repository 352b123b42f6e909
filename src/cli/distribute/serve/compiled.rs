use super::shelf::{Item, Place, Shelf};
use crate::failure::Outcome;
use crate::input::project::{ProjectFiles, Sources};
use crate::layout;
use crate::report::{count, diagnostic_json};
use crate::scopes::{self, Audience};
use serde_json::Value;
use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::Arc;
use tidegate::compile::{Options, compile};
use tidegate::model::{Diagnostic, Project, Severity};
use tidegate::trust::SigningKey;

/// What is to be compiled.
#[derive(Debug)]
pub(super) struct Wanted {
    pub(super) folder: PathBuf,
    pub(super) environment: Option<String>,
    pub(super) audience: Option<Audience>,
    pub(super) key: SigningKey,
}

/// The snapshots of a project, and the problems of its last edit.
#[derive(Debug, Clone, Default)]
pub(super) struct Compiled {
    latest: Vec<Latest>,
    folders: Vec<PathBuf>,
    problems: Vec<Value>,
    /// The highest version of all: the next one is higher, also of a scope that went and came back.
    version: u64,
}

/// The snapshot of one scope.
#[derive(Debug, Clone)]
pub(super) struct Latest {
    pub(super) scope: String,
    pub(super) version: u64,
    pub(super) flags: usize,
    item: Arc<Item>,
    payload: Vec<u8>,
    options: Options,
}

/// What came of compiling again.
#[derive(Debug)]
pub(super) struct Told {
    pub(super) problems: Vec<Diagnostic>,
    pub(super) sources: Sources,
    /// False where an error kept what was served before.
    pub(super) renewed: bool,
    /// The scopes that have a new version.
    pub(super) changed: Vec<String>,
}

impl Compiled {
    /// Compiles what is wanted; all of it, or on any error nothing, takes the place of what was served before.
    ///
    /// A scope whose rules are the same keeps its version and its bytes.
    pub(super) fn renew(&mut self, wanted: &Wanted, now_ms: i64) -> Outcome<Told> {
        let files = ProjectFiles::read(&wanted.folder)?;
        let (project, mut problems) = files.check();
        let sources = files.sources();
        self.folders = files.folders();
        let mut changed = Vec::new();
        let project = project.filter(|_| count(&problems, Severity::Error) == 0);
        let made = project.map(|project| self.make(wanted, &project, now_ms, &mut changed));
        let latest = match made {
            Some(Ok(latest)) => Some(latest),
            Some(Err(errors)) => {
                problems.extend(errors);
                None
            }
            None => None,
        };
        self.problems = problems
            .iter()
            .map(|problem| diagnostic_json(problem, &sources))
            .collect();
        let renewed = latest.is_some();
        if let Some(latest) = latest {
            let highest = latest.iter().map(|latest| latest.version).max();
            self.version = self.version.max(highest.unwrap_or_default());
            self.latest = latest;
        } else {
            changed.clear();
        }
        Ok(Told {
            problems,
            sources,
            renewed,
            changed,
        })
    }

    /// All of it, to be served.
    pub(super) fn shelf(&self) -> Shelf {
        let places = self.latest.iter().map(|latest| {
            let place = Place {
                scope: latest.scope.clone(),
                version: latest.version,
                lifetime: None,
                flags: Some(latest.flags),
                items: BTreeMap::from([(layout::LATEST.to_owned(), latest.item.clone())]),
            };
            (latest.place().to_owned(), Arc::new(place))
        });
        Shelf {
            places: places.collect(),
            problems: self.problems.clone(),
        }
    }

    /// The folders that hold the project's files.
    pub(super) fn folders(&self) -> &[PathBuf] {
        &self.folders
    }

    fn make(
        &self,
        wanted: &Wanted,
        project: &Project,
        now_ms: i64,
        changed: &mut Vec<String>,
    ) -> Result<Vec<Latest>, Vec<Diagnostic>> {
        let version = self
            .version
            .saturating_add(1)
            .max(u64::try_from(now_ms).unwrap_or(1));
        let mut made = Vec::new();
        for (environment, audience) in scopes::asked(project, wanted.environment.as_deref(), wanted.audience)
        {
            let place = scopes::place(&environment, audience);
            let scope = format!("{}/{place}", project.name.value);
            let old = self.latest.iter().find(|latest| latest.scope == scope);
            if let Some(old) = old
                && compile(project, &old.options)? == old.payload
            {
                made.push(old.clone());
                continue;
            }
            let options = Options {
                environment,
                audience: audience.into(),
                version,
                issued_at_ms: now_ms,
                not_before_ms: now_ms,
                expires_ms: None,
                head_keys: Vec::new(),
                kills: Vec::new(),
            };
            let payload = compile(project, &options)?;
            made.push(Latest::new(scope.clone(), payload, options, &wanted.key));
            changed.push(scope);
        }
        Ok(made)
    }
}

impl Latest {
    fn new(scope: String, payload: Vec<u8>, options: Options, key: &SigningKey) -> Self {
        let frame = key.sign(&payload);
        let mut client = tidegate::Client::new(key.trust(), None);
        // What cannot be taken has no flags; the compiler and the engine agree, so that this is a number to show only.
        let _ = client.load(frame.clone(), options.issued_at_ms);
        Self {
            flags: client.flags().count(),
            // Each edit is to be seen at once.
            item: Arc::new(Item::new(frame, "no-cache")),
            version: options.version,
            scope,
            payload,
            options,
        }
    }

    /// The scope without the project: `production/client`.
    fn place(&self) -> &str {
        self.scope.split_once('/').map_or("", |(_, place)| place)
    }
}
