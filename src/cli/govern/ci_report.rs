#![doc = include_str!("ci_report/CI_REPORT.md")]

mod build;
mod last;
mod record;
mod told;

use crate::author::compile::checked;
use crate::clock;
use crate::failure::Outcome;
use crate::input::file;
use crate::input::project::ProjectFiles;
use crate::report::{self, Reporter};
use last::Last;
use record::Record;
use std::path::PathBuf;

/// Keep how a build's flags are set as a file, and show what changed since the last successful build
#[derive(Debug, clap::Args)]
#[command(
    after_help = "Example:\n  tidegate ci-report --project shop --out flags.json --last last/flags.json --markdown\n\n\
    The file holds every flag for each environment and audience as `tidegate inspect` shows it, and of the build what the\n\
    environment of GitHub Actions or GitLab CI says of it. It is replaced all at once, after --last was read: both may\n\
    be the same file."
)]
pub(crate) struct Arguments {
    /// The project's folder
    #[arg(long, value_name = "DIR", default_value = ".")]
    project: PathBuf,
    /// Where the report goes
    #[arg(long, value_name = "FILE")]
    out: PathBuf,
    /// The report of the last successful build; none at the first
    #[arg(long, value_name = "FILE")]
    last: Option<PathBuf>,
    /// The time instead of the clock
    #[arg(long, value_name = "TIME", value_parser = clock::moment, allow_hyphen_values = true)]
    now: Option<i64>,
    /// Write the difference as Markdown, for the summary of a build
    #[arg(long)]
    markdown: bool,
}

pub(crate) fn run(arguments: &Arguments, reporter: &Reporter) -> Outcome {
    let now_ms = arguments.now.unwrap_or_else(clock::now_ms);
    let files = ProjectFiles::read(&arguments.project)?;
    let project = checked(&files, reporter)?;
    let record = Record::of(&project, build::of(&arguments.project), now_ms);
    let last = arguments
        .last
        .as_deref()
        .map(|path| Last::read(path, &record.project, reporter));
    let last = last.transpose()?;
    file::replace(&arguments.out, record.text().as_bytes())?;
    let told = told::Told {
        record: &record,
        last: last.as_ref(),
        changes: last
            .as_ref()
            .map(|last| last.changes(&record))
            .unwrap_or_default(),
        file: &arguments.out,
    };
    if arguments.markdown && !reporter.is_json() {
        return report::print(&told.markdown());
    }
    reporter.result(&told.text(), &told.json())
}
