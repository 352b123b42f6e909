use super::entries::who;
use crate::audit::history;
use crate::author::compile::checked;
use crate::clock;
use crate::failure::Outcome;
use crate::input::environment::environments_asked;
use crate::input::project::ProjectFiles;
use crate::output::escape::plain;
use crate::report::Reporter;
use crate::snapshot::no_flag;
use serde_json::{Value, json};
use std::path::PathBuf;
use tidegate::compile::Audience;
use tidegate::delivery::audit::Blamed;
use tidegate::delivery::change::Side;

/// Show who made each key of a flag what it is, when and why
#[derive(Debug, clap::Args)]
#[command(
    after_help = "Example:\n  tidegate audit blame checkout --project shop --environment production\n\n\
    Keys are those that `tidegate inspect` shows. One that no entry tells of was so before the log began, or is not \
    published yet."
)]
pub(super) struct Arguments {
    /// The flag's key
    flag: String,
    /// The project's folder
    #[arg(long, value_name = "DIR", default_value = ".")]
    project: PathBuf,
    /// One of the project's environments; by default all
    #[arg(long)]
    environment: Option<String>,
}

pub(super) fn run(arguments: &Arguments, reporter: &Reporter) -> Outcome {
    let files = ProjectFiles::read(&arguments.project)?;
    let project = checked(&files, reporter)?;
    let chain = history(&arguments.project, reporter)?;
    let (mut text, mut environments) = (String::new(), Vec::new());
    for environment in environments_asked(&project, arguments.environment.as_slice())? {
        let side = Side::of(&project, environment, Audience::Server);
        let Some(present) = side.flags().get(&arguments.flag) else {
            let known: Vec<&str> = side.flags().keys().map(String::as_str).collect();
            return Err(no_flag("the project", &arguments.flag, &known));
        };
        let blamed = chain.blame(&arguments.flag, environment, present);
        text.push_str(&format!("{} in {environment}\n", arguments.flag));
        text.extend(blamed.iter().map(line));
        environments.push(json!({
            "environment": environment,
            "keys": blamed.iter().map(one).collect::<Vec<_>>(),
        }));
    }
    reporter.result(
        &text,
        &json!({ "format": "tidegate-audit-blame", "flag": arguments.flag, "environments": environments }),
    )
}

fn line(blamed: &Blamed<'_>) -> String {
    let whom = match blamed.entry {
        None => "not told".to_owned(),
        Some(entry) => {
            let reason = entry.reason().map(|reason| format!(": {}", plain(reason)));
            format!(
                "{} {} {} {}{}",
                entry.sequence,
                clock::written(entry.time_ms),
                who(entry),
                plain(&entry.action),
                reason.unwrap_or_default()
            )
        }
    };
    format!(
        "  {} = {}  {whom}\n",
        plain(&blamed.path),
        plain(&shortened(&blamed.value))
    )
}

/// Long lists would fill the screen.
fn shortened(value: &Value) -> String {
    const LONGEST: usize = 60;
    let text = value.to_string();
    match text.chars().count() > LONGEST {
        true => text.chars().take(LONGEST).chain(['…']).collect(),
        false => text,
    }
}

fn one(blamed: &Blamed<'_>) -> Value {
    let entry = blamed.entry.map(|entry| {
        json!({
            "seq": entry.sequence,
            "time": clock::written(entry.time_ms),
            "actor": { "name": entry.actor.name, "kind": entry.actor.kind.word() },
            "action": entry.action,
            "reason": entry.reason(),
        })
    });
    json!({ "path": blamed.path, "value": blamed.value, "entry": entry })
}
