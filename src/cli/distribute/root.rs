mod change;
mod init;
mod record;
mod report;
mod sign;

use crate::failure::Outcome;
use crate::report::Reporter;
use clap::{Subcommand, ValueEnum};
pub(crate) use report::roles_json;
use tidegate::trust::{self, Root};

/// Say which keys may sign what: a chain of signed roots
#[derive(Debug, clap::Args)]
#[command(
    after_help = "Example:\n  tidegate root init --project shop --key alice.key --root-key bob.pub --threshold 2 \\\n    \
    --snapshot-key ci.pub --head-key oncall.pub\n  \
    tidegate root sign 1.root --key bob.key\n\n\
    Clients are pinned to a root, and follow the next ones by themselves. A root takes effect only when enough keys of \
    the one before it, and enough of its own, have signed it; `tidegate publish --root` refuses it until then. No \
    network is needed: carry the file from one holder of a key to the next."
)]
pub(crate) struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    Init(init::Arguments),
    AddKey(change::AddKey),
    RemoveKey(change::RemoveKey),
    Rotate(change::Rotate),
    Sign(sign::Arguments),
}

/// What a key may sign.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum RoleName {
    /// The next root
    Root,
    /// Snapshots: the rules
    Snapshot,
    /// Heads: which snapshot is in force, and kills
    Head,
}

impl RoleName {
    fn of(self, root: &mut Root) -> &mut trust::Role {
        match self {
            Self::Root => &mut root.root,
            Self::Snapshot => &mut root.snapshot,
            Self::Head => &mut root.head,
        }
    }

    fn name(self) -> &'static str {
        match self {
            Self::Root => "root",
            Self::Snapshot => "snapshot",
            Self::Head => "head",
        }
    }
}

pub(crate) fn run(arguments: &Arguments, reporter: &Reporter) -> Outcome {
    match &arguments.command {
        Command::Init(arguments) => init::run(arguments, reporter),
        Command::AddKey(arguments) => arguments.run(reporter),
        Command::RemoveKey(arguments) => arguments.run(reporter),
        Command::Rotate(arguments) => arguments.run(reporter),
        Command::Sign(arguments) => sign::run(arguments, reporter),
    }
}
