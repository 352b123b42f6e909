#![doc = include_str!("advance/RUNNING.md")]

mod finish;
mod looks;
mod report;
mod turn;
mod turns;
mod watch;

use crate::audit::{self, Hand};
use crate::clock;
use crate::destination::wait;
use crate::distribute::publish::terms::Terms;
use crate::failure::{Failure, Outcome};
use crate::input::environment::known_environment;
use crate::release::steer::{Helm, Workspace};
use crate::report::Reporter;
pub(crate) use looks::LookFile;
use report::Told;
use std::collections::BTreeSet;
use std::path::PathBuf;
use tidegate::model::{Flag, Status};

/// Promote, hold or roll back every rollout that is under way, by what was measured
#[derive(Debug, clap::Args)]
#[command(
    after_help = "Example:\n  tidegate advance --project shop --environment production --to s3://flags/shop \\\n    \
    --key env:TIDEGATE_SNAPSHOT_KEY --head-key env:TIDEGATE_HEAD_KEY\n\n\
    For cron and CI: it looks once, moves each rollout by one stage at most, writes what it saw to \
    `looks/ENVIRONMENT/FLAG.ndjson`, and ends. Run it again after an interruption: it goes on where it was. To roll back \
    it kills the flag first, and only a person promotes it again. A flag that is killed is left alone. \
    In a freeze of the project's policy nothing is promoted, and what does harm is rolled back.\n\n\
    Exit codes: 0 decided, also to hold; 1 something failed, and what it concerns stays as it is."
)]
pub(crate) struct Arguments {
    /// The project's folder
    #[arg(long, value_name = "DIR", default_value = ".")]
    project: PathBuf,
    /// The environment
    #[arg(long)]
    environment: String,
    /// Only this flag, and more if given again; by default all
    #[arg(long, value_name = "KEY")]
    flag: Vec<String>,
    /// Where to publish: a folder, or `s3://…`, `gs://…`, `az://…`; without it only files are written
    #[arg(long, value_name = "DESTINATION")]
    to: Option<String>,
    #[command(flatten)]
    terms: Terms,
    /// Look again and again, by default every 5m
    #[arg(long, value_name = "INTERVAL", value_parser = clock::duration, num_args = 0..=1,
        default_missing_value = "5m", conflicts_with = "now")]
    watch: Option<i64>,
}

pub(crate) fn run(arguments: &Arguments, reporter: &Reporter) -> Outcome {
    let Some(interval_ms) = arguments.watch else {
        return look(arguments, reporter);
    };
    watch::every(interval_ms, || match look(arguments, reporter) {
        // The next look may fare better; but not where nobody is left to be told of it.
        Err(Failure::OutputClosed) => Err(Failure::OutputClosed),
        Err(failure) => {
            reporter.failure(&failure);
            Ok(())
        }
        Ok(()) => Ok(()),
    })
}

/// Looks once at every plan that is under way.
fn look(arguments: &Arguments, reporter: &Reporter) -> Outcome {
    let now_ms = arguments.terms.now_ms();
    let publisher = arguments
        .to
        .as_deref()
        .map(|to| arguments.terms.publisher(to, now_ms));
    let publisher = publisher.transpose()?;
    let helm = Helm {
        project: &arguments.project,
        environment: &arguments.environment,
        publisher: publisher.as_ref(),
        now_ms,
        dry_run: arguments.terms.dry_run,
        hand: Hand::Controller,
        reporter,
    };
    let workspace = Workspace::read(&arguments.project, reporter)?;
    known(arguments, &workspace)?;
    // Two that looked at once would decide the same twice.
    let _lock = match helm.dry_run {
        true => None,
        false => Some(looks::lock(&arguments.project, &arguments.environment, reporter)?),
    };
    let mut told: Vec<Told> = wait(finish::what_was_left(&helm, &workspace.project))?
        .into_iter()
        .collect();
    // Read again: whoever was waited for may have moved something.
    let workspace = Workspace::read(&arguments.project, reporter)?;
    if !helm.dry_run {
        let nobody = BTreeSet::new();
        let (folder, project) = (&arguments.project, &workspace.project);
        audit::what_took_effect(folder, project, &arguments.environment, &nobody, now_ms)?;
    }
    // One stage a run at most, and what was finished is one.
    let is_finished = |flag: &Flag| told.iter().any(|told| told.flag == flag.key.value);
    let plans: Vec<_> = under_way(arguments, &workspace)
        .filter(|(flag, _)| !is_finished(flag))
        .collect();
    told.extend(wait(async {
        Ok(turns::take(&helm, &plans, &workspace.project).await)
    })?);
    report::tell(&helm, told)
}

/// Refuses names that lead nowhere: a slip must not look like a quiet day.
fn known(arguments: &Arguments, workspace: &Workspace) -> Outcome {
    for key in &arguments.flag {
        workspace.flag(key)?;
    }
    known_environment(&workspace.project, &arguments.environment)
}

/// The flags and plans that are under way in the environment.
fn under_way<'w>(
    arguments: &'w Arguments,
    workspace: &'w Workspace,
) -> impl Iterator<Item = (&'w Flag, &'w str)> {
    let asked = |flag: &&Flag| arguments.flag.is_empty() || arguments.flag.contains(&flag.key.value);
    let flags = workspace.project.flags.iter().filter(asked);
    flags.flat_map(|flag| {
        let environments = flag.environments.iter();
        let here = environments.filter(|(name, _)| name.value == arguments.environment);
        here.flat_map(|(_, there)| &there.rollouts)
            .filter(|(_, state)| state.status == Status::Running)
            .map(move |(id, _)| (flag, id.value.as_str()))
    })
}
