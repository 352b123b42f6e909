mod facts;
mod html;
mod json;
mod said;
mod text;

use crate::clock;
use crate::failure::Outcome;
use crate::input::environment::known_environment;
use crate::input::file;
use crate::release::steer::Workspace;
use crate::report::Reporter;
use glob::Pattern;
use std::path::PathBuf;
use tidegate::delivery::status::{Filter, Matrix, State};
use tidegate::model::FlagType;

/// Show what every flag does in every environment, to whom, and what its plan waits for
#[derive(Debug, clap::Args)]
#[command(
    after_help = "Example:\n  tidegate status --project shop --at s3://flags/shop --trust tidegate.pub --html status.html\n\n\
    It reads the project's files, what `advance` saw (`looks/`) and the audit log, and changes nothing. With --at it also \
    reads what is published, tells what was killed there, and what differs from the files. Several values of one option \
    ask for any of them, several options for all of them.\n\n\
    States: killed, disabled, running, paused, rolled-back, draft, completed, on (it has no plan); stale are flags that \
    should be gone, differs those that are not published as the files say.\n\n\
    How old a flag is comes from its `createdAt`, or else from the first word of it in the audit log; git is not asked, \
    as `tidegate stale` asks it."
)]
pub(crate) struct Arguments {
    /// The project's folder
    #[arg(long, value_name = "DIR", default_value = ".")]
    project: PathBuf,
    /// Only this environment
    #[arg(long, value_name = "NAME")]
    environment: Vec<String>,
    /// Only flags of this owner
    #[arg(long, value_name = "WHO")]
    owner: Vec<String>,
    /// Only flags of this type
    #[arg(long = "type", value_name = "TYPE", value_parser = flag_type)]
    types: Vec<FlagType>,
    /// Only flags whose keys fit this pattern, like `checkout-*`
    #[arg(long, value_name = "GLOB", value_parser = pattern)]
    flag: Vec<Pattern>,
    /// Only flags that are in this state in one of the environments
    #[arg(long, value_name = "STATE", value_parser = asked)]
    state: Vec<Asked>,
    /// Look also at what is published: a folder, or `s3://…`, `gs://…`, `az://…`
    #[arg(long, value_name = "DESTINATION", requires = "trust")]
    at: Option<String>,
    /// What clients trust, as text or as its file
    #[arg(long, value_name = "TRUST", requires = "at")]
    trust: Option<String>,
    /// Write a page, all in one file
    #[arg(long, value_name = "FILE")]
    html: Option<PathBuf>,
    /// The time instead of the clock
    #[arg(long, value_name = "TIME", value_parser = clock::moment, allow_hyphen_values = true)]
    now: Option<i64>,
}

/// A word of `--state`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Asked {
    State(State),
    Stale,
    Differs,
}

pub(crate) fn run(arguments: &Arguments, reporter: &Reporter) -> Outcome {
    let now_ms = arguments.now.unwrap_or_else(clock::now_ms);
    let workspace = Workspace::read(&arguments.project, reporter)?;
    for name in &arguments.environment {
        known_environment(&workspace.project, name)?;
    }
    let destination = arguments.at.as_deref().zip(arguments.trust.as_deref());
    let mut matrix = facts::matrix(
        &arguments.project,
        &workspace.project,
        destination,
        now_ms,
        reporter,
    )?;
    arguments.filter().apply(&mut matrix, |key| {
        arguments.flag.is_empty() || arguments.flag.iter().any(|pattern| pattern.matches(key))
    });
    if let Some(path) = &arguments.html {
        file::replace(path, html::page(&matrix).as_bytes())?;
    }
    let text = match &arguments.html {
        Some(path) => written(path, &matrix),
        None => text::table(&matrix, reporter.colors_output()),
    };
    reporter.result(&text, &json::matrix(&matrix))
}

impl Arguments {
    fn filter(&self) -> Filter {
        let states = self.state.iter().filter_map(|asked| match asked {
            Asked::State(state) => Some(*state),
            Asked::Stale | Asked::Differs => None,
        });
        Filter {
            environments: self.environment.clone(),
            owners: self.owner.clone(),
            types: self.types.clone(),
            states: states.collect(),
            stale: self.state.contains(&Asked::Stale),
            differing: self.state.contains(&Asked::Differs),
        }
    }
}

fn written(path: &std::path::Path, matrix: &Matrix) -> String {
    let flags = crate::report::number(matrix.rows.len(), "flag");
    let environments = crate::report::number(matrix.environments.len(), "environment");
    format!("wrote {}: {flags} in {environments}\n", path.display())
}

fn flag_type(word: &str) -> Result<FlagType, String> {
    let known = FlagType::ALL.map(FlagType::word);
    let found = FlagType::ALL.into_iter().find(|kind| kind.word() == word);
    found.ok_or_else(|| format!("expected {}", known.join(", ")))
}

fn pattern(text: &str) -> Result<Pattern, String> {
    Pattern::new(text).map_err(|error| error.to_string())
}

fn asked(word: &str) -> Result<Asked, String> {
    let states = State::ALL
        .into_iter()
        .map(|state| (state.word(), Asked::State(state)));
    let all: Vec<(&str, Asked)> = states
        .chain([("stale", Asked::Stale), ("differs", Asked::Differs)])
        .collect();
    let found = all.iter().find(|(known, _)| *known == word);
    found.map(|(_, asked)| *asked).ok_or_else(|| {
        let known: Vec<&str> = all.iter().map(|(known, _)| *known).collect();
        format!("expected {}", known.join(", "))
    })
}
