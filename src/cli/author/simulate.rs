mod table;

use crate::clock;
use crate::failure::{Failure, Outcome};
use crate::input::people::Listed;
use crate::input::population::{bar, population};
use crate::input::project::{ProjectFiles, Sources};
use crate::report::{Reporter, count};
use std::path::PathBuf;
use tidegate::delivery::simulate::{Course, Crowd, Described, Simulation, SimulationError, Stop};
use tidegate::model::Severity;

/// Try a plan on simulated people, with harm done to them, and show what `advance` would decide
#[derive(Debug, clap::Args)]
#[command(
    after_help = "Example:\n  tidegate simulate checkout --project shop --environment production \\\n    \
    --population visitors.yaml --harm failed-orders=+20%\n\n\
    The population says who comes, how long that takes, and what happens to them anyway:\n  \
    size: 200000\n  lasts: 14d\n  every: 1h\n  attributes:\n    country: { oneOf: { US: 60, CA: 30, MX: 10 } }\n    \
    staff: { chance: 1 }\n  metrics:\n    failed-orders: { rate: 3 }\n\n\
    An attribute is oneOf (values, or values and weights), chance (percent), listOf (texts and percent), from\n\
    and to (whole numbers), mean and deviation, or serial (a text and the person's number), each with absent\n\
    (percent) if need be; `plan.tier` is the attribute `tier` of `plan`;\n\
    a metric is a rate (percent), a rate of trials (how many a person has), or a mean and its deviation.\n\
    The plan is begun at its first stage, whatever state it is in. Nothing is written or published.\n\
    The same seed and files give the same result, with any number of threads."
)]
pub(crate) struct Arguments {
    /// The flag
    flag: String,
    /// The project's folder
    #[arg(long, value_name = "DIR", default_value = ".")]
    project: PathBuf,
    /// The environment whose rules apply
    #[arg(long)]
    environment: String,
    /// Who comes, and what happens to them anyway
    #[arg(long, value_name = "FILE")]
    population: PathBuf,
    /// People in place of the population's own: a file with a JSON object a line, or CSV with columns like
    /// `country`, `age:number` and `staff:boolean`
    #[arg(long, value_name = "FILE")]
    contexts: Option<PathBuf>,
    /// How many people come, in place of the population's own number
    #[arg(long, value_name = "NUMBER", conflicts_with = "contexts", value_parser = clap::value_parser!(u64).range(1..=1_000_000_000))]
    size: Option<u64>,
    /// What the new variant changes a metric by, like `failed-orders=+20%`; may be given several times
    #[arg(long, value_name = "METRIC=PERCENT", value_parser = harm)]
    harm: Vec<(String, f64)>,
    /// The plan; needed only where the flag has several
    #[arg(long, value_name = "ID")]
    plan: Option<String>,
    /// Nobody gives the approvals that gates ask for; otherwise they are there at once
    #[arg(long)]
    unapproved: bool,
    /// The moment at which the plan is begun, in RFC 3339 or epoch milliseconds, instead of the clock
    #[arg(long, value_name = "TIME", value_parser = clock::moment, allow_hyphen_values = true)]
    now: Option<i64>,
    /// How many threads evaluate; by default one for each processor
    #[arg(long, value_name = "NUMBER", default_value_t = 0, hide_default_value = true)]
    threads: usize,
}

pub(crate) fn run(arguments: &Arguments, reporter: &Reporter) -> Outcome {
    let files = ProjectFiles::read(&arguments.project)?;
    let (project, problems) = files.check();
    let sources = files.sources();
    reporter.diagnostics(&problems, &sources);
    let project = project
        .filter(|_| count(&problems, Severity::Error) == 0)
        .ok_or(Failure::Told)?;
    let mut population = population(&arguments.population, reporter)?;
    population.size = arguments.size.or(population.size);
    let simulation = Simulation {
        project: &project,
        flag: &arguments.flag,
        plan: arguments.plan.as_deref(),
        environment: &arguments.environment,
        population: &population,
        harm: &arguments.harm,
        start_ms: arguments.now.unwrap_or_else(clock::now_ms),
        approved: !arguments.unapproved,
    };
    let course = match &arguments.contexts {
        Some(path) => {
            let listed = Listed::open(path)?;
            met(arguments, &simulation, &listed).map_err(|stop| match stop {
                Stop::Refused(error) => refused(&error, &sources, reporter),
                Stop::Crowd(wrong) => wrong.told(path, reporter),
            })?
        }
        None => {
            let nobody = || refused(&SimulationError::NobodyComes, &sources, reporter);
            let described = Described::new(&population).ok_or_else(nobody)?;
            met(arguments, &simulation, &described).map_err(|stop| match stop {
                Stop::Refused(error) => refused(&error, &sources, reporter),
                Stop::Crowd(never) => match never {},
            })?
        }
    };
    reporter.result(
        &table::text(&simulation, &course),
        &table::json(&simulation, &course),
    )
}

fn met<C: Crowd>(
    arguments: &Arguments,
    simulation: &Simulation<'_>,
    crowd: &C,
) -> Result<Course, Stop<C::Failure>> {
    let bar = bar(crowd.size());
    let run = || simulation.run(crowd, &|people| bar.inc(people));
    // Without a pool of its own it takes as many threads as there are processors.
    let course = match rayon::ThreadPoolBuilder::new()
        .num_threads(arguments.threads)
        .build()
    {
        Ok(pool) => pool.install(run),
        Err(_) => run(),
    };
    bar.finish_and_clear();
    course
}

fn refused(error: &SimulationError, sources: &Sources, reporter: &Reporter) -> Failure {
    match error {
        SimulationError::Refused(problems) => {
            reporter.diagnostics(problems, sources);
            Failure::Told
        }
        error => Failure::new(error.code(), error.to_string()),
    }
}

/// `failed-orders=+20%` as a metric and a share.
fn harm(text: &str) -> Result<(String, f64), String> {
    let parsed = text.rsplit_once('=').and_then(|(metric, change)| {
        let percent: f64 = change.strip_suffix('%')?.parse().ok()?;
        let possible = percent.is_finite() && percent >= -100.0 && !metric.is_empty();
        possible.then(|| (metric.to_owned(), percent / 100.0))
    });
    parsed.ok_or_else(|| {
        "expected a metric and a change of it from -100% on, like failed-orders=+20%".to_owned()
    })
}
