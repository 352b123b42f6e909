use crate::audit::{self, Deed, Hand};
use crate::clock;
use crate::destination::wait;
use crate::distribute::publish::current::Current;
use crate::distribute::publish::make::NextHead;
use crate::distribute::publish::rehead::{Reheaded, rehead};
use crate::distribute::publish::session::Session;
use crate::distribute::publish::signers::Signers;
use crate::distribute::publish::target::Target;
use crate::failure::Outcome;
use crate::report::Reporter;
use serde_json::json;
use tidegate::trust::Head;

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
    /// Do nothing while the head lasts longer than this
    #[arg(long, value_name = "DURATION", value_parser = clock::duration)]
    if_within: Option<i64>,
}

pub(crate) fn run(arguments: &Arguments, reporter: &Reporter) -> Outcome {
    let target = &arguments.target;
    let (session, signers) = target.open()?;
    let project = target.told_project();
    if let Some(project) = project {
        session.history.set_if_any(project)?;
    }
    let done = wait(renew(arguments, &session, &signers))?;
    if let Some(project) = project.filter(|_| done.iter().any(|done| done.changed)) {
        let deed = Deed {
            action: "renew",
            hand: Hand::Person,
            flag: None,
            environment: Some(&target.environment),
            reason: None,
            at_ms: session.now_ms,
        };
        let came = done.iter().map(|done| done.told("renewed"));
        audit::append(project, audit::published(deed.entry(), came, false, reporter))
            .map_err(audit::but_done)?;
    }
    let scopes: Vec<_> = done.iter().map(Reheaded::json).collect();
    let text: String = done.iter().map(|done| line(arguments, done)).collect();
    reporter.result(&text, &json!({ "dryRun": target.dry_run, "scopes": scopes }))
}

async fn renew(arguments: &Arguments, session: &Session, signers: &Signers) -> Outcome<Vec<Reheaded>> {
    let mut done = Vec::new();
    let target = &arguments.target;
    for folder in target.folders(session).await? {
        let now_ms = session.now_ms;
        let next = |current: &Current, newest: &Head| {
            let left_ms = newest.expires_ms.saturating_sub(now_ms);
            let due = arguments.if_within.is_none_or(|within_ms| left_ms <= within_ms);
            (due || current.unfinished.is_some()).then(|| NextHead {
                kills: current.kills.clone(),
                lifetime_ms: target.head_lifetime,
                minimum_version: None,
                now_ms,
            })
        };
        done.push(rehead(session, &folder, signers, target.dry_run, next).await?);
    }
    Ok(done)
}

fn line(arguments: &Arguments, done: &Reheaded) -> String {
    let what = match (done.changed, arguments.target.dry_run) {
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
