use super::arguments::Arguments;
use super::before::Before;
use super::compared::Sides;
use super::rows::{Plan, Scope};
use crate::failure::{Failure, Outcome};
use crate::input::people::Listed;
use crate::input::population::{bar, population};
use crate::report::Reporter;
use std::convert::Infallible;
use std::ops::Range;
use tidegate::Context;
use tidegate::delivery::impact::{Compared, Generated, Impact, examples, measure};
use tidegate::delivery::simulate::{Crowd, Described};
use tidegate::model::Project;

/// So many people are made up where nobody says how many.
const PEOPLE: u64 = 10_000;
/// So many examples are shown of one flag.
const EXAMPLES_OF_EACH: usize = 3;
/// The seed of people who are made up: everybody who looks sees the same.
const SEED: u64 = 1;

/// Asks about everybody, on both sides.
pub(super) fn asked(
    arguments: &Arguments,
    before: &Before,
    project: &Project,
    sides: Vec<Sides>,
    now_ms: i64,
    reporter: &Reporter,
) -> Outcome<Plan> {
    let scopes: Vec<Compared<'_>> = sides.iter().map(Sides::compared).collect();
    let asking = Asking {
        scopes: &scopes,
        examples: arguments.examples,
        now_ms,
    };
    let nobody = || Failure::new("nobody-comes", "there are no people to ask about");
    let (found, who) = match &arguments.population {
        None => {
            let size = arguments.count.unwrap_or(PEOPLE);
            let crowd = Generated::new(&scopes, size, SEED, now_ms).ok_or_else(nobody)?;
            (
                asking.of(&crowd).map_err(never)?,
                "made up from what the conditions name",
            )
        }
        Some(path) if is_description(path) => {
            let mut population = population(path, reporter)?;
            population.size = Some(arguments.count.or(population.size).unwrap_or(PEOPLE));
            let crowd = Described::new(&population).ok_or_else(nobody)?;
            (asking.of(&crowd).map_err(never)?, "drawn as described in")
        }
        Some(path) => {
            let listed = Listed::open(path)?;
            if listed.size() == 0 {
                return Err(nobody().about(path));
            }
            let crowd = First {
                size: arguments.count.unwrap_or(u64::MAX).min(listed.size()),
                crowd: listed,
            };
            let found = asking.of(&crowd).map_err(|wrong| wrong.told(path, reporter))?;
            (found, "listed in")
        }
    };
    let mut impacts = found.into_iter();
    let scopes = sides.into_iter().map(|sides| {
        let (impact, examples) = impacts.next()?;
        Some(Scope {
            environment: sides.environment,
            audience: sides.audience.into(),
            is_new: sides.before.is_none(),
            changes: sides.changes,
            impact,
            examples,
        })
    });
    let scopes: Vec<Scope> = scopes.flatten().collect();
    Ok(Plan {
        project: project.name.value.clone(),
        against: before.described.clone(),
        behind: before.behind.clone(),
        now_ms,
        people: scopes.iter().map(|scope| scope.impact.people).max().unwrap_or(0),
        who,
        file: arguments
            .population
            .as_ref()
            .map(|path| path.display().to_string()),
        scopes,
    })
}

struct Asking<'a> {
    scopes: &'a [Compared<'a>],
    examples: usize,
    now_ms: i64,
}

type Found = Vec<(Impact, Vec<tidegate::delivery::impact::Example>)>;

impl Asking<'_> {
    fn of<C: Crowd>(&self, crowd: &C) -> Result<Found, C::Failure> {
        let bar = bar(crowd.size());
        let impacts = measure(self.scopes, crowd, self.now_ms, &|people| bar.inc(people));
        bar.finish_and_clear();
        let with_examples = self.scopes.iter().zip(impacts?).map(|(scope, impact)| {
            let shown = examples(
                scope,
                &impact,
                crowd,
                self.now_ms,
                EXAMPLES_OF_EACH,
                self.examples,
            )?;
            Ok((impact, shown))
        });
        with_examples.collect()
    }
}

/// The first of a crowd.
struct First<C> {
    crowd: C,
    size: u64,
}

impl<C: Crowd> Crowd for First<C> {
    type Failure = C::Failure;

    fn size(&self) -> u64 {
        self.size
    }

    fn meet(&self, people: Range<u64>, each: &mut dyn FnMut(u64, &Context)) -> Result<(), C::Failure> {
        self.crowd.meet(people, each)
    }
}

fn is_description(path: &std::path::Path) -> bool {
    let ending = path.extension().and_then(|ending| ending.to_str());
    ending.is_some_and(|ending| ["yaml", "yml", "json"].contains(&ending))
}

fn never(never: Infallible) -> Failure {
    match never {}
}
