use crate::audit::{self, Deed, Hand};
use crate::destination::wait;
use crate::distribute::publish::kills::Kill;
use crate::distribute::publish::rehead::Reheaded;
use crate::distribute::publish::session::Session;
use crate::distribute::publish::signers::Signers;
use crate::distribute::publish::target::Target;
use crate::failure::{Failure, Outcome};
use crate::input::reason::reason;
use crate::report::Reporter;
use crate::{clock, snapshot};
use serde_json::json;
use tidegate::model::is_key;

/// Turn a flag off for everybody, at once: only the head is written
#[derive(Debug, clap::Args)]
#[command(
    after_help = "Example:\n  tidegate kill checkout --reason \"orders are lost\" --at s3://flags/shop --environment production \\\n    \
    --head-key env:TIDEGATE_HEAD_KEY --trust 1.root\n\n\
    The flag serves its `offVariant` in every client that is online within a refresh interval. It stays off until \
    `tidegate unkill`, whatever is published in between. The reason goes to the audit log, never to clients. Without \
    --project no log tells of it: run the command again with it."
)]
pub(crate) struct Arguments {
    /// The flag's key
    flag: String,
    /// Why, for the audit log
    #[arg(long, value_parser = reason)]
    reason: String,
    #[command(flatten)]
    target: Target,
    /// Kill a flag that no published snapshot has
    #[arg(long)]
    force: bool,
}

pub(crate) fn run(arguments: &Arguments, reporter: &Reporter) -> Outcome {
    if !is_key(&arguments.flag) {
        let message = format!("`{}` cannot be a flag's key", arguments.flag);
        return Err(Failure::misuse("FLAG_NOT_FOUND", message));
    }
    let target = &arguments.target;
    let (session, signers) = target.open()?;
    let project = target.told_project();
    // No damage of the log keeps anybody from turning off what does harm; it is told of afterwards.
    if let Some(project) = project {
        let _ = session.history.set_if_any(project);
    }
    let done = wait(kill(arguments, &session, &signers))?;
    let deed = Deed {
        action: "kill",
        hand: Hand::Person,
        flag: Some(&arguments.flag),
        environment: Some(&target.environment),
        reason: Some(&arguments.reason),
        at_ms: session.now_ms,
    };
    let entry = deed.entry().with("kinds", json!(["kill"])).with(
        "diff",
        json!([{ "path": "killed", "before": false, "after": true }]),
    );
    let mut recorded = Ok(());
    if let Some(project) = project {
        let came = done.iter().map(|done| done.told("killed"));
        let told = audit::published(entry.clone(), came, false, reporter);
        recorded = audit::append(project, told).map_err(audit::but_done);
    }
    let told = audit::json(&entry, target.dry_run, done.iter().map(Reheaded::json).collect());
    if target.project.is_none() && !target.dry_run {
        audit::warn_untold(reporter);
    }
    let text: String = done.iter().map(|done| line(arguments, done)).collect();
    reporter.result(&text, &told)?;
    recorded
}

async fn kill(arguments: &Arguments, session: &Session, signers: &Signers) -> Outcome<Vec<Reheaded>> {
    let kill = Kill {
        flag: &arguments.flag,
        session,
        signers,
        head_lifetime_ms: arguments.target.head_lifetime,
        dry_run: arguments.target.dry_run,
    };
    let mut folders = arguments.target.folders(session).await?;
    if !arguments.force {
        let (found, known) = kill.those_with(folders).await?;
        if found.is_empty() {
            let known: Vec<&str> = known.iter().map(String::as_str).collect();
            return Err(snapshot::unknown_flag(&arguments.flag, &known));
        }
        folders = found;
    }
    kill.everywhere(&folders).await
}

fn line(arguments: &Arguments, done: &Reheaded) -> String {
    let (flag, scope) = (&arguments.flag, done.head.scope.as_str());
    let what = match (done.changed, arguments.target.dry_run) {
        (false, _) => "is killed already",
        (true, true) => "would be killed",
        (true, false) => "is killed",
    };
    let (version, expires) = (done.head.version, clock::written(done.head.expires_ms));
    format!("{scope}: `{flag}` {what}, head {version} expires {expires}\n")
}
