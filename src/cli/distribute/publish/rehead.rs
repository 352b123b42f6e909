use super::current::Current;
use super::make::{NextHead, tried_by_those_who_know};
use super::release::{Place, Progress, Release};
use super::session::{ATTEMPTS, Session, overtaken};
use super::signers::Signers;
use crate::audit::Came;
use crate::failure::Outcome;
use crate::{layout, snapshot};
use serde_json::{Value, json};
use tidegate::delivery::audit::Gap;
use tidegate::trust::Head;

/// A head in the place of another, for the same snapshot.
#[derive(Debug)]
pub(crate) struct Reheaded {
    pub(crate) head: Head,
    /// False where there was nothing to do.
    pub(crate) changed: bool,
    /// What was in force before, and the audit log does not tell of.
    pub(crate) gaps: Vec<Gap>,
}

impl Reheaded {
    /// What the audit log tells of it.
    pub(crate) fn told(&self, did: &str) -> Came<'_> {
        let did = if self.changed { did } else { "unchanged" };
        Came::to(&self.head, did, &self.gaps)
    }

    pub(crate) fn json(&self) -> Value {
        json!({
            "scope": self.head.scope.as_str(),
            "changed": self.changed,
            "head": snapshot::head_json(&self.head),
        })
    }
}

/// Writes `head`, and nothing else. `next` says what the new one says, or that none is needed; it is asked again
/// whenever somebody else was faster.
pub(crate) async fn rehead(
    session: &Session,
    folder: &str,
    signers: &Signers,
    dry_run: bool,
    next: impl Fn(&Current, &Head) -> Option<NextHead>,
) -> Outcome<Reheaded> {
    for _ in 0..ATTEMPTS {
        let current = session.current(folder).await?;
        let newest = current.head(folder)?;
        let gaps = current.gaps(&session.history);
        let Some(next) = next(&current, &newest) else {
            return Ok(Reheaded {
                head: newest.clone(),
                changed: false,
                gaps,
            });
        };
        let role = current.head_role();
        let (head, frame) = next.seal(&current, &newest.scope, newest.snapshot.clone(), &role, signers)?;
        let release = Release {
            head: Some(frame),
            ..Release::default()
        };
        tried_by_those_who_know(&current, &release, session.now_ms)?;
        let reheaded = Reheaded {
            head,
            changed: true,
            gaps,
        };
        if dry_run {
            return Ok(reheaded);
        }
        let place = Place {
            destination: &session.destination,
            folder,
            current: &current,
        };
        // Whoever wrote `latest` meanwhile did not know of this head, and their own may be newer.
        if release.write(place).await? == Progress::Done
            && place.is_still(layout::LATEST, current.latest.as_ref()).await?
        {
            return Ok(reheaded);
        }
    }
    Err(overtaken(folder))
}
