//! From a payload to what clients fetch: signed, tried, written, and done again where somebody else was faster.

use super::current::Current;
use super::make::{NextHead, tried_by_newcomers, tried_by_those_who_know};
use super::release::{Place, Progress, Release};
use super::session::{ATTEMPTS, Session, not_published, overtaken};
use super::signers::Signers;
use crate::audit::Came;
use crate::failure::{Failure, Outcome};
use crate::snapshot;
use tidegate::delivery::audit::{Gap, Lack};
use tidegate::delivery::change::{Change, Side, of_sides};
use tidegate::engine::inspect;
use tidegate::snapshot::Header;
use tidegate::trust::{Document, Head, Pointer, Role};

/// Who signs, and where it goes.
#[derive(Clone, Copy)]
pub(crate) struct Issuer<'i> {
    pub(crate) session: &'i Session,
    pub(crate) folder: &'i str,
    pub(crate) snapshot_signers: &'i Signers,
    pub(crate) head_signers: &'i Signers,
    pub(crate) dry_run: bool,
}

/// What is to be done, seeing what is published.
pub(crate) enum Step {
    /// A new snapshot, with the keys that it names for heads.
    Snapshot(Vec<u8>, Vec<[u8; 32]>, NextHead),
    /// Another head for the same snapshot.
    Head(NextHead),
    /// What was interrupted between `latest` and `head`.
    Finish,
    Nothing,
}

/// What was done, in one word.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum What {
    Published,
    Renewed,
    Finished,
    Unchanged,
}

impl What {
    pub(crate) const fn word(self) -> &'static str {
        match self {
            Self::Published => "published",
            Self::Renewed => "renewed",
            Self::Finished => "finished",
            Self::Unchanged => "unchanged",
        }
    }
}

/// What is published in the end.
#[derive(Debug)]
pub(crate) struct Issued {
    pub(crate) what: What,
    /// What was in force before, and the audit log does not tell of.
    pub(crate) gaps: Vec<Gap>,
    /// What differs from what was published before.
    pub(crate) changes: Vec<Change>,
    pub(crate) header: Header,
    pub(crate) head: Head,
    /// What could not be verified, and was overwritten.
    pub(crate) passed_over: Vec<String>,
    /// What was written, in order.
    pub(crate) files: Vec<String>,
}

impl Issued {
    /// What the audit log tells of it.
    pub(crate) fn told(&self) -> Came<'_> {
        Came::to(&self.head, self.what.word(), &self.gaps)
    }
}

impl Issuer<'_> {
    /// Does what `step` says until nobody else was faster. What others published meanwhile stays, and is an error; a
    /// kill or a renewal is taken in.
    pub(crate) async fn issue(&self, step: impl Fn(&Current) -> Outcome<Step>) -> Outcome<Issued> {
        // The snapshot that was there, and those that this run put there itself.
        let mut ours: Vec<Option<[u8; 64]>> = Vec::new();
        let (mut published, mut before, mut changes) = (None, None, Vec::new());
        let mut first_gaps = None;
        for _ in 0..ATTEMPTS {
            let current = self.session.current(self.folder).await?;
            let there = current.pointer().map(|pointer| pointer.digest);
            if !ours.is_empty() && !ours.contains(&there) {
                break;
            }
            ours.push(there);
            let step = step(&current)?;
            let mut gaps = current.gaps(&self.session.history);
            match step {
                // Again each time: somebody may have told of something in between.
                Step::Snapshot(..) => self.session.history.may_replace(&gaps)?,
                // The same rules, whoever published them: this is told of now.
                _ => gaps.retain(|gap| !matches!(gap.lack, Lack::Publication(_))),
            }
            let (mut issued, release) = self.prepared(&current, step)?;
            if let Some((_, frame)) = &release.snapshot {
                let before = before.get_or_insert_with(|| side(&current));
                changes = differences(before, frame, &issued.head)?;
            }
            issued.changes.clone_from(&changes);
            issued.gaps.clone_from(first_gaps.get_or_insert(gaps));
            let digest = issued.head.snapshot.digest;
            ours.push(Some(digest));
            // Only the head is left to do where it was another head that came in between.
            if issued.what == What::Published || published == Some(digest) {
                issued.what = What::Published;
                published = Some(digest);
            }
            if self.dry_run || issued.files.is_empty() {
                return Ok(issued);
            }
            let place = Place {
                destination: &self.session.destination,
                folder: self.folder,
                current: &current,
            };
            if let Some((pointer, _)) = &release.snapshot {
                self.session.history.note(snapshot::digest(pointer))?;
            }
            if release.write(place).await? == Progress::Done {
                return Ok(issued);
            }
        }
        Err(overtaken(self.folder))
    }

    fn prepared(&self, current: &Current, step: Step) -> Outcome<(Issued, Release)> {
        let mut release = Release {
            roots: self.session.new_roots(current),
            ..Release::default()
        };
        let (what, header, head) = match step {
            Step::Snapshot(payload, head_keys, next) => {
                let (header, head) = self.sealed(current, &mut release, &payload, &head_keys, next)?;
                (What::Published, header, head)
            }
            Step::Head(next) => {
                let (header, newest) = self.in_force(current)?;
                let role = current.head_role();
                let (head, frame) = next.seal(
                    current,
                    &newest.scope,
                    newest.snapshot.clone(),
                    &role,
                    self.head_signers,
                )?;
                release.head = Some(frame);
                (What::Renewed, header, head)
            }
            Step::Finish => {
                let (header, head) = self.in_force(current)?;
                release.head = current
                    .unfinished
                    .as_ref()
                    .map(|unfinished| unfinished.frame.clone());
                (What::Finished, header, head)
            }
            Step::Nothing => {
                let (header, head) = self.in_force(current)?;
                (What::Unchanged, header, head)
            }
        };
        let now_ms = self.session.now_ms;
        tried_by_those_who_know(current, &release, now_ms)?;
        tried_by_newcomers(current, &release, now_ms)?;
        let files = release.files();
        let issued = Issued {
            what,
            gaps: Vec::new(),
            changes: Vec::new(),
            header,
            head,
            passed_over: current.passed_over.clone(),
            files,
        };
        Ok((issued, release))
    }

    /// Signs a snapshot and a head that points to it.
    fn sealed(
        &self,
        current: &Current,
        release: &mut Release,
        payload: &[u8],
        head_keys: &[[u8; 32]],
        next: NextHead,
    ) -> Outcome<(Header, Head)> {
        self.snapshot_signers.fill(&current.root.snapshot)?;
        let frame = self.snapshot_signers.seal(payload)?;
        let header = header(&frame)?;
        let pointer = Pointer::of(header.version, &frame);
        let role = match current.root.head.keys.is_empty() {
            true => Role::any(head_keys),
            false => current.root.head.clone(),
        };
        let (head, mut latest) =
            next.seal(current, &header.scope, pointer.clone(), &role, self.head_signers)?;
        release.head = Some(latest.clone());
        latest.extend_from_slice(&frame);
        release.latest = Some(latest);
        release.snapshot = Some((pointer, frame));
        Ok((header, head))
    }

    fn in_force(&self, current: &Current) -> Outcome<(Header, Head)> {
        match (current.client.header(), current.client.head()) {
            (Some(header), Some(head)) => Ok((header.clone(), head.clone())),
            _ => Err(not_published(&self.session.destination.full(self.folder))),
        }
    }
}

/// What is in force, flag by flag.
fn side(current: &Current) -> Side {
    let inspected = current.client.inspect().unwrap_or_default();
    Side::inspected(&inspected).killing(&current.kills)
}

/// What differs in a snapshot, with the kills of its head.
fn differences(before: &Side, frame: &[u8], head: &Head) -> Outcome<Vec<Change>> {
    let inspected = inspect(frame.to_vec()).map_err(|error| Failure::new(error.code(), error.to_string()))?;
    let after = Side::inspected(&inspected).killing(&head.kills);
    Ok(of_sides(head.scope.environment(), before, &after))
}

/// What a snapshot's frame says of itself.
pub(crate) fn header(frame: &[u8]) -> Outcome<Header> {
    let documents = Document::all(frame).unwrap_or_default();
    let header = documents.first().and_then(|first| first.header().ok());
    header.ok_or_else(|| Failure::new("SNAPSHOT_MALFORMED", "snapshot has no header"))
}
