use super::people;
use crate::audit;
use crate::destination::wait;
use crate::distribute::publish::session::{Session, not_published};
use crate::failure::{Failure, Outcome};
use crate::input::anchor;
use crate::report::{Reporter, number};
use crate::{clock, scopes, snapshot};
use serde_json::{Value, json};
use std::path::PathBuf;
use tidegate::Trust;
use tidegate::delivery::audit::{Chain, Fault, Published};
use tidegate::delivery::govern::{People, is_reviewed};
use tidegate::model::Governance;

/// Check that nobody changed, took away or put in an entry
#[derive(Debug, clap::Args)]
#[command(
    after_help = "Example:\n  tidegate audit verify --project shop --at s3://flags/shop --trust 1.root\n\n\
    Each fault is named with its file, line and entry. With --at the log is held against what is signed and published: \
    whoever rewrites all of it, or cuts its end off, is found by that alone. The exit code and `code` are those of the first \
    fault."
)]
pub(super) struct Arguments {
    /// The project's folder
    #[arg(long, value_name = "DIR", default_value = ".")]
    project: PathBuf,
    #[command(flatten)]
    place: Place,
}

/// Where the project is published, which vouches for its log.
#[derive(Debug, clap::Args)]
pub(super) struct Place {
    /// Where it is published: a folder, or `s3://…`, `gs://…`, `az://…`
    #[arg(long, value_name = "DESTINATION", requires = "trust")]
    at: Option<String>,
    /// What clients trust: `ed25519:…` or `root:…`, or a file with it
    #[arg(long, value_parser = anchor::parse, requires = "at")]
    trust: Option<Trust>,
    /// The time instead of the clock
    #[arg(long, value_name = "TIME", value_parser = clock::moment, allow_hyphen_values = true)]
    now: Option<i64>,
}

pub(super) fn run(arguments: &Arguments, reporter: &Reporter) -> Outcome {
    let project = audit::existing(&arguments.project)?;
    let (chain, mut faults) = audit::read(project)?;
    // Nobody is to be asked who reviews where there is nothing to review.
    let governance = match chain.overlooked(|_| false).is_empty() {
        true => Governance::default(),
        false => people::named(project, reporter)?,
    };
    let people = People::of(&governance);
    faults.extend(chain.overlooked(|entry| is_reviewed(entry, &chain.entries, people)));
    let published = arguments.place.published()?;
    faults.extend(chain.held_against(published.as_deref().unwrap_or_default()));
    let (text, json) = told(&chain, &faults, published.as_deref());
    reporter.result(&text, &json)?;
    let Some(first) = faults.first() else {
        return Ok(());
    };
    let failure = Failure::new(first.kind.code(), first.to_string());
    Err(match faults.len() {
        1 => failure,
        count => failure.with_help(format!("and {} more", count - 1)),
    })
}

impl Place {
    /// What is published there, verified as clients verify it; nothing where no place was given.
    pub(super) fn published(&self) -> Outcome<Option<Vec<Published>>> {
        let (Some(at), Some(trust)) = (&self.at, &self.trust) else {
            return Ok(None);
        };
        let session = Session::to_read(at, trust.clone(), self.now.unwrap_or_else(clock::now_ms))?;
        wait(async {
            let mut published = Vec::new();
            for environment in session.destination.list("").await?.folders {
                for folder in scopes::published(&session.destination, &environment, None).await? {
                    let current = session.current(&folder).await?;
                    let head = current.head(&folder)?;
                    published.push(Published {
                        scope: head.scope.as_str().to_owned(),
                        version: head.snapshot.version,
                        digest: snapshot::digest(&head.snapshot),
                        head_version: head.version,
                        kills: head.kills.clone(),
                        tips: current.tips(),
                    });
                }
            }
            match published.is_empty() {
                true => Err(not_published(&session.destination.full(""))),
                false => Ok(Some(published)),
            }
        })
    }
}

fn told(chain: &Chain, faults: &[Fault], published: Option<&[Published]>) -> (String, Value) {
    let vouched = published.map(|published| chain.vouched_up_to(published));
    let last = chain.tip();
    let count = chain.entries.len();
    let entries = match count {
        1 => "1 entry".to_owned(),
        _ => format!("{count} entries"),
    };
    let mut text = match &last {
        Some(tip) => format!("{entries}, the last is {}", tip.sequence),
        None => "no entries".to_owned(),
    };
    text.push_str(&match faults.len() {
        0 => ": nothing is wrong\n".to_owned(),
        count => format!(": {}\n", number(count, "fault")),
    });
    for fault in faults {
        text.push_str(&format!("  [{}] {fault}\n", fault.kind.code()));
    }
    let newest = last.as_ref().map_or(0, |tip| tip.sequence);
    match vouched {
        None if count == 0 => {
            text.push_str("whether there should be any, --at and --trust ask of what is published\n");
        }
        None => text.push_str(
            "nobody vouches for the newest entries: --at and --trust hold the log against what is published\n",
        ),
        Some(vouched) if vouched < newest => text.push_str(&format!(
            "what is published vouches for entries up to {vouched}; the entries after it are vouched for by the next publication\n"
        )),
        Some(vouched) if vouched > 0 => {
            text.push_str(&format!("what is published vouches for all {vouched} entries\n"));
        }
        _ => {}
    }
    let faults: Vec<Value> = faults.iter().map(fault).collect();
    let json = json!({
        "entries": count,
        "tip": last.map(|tip| json!({ "seq": tip.sequence, "sha256": data_encoding::HEXLOWER.encode(&tip.digest) })),
        "vouchedUpTo": vouched,
        "faults": faults,
    });
    (text, json)
}

fn fault(fault: &Fault) -> Value {
    json!({
        "code": fault.kind.code(),
        "file": (!fault.file.is_empty()).then(|| format!("audit/{}", fault.file)),
        "line": (fault.line > 0).then_some(fault.line),
        "seq": fault.sequence,
        "message": fault.message,
    })
}
