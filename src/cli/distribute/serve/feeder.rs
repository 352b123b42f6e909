use super::compiled::{Compiled, Wanted};
use super::metrics::Metrics;
use super::mirror::Mirror;
use super::renew;
use super::shelf::{Shelf, Shelves};
use crate::failure::{Failure, Outcome};
use crate::report::{Reporter, number};
use crate::{clock, layout};
use serde_json::json;
use std::sync::Arc;

/// Where what is served comes from.
#[derive(Debug)]
pub(super) enum Feeder {
    /// A project, compiled for development.
    Project(Box<(Wanted, Compiled)>),
    /// What was published.
    Mirror(Mirror),
}

impl Feeder {
    /// Compiles a project, which must be without errors to begin with.
    pub(super) fn project(wanted: Wanted, reporter: &Reporter) -> Outcome<Self> {
        let mut compiled = Compiled::default();
        let told = compiled.renew(&wanted, clock::now_ms())?;
        reporter.diagnostics(&told.problems, &told.sources);
        if !told.renewed {
            return Err(Failure::Told);
        }
        Ok(Self::Project(Box::new((wanted, compiled))))
    }

    pub(super) fn shelf(&self) -> Shelf {
        match self {
            Self::Project(project) => project.1.shelf(),
            Self::Mirror(mirror) => mirror.shelf(),
        }
    }

    /// What clients must trust, where this process signs.
    pub(super) fn trust(&self) -> Option<String> {
        match self {
            Self::Project(project) => Some(project.0.key.trust().to_string()),
            Self::Mirror(_) => None,
        }
    }

    /// Says where everything is.
    pub(super) fn greet(&self, origin: &str, shelf: &Shelf, reporter: &Reporter) -> Outcome {
        let trust = self.trust();
        let mut text = format!("{origin}/\n");
        if let Some(trust) = &trust {
            text.push_str(&format!("trust {trust}\n"));
        }
        let file = match self {
            Self::Project(_) => layout::LATEST,
            Self::Mirror(_) => "",
        };
        let mut scopes = Vec::new();
        for (name, place) in &shelf.places {
            let url = format!("{origin}/{name}/{file}");
            let flags = place
                .flags
                .map_or_else(String::new, |flags| format!("{}, ", number(flags, "flag")));
            text.push_str(&format!("{url}  {flags}version {}\n", place.version));
            scopes.push(json!({ "scope": place.scope, "url": url, "version": place.version }));
        }
        if scopes.is_empty() {
            text.push_str("nothing is published yet\n");
        }
        let json = json!({ "origin": origin, "trust": trust, "scopes": scopes });
        reporter.result(&text, &json)
    }

    /// Puts each change on the shelf, for as long as it is not dropped.
    pub(super) async fn feed(self, shelves: Shelves, metrics: &Arc<Metrics>, reporter: &Reporter) -> Outcome {
        match self {
            Self::Project(project) => {
                let (wanted, compiled) = *project;
                renew::on_change(&wanted, compiled, shelves, metrics, reporter).await
            }
            Self::Mirror(mirror) => mirror.follow(shelves, metrics, reporter).await,
        }
    }
}
