mod against;
mod scope;
mod show;
mod text;

use crate::clock;
use crate::compile::checked;
use crate::failure::{Failure, Outcome};
use crate::project::ProjectFiles;
use crate::report::Reporter;
use crate::scopes::Audience;
use against::Against;
use std::path::PathBuf;

/// Show what a project's files change for whom, before anything is signed
#[derive(Debug, clap::Args)]
#[command(
    after_help = "Example:\n  tidegate plan --project shop --against origin/main\n\n\
    Exit codes: 0 nothing changes, 2 something does, 1 it cannot be told."
)]
pub(crate) struct Arguments {
    /// What the files are compared with: the name of a commit
    #[arg(long, value_name = "REF")]
    against: String,
    /// The project's folder
    #[arg(long, value_name = "DIR", default_value = ".")]
    project: PathBuf,
    /// The environment; by default all
    #[arg(long)]
    environment: Option<String>,
    /// The audience; by default both
    #[arg(long)]
    audience: Option<Audience>,
    /// The moment for which it is told, in RFC 3339 or epoch milliseconds, instead of the clock
    #[arg(long, value_name = "TIME", value_parser = clock::moment, allow_hyphen_values = true)]
    now: Option<i64>,
}

pub(crate) fn run(arguments: &Arguments, reporter: &Reporter) -> Outcome {
    compared(arguments, reporter).map_err(Failure::not_misuse)
}

fn compared(arguments: &Arguments, reporter: &Reporter) -> Outcome {
    let now_ms = arguments.now.unwrap_or_else(clock::now_ms);
    let files = ProjectFiles::read(&arguments.project)?;
    let project = checked(&files, reporter)?;
    let against = Against::open(&arguments.against, &arguments.project, reporter)?;
    let plan = scope::compared(&against, &project, arguments, now_ms)?;
    reporter.result(&text::text(&plan), &show::json(&plan))?;
    match plan.scopes.iter().any(|scope| !scope.changes.is_empty()) {
        true => Err(Failure::Found),
        false => Ok(()),
    }
}
