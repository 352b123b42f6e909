mod json;
mod text;

use crate::audit::history;
use crate::clock;
use crate::failure::{Failure, Outcome};
use crate::input::environment::{known_environment, unknown_environment};
use crate::input::project::ProjectFiles;
use crate::report::Reporter;
use clap::ValueEnum;
use glob::Pattern;
use std::collections::BTreeMap;
use std::path::PathBuf;
use tidegate::delivery::dora::{Filed, Measured, Period, Step, measure};
use tidegate::model::Project;

/// Measure delivery by the audit log: how often, how fast, how often it fails, and for how long
#[derive(Debug, clap::Args)]
#[command(
    after_help = "Example:\n  tidegate dora --project shop --environment production --since 2026-10-01 --by month\n\n\
    The four measures of DORA, of releases of flags: how often there is one, how long flags take from their creation to 100%, \
    how many releases are followed by a kill or a roll-back, and how long it takes until what was closed is open again. \
    What counts as what, with the formulas: src/delivery/dora/DORA.md. What cannot be computed is told, and never 0."
)]
pub(crate) struct Arguments {
    /// The project's folder
    #[arg(long, value_name = "DIR", default_value = ".")]
    project: PathBuf,
    /// Only this environment
    #[arg(long, value_name = "NAME")]
    environment: Vec<String>,
    /// Only flags whose keys fit this pattern
    #[arg(long, value_name = "GLOB", value_parser = str::parse::<Pattern>)]
    flag: Vec<Pattern>,
    /// From when on, a date or a moment; from the first entry unless given
    #[arg(long, value_name = "TIME", value_parser = clock::moment, allow_hyphen_values = true)]
    since: Option<i64>,
    /// Until when, a date or a moment, which is not in it; until now unless given
    #[arg(long, value_name = "TIME", value_parser = clock::moment, allow_hyphen_values = true)]
    until: Option<i64>,
    /// Each week or month by itself
    #[arg(long, value_name = "STEP")]
    by: Option<By>,
    /// The time instead of the clock
    #[arg(long, value_name = "TIME", value_parser = clock::moment, allow_hyphen_values = true)]
    now: Option<i64>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum By {
    /// From Monday to Sunday, in UTC
    Week,
    /// Of the calendar, in UTC
    Month,
}

pub(crate) fn run(arguments: &Arguments, reporter: &Reporter) -> Outcome {
    let now_ms = arguments.now.unwrap_or_else(clock::now_ms);
    let (project, _) = ProjectFiles::read(&arguments.project)?.check();
    let chain = history(&arguments.project, reporter)?;
    let first_ms = chain.entries.iter().map(|entry| entry.effective_ms()).min();
    let period = arguments.period(first_ms, now_ms)?;
    let periods = match arguments.by {
        Some(By::Week) => period.cut(Step::Week),
        Some(By::Month) => period.cut(Step::Month),
        None => vec![period],
    };
    let mut measured: Vec<Measured> = measure(&chain, &filed(project.as_ref()), &periods, |flag| {
        arguments.flag.is_empty() || arguments.flag.iter().any(|pattern| pattern.matches(flag))
    });
    known(&arguments.environment, project.as_ref(), &measured)?;
    let asked = |name: &String| arguments.environment.is_empty() || arguments.environment.contains(name);
    measured.retain(|measured| {
        asked(&measured.environment) && first_ms.is_some_and(|first_ms| first_ms <= period.to_ms)
    });
    reporter.result(
        &text::table(&measured, period),
        &json::measures(&measured, period),
    )
}

impl Arguments {
    /// What is asked about, from when the log begins on: of before nothing is known, which is not 0.
    fn period(&self, first_ms: Option<i64>, now_ms: i64) -> Outcome<Period> {
        // What is still to come is no part of any measure.
        let to_ms = self.until.unwrap_or(now_ms).min(now_ms);
        let from_ms = self.since.or(first_ms).unwrap_or(to_ms);
        if self.since.is_some() && from_ms >= to_ms {
            let (from, to) = (clock::written(from_ms), clock::written(to_ms));
            let message = format!("there is no time between {from} and {to}");
            return Err(Failure::misuse("period-empty", message)
                .with_help("--since must be before --until, and before now"));
        }
        let begins_ms = first_ms.filter(|first_ms| *first_ms <= to_ms);
        Ok(Period {
            from_ms: begins_ms
                .map_or(from_ms, |begins_ms| begins_ms.max(from_ms))
                .min(to_ms),
            to_ms,
        })
    }
}

/// Refuses environments that neither the project has nor the log tells of. Of a project that cannot be read, only the log
/// is left.
fn known(asked: &[String], project: Option<&Project>, measured: &[Measured]) -> Outcome {
    let told: Vec<&str> = measured
        .iter()
        .map(|measured| measured.environment.as_str())
        .collect();
    let mut untold = asked.iter().filter(|name| !told.contains(&name.as_str()));
    untold.try_for_each(|name| match project {
        Some(project) => known_environment(project, name),
        None => Err(unknown_environment(
            name,
            "of a project that cannot be read the log tells of",
            &told,
        )),
    })
}

/// What the files of flags say, as far as they can be read.
fn filed(project: Option<&Project>) -> BTreeMap<String, Filed> {
    let flags = project.into_iter().flat_map(|project| &project.flags);
    let filed = flags.map(|flag| {
        let file = Filed {
            created_ms: flag.created_at.as_ref().map(|moment| moment.value),
            off_variant: Some(flag.off_variant.value.clone()),
        };
        (flag.key.value.clone(), file)
    });
    filed.collect()
}
