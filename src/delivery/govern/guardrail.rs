use super::missing::Missing;
use super::subject::Subject;
use crate::model::{Flag, Project, RolloutState, Stage, Status};

/// The stages that nobody watches, of the plans by which a flag is opened in an environment.
pub(super) fn unwatched(subject: &Subject, environment: &str, after: &Project) -> Vec<Missing> {
    let flag = subject
        .flag
        .as_ref()
        .and_then(|key| after.flags.iter().find(|flag| flag.key.value == *key));
    let Some(flag) = flag else {
        return Vec::new();
    };
    let plans: Vec<&str> = states(flag, environment)
        .filter(|(_, state)| state.status.is_under_way() || state.status == Status::Completed)
        .map(|(id, _)| id)
        .collect();
    let missing = |stage: Option<(&str, &Stage)>| Missing::Guardrail {
        flag: flag.key.value.clone(),
        environment: environment.to_owned(),
        stage: stage.map(|(plan, stage)| (plan.to_owned(), stage.name.value.clone())),
    };
    if plans.is_empty() && subject.step > 0 {
        return vec![missing(None)];
    }
    let mut found = Vec::new();
    for (id, rollout) in &flag.rollouts {
        if !plans.contains(&id.value.as_str()) {
            continue;
        }
        let opens = |stage: &&Stage| stage.share.is_some() || stage.ramp.is_some();
        let is_watched =
            |stage: &Stage| rollout.is_monitored(stage) && rollout.gate_of(stage).policy.is_some();
        let stages = rollout.stages.iter().filter(opens);
        let unwatched = stages.filter(|stage| !is_watched(stage));
        found.extend(unwatched.map(|stage| missing(Some((&id.value, stage)))));
    }
    found
}

/// Where the plans of a flag stand in an environment.
fn states<'f>(flag: &'f Flag, environment: &str) -> impl Iterator<Item = (&'f str, &'f RolloutState)> {
    let found = flag
        .environments
        .iter()
        .find(|(name, _)| name.value == environment);
    let states = found.into_iter().flat_map(|(_, state)| &state.rollouts);
    states.map(|(id, state)| (id.value.as_str(), state))
}
