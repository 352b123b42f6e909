use super::verify::Place;
use crate::audit::{Deed, Hand, Log};
use crate::clock;
use crate::failure::{Failure, Outcome};
use crate::report::Reporter;
use serde_json::json;
use std::path::PathBuf;
use tidegate::delivery::audit::rejoin;

/// Make one log of two, after two branches were merged that both went on
#[derive(Debug, clap::Args)]
#[command(
    after_help = "Example:\n  git merge feature; tidegate audit rejoin --project shop --at s3://flags/shop --trust 1.root\n  \
    git add shop/audit && git commit\n\n\
    Takes both sides of the marks that git leaves, keeps the side that is published, else the longer one, else the first, and \
    writes the entries of the other again behind it, each with what it was. Nothing is lost."
)]
pub(super) struct Arguments {
    /// The project's folder
    #[arg(long, value_name = "DIR", default_value = ".")]
    project: PathBuf,
    #[command(flatten)]
    place: Place,
    /// Show what would be written, and write nothing
    #[arg(long)]
    dry_run: bool,
}

pub(super) fn run(arguments: &Arguments, reporter: &Reporter) -> Outcome {
    let published = arguments.place.published()?.unwrap_or_default();
    let tips: Vec<_> = published
        .iter()
        .flat_map(|published| published.tips.clone())
        .collect();
    let mut log = Log::open(&arguments.project)?;
    let joined =
        rejoin(&log.files()?, &tips).map_err(|fault| Failure::new(fault.kind.code(), fault.to_string()))?;
    let names: Vec<&str> = joined.files.iter().map(|(name, _)| name.as_str()).collect();
    let json = json!({
        "dryRun": arguments.dry_run,
        "kept": joined.kept,
        "again": joined.again,
        "wrote": names,
    });
    if joined.files.is_empty() {
        return reporter.result("one chain already\n", &json);
    }
    if !arguments.dry_run {
        for (name, text) in &joined.files {
            log.rewrite(name, text)?;
        }
        let deed = Deed {
            action: "rejoin",
            hand: Hand::Person,
            flag: None,
            environment: None,
            reason: None,
            at_ms: clock::now_ms(),
        };
        let entry = deed.entry();
        log.append(
            entry
                .with("kept", json!(joined.kept))
                .with("again", json!(joined.again)),
        )?;
    }
    let would = if arguments.dry_run { "would be " } else { "" };
    let text = format!(
        "entries up to {} are kept, {} {would}written again behind them: {}\n",
        joined.kept,
        joined.again,
        names.join(", ")
    );
    reporter.result(&text, &json)
}
