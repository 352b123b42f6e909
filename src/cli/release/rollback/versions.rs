//! The rules of an older version, published again under a new one.

use crate::audit::{Deed, Hand};
use crate::destination::wait;
use crate::distribute::publish::current::Current;
use crate::distribute::publish::issue::{Issued, Step, What};
use crate::distribute::publish::make::NextHead;
use crate::distribute::publish::past::{self, Past};
use crate::distribute::publish::reissue::{Reissued, Undo, reissue};
use crate::distribute::publish::session::Session;
use crate::distribute::publish::terms::Publisher;
use crate::failure::{Failure, Outcome};
use crate::report::Reporter;
use crate::{clock, snapshot};
use serde_json::{Value, json};

/// Which version, and where.
#[derive(Debug, Clone, Copy)]
pub(super) struct Versions<'v> {
    /// Without one the versions are shown.
    pub(super) to: Option<u64>,
    pub(super) at: &'v str,
    pub(super) environment: &'v str,
    pub(super) undo: &'v Undo,
}

/// Publishes an older version again, or shows which there are.
pub(super) fn run(arguments: &Versions<'_>, reporter: &Reporter) -> Outcome {
    let terms = &arguments.undo.terms;
    let Some(version) = arguments.to else {
        let session = terms.reader(arguments.at)?;
        let lists = wait(list(arguments, &session))?;
        return tell_list(&lists, reporter);
    };
    let publisher = terms.publisher(arguments.at, terms.now_ms())?;
    arguments.undo.vouch(&publisher)?;
    let done = wait(async {
        let mut found = Vec::new();
        for folder in folders(arguments, &publisher.session).await? {
            let past = past(&publisher.session, &folder, version).await?;
            found.push((folder, past));
        }
        let mut done = Vec::new();
        for (folder, past) in &found {
            let issuer = publisher.issuer(folder);
            done.push(issuer.issue(|current| step(&publisher, current, past)).await?);
        }
        Ok(done)
    })?;
    let deed = Deed {
        action: "rollback",
        hand: Hand::Person,
        flag: None,
        environment: Some(arguments.environment),
        reason: arguments.undo.reason.as_deref(),
        at_ms: publisher.session.now_ms,
    };
    let scopes = done.iter().map(json).collect();
    let entry = arguments
        .undo
        .recorded(&deed, vec![("version", json!(version))], &done, scopes, reporter)?;
    let text: String = done
        .iter()
        .map(|done| line(publisher.dry_run, version, done))
        .collect();
    reporter.result(&text, &entry)
}

async fn folders(arguments: &Versions<'_>, session: &Session) -> Outcome<Vec<String>> {
    session
        .folders(arguments.environment, arguments.undo.audience)
        .await
}

/// The snapshot of a version, which must be there in every folder before any goes back.
async fn past(session: &Session, folder: &str, version: u64) -> Outcome<Past> {
    let current = session.current(folder).await?;
    current.head(folder)?;
    let versions = past::versions(session, folder, &current, Some(version)).await?;
    let mut versions = versions.into_iter();
    versions
        .find(|past| past.header.version == version)
        .ok_or_else(|| {
            let message =
                format!("there is no version {version} at `{folder}`, signed by those who sign today");
            Failure::new("version-missing", message)
                .with_help("`tidegate rollback --list` shows what is there; --audience names one alone")
        })
}

fn step(publisher: &Publisher, current: &Current, past: &Past) -> Outcome<Step> {
    if current
        .pointer()
        .is_some_and(|pointer| pointer.version == past.header.version)
    {
        return Ok(Step::Nothing);
    }
    let next = NextHead {
        kills: current.kills.clone(),
        lifetime_ms: publisher.head_lifetime_ms,
        minimum_version: None,
        now_ms: publisher.session.now_ms,
    };
    let Reissued { payload, head_keys } = reissue(publisher, current, &past.payload, &next.kills)?;
    Ok(Step::Snapshot(payload, head_keys, next))
}

async fn list(arguments: &Versions<'_>, session: &Session) -> Outcome<Vec<(Current, Vec<Past>)>> {
    let mut lists = Vec::new();
    for folder in folders(arguments, session).await? {
        let current = session.current(&folder).await?;
        current.head(&folder)?;
        let versions = past::versions(session, &folder, &current, None).await?;
        lists.push((current, versions));
    }
    Ok(lists)
}

fn tell_list(lists: &[(Current, Vec<Past>)], reporter: &Reporter) -> Outcome {
    let (mut text, mut scopes) = (String::new(), Vec::new());
    for (current, versions) in lists {
        let in_force = current.pointer().map(|pointer| pointer.version);
        let mut list = Vec::new();
        for Past { header, .. } in versions {
            let now = in_force == Some(header.version);
            let issued = clock::written(header.issued_at_ms);
            let mark = if now { "  in force" } else { "" };
            text.push_str(&format!(
                "{} version {} of {issued}{mark}\n",
                header.scope.as_str(),
                header.version
            ));
            let mut json = snapshot::header_json(header);
            if let Some(fields) = json.as_object_mut() {
                fields.insert("inForce".into(), json!(now));
            }
            list.push(json);
        }
        scopes.push(Value::Array(list));
    }
    reporter.result(&text, &json!({ "scopes": scopes }))
}

fn json(done: &Issued) -> Value {
    snapshot::issued_json(&done.header, &done.head, &done.files)
}

fn line(dry_run: bool, version: u64, done: &Issued) -> String {
    let would = if dry_run { "would be" } else { "are" };
    if done.what == What::Unchanged {
        return format!("{}: version {version} is in force\n", done.header.scope.as_str());
    }
    let mut text = format!(
        "{}: the rules of version {version} {would} published as version {}, head {} expires {}\n",
        done.header.scope.as_str(),
        done.header.version,
        done.head.version,
        clock::written(done.head.expires_ms),
    );
    if !done.head.kills.is_empty() {
        text.push_str(&format!("  killed: {}\n", done.head.kills.join(", ")));
    }
    text
}
