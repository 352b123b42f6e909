use super::missing::Missing;
use super::subject::Subject;
use crate::model::{Flag, Project, RolloutState, Serve, Stage, Status};

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
    let mut found = Vec::new();
    if subject.step > 0 && (plans.is_empty() || opens_beside_plans(subject, flag, environment)) {
        found.push(missing(None));
    }
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

/// Is something else than a plan served anew, by a rule or by default?
fn opens_beside_plans(subject: &Subject, flag: &Flag, environment: &str) -> bool {
    let (rules, default) = (flag.rules_in(environment), flag.default_in(environment));
    let off = &flag.off_variant.value;
    let opens = |serve: &Serve| match serve {
        Serve::Rollout(_) => false,
        Serve::Variant(variant) => variant != off,
        Serve::Split(split) => split.shares.iter().any(|(variant, _)| variant.value != *off),
        Serve::Share { to, .. } => to.value != *off,
        Serve::Experiment(_) => true,
    };
    let rule = |number: usize| rules.get(number).map(|rule| &rule.value.serve.value);
    let some_opens = || {
        let served = (0..rules.len()).filter_map(rule).chain([&default.value]);
        served.into_iter().any(opens)
    };
    subject.paths.iter().any(|path| {
        let names = ["onExpired", "type", "clientVisible"];
        if names.contains(&path.as_str()) || path.ends_with("].name") {
            return false;
        }
        if path.starts_with("default") {
            return opens(&default.value);
        }
        let in_rule = path.strip_prefix("rules[").and_then(|rest| {
            let (number, rest) = rest.split_once(']')?;
            let served = rule(number.parse().ok()?)?;
            rest.starts_with(".serve").then_some(served)
        });
        match in_rule {
            Some(served) => opens(served),
            // Units that are listed, and what variants are worth, are in no plan.
            None if ["targets", "variants", "offVariant"]
                .iter()
                .any(|name| path.starts_with(name)) =>
            {
                true
            }
            // Who is asked about goes from any rule to any other.
            None => some_opens(),
        }
    })
}

/// Where the plans of a flag stand in an environment.
fn states<'f>(flag: &'f Flag, environment: &str) -> impl Iterator<Item = (&'f str, &'f RolloutState)> {
    let there = flag.state_in(environment);
    let states = there.into_iter().flat_map(|there| &there.rollouts);
    states.map(|(id, state)| (id.value.as_str(), state))
}
