use super::entries::{Asked, approvals};
use crate::audit::history;
use crate::clock;
use crate::failure::{Failure, Outcome};
use crate::report::{self, Reporter};
use clap::ValueEnum;
use serde_json::Value;
use std::path::PathBuf;
use tidegate::delivery::audit::Entry;

/// Write the log for other tools, as lines of JSON or as a table
#[derive(Debug, clap::Args)]
#[command(
    after_help = "Example:\n  tidegate audit export --project shop --format csv --since 2026-10-01 > audit.csv\n\n\
    Lines of JSON are those of the log, with their digests. In a table, what a spreadsheet would take for a formula has a `'` \
    before it."
)]
pub(super) struct Arguments {
    /// The project's folder
    #[arg(long, value_name = "DIR", default_value = ".")]
    project: PathBuf,
    /// The format
    #[arg(long, value_name = "FORMAT")]
    format: Format,
    #[command(flatten)]
    asked: Asked,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum Format {
    /// The lines as they stand there
    Ndjson,
    /// A table for spreadsheets
    Csv,
}

const COLUMNS: [&str; 16] = [
    "seq",
    "time",
    "actor",
    "kind",
    "action",
    "flags",
    "environments",
    "reason",
    "kinds",
    "versions",
    "from",
    "to",
    "effectiveAt",
    "digest",
    "commit",
    "approvals",
];

pub(super) fn run(arguments: &Arguments, reporter: &Reporter) -> Outcome {
    let chain = history(&arguments.project, reporter)?;
    let asked = arguments.asked.of(&chain, &arguments.project, reporter)?;
    let text = match arguments.format {
        Format::Ndjson => {
            let lines = asked
                .iter()
                .map(|entry| entry.line(entry.sequence, &entry.link.previous) + "\n");
            lines.collect()
        }
        Format::Csv => table(&asked)?,
    };
    report::print(&text)
}

fn table(entries: &[&Entry]) -> Outcome<String> {
    let failed = |error: csv::Error| Failure::new("cannot-write", format!("cannot write the table: {error}"));
    let mut writer = csv::Writer::from_writer(Vec::new());
    writer.write_record(COLUMNS).map_err(failed)?;
    for entry in entries {
        writer
            .write_record(row(entry).map(|cell| guarded(&cell)))
            .map_err(failed)?;
    }
    let bytes = writer
        .into_inner()
        .map_err(|error| failed(error.into_error().into()))?;
    Ok(String::from_utf8_lossy(&bytes).into_owned())
}

fn row(entry: &Entry) -> [String; COLUMNS.len()] {
    let joined = |words: Vec<&str>| words.join(" ");
    let text = |name: &str| entry.text(name).unwrap_or_default().to_owned();
    let changes = entry
        .list("changes")
        .iter()
        .filter_map(|change| change.get("kinds"));
    let kinds = entry.fields.get("kinds").into_iter().chain(changes);
    let mut kinds: Vec<&str> = kinds
        .filter_map(Value::as_array)
        .flatten()
        .filter_map(Value::as_str)
        .collect();
    kinds.sort_unstable();
    kinds.dedup();
    let versions = entry
        .scopes()
        .filter_map(|told| Some(format!("{}={}", told.scope(), told.version()?)));
    [
        entry.sequence.to_string(),
        clock::written(entry.time_ms),
        entry.actor.name.clone(),
        entry.actor.kind.word().to_owned(),
        entry.action.clone(),
        joined(entry.flags().into_iter().collect()),
        joined(entry.environments().into_iter().collect()),
        text("reason"),
        joined(kinds),
        versions.collect::<Vec<_>>().join(" "),
        text("from"),
        text("to"),
        text("effectiveAt"),
        data_encoding::HEXLOWER.encode(&entry.link.digest),
        text("commit"),
        joined(approvals(entry).into_iter().collect()),
    ]
}

/// A cell that no spreadsheet takes for a formula.
fn guarded(cell: &str) -> String {
    // Blanks before it do not keep a spreadsheet from it.
    let begins = cell
        .trim_start()
        .starts_with(['=', '+', '-', '@', '|', '%', '＝', '＋', '－', '＠']);
    match begins || cell.starts_with(['\t', '\r', '\n', '\'']) {
        true => format!("'{cell}"),
        false => cell.to_owned(),
    }
}
