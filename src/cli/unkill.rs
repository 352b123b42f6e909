use crate::audit::{self, Entry};
use crate::destination::wait;
use crate::failure::{Failure, Outcome};
use crate::publish::current::Current;
use crate::publish::issue::{Issued, Step};
use crate::publish::make::NextHead;
use crate::publish::reissue::{Keys, Reissued, reissue};
use crate::publish::session::{Session, Target};
use crate::report::Reporter;
use crate::{clock, snapshot};
use serde_json::json;
use std::path::PathBuf;

/// Let a flag that was killed decide again: a new snapshot of the same rules, without the kill
#[derive(Debug, clap::Args)]
#[command(
    after_help = "Example:\n  tidegate unkill checkout --reason \"fixed\" --at s3://flags/shop --environment production \\\n    \
    --key env:TIDEGATE_SNAPSHOT_KEY --head-key env:TIDEGATE_HEAD_KEY --trust 1.root\n\n\
    Rules and other kills stay as they are published. What the project itself says, `killed: true`, stays too: only an \
    edit lifts that."
)]
pub(crate) struct Arguments {
    /// The flag's key
    flag: String,
    /// Why, for the audit log
    #[arg(long)]
    reason: Option<String>,
    #[command(flatten)]
    target: Target,
    #[command(flatten)]
    keys: Keys,
    /// A project whose `audit.ndjson` is to tell of it
    #[arg(long, value_name = "DIR")]
    project: Option<PathBuf>,
    /// Show what would be written, and write nothing
    #[arg(long)]
    dry_run: bool,
}

pub(crate) fn run(arguments: &Arguments, reporter: &Reporter) -> Outcome {
    let signers = arguments.keys.open()?;
    let session = Session::open(&arguments.target, signers.anchor())?;
    let done = wait(async {
        let folders = those_with_the_kill(arguments, &session).await?;
        let mut done = Vec::new();
        for folder in &folders {
            let issuer = signers.issuer(&session, folder, arguments.dry_run);
            done.push(issuer.issue(|current| step(arguments, &session, current)).await?);
        }
        Ok(done)
    })?;
    let entry = Entry {
        action: "unkill",
        flag: Some(&arguments.flag),
        reason: arguments.reason.as_deref(),
        at_ms: session.now_ms,
        dry_run: arguments.dry_run,
    };
    let entry = entry.json(done.iter().map(json).collect());
    if let Some(project) = &arguments.project
        && !arguments.dry_run
    {
        audit::append(project, &entry)?;
    }
    let text: String = done.iter().map(|done| line(arguments, done)).collect();
    reporter.result(&text, &entry)
}

fn step(arguments: &Arguments, session: &Session, current: &Current) -> Outcome<Step> {
    let now_ms = session.now_ms;
    let mut kills = current.kills.clone();
    kills.retain(|kill| *kill != arguments.flag);
    let next = NextHead {
        kills,
        lifetime_ms: arguments.keys.head_lifetime,
        minimum_version: None,
        now_ms,
    };
    // An attempt that was interrupted between `latest` and `head` is all there but for `head`.
    if let Some(unfinished) = &current.unfinished
        && unfinished.head.kills == next.kills
        && unfinished.head.version >= current.head_floor
        && unfinished.head.expires_ms > now_ms
    {
        return Ok(Step::Finish);
    }
    let payload = current.payload()?;
    let Reissued { payload, head_keys } =
        reissue(current, &payload, &next.kills, arguments.keys.lifetime, now_ms)?;
    Ok(Step::Snapshot(payload, head_keys, next))
}

/// The folders where the flag is killed.
async fn those_with_the_kill(arguments: &Arguments, session: &Session) -> Outcome<Vec<String>> {
    let (flag, mut found, mut killed) = (&arguments.flag, Vec::new(), Vec::new());
    for folder in session.folders(&arguments.target).await? {
        let current = session.current(&folder).await?;
        current.head(&folder)?;
        if current.kills.contains(flag) {
            found.push(folder);
        } else {
            killed.extend(current.kills);
        }
    }
    if !found.is_empty() {
        return Ok(found);
    }
    killed.sort();
    killed.dedup();
    let failure = Failure::new("not-killed", format!("`{flag}` is not killed there"));
    Err(match killed.as_slice() {
        [] => failure.with_help("no flag is"),
        _ => failure.with_help(format!("killed are: {}", killed.join(", "))),
    })
}

fn json(done: &Issued) -> serde_json::Value {
    let mut json = snapshot::issued_json(&done.header, &done.head, &done.files);
    if let Some(fields) = json.as_object_mut() {
        fields.insert("changed".into(), json!(true));
    }
    json
}

fn line(arguments: &Arguments, done: &Issued) -> String {
    let would = if arguments.dry_run {
        "would decide"
    } else {
        "decides"
    };
    format!(
        "{}: `{}` {would} again, version {}, head {} expires {}\n",
        done.header.scope.as_str(),
        arguments.flag,
        done.header.version,
        done.head.version,
        clock::written(done.head.expires_ms),
    )
}
