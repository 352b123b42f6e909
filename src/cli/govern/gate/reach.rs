//! How much of a population gets something else by a change.

use super::Changed;
use crate::failure::{Failure, Outcome};
use crate::govern::plan::clients::of_project;
use crate::input::people::Listed;
use crate::input::population::{bar, population};
use crate::report::Reporter;
use std::collections::BTreeMap;
use std::convert::Infallible;
use std::path::Path;
use tidegate::Client;
use tidegate::compile::Audience;
use tidegate::delivery::change::{Change, sound};
use tidegate::delivery::impact::{self, Compared, Impact, measure};
use tidegate::delivery::simulate::{Crowd, Described};
use tidegate::model::{Percent, Project};

/// So many people are drawn where a description does not say how many.
const PEOPLE: u64 = 10_000;

/// By environment and flag, in slots of 100,000, rounded up.
pub(super) type Reach = BTreeMap<(String, String), Percent>;

/// The share of the people of a file who get another variant or value. A flag that asks for another first moves nobody whom
/// that one does not.
pub(super) fn reach(changed: &Changed, path: &Path, now_ms: i64, reporter: &Reporter) -> Outcome<Reach> {
    let before = changed.before();
    let environments: Vec<&str> = changed
        .after
        .environments
        .iter()
        .map(|name| name.value.as_str())
        .collect();
    let of = |project: &Project, environment: &str| {
        of_project(project, environment, Audience::Server, &[], now_ms)
            .map_err(|wrong| wrong.told(&changed.files, reporter))
    };
    let pairs = environments
        .iter()
        .map(|environment| Ok([of(&before, environment)?, of(&changed.after, environment)?]));
    let pairs: Vec<[Option<Client>; 2]> = pairs.collect::<Outcome<_>>()?;
    let scopes: Vec<Compared<'_>> = pairs
        .iter()
        .map(|[before, after]| Compared {
            before: before.as_ref(),
            after: after.as_ref(),
        })
        .collect();
    let nobody = || Failure::new("nobody-comes", "there are no people to ask about");
    let impacts = match path
        .extension()
        .is_some_and(|ending| ending == "ndjson" || ending == "csv")
    {
        true => {
            let crowd = Listed::open(path)?;
            asked(&scopes, &crowd, now_ms).map_err(|wrong| wrong.told(path, reporter))?
        }
        false => {
            let mut population = population(path, reporter)?;
            population.size = population.size.or(Some(PEOPLE));
            let crowd = Described::new(&population).ok_or_else(nobody)?;
            asked(&scopes, &crowd, now_ms).map_err(|never: Infallible| match never {})?
        }
    };
    if impacts.iter().any(|impact| impact.people == 0) {
        return Err(nobody());
    }
    let mut reach = Reach::new();
    for (environment, impact) in environments.iter().zip(&impacts) {
        for flag in &impact.flags {
            let moved = flag.moved + flag.revalued;
            let share = moved.saturating_mul(100_000).div_ceil(impact.people);
            let share = Percent::try_from(share).unwrap_or(100_000);
            reach.insert(((*environment).to_owned(), flag.flag.clone()), share);
        }
    }
    Ok(reach)
}

/// Takes no change for an emergency by which people who are made up get something else than `offVariant`.
pub(super) fn seen(
    changed: &Changed,
    changes: &mut Vec<Change>,
    now_ms: i64,
    reporter: &Reporter,
) -> Outcome {
    let Some(before) = changed.base.project.as_ref() else {
        return Ok(());
    };
    for environment in &changed.after.environments {
        let of = |project: &Project| {
            of_project(project, &environment.value, Audience::Server, &[], now_ms)
                .map_err(|wrong| wrong.told(&changed.files, reporter))
        };
        let [before, after] = [of(&sound(before))?, of(&changed.after)?];
        let scope = Compared {
            before: before.as_ref(),
            after: after.as_ref(),
        };
        impact::seen(changes, &environment.value, scope, now_ms);
    }
    Ok(())
}

fn asked<C: Crowd>(scopes: &[Compared<'_>], crowd: &C, now_ms: i64) -> Result<Vec<Impact>, C::Failure> {
    let bar = bar(crowd.size());
    let impacts = measure(scopes, crowd, now_ms, &|people| bar.inc(people));
    bar.finish_and_clear();
    impacts
}
