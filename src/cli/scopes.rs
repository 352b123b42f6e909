//! Environments and audiences: which a project has, and which are published.

use crate::destination::Destination;
use crate::failure::Outcome;
use clap::ValueEnum;
use tidegate::compile;
use tidegate::model::Project;

/// Who a snapshot is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub(crate) enum Audience {
    /// Browsers and apps: only flags with `clientVisible: true`
    Client,
    /// Servers and workers: every flag
    Server,
}

impl From<Audience> for compile::Audience {
    fn from(audience: Audience) -> Self {
        match audience {
            Audience::Client => Self::Client,
            Audience::Server => Self::Server,
        }
    }
}

/// The place `ENVIRONMENT/AUDIENCE` of a scope.
pub(crate) fn place(environment: &str, audience: Audience) -> String {
    format!("{environment}/{}", compile::Audience::from(audience))
}

/// The scopes of a project that are asked for. An environment that it does not have stays, for the compiler to tell.
pub(crate) fn asked(
    project: &Project,
    environment: Option<&str>,
    audience: Option<Audience>,
) -> Vec<(String, Audience)> {
    let environments = match environment {
        Some(environment) => vec![environment],
        None => project
            .environments
            .iter()
            .map(|environment| environment.value.as_str())
            .collect(),
    };
    let audiences = || audiences(audience);
    environments
        .into_iter()
        .flat_map(|environment| audiences().map(|audience| (environment.to_owned(), audience)))
        .collect()
}

/// The places of an environment where something is published. What is named need not be listed, which not everybody
/// who may read may do.
pub(crate) async fn published(
    destination: &Destination,
    environment: &str,
    audience: Option<Audience>,
) -> Outcome<Vec<String>> {
    if let Some(audience) = audience {
        return Ok(vec![place(environment, audience)]);
    }
    let there = destination.list(environment).await?.folders;
    let places = audiences(None)
        .filter(|audience| there.contains(&compile::Audience::from(*audience).to_string()))
        .map(|audience| place(environment, audience));
    Ok(places.collect())
}

fn audiences(only: Option<Audience>) -> impl Iterator<Item = Audience> {
    Audience::value_variants()
        .iter()
        .copied()
        .filter(move |audience| only.is_none_or(|only| only == *audience))
}
