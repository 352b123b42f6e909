mod blame;
mod entries;
mod export;
mod log;
mod people;
mod rejoin;
mod review;
mod verify;

use crate::failure::Outcome;
use crate::report::Reporter;
use clap::Subcommand;

/// Look at who changed what, when and why, and check that nobody changed the record
#[derive(Debug, clap::Args)]
#[command(
    after_help = "Example:\n  tidegate audit verify --project shop --at s3://flags/shop --trust 1.root\n  \
    tidegate audit log --project shop --flag checkout --since 2026-11-01\n  \
    tidegate audit blame checkout --project shop --environment production\n\n\
    Every command that changes what is published adds an entry to `audit/` in the project's folder. Commit it."
)]
pub(crate) struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    Verify(verify::Arguments),
    Log(log::Arguments),
    Blame(blame::Arguments),
    Export(export::Arguments),
    Review(review::Arguments),
    Rejoin(rejoin::Arguments),
}

pub(crate) fn run(arguments: &Arguments, reporter: &Reporter) -> Outcome {
    match &arguments.command {
        Command::Verify(arguments) => verify::run(arguments, reporter),
        Command::Log(arguments) => log::run(arguments, reporter),
        Command::Blame(arguments) => blame::run(arguments, reporter),
        Command::Export(arguments) => export::run(arguments, reporter),
        Command::Review(arguments) => review::run(arguments, reporter),
        Command::Rejoin(arguments) => rejoin::run(arguments, reporter),
    }
}
