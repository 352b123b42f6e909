//! The scopes of a project, published one after the other.

use super::published::Published;
use super::scope::{Demands, Plan};
use super::terms::Publisher;
use crate::failure::Outcome;
use crate::scopes::Audience;
use tidegate::model::{Diagnostic, Project};

pub(crate) struct Batch<'b> {
    pub(crate) publisher: &'b Publisher,
    pub(crate) project: &'b Project,
    pub(crate) scopes: Vec<(String, Audience)>,
    pub(crate) demands: Demands,
    /// Flags whose kill is lifted.
    pub(crate) lifts: Vec<String>,
}

impl Batch<'_> {
    /// Can a snapshot be made of each? Every scope is compiled once before any is published.
    pub(crate) fn check(&self) -> Result<(), Vec<Diagnostic>> {
        self.plans().try_for_each(|plan| plan.compiles())
    }

    /// Does the audit log at hand tell of all that would be replaced? Asked of every scope before any is published.
    pub(crate) async fn may_replace(&self) -> Outcome {
        for plan in self.plans() {
            plan.may_replace().await?;
        }
        Ok(())
    }

    /// Publishes them, and tells what was published even where one of them fails.
    pub(crate) async fn publish(&self) -> (Vec<Published>, Outcome) {
        let mut published = Vec::new();
        for plan in self.plans() {
            match plan.publish().await {
                Ok(done) => published.push(done),
                Err(failure) => return (published, Err(failure)),
            }
        }
        (published, Ok(()))
    }

    fn plans(&self) -> impl Iterator<Item = Plan<'_>> {
        self.scopes.iter().map(|(environment, audience)| Plan {
            publisher: self.publisher,
            project: self.project,
            environment: environment.clone(),
            audience: *audience,
            demands: self.demands,
            lifts: &self.lifts,
        })
    }
}
