use super::{Current, Judge};
use crate::destination::{Destination, Object};
use crate::distribute::publish::session::Session;
use crate::failure::{Failure, Outcome};
use crate::layout::{self, DOCUMENT_BYTES, FRAME_BYTES};
use std::collections::BTreeMap;

pub(super) async fn read(session: &Session, folder: &str) -> Outcome<Current> {
    let destination = &session.destination;
    let at = |name: &str| format!("{folder}/{name}");
    let (head_path, latest_path) = (at(layout::HEAD), at(layout::LATEST));
    let (head, latest, roots_there) = tokio::join!(
        destination.read(&head_path, DOCUMENT_BYTES, None),
        destination.read(&latest_path, FRAME_BYTES, None),
        roots_from(destination, folder, session.trust.root().version),
    );
    let (head, latest, roots_there) = (head?.found(), latest?.found(), roots_there?);
    let mut judge = Judge::new(&session.trust, session.now_ms);
    let mut chain = roots_there.values().chain(session.roots.values());
    let mut waiting: Vec<(&str, &Object)> = [(&latest_path, &latest), (&head_path, &head)]
        .into_iter()
        .filter_map(|(path, object)| Some((path.as_str(), object.as_ref()?)))
        .collect();
    // What was signed under an earlier root is judged by that one: the chain is walked step by step.
    let refused = loop {
        let mut refused = Vec::new();
        for (path, object) in waiting {
            if let Err(error) = judge.take(&object.bytes) {
                refused.push((path, object, error));
            }
        }
        let Some(root) = chain.next() else {
            break refused;
        };
        judge.follow(root)?;
        waiting = refused
            .into_iter()
            .map(|(path, object, _)| (path, object))
            .collect();
    };
    let mut passed_over = Vec::new();
    for (path, object, error) in &refused {
        let url = judge.own_snapshot(&object.bytes).map(|url| at(&url));
        let snapshot = match url {
            Some(url) => destination.read(&url, FRAME_BYTES, None).await?.found(),
            None => None,
        };
        if !snapshot.is_some_and(|snapshot| judge.take_with(&object.bytes, &snapshot.bytes)) {
            passed_over.push(unverified(session, path, error)?);
        }
    }
    // A head whose snapshot is not in `latest`.
    if let Some(url) = judge.client.wanted().map(|pointer| pointer.url.clone()) {
        let path = at(&url);
        if let Some(object) = destination.read(&path, FRAME_BYTES, None).await?.found()
            && let Err(error) = judge.take(&object.bytes)
        {
            passed_over.push(unverified(session, &path, &error)?);
        }
    }
    let mut current = judge.into_current(roots_there, head, latest);
    current.passed_over = passed_over;
    Ok(current)
}

/// The roots of a destination from the pinned one on, up to the first that is missing. The pinned one may be missing.
async fn roots_from(destination: &Destination, folder: &str, pinned: u64) -> Outcome<BTreeMap<u64, Vec<u8>>> {
    let mut roots = BTreeMap::new();
    for version in pinned.max(1).. {
        let path = format!("{folder}/{}", layout::root(version));
        match destination.read(&path, DOCUMENT_BYTES, None).await?.found() {
            Some(object) => roots.insert(version, object.bytes),
            None if version == pinned => None,
            None => break,
        };
    }
    Ok(roots)
}

/// The name of a file that cannot be verified, if it is to be overwritten.
fn unverified(session: &Session, path: &str, error: &tidegate::Error) -> Outcome<String> {
    let full = session.destination.full(path);
    if session.overwrites {
        return Ok(full);
    }
    let failure = Failure::new(error.code(), format!("`{full}`: {error}")).about(full.as_ref());
    Err(match error.code() {
        "KEY_UNKNOWN" | "THRESHOLD_UNMET" => {
            failure.with_help("give with --trust what clients trust, from where the roots lead here")
        }
        _ => failure,
    })
}
