//! The `tidegate` command: flags from files to signed snapshots, and answers from them.

mod advance;
mod analyze;
mod anchor;
mod approve;
mod audit;
mod clock;
mod compile;
mod context;
mod decision;
mod destination;
mod escape;
mod eval;
mod evaluation_line;
mod explain;
mod failure;
mod file;
mod git;
mod govern;
mod init;
mod inspect;
mod key;
mod keygen;
mod kill;
mod layout;
mod lint;
mod logs;
mod page;
mod pause;
mod people;
mod population;
mod project;
mod promote;
mod publish;
mod reason;
mod renew;
mod report;
mod resume;
mod rollback;
mod root;
mod scopes;
mod serve;
mod simulate;
mod snapshot;
mod source;
mod steer;
mod unkill;
mod verify;

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
    Init(init::Arguments),
    Keygen(keygen::Arguments),
    Lint(lint::Arguments),
    Compile(compile::Arguments),
    Verify(verify::Arguments),
    Inspect(inspect::Arguments),
    Eval(eval::Arguments),
    Explain(explain::Arguments),
    Simulate(simulate::Arguments),
    Serve(serve::Arguments),
    Publish(Box<publish::Arguments>),
    Advance(Box<advance::Arguments>),
    Kill(kill::Arguments),
    Unkill(unkill::Arguments),
    Promote(promote::Arguments),
    Pause(pause::Arguments),
    Resume(resume::Arguments),
    Rollback(rollback::Arguments),
    Approve(approve::Arguments),
    Renew(renew::Arguments),
    Audit(govern::audit::Arguments),
    Status(govern::status::Arguments),
    Dora(govern::dora::Arguments),
    Analyze(analyze::Arguments),
    Plan(Box<govern::plan::Arguments>),
    CiReport(govern::ci_report::Arguments),
    Gate(Box<govern::gate::Arguments>),
    Refs(govern::refs::Arguments),
    Stale(govern::stale::Arguments),
    CheckRelease(govern::check_release::Arguments),
    Root(root::Arguments),
}

impl Command {
    fn run(&self, reporter: &Reporter) -> Outcome {
        match self {
            Self::Init(arguments) => init::run(arguments, reporter),
            Self::Keygen(arguments) => keygen::run(arguments, reporter),
            Self::Lint(arguments) => lint::run(arguments, reporter),
            Self::Compile(arguments) => compile::run(arguments, reporter),
            Self::Verify(arguments) => verify::run(arguments, reporter),
            Self::Inspect(arguments) => inspect::run(arguments, reporter),
            Self::Explain(arguments) => explain::run(arguments, reporter),
            Self::Simulate(arguments) => simulate::run(arguments, reporter),
            Self::Eval(arguments) => eval::run(arguments, reporter),
            Self::Serve(arguments) => serve::run(arguments, reporter),
            Self::Publish(arguments) => publish::run(arguments, reporter),
            Self::Advance(arguments) => advance::run(arguments, reporter),
            Self::Kill(arguments) => kill::run(arguments, reporter),
            Self::Unkill(arguments) => unkill::run(arguments, reporter),
            Self::Promote(arguments) => promote::run(arguments, reporter),
            Self::Pause(arguments) => pause::run(arguments, reporter),
            Self::Resume(arguments) => resume::run(arguments, reporter),
            Self::Approve(arguments) => approve::run(arguments, reporter),
            Self::Rollback(arguments) => rollback::run(arguments, reporter),
            Self::Renew(arguments) => renew::run(arguments, reporter),
            Self::Audit(arguments) => govern::audit::run(arguments, reporter),
            Self::Status(arguments) => govern::status::run(arguments, reporter),
            Self::Dora(arguments) => govern::dora::run(arguments, reporter),
            Self::Analyze(arguments) => analyze::run(arguments, reporter),
            Self::Plan(arguments) => govern::plan::run(arguments, reporter),
            Self::CiReport(arguments) => govern::ci_report::run(arguments, reporter),
            Self::Gate(arguments) => govern::gate::run(arguments, reporter),
            Self::Refs(arguments) => govern::refs::run(arguments, reporter),
            Self::Stale(arguments) => govern::stale::run(arguments, reporter),
            Self::CheckRelease(arguments) => govern::check_release::run(arguments, reporter),
            Self::Root(arguments) => root::run(arguments, reporter),
        }
    }
}

fn main() -> ExitCode {
    let arguments = match Arguments::try_parse() {
        Ok(arguments) => arguments,
        Err(error) => return misunderstood(&error),
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
fn misunderstood(error: &clap::Error) -> ExitCode {
    let code = report::misuse(error);
    let mut words = std::env::args().skip(1);
    let command = words.find(|word| Arguments::command().find_subcommand(word).is_some());
    match error.use_stderr() && command.as_deref() == Some("plan") {
        true => ExitCode::FAILURE,
        false => code,
    }
}
