use crate::audit::{Deed, Hand};
use crate::destination::wait;
use crate::distribute::publish::current::Current;
use crate::distribute::publish::issue::{Issued, Step};
use crate::distribute::publish::make::NextHead;
use crate::distribute::publish::reissue::{Reissued, Undo, reissue};
use crate::distribute::publish::terms::Publisher;
use crate::failure::{Failure, Outcome};
use crate::report::Reporter;
use crate::{clock, snapshot};
use serde_json::json;

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
    /// Where it is published: a folder, or `s3://…`, `gs://…`, `az://…`
    #[arg(long, value_name = "DESTINATION")]
    at: String,
    /// The environment
    #[arg(long)]
    environment: String,
    #[command(flatten)]
    undo: Undo,
}

pub(crate) fn run(arguments: &Arguments, reporter: &Reporter) -> Outcome {
    let terms = &arguments.undo.terms;
    let publisher = terms.publisher(&arguments.at, terms.now_ms())?;
    arguments.undo.vouch(&publisher)?;
    let done = wait(async {
        let folders = those_with_the_kill(arguments, &publisher).await?;
        let mut done = Vec::new();
        for folder in &folders {
            let issuer = publisher.issuer(folder);
            done.push(
                issuer
                    .issue(|current| step(&arguments.flag, &publisher, current))
                    .await?,
            );
        }
        Ok(done)
    })?;
    let deed = Deed {
        action: "unkill",
        hand: Hand::Person,
        flag: Some(&arguments.flag),
        environment: Some(&arguments.environment),
        reason: arguments.undo.reason.as_deref(),
        at_ms: publisher.session.now_ms,
    };
    let scopes = done.iter().map(json).collect();
    let entry = arguments
        .undo
        .recorded(&deed, Vec::new(), &done, scopes, reporter)?;
    let text: String = done.iter().map(|done| line(arguments, done)).collect();
    reporter.result(&text, &entry)
}

fn step(flag: &str, publisher: &Publisher, current: &Current) -> Outcome<Step> {
    let now_ms = publisher.session.now_ms;
    let mut kills = current.kills.clone();
    kills.retain(|kill| kill != flag);
    let next = NextHead {
        kills,
        lifetime_ms: publisher.head_lifetime_ms,
        minimum_version: None,
        now_ms,
    };
    if current.lacks_only_the_head(&next.kills, now_ms) {
        return Ok(Step::Finish);
    }
    let payload = current.payload()?;
    let Reissued { payload, head_keys } = reissue(publisher, current, &payload, &next.kills)?;
    Ok(Step::Snapshot(payload, head_keys, next))
}

/// The folders where the flag is killed.
async fn those_with_the_kill(arguments: &Arguments, publisher: &Publisher) -> Outcome<Vec<String>> {
    let (session, audience) = (&publisher.session, arguments.undo.audience);
    let (flag, mut found, mut killed) = (&arguments.flag, Vec::new(), Vec::new());
    for folder in session.folders(&arguments.environment, audience).await? {
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
    let would = if arguments.undo.terms.dry_run {
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
