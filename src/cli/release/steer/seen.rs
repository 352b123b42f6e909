use super::helm::Helm;
use super::order::{Move, Order};
use super::record;
use super::workspace::Workspace;
use crate::distribute::publish::published::Published;
use crate::distribute::publish::session::overtaken;
use crate::failure::{Failure, Outcome};
use crate::scopes::{self, Audience};
use std::collections::BTreeMap;
use tidegate::model::RolloutState;

/// What an order is based on; it is refused where that is so no longer.
#[derive(Debug, Clone)]
pub(crate) struct Seen {
    pub(crate) state: RolloutState,
    /// By folder: the digest of the snapshot in force.
    pub(super) published: BTreeMap<String, Option<[u8; 64]>>,
    /// Does any audience have the flag, not killed?
    is_open: bool,
    /// The folders where the flag is killed.
    killed: Vec<String>,
}

/// A scope, and its folder at the destination.
pub(super) type Place = (String, (String, Audience));

impl Helm<'_> {
    /// What an order about a plan is based on, and where it is published: all audiences that are, or else will be.
    pub(super) async fn seen(
        &self,
        workspace: &Workspace,
        flag: &str,
        plan: Option<&str>,
    ) -> Outcome<(Vec<Place>, Seen)> {
        let mut seen = Seen {
            state: self.plan(workspace, flag, plan)?.state,
            published: BTreeMap::new(),
            is_open: false,
            killed: Vec::new(),
        };
        let Some(publisher) = self.publisher else {
            return Ok((Vec::new(), seen));
        };
        let session = &publisher.session;
        let there = scopes::published(&session.destination, self.environment, None).await?;
        let mut places = Vec::new();
        for (environment, audience) in scopes::asked(&workspace.project, Some(self.environment), None) {
            let folder = scopes::place(&environment, audience);
            if there.is_empty() || there.contains(&folder) {
                let current = session.current(&folder).await?;
                let digest = current.pointer().map(|pointer| pointer.digest);
                seen.published.insert(folder.clone(), digest);
                if current.kills.iter().any(|kill| kill == flag) {
                    seen.killed.push(folder.clone());
                } else {
                    seen.is_open |= current.client.flags().any(|known| known == flag);
                }
                places.push((folder, (environment, audience)));
            }
        }
        Ok((places, seen))
    }
}

impl Seen {
    /// Is the flag killed for any audience?
    pub(crate) fn is_killed(&self) -> bool {
        !self.killed.is_empty()
    }

    /// What the same hand published since is no reason to be refused.
    pub(crate) fn knows(&mut self, published: &[Published]) {
        for head in published.iter().map(|published| &published.issued().head) {
            if let Some(digest) = self.published.get_mut(head.scope.place()) {
                *digest = Some(head.snapshot.digest);
            }
        }
    }

    /// Refuses what is no longer as it was.
    pub(super) fn is_still(&self, earlier: &Self) -> Outcome {
        if !stands_as(&self.state, &earlier.state) {
            let message = format!(
                "somebody else moved the rollout meanwhile: it was {}, and is {}",
                record::words(&earlier.state),
                record::words(&self.state)
            );
            return Err(
                Failure::new("changed-meanwhile", message).with_help("look at what they did, and try again")
            );
        }
        let mut folders = self.published.iter();
        match folders.find(|(folder, digest)| earlier.published.get(*folder) != Some(*digest)) {
            Some((folder, _)) => Err(overtaken(folder)),
            None => Ok(()),
        }
    }

    /// Does an order change what is published even where it changes no file?
    pub(super) fn is_touched_by(&self, order: &Order<'_>) -> bool {
        match order.step {
            Move::RollBack => self.is_open,
            _ => order.lifts && self.is_killed(),
        }
    }
}

/// Does a plan stand where it stood? That more people agree to leaving its stage takes nothing from anybody.
fn stands_as(now: &RolloutState, earlier: &RolloutState) -> bool {
    let agreed = RolloutState {
        approvals: now.approvals.clone(),
        ..earlier.clone()
    };
    let mut who = earlier.approvals.iter();
    now.says_the_same_as(&agreed) && who.all(|who| now.approvals.contains(who))
}
