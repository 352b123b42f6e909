use crate::failure::{Failure, Outcome};
use crate::report::{self, Reporter};
use crate::snapshot;
use std::path::PathBuf;
use tidegate::engine;

/// Show the whole of a snapshot as JSON, without checking who signed it
#[derive(Debug, clap::Args)]
#[command(after_help = "Example:\n  tidegate inspect shop.tgf | jq .flags.checkout\n\n\
    With --json it is all on one line. `tidegate verify` checks the signature.")]
pub(crate) struct Arguments {
    /// The snapshot
    file: PathBuf,
}

pub(crate) fn run(arguments: &Arguments, reporter: &Reporter) -> Outcome {
    let path = &arguments.file;
    let frame = snapshot::read(path)?;
    let shown = engine::inspect(frame)
        .map_err(|error| Failure::new(error.code(), format!("`{}`: {error}", path.display())).about(path))?;
    report::print(&if reporter.is_json() {
        format!("{shown}\n")
    } else {
        format!("{shown:#}\n")
    })
}
