use super::people;
use crate::audit::{self, Deed, Hand, Log};
use crate::clock;
use crate::failure::{Failure, Outcome};
use crate::input::reason::reason;
use crate::report::Reporter;
use serde_json::json;
use std::path::PathBuf;
use tidegate::delivery::audit::{Chain, Entry};
use tidegate::delivery::govern::{NoReviewer, People, is_reviewed, open_reviews, reviewer};

/// Note that somebody looked at what was closed in an emergency
#[derive(Debug, clap::Args)]
#[command(
    after_help = "Example:\n  tidegate audit review 12 --project shop --by ben --reason \"orders were lost, the kill was right\"\n\n\
    An emergency is a kill, a roll-back or a pause by hand, and a publication that closed a flag as the policy's `emergency` lets in\n\
    and nobody signed an approval of. `tidegate audit log --unreviewed` shows those that nobody looked at.\n\
    Somebody else reviews than whoever did it, and of those whom `people` names, where it names anybody: by that name, a login or an address."
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
    let governance = people::named(&arguments.project, reporter)?;
    let people = People::of(&governance);
    let mut log = Log::open(&arguments.project)?;
    let (chain, _) = log.chain()?;
    let sequence = arguments.sequence;
    let by = reviewer_of(&chain, sequence, &by, people)?;
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

/// By which name of the project's somebody reviews an entry: what this takes, the gate takes too.
fn reviewer_of<'r>(chain: &'r Chain, sequence: u64, by: &'r str, people: People<'r>) -> Outcome<&'r str> {
    let Some(entry) = chain.entry(sequence).filter(|entry| entry.needs_review()) else {
        let why = match chain.entry(sequence) {
            None => format!("the log has no entry {sequence}"),
            Some(entry) => format!("entry {sequence} is no emergency: {}", entry.action),
        };
        return Err(nothing(chain, people, why));
    };
    let name = reviewer(entry, by, people).map_err(|why| match why {
        NoReviewer::Unknown => Failure::new("unknown-person", format!("`people` has nobody called `{by}`"))
            .with_help("`tidegate.yaml` names who may review; their login and address will do too"),
        NoReviewer::Themselves => {
            let message = format!(
                "entry {sequence} is by `{}`: somebody else looks at it",
                entry.actor.name
            );
            Failure::new("reviews-themselves", message)
        }
    })?;
    match is_reviewed_by(chain, entry, name, people) {
        true => {
            let why = format!("entry {sequence} is reviewed already by {name}");
            Err(nothing(chain, people, why))
        }
        false => Ok(name),
    }
}

fn nothing(chain: &Chain, people: People<'_>, why: String) -> Failure {
    let open: Vec<String> = open_reviews(chain, people)
        .map(|entry| entry.sequence.to_string())
        .collect();
    let failure = Failure::new("nothing-to-review", why);
    match open.is_empty() {
        true => failure.with_help("nothing waits for a review"),
        false => failure.with_help(format!("these wait for a review: {}", open.join(", "))),
    }
}

/// Several may look at the same.
fn is_reviewed_by(chain: &Chain, entry: &Entry, name: &str, people: People<'_>) -> bool {
    let by = |review: &Entry| {
        let by = review.text("by").unwrap_or(&review.actor.name);
        reviewer(entry, by, people) == Ok(name)
    };
    is_reviewed(entry, chain.entries.iter().filter(|other| by(other)), people)
}
