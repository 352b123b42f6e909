use super::entries::{Asked, lines};
use crate::audit::history;
use crate::failure::Outcome;
use crate::report::Reporter;
use serde_json::{Value, json};
use std::path::PathBuf;

/// Show what was done, by whom and why
#[derive(Debug, clap::Args)]
#[command(
    after_help = "Example:\n  tidegate audit log --project shop --environment production --action kill --action rollback\n  \
    tidegate audit log --project shop --unreviewed --json\n\n\
    What can be read is shown, also of a log that is damaged; `tidegate audit verify` tells what is wrong."
)]
pub(super) struct Arguments {
    /// The project's folder
    #[arg(long, value_name = "DIR", default_value = ".")]
    project: PathBuf,
    #[command(flatten)]
    asked: Asked,
    /// Only the newest COUNT entries
    #[arg(long, value_name = "COUNT")]
    last: Option<usize>,
}

pub(super) fn run(arguments: &Arguments, reporter: &Reporter) -> Outcome {
    let chain = history(&arguments.project, reporter)?;
    let asked = arguments.asked.of(&chain, &arguments.project, reporter)?;
    let skipped = arguments.last.map_or(0, |last| asked.len().saturating_sub(last));
    let shown = asked.iter().skip(skipped);
    let mut text: String = shown.clone().map(|entry| lines(entry)).collect();
    if text.is_empty() {
        text = "no entries\n".to_owned();
    }
    let entries: Vec<Value> = shown
        .map(|entry| {
            let mut told = json!({ "seq": entry.sequence });
            if let (Some(told), Value::Object(said)) = (told.as_object_mut(), entry.told()) {
                told.extend(said);
            }
            told
        })
        .collect();
    reporter.result(
        &text,
        &json!({ "format": "tidegate-audit-log", "entries": entries }),
    )
}
