mod versions;

use crate::audit::Hand;
use crate::distribute::publish::reissue::Undo;
use crate::failure::Outcome;
use crate::release::steer::{self, Helm, Move, Order};
use crate::report::Reporter;
use std::path::Path;
use versions::Versions;

/// Give everybody what a rollout started from, or publish the rules of an older version again
#[derive(Debug, clap::Args)]
#[command(
    after_help = "Example:\n  tidegate rollback checkout --environment production --reason \"orders are lost\" --at s3://flags/shop \\\n    \
    --key env:TIDEGATE_SNAPSHOT_KEY --head-key env:TIDEGATE_HEAD_KEY --root roots\n  \
    tidegate rollback --list --at s3://flags/shop --environment production --trust 1.root\n  \
    tidegate rollback --to 1795315859029 --at s3://flags/shop --environment production \\\n    \
    --key env:TIDEGATE_SNAPSHOT_KEY --head-key env:TIDEGATE_HEAD_KEY --trust 1.root\n\n\
    A flag's rollout: the flag is killed first, through the head of every audience; then its file is written, comments kept, \
    and published. The kill stays until `tidegate promote`. Without --at only the file is written. Commit the file. From a copy of the \
    project that lacks what others published the kill is all that is published: pull, then `tidegate publish`.\n\n\
    A version: versions never go back, rules do. Flags that are killed now stay killed. The project's files are as they were: \
    the next `tidegate publish` publishes what they say."
)]
pub(crate) struct Arguments {
    /// The flag whose rollout is rolled back
    #[arg(required_unless_present_any = ["to", "list"], requires = "reason", conflicts_with = "audience")]
    flag: Option<String>,
    /// Without a flag: the version whose rules are to come back
    #[arg(long, value_name = "VERSION", conflicts_with = "flag")]
    to: Option<u64>,
    /// Without a flag: show the versions that can come back, and write nothing
    #[arg(long, conflicts_with_all = ["to", "flag"])]
    list: bool,
    /// The rollout's id, where the flag has several
    #[arg(long, value_name = "ID", requires = "flag")]
    plan: Option<String>,
    /// Where it is published: a folder, or `s3://…`, `gs://…`, `az://…`
    #[arg(long, value_name = "DESTINATION", required_unless_present = "flag")]
    at: Option<String>,
    /// The environment
    #[arg(long)]
    environment: String,
    #[command(flatten)]
    undo: Undo,
}

pub(crate) fn run(arguments: &Arguments, reporter: &Reporter) -> Outcome {
    match (&arguments.flag, &arguments.at) {
        (Some(flag), _) => roll_back(arguments, flag, reporter),
        (None, at) => versions::run(
            &Versions {
                to: arguments.to,
                at: at.as_deref().unwrap_or_default(),
                environment: &arguments.environment,
                undo: &arguments.undo,
            },
            reporter,
        ),
    }
}

fn roll_back(arguments: &Arguments, flag: &str, reporter: &Reporter) -> Outcome {
    let Undo {
        reason,
        project,
        terms,
        ..
    } = &arguments.undo;
    let now_ms = terms.now_ms();
    let publisher = arguments.at.as_deref().map(|at| terms.publisher(at, now_ms));
    let publisher = publisher.transpose()?;
    let helm = Helm {
        project: project.as_deref().unwrap_or(Path::new(".")),
        environment: &arguments.environment,
        publisher: publisher.as_ref(),
        now_ms,
        dry_run: terms.dry_run,
        hand: Hand::Person,
        reporter,
    };
    let order = Order {
        flag,
        plan: arguments.plan.as_deref(),
        step: Move::RollBack,
        reason: reason.as_deref(),
        lifts: false,
        during_freeze: false,
        evidence: None,
    };
    steer::tell(&helm, &order)
}
