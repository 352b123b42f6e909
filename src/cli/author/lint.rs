use crate::failure::{Failure, Outcome};
use crate::input::project::ProjectFiles;
use crate::report::{self, Reporter, count, number};
use serde_json::Value;
use std::path::PathBuf;
use tidegate::model::Severity;

/// Check a project and show everything that is wrong with it
#[derive(Debug, clap::Args)]
#[command(after_help = "Example:\n  tidegate lint --project shop\n\n\
    Exits 1 where there is an error; warnings alone exit 0. With --json one array of all problems is printed:\n  \
    [{\"severity\", \"code\", \"message\", \"help\"?, \"file\", \"line\", \"column\", \"endLine\", \"endColumn\"}, …]")]
pub(crate) struct Arguments {
    /// The project's folder
    #[arg(long, value_name = "DIR", default_value = ".")]
    project: PathBuf,
    /// Exit 1 for warnings too
    #[arg(long)]
    deny_warnings: bool,
}

pub(crate) fn run(arguments: &Arguments, reporter: &Reporter) -> Outcome {
    let files = ProjectFiles::read(&arguments.project)?;
    let (project, problems) = files.check();
    let sources = files.sources();
    if reporter.is_json() {
        let list = problems
            .iter()
            .map(|problem| report::diagnostic_json(problem, &sources))
            .collect();
        report::print(&format!("{}\n", Value::Array(list)))?;
    } else if problems.is_empty() {
        let flags = project.as_ref().map_or(0, |project| project.flags.len());
        let segments = project.as_ref().map_or(0, |project| project.segments.len());
        report::print(&format!(
            "no problems: {}, {}\n",
            number(flags, "flag"),
            number(segments, "segment")
        ))?;
    } else {
        reporter.diagnostics(&problems, &sources);
    }
    let fatal = arguments.deny_warnings || count(&problems, Severity::Error) > 0;
    if fatal && !problems.is_empty() {
        return Err(Failure::Told);
    }
    Ok(())
}
