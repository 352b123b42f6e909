use crate::audit::{self, Deed, Hand, Log};
use crate::clock;
use crate::failure::{Failure, Outcome};
use crate::input::reason::reason;
use crate::report::Reporter;
use serde_json::json;
use std::path::PathBuf;
use tidegate::delivery::audit::{Chain, Entry};

/// Note that somebody looked at what was closed in an emergency
#[derive(Debug, clap::Args)]
#[command(
    after_help = "Example:\n  tidegate audit review 12 --project shop --by ben --reason \"orders were lost, the kill was right\"\n\n\
    An emergency is a kill, a roll-back or a pause by hand. `tidegate audit log --unreviewed` shows those that nobody looked at."
)]
pub(super) struct Arguments {
    /// The entry's number
    #[arg(value_name = "SEQ")]
    sequence: u64,
    /// Who looked at it
    #[arg(long, value_name = "WHO")]
    by: String,
    /// What they found
    #[arg(long, value_parser = reason)]
    reason: String,
    /// The project's folder
    #[arg(long, value_name = "DIR", default_value = ".")]
    project: PathBuf,
    /// The time instead of the clock
    #[arg(long, value_name = "TIME", value_parser = clock::moment, allow_hyphen_values = true)]
    now: Option<i64>,
}

pub(super) fn run(arguments: &Arguments, reporter: &Reporter) -> Outcome {
    let by = reason(&arguments.by).map_err(|problem| Failure::misuse("reason-invalid", problem))?;
    let mut log = Log::open(&arguments.project)?;
    let (chain, _) = log.chain()?;
    let sequence = arguments.sequence;
    may_be_reviewed(&chain, sequence, &by)?;
    let of = chain.entry(sequence);
    let deed = Deed {
        action: "review",
        hand: Hand::Person,
        flag: of.and_then(|of| of.flag.as_deref()),
        environment: of.and_then(|of| of.environment.as_deref()),
        reason: Some(&arguments.reason),
        at_ms: arguments.now.unwrap_or_else(clock::now_ms),
    };
    let digest = of.and_then(|of| of.digests().into_iter().next());
    let entry = deed
        .entry()
        .with("by", json!(by))
        .with("of", json!(sequence))
        .with("ofDigest", json!(digest));
    let written = log.append(entry)?;
    let text = format!(
        "entry {sequence} is reviewed by {by}, as entry {} tells\n",
        written.sequence
    );
    let mut told = audit::json(&written, false, Vec::new());
    if let Some(fields) = told.as_object_mut() {
        fields.shift_remove("scopes");
        fields.insert("seq".into(), json!(written.sequence));
    }
    reporter.result(&text, &told)
}

/// An emergency can be looked at by several: whether one of them is somebody else than whoever closed is for the gate to say.
fn may_be_reviewed(chain: &Chain, sequence: u64, by: &str) -> Outcome {
    let emergency = chain.entry(sequence).filter(|entry| entry.needs_review());
    if emergency.is_some_and(|entry| !is_reviewed_by(chain, entry, by)) {
        return Ok(());
    }
    let open: Vec<String> = chain
        .unreviewed()
        .map(|entry| entry.sequence.to_string())
        .collect();
    let why = match chain.entry(sequence) {
        None => format!("the log has no entry {sequence}"),
        Some(entry) if entry.needs_review() => format!("entry {sequence} is reviewed already by {by}"),
        Some(entry) => format!("entry {sequence} is no emergency: {}", entry.action),
    };
    let failure = Failure::new("nothing-to-review", why);
    Err(match open.is_empty() {
        true => failure.with_help("nothing waits for a review"),
        false => failure.with_help(format!("these wait for a review: {}", open.join(", "))),
    })
}

fn is_reviewed_by(chain: &Chain, entry: &Entry, by: &str) -> bool {
    let digests = entry.digests();
    let mut reviews = chain.entries.iter().filter(|other| other.action == "review");
    reviews.any(|review| {
        let of = review.text("ofDigest");
        review.text("by") == Some(by) && of.is_some_and(|of| digests.iter().any(|digest| digest == of))
    })
}
