use std::env;
use tidegate::delivery::audit::{Actor, ActorKind};

/// Whose hand moves.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Hand {
    /// A person's, at a terminal or through a pipeline.
    Person,
    /// A controller's or a schedule's; the name is that of whom it runs for.
    Controller,
}

impl Hand {
    /// Who the machine says it is; keys say who may.
    pub(crate) fn actor(self) -> Actor {
        let said = |name: &str| env::var(name).ok().map(|text| text.trim().to_owned());
        let said = |name: &str| said(name).filter(|text| !text.is_empty());
        let is_ci = said("CI").is_some_and(|ci| ci != "false" && ci != "0");
        let pipeline = || ["GITHUB_ACTOR", "GITLAB_USER_LOGIN"].into_iter().find_map(said);
        let name = said("TIDEGATE_ACTOR")
            .or_else(|| pipeline().filter(|_| is_ci))
            .or_else(|| ["USER", "LOGNAME", "USERNAME"].into_iter().find_map(said));
        Actor {
            name: name.unwrap_or_else(|| "unknown".to_owned()),
            kind: match self {
                Self::Controller => ActorKind::Controller,
                Self::Person if is_ci => ActorKind::Ci,
                Self::Person => ActorKind::Human,
            },
        }
    }
}
