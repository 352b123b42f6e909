use crate::audit::{self, Deed, Hand};
use crate::clock;
use crate::destination::wait;
use crate::distribute::publish::current::Current;
use crate::distribute::publish::make::NextHead;
use crate::distribute::publish::rehead::{Reheaded, rehead};
use crate::distribute::publish::session::{Session, Target};
use crate::distribute::publish::signers::Signers;
use crate::failure::Outcome;
use crate::report::Reporter;
use serde_json::json;
use std::path::PathBuf;
use tidegate::trust::{Head, Kind};

/// Sign the head again before it expires: for timers, with nothing but a head key
#[derive(Debug, clap::Args)]
#[command(
    after_help = "Example:\n  tidegate renew --at s3://flags/shop --environment production --head-key env:TIDEGATE_HEAD_KEY \\\n    \
    --trust 1.root --if-within 3d\n\n\
    Snapshot and kills stay as they are. A snapshot expires by itself: only `tidegate publish` renews it."
)]
pub(crate) struct Arguments {
    #[command(flatten)]
    target: Target,
    /// A private key that may sign heads: its file, `env:NAME` or `exec:COMMAND`
    #[arg(long, value_name = "KEY", required = true)]
    head_key: Vec<String>,
    /// How long the new head lasts, like 12h or 7d; by default as long as the one before it
    #[arg(long, value_name = "DURATION", value_parser = clock::duration)]
    head_lifetime: Option<i64>,
    /// Do nothing while the head lasts longer than this
    #[arg(long, value_name = "DURATION", value_parser = clock::duration)]
    if_within: Option<i64>,
    /// A project whose audit log is to tell of it
    #[arg(long, value_name = "DIR")]
    project: Option<PathBuf>,
    /// Show what would be written, and write nothing
    #[arg(long)]
    dry_run: bool,
}

pub(crate) fn run(arguments: &Arguments, reporter: &Reporter) -> Outcome {
    let signers = Signers::open(Kind::Head, &arguments.head_key)?;
    let session = Session::open(&arguments.target, signers.public_keys().first().copied())?;
    let project = arguments.project.as_deref().filter(|_| !arguments.dry_run);
    if let Some(project) = project {
        session.history.set_if_any(project)?;
    }
    let done = wait(renew(arguments, &session, &signers))?;
    if let Some(project) = project.filter(|_| done.iter().any(|done| done.changed)) {
        let deed = Deed {
            action: "renew",
            hand: Hand::Person,
            flag: None,
            environment: Some(&arguments.target.environment),
            reason: None,
            at_ms: session.now_ms,
        };
        let came = done.iter().map(|done| done.told("renewed"));
        audit::append(project, audit::published(deed.entry(), came, false, reporter))?;
    }
    let scopes: Vec<_> = done.iter().map(Reheaded::json).collect();
    let text: String = done.iter().map(|done| line(arguments, done)).collect();
    reporter.result(&text, &json!({ "dryRun": arguments.dry_run, "scopes": scopes }))
}

async fn renew(arguments: &Arguments, session: &Session, signers: &Signers) -> Outcome<Vec<Reheaded>> {
    let mut done = Vec::new();
    for folder in session
        .folders(&arguments.target.environment, arguments.target.audience)
        .await?
    {
        let now_ms = session.now_ms;
        let next = |current: &Current, newest: &Head| {
            let left_ms = newest.expires_ms.saturating_sub(now_ms);
            let due = arguments.if_within.is_none_or(|within_ms| left_ms <= within_ms);
            (due || current.unfinished.is_some()).then(|| NextHead {
                kills: current.kills.clone(),
                lifetime_ms: arguments.head_lifetime,
                minimum_version: None,
                now_ms,
            })
        };
        done.push(rehead(session, &folder, signers, arguments.dry_run, next).await?);
    }
    Ok(done)
}

fn line(arguments: &Arguments, done: &Reheaded) -> String {
    let what = match (done.changed, arguments.dry_run) {
        (false, _) => "lasts long enough",
        (true, true) => "would be renewed",
        (true, false) => "is renewed",
    };
    let (version, expires) = (done.head.version, clock::written(done.head.expires_ms));
    format!(
        "{}: head {version} {what}, expires {expires}\n",
        done.head.scope.as_str()
    )
}
