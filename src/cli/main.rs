//! The `tidegate` command: flags from files to signed snapshots, and answers from them.

mod audit;
mod author;
mod clock;
mod destination;
mod distribute;
mod failure;
mod govern;
mod input;
mod layout;
mod output;
mod release;
mod report;
mod scopes;
mod snapshot;

use clap::error::{ContextKind, ContextValue, ErrorKind};
use clap::{CommandFactory, Parser, Subcommand};
use failure::Outcome;
use report::{Reporter, Style};
use std::process::ExitCode;

/// Feature flags from signed snapshots.
#[derive(Debug, Parser)]
#[command(
    version,
    max_term_width = 100,
    after_help = "Example:\n  tidegate init shop && tidegate lint --project shop\n\n\
        Exit codes: 0 done, 1 something is wrong with what was given, 2 the command was not understood."
)]
struct Arguments {
    #[command(subcommand)]
    command: Command,
    #[command(flatten)]
    style: Style,
}

#[derive(Debug, Subcommand)]
enum Command {
    Init(author::init::Arguments),
    Lint(author::lint::Arguments),
    Simulate(author::simulate::Arguments),
    Compile(author::compile::Arguments),
    Inspect(author::inspect::Arguments),
    Eval(author::eval::Arguments),
    Explain(author::explain::Arguments),
    Keygen(distribute::keygen::Arguments),
    Root(distribute::root::Arguments),
    Publish(Box<distribute::publish::Arguments>),
    Verify(distribute::verify::Arguments),
    Serve(distribute::serve::Arguments),
    Renew(distribute::renew::Arguments),
    Kill(distribute::kill::Arguments),
    Unkill(distribute::unkill::Arguments),
    Promote(release::promote::Arguments),
    Pause(release::pause::Arguments),
    Resume(release::resume::Arguments),
    Rollback(release::rollback::Arguments),
    Approve(release::approve::Arguments),
    Advance(Box<release::advance::Arguments>),
    Analyze(release::analyze::Arguments),
    Plan(Box<govern::plan::Arguments>),
    Gate(Box<govern::gate::Arguments>),
    CheckRelease(govern::check_release::Arguments),
    Status(govern::status::Arguments),
    Stale(govern::stale::Arguments),
    Refs(govern::refs::Arguments),
    CiReport(govern::ci_report::Arguments),
    Audit(govern::audit::Arguments),
    Dora(govern::dora::Arguments),
}

impl Command {
    fn run(&self, reporter: &Reporter) -> Outcome {
        match self {
            Self::Init(arguments) => author::init::run(arguments, reporter),
            Self::Lint(arguments) => author::lint::run(arguments, reporter),
            Self::Simulate(arguments) => author::simulate::run(arguments, reporter),
            Self::Compile(arguments) => author::compile::run(arguments, reporter),
            Self::Inspect(arguments) => author::inspect::run(arguments, reporter),
            Self::Eval(arguments) => author::eval::run(arguments, reporter),
            Self::Explain(arguments) => author::explain::run(arguments, reporter),
            Self::Keygen(arguments) => distribute::keygen::run(arguments, reporter),
            Self::Root(arguments) => distribute::root::run(arguments, reporter),
            Self::Publish(arguments) => distribute::publish::run(arguments, reporter),
            Self::Verify(arguments) => distribute::verify::run(arguments, reporter),
            Self::Serve(arguments) => distribute::serve::run(arguments, reporter),
            Self::Renew(arguments) => distribute::renew::run(arguments, reporter),
            Self::Kill(arguments) => distribute::kill::run(arguments, reporter),
            Self::Unkill(arguments) => distribute::unkill::run(arguments, reporter),
            Self::Promote(arguments) => release::promote::run(arguments, reporter),
            Self::Pause(arguments) => release::pause::run(arguments, reporter),
            Self::Resume(arguments) => release::resume::run(arguments, reporter),
            Self::Rollback(arguments) => release::rollback::run(arguments, reporter),
            Self::Approve(arguments) => release::approve::run(arguments, reporter),
            Self::Advance(arguments) => release::advance::run(arguments, reporter),
            Self::Analyze(arguments) => release::analyze::run(arguments, reporter),
            Self::Plan(arguments) => govern::plan::run(arguments, reporter),
            Self::Gate(arguments) => govern::gate::run(arguments, reporter),
            Self::CheckRelease(arguments) => govern::check_release::run(arguments, reporter),
            Self::Status(arguments) => govern::status::run(arguments, reporter),
            Self::Stale(arguments) => govern::stale::run(arguments, reporter),
            Self::Refs(arguments) => govern::refs::run(arguments, reporter),
            Self::CiReport(arguments) => govern::ci_report::run(arguments, reporter),
            Self::Audit(arguments) => govern::audit::run(arguments, reporter),
            Self::Dora(arguments) => govern::dora::run(arguments, reporter),
        }
    }
}

fn main() -> ExitCode {
    let arguments = match Arguments::try_parse() {
        Ok(arguments) => arguments,
        Err(error) => return misunderstood(error),
    };
    let reporter = Reporter::new(arguments.style);
    match arguments.command.run(&reporter) {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            reporter.failure(&failure);
            failure.exit_code()
        }
    }
}

/// Exit code 2 says of a plan that something changes, so there misuse has the code of all other errors.
fn misunderstood(mut error: clap::Error) -> ExitCode {
    let all = Arguments::command();
    let mut words = std::env::args().skip(1);
    let command = words.find_map(|word| all.find_subcommand(word));
    if let Some(command) = command {
        explain_root(&mut error, command);
    }
    let code = report::misuse(&error);
    match error.use_stderr() && command.is_some_and(|command| command.get_name() == "plan") {
        true => ExitCode::FAILURE,
        false => code,
    }
}

/// Commands that publish take a root, so that others are given one as well.
fn explain_root(error: &mut clap::Error, command: &clap::Command) {
    let is_root =
        matches!(error.get(ContextKind::InvalidArg), Some(ContextValue::String(given)) if given == "--root");
    let takes_trust = command
        .get_arguments()
        .any(|argument| argument.get_id() == "trust");
    if error.kind() == ErrorKind::UnknownArgument && is_root && takes_trust {
        let name = command.get_name();
        let tip =
            format!("`{name}` publishes no snapshot and needs no root: `--trust FILE` says what it trusts");
        error.insert(ContextKind::Suggested, ContextValue::StyledStrs(vec![tip.into()]));
    }
}
