use super::current::Current;
use super::issue::Step;
use super::make::{NextHead, tried_by_newcomers};
use super::published::Published;
use super::release::Release;
use super::terms::Publisher;
use crate::failure::{Failure, Outcome};
use crate::scopes::{self, Audience};
use std::cell::OnceCell;
use tidegate::compile::{Options, compile, vouch};
use tidegate::model::{Diagnostic, Project};
use tidegate::snapshot::{AuditTip, Header};

/// One scope of a project, to be published.
pub(super) struct Plan<'p> {
    pub(super) publisher: &'p Publisher,
    pub(super) project: &'p Project,
    pub(super) environment: String,
    pub(super) audience: Audience,
    pub(super) demands: Demands,
    /// Flags whose kill is lifted, if it is there when this begins; one that comes in between stays.
    pub(super) lifts: &'p [String],
}

/// What only somebody who publishes by hand asks for.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Demands {
    /// By default the time, in epoch milliseconds.
    pub(crate) version: Option<u64>,
    /// By default that of the head before.
    pub(crate) minimum_version: Option<u64>,
    /// Even what is published already.
    pub(crate) force: bool,
}

impl Plan<'_> {
    /// Can a snapshot be made of it at all?
    pub(super) fn compiles(&self) -> Result<(), Vec<Diagnostic>> {
        let now_ms = self.publisher.session.now_ms;
        compile(self.project, &self.options(1, now_ms, Vec::new(), Vec::new())).map(drop)
    }

    /// Refuses to replace what the audit log at hand does not tell of.
    pub(super) async fn may_replace(&self) -> Outcome {
        let session = &self.publisher.session;
        let folder = scopes::place(&self.environment, self.audience);
        let current = session.current(&folder).await?;
        let gaps = current.gaps(&session.history);
        if gaps.is_empty() {
            return Ok(());
        }
        match self.step(&current, &self.lifted(&current))? {
            Step::Snapshot(..) => session.history.may_replace(&gaps),
            _ => Ok(()),
        }
    }

    pub(super) async fn publish(&self) -> Outcome<Published> {
        let folder = scopes::place(&self.environment, self.audience);
        let issuer = self.publisher.issuer(&folder);
        let lifted = OnceCell::new();
        let issued = issuer.issue(|current| {
            let lifted = lifted.get_or_init(|| self.lifted(current));
            self.step(current, lifted)
        });
        let issued = issued.await?;
        let known = |kill: &&String| self.project.flags.iter().any(|flag| flag.key.value == **kill);
        let unknown_kills = issued.head.kills.iter().filter(|kill| !known(kill)).cloned();
        Ok(Published {
            unknown_kills: unknown_kills.collect(),
            issued,
        })
    }

    /// The kills that are there now, and are to be lifted.
    fn lifted(&self, current: &Current) -> Vec<&String> {
        let there = |flag: &&String| current.kills.contains(flag);
        self.lifts.iter().filter(there).collect()
    }

    fn step(&self, current: &Current, lifted: &[&String]) -> Outcome<Step> {
        self.is_of_the_roots_project(current)?;
        let now_ms = self.publisher.session.now_ms;
        let head_keys = self.publisher.head_keys(current);
        let mut kills = current.kills.clone();
        kills.retain(|kill| !lifted.contains(&kill));
        let lifts = kills.len() < current.kills.len();
        let next = NextHead {
            kills,
            lifetime_ms: self.publisher.head_lifetime_ms,
            minimum_version: self.demands.minimum_version,
            now_ms,
        };
        if !self.demands.force && self.is_published(current, &head_keys, &next.kills, now_ms)? {
            if !lifts {
                return Ok(self.renewal(current, next, now_ms));
            }
            if current.lacks_only_the_head(&next.kills, now_ms) {
                return Ok(Step::Finish);
            }
        }
        let version = self.version(current, now_ms)?;
        let options = self.options(version, now_ms, head_keys.clone(), next.kills.clone());
        let payload = self.compiled(&options, current.tip)?;
        Ok(Step::Snapshot(payload, head_keys, next))
    }

    /// Refuses what every client would, and says which projects they are.
    fn is_of_the_roots_project(&self, current: &Current) -> Outcome {
        let (of_root, own) = (&current.root.project, &self.project.name.value);
        // A bare key signs for every project.
        if of_root.is_empty() || of_root == own {
            return Ok(());
        }
        let message = format!("the root is of the project `{of_root}`, and what is published is `{own}`");
        Err(Failure::new("SCOPE_MISMATCH", message).with_help(
            "`project` in `tidegate.yaml` says what it is called, in every copy; another project needs a root of its own: \
             `tidegate root init`",
        ))
    }

    /// Are the rules in force those of the project, under keys that still sign, and for a good while?
    fn is_published(
        &self,
        current: &Current,
        head_keys: &[[u8; 32]],
        kills: &[String],
        now_ms: i64,
    ) -> Outcome<bool> {
        let (Some(header), Some(_)) = (current.client.header(), current.client.head()) else {
            return Ok(false);
        };
        if current.latest.is_none() {
            return Ok(false);
        }
        let asked = self
            .demands
            .version
            .is_none_or(|version| version == header.version)
            && self.publisher.lifetime_ms.is_none();
        let bare = current.root.head.keys.is_empty();
        if !asked
            || half_over(header.issued_at_ms, header.expires_ms, now_ms)
            || (bare && header.head_keys != head_keys)
            || current.client.wanted().is_some()
        {
            return Ok(false);
        }
        let payload = current.snapshot_payload().unwrap_or_default();
        // That the audit log went on is no reason to publish the same again.
        let tip = AuditTip::of_snapshot(&payload).ok().flatten();
        let same = payload == self.compiled(&self.options_of(header, kills), tip)?;
        // What was signed by keys that have lost their role since must be signed anew.
        let release = Release {
            roots: self.publisher.session.new_roots(current),
            ..Release::default()
        };
        Ok(same && tried_by_newcomers(current, &release, now_ms).is_ok())
    }

    /// What is left to do where the snapshot stays.
    fn renewal(&self, current: &Current, next: NextHead, now_ms: i64) -> Step {
        let Some(newest) = current.client.head() else {
            return Step::Nothing;
        };
        let half_over = half_over(newest.issued_at_ms, newest.expires_ms, now_ms);
        let says_the_same = newest.root_version == current.root.version
            && next.kills.iter().all(|kill| newest.kills.contains(kill))
            && next.lifetime_ms.is_none()
            && next
                .minimum_version
                .is_none_or(|minimum| minimum == newest.minimum_version);
        // A head that is not in force anywhere but in `latest` has a version that `head` must not be behind of.
        let finishes = current
            .unfinished
            .as_ref()
            .is_some_and(|unfinished| unfinished.head.version >= current.head_floor);
        match (says_the_same && !half_over, &current.unfinished) {
            (true, None) => Step::Nothing,
            (true, Some(_)) if finishes => Step::Finish,
            _ => Step::Head(next),
        }
    }

    fn version(&self, current: &Current, now_ms: i64) -> Outcome<u64> {
        let floor = current.snapshot_floor;
        match self.demands.version {
            Some(version) if version <= floor => {
                let code = if version < floor {
                    "SNAPSHOT_ROLLBACK"
                } else {
                    "SNAPSHOT_CONFLICT"
                };
                let message = format!("version {floor} is published, and {version} is not higher");
                Err(Failure::new(code, message)
                    .with_help("`tidegate rollback` publishes old rules under a new version"))
            }
            Some(version) => Ok(version),
            None => current.next_snapshot(now_ms),
        }
    }

    fn compiled(&self, options: &Options, tip: Option<AuditTip>) -> Outcome<Vec<u8>> {
        // That the project compiles was seen before; what is left is how long the snapshot may be.
        let payload = compile(self.project, options).map_err(|problems| match problems.first() {
            Some(problem) => Failure::new(problem.code, problem.message.clone()),
            None => Failure::Told,
        })?;
        vouch(&payload, tip.as_ref()).map_err(|error| Failure::new(error.code(), error.to_string()))
    }

    fn options(&self, version: u64, now_ms: i64, head_keys: Vec<[u8; 32]>, kills: Vec<String>) -> Options {
        Options {
            environment: self.environment.clone(),
            audience: self.audience.into(),
            version,
            issued_at_ms: now_ms,
            not_before_ms: now_ms,
            expires_ms: self
                .publisher
                .lifetime_ms
                .map(|lifetime_ms| now_ms.saturating_add(lifetime_ms)),
            head_keys,
            kills,
        }
    }

    fn options_of(&self, header: &Header, kills: &[String]) -> Options {
        let (head_keys, kills) = (header.head_keys.clone(), kills.to_vec());
        Options {
            not_before_ms: header.not_before_ms,
            expires_ms: Some(header.expires_ms),
            ..self.options(header.version, header.issued_at_ms, head_keys, kills)
        }
    }
}

/// Is more than half of the time over that something lasts?
fn half_over(issued_at_ms: i64, expires_ms: i64, now_ms: i64) -> bool {
    expires_ms.saturating_sub(now_ms) < now_ms.saturating_sub(issued_at_ms)
}
