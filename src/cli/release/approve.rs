mod change;

use crate::audit::Hand;
use crate::clock;
use crate::distribute::publish::terms::Terms;
use crate::failure::{Failure, Outcome};
use crate::input::reason::reason;
use crate::release::steer::{self, Helm, Move, Order, Workspace};
use crate::report::Reporter;
use std::path::PathBuf;
use tidegate::delivery::govern::People;

/// Agree to leaving the current stage of a rollout, or to a change of the project's files
#[derive(Debug, clap::Args)]
#[command(
    after_help = "Example:\n  tidegate approve checkout --environment production --by ana\n  \
    tidegate approve --change --against origin/main --by ana --key ~/keys/ana.key --note \"looked at with Cho\"\n\n\
    A stage is left when its gate has all that it asks for; `tidegate promote` does not ask. Approvals end with the stage. Where \
    `people` in `tidegate.yaml` names anybody, one of them agrees (by that name, a login or an address), and each counts once.\n\n\
    A change is approved as it is: the file in `approvals/` holds its digest and the signature, and counts for `tidegate gate` \
    until it expires or any file changes once more. Commit it with the change.\n\n\
    Merge what the change goes into first. What came into it since would look taken back: `tidegate gate` lets no such branch in, and \
    once it is merged the change is another one, which needs another approval."
)]
pub(crate) struct Arguments {
    /// The flag's key
    #[arg(required_unless_present = "change", requires = "environment")]
    flag: Option<String>,
    /// Without a flag: agree to everything that the project's files change
    #[arg(long, requires = "key", conflicts_with_all = [
        "flag", "environment", "plan", "to", "reason", "dry_run",
    ])]
    change: bool,
    /// The environment
    #[arg(long)]
    environment: Option<String>,
    /// The rollout's id, where the flag has several
    #[arg(long, value_name = "ID")]
    plan: Option<String>,
    /// The project's folder
    #[arg(long, value_name = "DIR", default_value = ".")]
    project: PathBuf,
    /// Where to publish: a folder, or `s3://…`, `gs://…`, `az://…`; without it only files are written
    #[arg(long, value_name = "DESTINATION")]
    to: Option<String>,
    /// Who agrees
    #[arg(long, value_name = "WHO")]
    by: String,
    /// Why, for the audit log
    #[arg(long, value_parser = reason)]
    reason: Option<String>,
    /// What the change is from, as for `tidegate gate`
    #[arg(
        long,
        value_name = "REF|DIR",
        requires = "change",
        default_value = "origin/main"
    )]
    against: String,
    /// How long the approval counts
    #[arg(long, value_name = "DURATION", value_parser = clock::duration, requires = "change", default_value = "7d")]
    expires: i64,
    /// What is to be said of it, for whoever reads the file
    #[arg(long, value_parser = reason, requires = "change")]
    note: Option<String>,
    #[command(flatten)]
    terms: Terms,
}

pub(crate) fn run(arguments: &Arguments, reporter: &Reporter) -> Outcome {
    match (&arguments.flag, &arguments.environment) {
        (Some(flag), Some(environment)) => leave(arguments, flag, environment, reporter),
        _ => change::approve(arguments, reporter),
    }
}

fn leave(arguments: &Arguments, flag: &str, environment: &str, reporter: &Reporter) -> Outcome {
    let terms = &arguments.terms;
    let now_ms = terms.now_ms();
    let by = named(arguments, reporter)?;
    let publisher = arguments.to.as_deref().map(|to| terms.publisher(to, now_ms));
    let publisher = publisher.transpose()?;
    let helm = Helm {
        project: &arguments.project,
        environment,
        publisher: publisher.as_ref(),
        now_ms,
        dry_run: terms.dry_run,
        hand: Hand::Person,
        reporter,
    };
    let step = Move::Approve { by: &by };
    let order = Order {
        flag,
        plan: arguments.plan.as_deref(),
        step,
        reason: arguments.reason.as_deref(),
        lifts: step.lifts_by_hand(),
        during_freeze: false,
        evidence: None,
    };
    steer::tell(&helm, &order)
}

/// By the project's name for them, so that nobody counts twice and nobody whom it does not name counts.
fn named(arguments: &Arguments, reporter: &Reporter) -> Outcome<String> {
    let workspace = Workspace::read(&arguments.project, reporter)?;
    let governance = &workspace.project.governance;
    match People::of(governance).find_here(&arguments.by) {
        Some(name) => Ok(name.to_owned()),
        None if governance.people.is_empty() => Ok(arguments.by.clone()),
        None => {
            let message = format!("`people` has nobody called `{}`", arguments.by);
            Err(Failure::new("unknown-person", message)
                .with_help("`tidegate.yaml` names who may approve; their login and address will do too"))
        }
    }
}

/// A key that approvals are not signed with.
fn refused(message: String) -> Failure {
    Failure::new("key-refused", message)
}
