use super::arguments::Arguments;
use super::before::{Before, Snapshot, State};
use crate::destination::wait;
use crate::distribute::publish::session::{Session, no_trust, not_published};
use crate::failure::{Failure, Outcome};
use crate::input::anchor;
use crate::scopes;
use std::collections::BTreeMap;
use tidegate::model::Project;
use tidegate::snapshot::Header;

/// What clients have now: what is published, verified as they do it, with its kills.
pub(super) fn read(arguments: &Arguments, project: &Project, now_ms: i64) -> Outcome<Before> {
    let Some(at) = &arguments.at else {
        let message = "where it is published was not given";
        return Err(
            Failure::misuse("usage", message).with_help("--at takes it: a folder, or s3://…, gs://…, az://…")
        );
    };
    let trust = anchor::trust(arguments.trust.as_deref().ok_or_else(no_trust)?)?;
    let session = Session::to_read(at, trust, now_ms)?;
    let asked = scopes::asked(project, arguments.environment.as_deref(), arguments.audience);
    let mut there = BTreeMap::new();
    wait(async {
        for (environment, audience) in &asked {
            let folder = scopes::place(environment, *audience);
            let current = session.current(&folder).await?;
            let snapshot = match current.snapshot_payload() {
                Some(payload) => {
                    is_of(project, &payload, &session.destination.full(&folder))?;
                    Some(Snapshot {
                        payload,
                        kills: current.kills,
                    })
                }
                None => None,
            };
            there.insert(folder, snapshot);
        }
        Ok(())
    })?;
    if there.values().all(Option::is_none) {
        return Err(not_published(at));
    }
    Ok(Before {
        described: format!("what is published at {at}"),
        behind: None,
        state: State::Snapshots(there),
    })
}

/// Refuses the snapshot of another project.
pub(super) fn is_of(project: &Project, payload: &[u8], what: &str) -> Outcome<Header> {
    let header =
        Header::of(payload).map_err(|error| Failure::new(error.code(), format!("`{what}`: {error}")))?;
    let name = &project.name.value;
    match header.scope.project() == name {
        true => Ok(header),
        false => {
            let message = format!(
                "`{what}` is for {}, and the project is `{name}`",
                header.scope.as_str()
            );
            Err(Failure::new("SCOPE_MISMATCH", message))
        }
    }
}
