use super::arguments::Arguments;
use super::before::{Before, State};
use super::clients::{self, Wrong};
use crate::scopes::{self, Audience};
use rayon::prelude::*;
use tidegate::delivery::change::{Change, Side, of_sides};
use tidegate::delivery::impact::Compared;
use tidegate::model::Project;
use tidegate::{Client, compile};

/// Both sides of one environment and audience.
#[derive(Debug)]
pub(super) struct Sides {
    pub(super) environment: String,
    pub(super) audience: Audience,
    pub(super) before: Option<Client>,
    pub(super) after: Option<Client>,
    pub(super) changes: Vec<Change>,
}

impl Sides {
    pub(super) fn compared(&self) -> Compared<'_> {
        Compared {
            before: self.before.as_ref(),
            after: self.after.as_ref(),
        }
    }
}

/// All environments and audiences that are asked for.
pub(super) fn sides(
    arguments: &Arguments,
    before: &Before,
    project: &Project,
    now_ms: i64,
) -> Result<Vec<Sides>, Wrong> {
    let asked = before.scopes(arguments, project);
    let sides = asked
        .into_par_iter()
        .map(|(environment, audience)| one(before, project, environment, audience, now_ms));
    sides.collect()
}

fn one(
    before: &Before,
    project: &Project,
    environment: String,
    audience: Audience,
    now_ms: i64,
) -> Result<Sides, Wrong> {
    let compiled = |project: &Project, kills: &[String]| {
        let audience = compile::Audience::from(audience);
        clients::of_project(project, &environment, audience, kills, now_ms)
    };
    let (old, kills) = match &before.state {
        State::Project(before) => (compiled(before, &[])?, &[][..]),
        State::Snapshots(there) => match there.get(&scopes::place(&environment, audience)) {
            Some(Some(snapshot)) => {
                let client = clients::of_snapshot(snapshot, now_ms).map_err(Wrong::Failed)?;
                (Some(client), snapshot.kills.as_slice())
            }
            _ => (None, &[][..]),
        },
    };
    // Kills stay until somebody lifts them, whatever is published.
    let new = compiled(project, kills)?;
    let side = |client: &Option<Client>| {
        let inspected = client.as_ref().and_then(Client::inspect);
        inspected.as_ref().map(Side::inspected).unwrap_or_default()
    };
    let is = side(&new);
    let was = match &before.state {
        State::Project(before) => {
            let was = side(&old);
            let known: Vec<String> = was.flags().keys().cloned().collect();
            let mut flags = was.with_left_out(before).flags().clone();
            if audience == Audience::Client {
                // Whether clients could see what cannot be read, nobody can tell; those that they cannot see now are not gone.
                flags.retain(|key, _| known.contains(key) || is.flags().contains_key(key));
            }
            Side::of_flags(flags)
        }
        State::Snapshots(_) => side(&old),
    };
    Ok(Sides {
        changes: of_sides(&environment, &was, &is),
        before: old,
        after: new,
        environment,
        audience,
    })
}
