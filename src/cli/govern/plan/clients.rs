//! Both sides as clients have them, whoever signed what: who looks at a plan need hold no key.

use super::before::Snapshot;
use crate::failure::{Failure, Outcome};
use crate::input::project::ProjectFiles;
use crate::report::Reporter;
use tidegate::Client;
use tidegate::compile::{Audience, Options, Reissue, compile, republish};
use tidegate::delivery::change::ungoverned;
use tidegate::model::{Diagnostic, Project};
use tidegate::snapshot::Header;
use tidegate::trust::SigningKey;

/// What keeps sides from being compared.
#[derive(Debug)]
pub(in crate::govern) enum Wrong {
    Failed(Failure),
    Project(Vec<Diagnostic>),
}

impl Wrong {
    pub(in crate::govern) fn told(self, files: &ProjectFiles, reporter: &Reporter) -> Failure {
        match self {
            Self::Failed(failure) => failure,
            Self::Project(problems) => {
                reporter.diagnostics(&problems, &files.sources());
                Failure::Told
            }
        }
    }
}

/// A project compiled and taken in; nothing where it has no such environment.
pub(in crate::govern) fn of_project(
    project: &Project,
    environment: &str,
    audience: Audience,
    kills: &[String],
    now_ms: i64,
) -> Result<Option<Client>, Wrong> {
    if !project.has_environment(environment) {
        return Ok(None);
    }
    let options = Options {
        environment: environment.to_owned(),
        audience,
        version: 1,
        issued_at_ms: now_ms,
        not_before_ms: now_ms,
        expires_ms: None,
        head_keys: Vec::new(),
        kills: kills.to_vec(),
    };
    // Who must agree to a change is no part of what clients get, and what is wrong with it keeps nobody from seeing the rest.
    let payload = compile(&ungoverned(project), &options).map_err(Wrong::Project)?;
    let client = loaded(&payload, now_ms);
    client.map(Some).map_err(|error| {
        let message = format!("what was compiled cannot be evaluated: {error}");
        Wrong::Failed(Failure::new(error.code(), message))
    })
}

/// A snapshot with the kills that are in force over it.
pub(super) fn of_snapshot(snapshot: &Snapshot, now_ms: i64) -> Outcome<Client> {
    let refused =
        |error: tidegate::Error| Failure::new(error.code(), format!("the snapshot before: {error}"));
    let header = Header::of(&snapshot.payload).map_err(refused)?;
    let reissue = Reissue {
        version: header.version,
        issued_at_ms: header.issued_at_ms,
        expires_ms: header.expires_ms,
        // Its head has been read already: what it kills is in the snapshot.
        head_keys: Vec::new(),
        kills: snapshot.kills.clone(),
    };
    let payload = republish(&snapshot.payload, &reissue).map_err(refused)?;
    loaded(&payload, now_ms.max(header.issued_at_ms)).map_err(refused)
}

fn loaded(payload: &[u8], now_ms: i64) -> Result<Client, tidegate::Error> {
    // Nobody else ever sees what this key signs.
    let key = SigningKey::from_seed(&[0; 32], true);
    let mut client = Client::new(key.trust(), None);
    client.load(key.sign(payload), now_ms)?;
    Ok(client)
}
