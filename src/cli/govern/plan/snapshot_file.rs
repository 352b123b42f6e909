use super::arguments::Arguments;
use super::before::{Before, Snapshot, State};
use super::published::is_of;
use crate::distribute::publish::session::no_trust;
use crate::failure::{Failure, Outcome};
use crate::input::anchor;
use crate::{clock, scopes, snapshot};
use std::collections::BTreeMap;
use std::path::Path;
use tidegate::Client;
use tidegate::compile::{Audience, folded_kills};
use tidegate::model::Project;
use tidegate::trust::{Document, Head, Kind, Trust};

/// A snapshot, or `latest` with its head.
pub(super) fn read(arguments: &Arguments, project: &Project, now_ms: i64) -> Outcome<Before> {
    let path = Path::new(&arguments.against);
    // Whoever mistypes a path is not to look for keys first.
    let bytes = snapshot::read(path)?;
    let trust = anchor::trust(arguments.trust.as_deref().ok_or_else(no_trust)?)?;
    let refused = |error: tidegate::Error| {
        Failure::new(error.code(), format!("`{}`: {error}", path.display())).about(path)
    };
    let documents = Document::all(&bytes).map_err(refused)?;
    let of = |kind| {
        documents
            .iter()
            .filter(move |document| document.kind() == Some(kind))
    };
    let Some(found) = of(Kind::Snapshot).next_back() else {
        let message = format!("`{}` is no snapshot", path.display());
        return Err(Failure::new("PAYLOAD_TYPE_UNEXPECTED", message).about(path));
    };
    verify(path, &bytes, &trust, now_ms)?;
    let payload = found.payload().to_vec();
    let header = is_of(project, &payload, &path.display().to_string())?;
    let mut kills = folded_kills(&payload).map_err(refused)?;
    for head in of(Kind::Head) {
        kills.extend(Head::decode(head.payload()).map_err(refused)?.kills);
    }
    is_asked_for(arguments, project, header.scope.place(), path)?;
    Ok(Before {
        described: format!(
            "{} ({}, version {}, of {})",
            path.display(),
            header.scope.as_str(),
            header.version,
            clock::written(header.issued_at_ms)
        ),
        behind: None,
        state: State::Snapshots(BTreeMap::from([(
            header.scope.place().to_owned(),
            Some(Snapshot { payload, kills }),
        )])),
    })
}

fn verify(path: &Path, bytes: &[u8], trust: &Trust, now_ms: i64) -> Outcome {
    let mut client = Client::new(trust.clone(), None);
    let loaded = client.load(bytes.to_vec(), now_ms);
    loaded
        .map(drop)
        .map_err(|error| snapshot::refused(path, &error, trust))
}

/// Refuses a snapshot for other people than those who are asked about.
fn is_asked_for(arguments: &Arguments, project: &Project, folder: &str, path: &Path) -> Outcome {
    let asked = scopes::asked(project, arguments.environment.as_deref(), arguments.audience);
    let mut places = asked
        .iter()
        .map(|(environment, audience)| scopes::place(environment, *audience));
    if places.any(|place| place == folder) {
        return Ok(());
    }
    let message = format!("`{}` is for {folder}", path.display());
    let asked = match (&arguments.environment, arguments.audience) {
        (None, None) => "which the project does not have".to_owned(),
        (environment, audience) => format!(
            "and {}{} was asked for",
            environment.as_deref().unwrap_or("any environment"),
            audience.map_or(String::new(), |audience| format!("/{}", Audience::from(audience)))
        ),
    };
    Err(Failure::new("SCOPE_MISMATCH", format!("{message}, {asked}")).about(path))
}
