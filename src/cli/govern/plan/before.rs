use super::arguments::Arguments;
use crate::scopes;
use std::collections::BTreeMap;
use tidegate::delivery::govern::Behind;
use tidegate::model::Project;

/// What a project's files are compared with.
#[derive(Debug)]
pub(super) struct Before {
    /// In words, for the head of what is told.
    pub(super) described: String,
    /// What it has that the files lack, of a commit.
    pub(super) behind: Option<Behind>,
    pub(super) state: State,
}

#[derive(Debug)]
pub(super) enum State {
    /// A project, without what cannot be read of it.
    Project(Box<Project>),
    /// Snapshots by `ENVIRONMENT/AUDIENCE`; nothing where nothing is published.
    Snapshots(BTreeMap<String, Option<Snapshot>>),
}

/// The payload of a snapshot, and the flags that are killed over it.
#[derive(Debug)]
pub(super) struct Snapshot {
    pub(super) payload: Vec<u8>,
    pub(super) kills: Vec<String>,
}

impl Before {
    /// The environments and audiences that are compared, as `ENVIRONMENT` and audience.
    pub(super) fn scopes(&self, arguments: &Arguments, project: &Project) -> Vec<(String, scopes::Audience)> {
        let of = |project| scopes::asked(project, arguments.environment.as_deref(), arguments.audience);
        let mut asked = of(project);
        match &self.state {
            State::Project(before) => {
                for scope in of(before) {
                    if !asked.contains(&scope) {
                        asked.push(scope);
                    }
                }
            }
            State::Snapshots(there) => {
                asked.retain(|(environment, audience)| {
                    there.contains_key(&scopes::place(environment, *audience))
                });
            }
        }
        asked
    }
}
