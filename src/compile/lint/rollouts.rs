use super::names::Names;
use super::walk::serves;
use crate::model::{
    Diagnostic, EnvironmentState, Flag, Percent, Ramp, Rollout, RolloutState, Serve, Spanned, Stage, Status,
    percent_number,
};
use crate::snapshot::limits;

/// Plans that do not add up, by themselves or with their state in an environment.
pub(super) fn check(names: &Names<'_>, found: &mut Vec<Diagnostic>) {
    for template in &names.project.templates {
        falling_shares(&template.stages, found);
    }
    for flag in &names.project.flags {
        for (_, rollout) in &flag.rollouts {
            two_variants(&rollout.from, &rollout.to, found);
            falling_shares(&rollout.stages, found);
            gates(rollout, found);
        }
        for serve in serves(flag) {
            if let Serve::Share { to, from, .. } = &serve.value {
                two_variants(from.as_ref().unwrap_or(&flag.off_variant), to, found);
            }
        }
        for (environment, state) in &flag.environments {
            one_plan(&environment.value, state, found);
            for (id, state) in &state.rollouts {
                if let Some(rollout) = find(flag, id) {
                    State {
                        rollout,
                        state,
                        environment: &environment.value,
                        found,
                    }
                    .check();
                }
            }
        }
    }
}

fn find<'f>(flag: &'f Flag, id: &Spanned<String>) -> Option<&'f Rollout> {
    let rollout = flag.rollouts.iter().find(|(name, _)| name.value == id.value);
    rollout.map(|(_, rollout)| rollout)
}

fn two_variants(from: &Spanned<String>, to: &Spanned<String>, found: &mut Vec<Diagnostic>) {
    if from.value == to.value {
        let message = format!(
            "a rollout leads from one variant to another, found `{}` twice",
            to.value
        );
        found.push(Diagnostic::error("same-variant", &to.place, message));
    }
}

/// A ramp that goes down is meant to; a stage that begins below where the one before it ended is a slip: a plan
/// goes back by `rollback` or `promote --stage`.
fn falling_shares(stages: &[Stage], found: &mut Vec<Diagnostic>) {
    let mut before: Option<(&Stage, Percent)> = None;
    for stage in stages {
        let begins = stage.share.or(stage.ramp.as_ref().and_then(|ramp| ramp.from));
        if let (Some(begins), Some((last, share))) = (begins, before)
            && begins < share
        {
            let message = format!(
                "the stage `{}` begins with {} percent, less than the {} that `{}` ends with",
                stage.name.value,
                percent_number(begins),
                percent_number(share),
                last.name.value
            );
            found.push(Diagnostic::error("falling-share", &stage.name.place, message));
        }
        let ends = stage.share.or(stage.ramp.as_ref().map(|ramp| ramp.to));
        before = ends.map(|share| (stage, share)).or(before);
    }
}

/// A stage that is watched needs somebody who says at what; what a gate asks of one that is not watched, nobody looks at.
fn gates(rollout: &Rollout, found: &mut Vec<Diagnostic>) {
    for stage in &rollout.stages {
        let (name, place) = (&stage.name.value, &stage.name.place);
        if rollout.is_monitored(stage) {
            if rollout.gate_of(stage).policy.is_none() {
                let message = format!(
                    "the stage `{name}` is monitored, and neither its gate nor that of the plan names a `policy`"
                );
                found.push(Diagnostic::error("unmeasured-stage", place, message));
            }
            continue;
        }
        let asked = [
            ("policy", stage.gate.policy.is_some()),
            ("minSample", stage.gate.min_sample.is_some()),
        ];
        if let Some((key, _)) = asked.into_iter().find(|(_, asked)| *asked) {
            let message =
                format!("the gate of the stage `{name}` has a `{key}`, but the stage is not monitored");
            let diagnostic = Diagnostic::warning("unmonitored-gate", place, message);
            found.push(diagnostic.with_help(
                "a stage is monitored where it has a share and a policy applies, or where it says `monitored: true`",
            ));
        }
    }
}

/// Two plans under way at once could not be told apart by what they do to a metric.
fn one_plan(environment: &str, state: &EnvironmentState, found: &mut Vec<Diagnostic>) {
    let mut under_way = state
        .rollouts
        .iter()
        .filter(|(_, state)| state.status.is_under_way());
    let Some((first, _)) = under_way.next() else {
        return;
    };
    for (second, _) in under_way {
        let message = format!(
            "two plans are under way in `{environment}`: `{}` and `{}`",
            first.value, second.value
        );
        found.push(
            Diagnostic::error("two-plans", &second.place, message)
                .with_help("complete one or roll it back before the other is promoted"),
        );
    }
}

/// A plan in an environment.
struct State<'f> {
    rollout: &'f Rollout,
    state: &'f RolloutState,
    environment: &'f str,
    found: &'f mut Vec<Diagnostic>,
}

impl State<'_> {
    fn check(mut self) {
        let under_way = self.state.status.is_under_way();
        let Some(name) = &self.state.stage else {
            if under_way {
                self.error(
                    "missing-key",
                    "a rollout that is running or paused needs the key `stage`",
                );
            }
            return;
        };
        let stages = &self.rollout.stages;
        let Some(current) = stages.iter().position(|stage| stage.name.value == name.value) else {
            let known: Vec<&str> = stages.iter().map(|stage| stage.name.value.as_str()).collect();
            let diagnostic =
                super::names::unknown("unknown-stage", "stage", &name.value, &name.place, &known);
            self.found.push(diagnostic);
            return;
        };
        if !under_way {
            return;
        }
        let reached = stages.get(..=current).unwrap_or(stages);
        if let Some(ramp) = reached.last().and_then(|stage| stage.ramp.as_ref()) {
            self.ramp(ramp);
        }
        self.ceiling(reached);
    }

    fn ramp(&mut self, ramp: &Ramp) {
        if self.state.status == Status::Paused && self.state.paused_at.is_none() {
            self.error(
                "missing-key",
                "a rollout that is paused in a ramp needs the key `pausedAt`",
            );
        }
        let (start, end) = ramp.window_ms(self.state);
        let Some(start) = start else {
            self.error(
                "missing-key",
                "a rollout in a ramp without a `start` needs the key `enteredAt`",
            );
            return;
        };
        if end <= start {
            let message = format!(
                "time ramp runs backwards: it ends at {}, and its stage was entered at {} in `{}`",
                time(end),
                time(start),
                self.environment
            );
            self.found
                .push(Diagnostic::error("runs-backwards", &ramp.place, message));
        } else if end.saturating_sub(start) > limits::RAMP_MS {
            let message = format!("a ramp lasts at most {} days", limits::RAMP_MS / 86_400_000);
            self.found
                .push(Diagnostic::error("ramp-too-long", &ramp.place, message));
        }
    }

    /// A ceiling cuts off a ramp that is still rising, but makes no sense of a stage that is above it from the start.
    fn ceiling(&mut self, reached: &[Stage]) {
        let Some(ceiling) = self.state.ceiling else { return };
        let said = reached
            .iter()
            .rev()
            .find_map(|stage| match (&stage.ramp, stage.share) {
                (Some(ramp), _) => Some((stage, ramp.from.unwrap_or(0).min(ramp.to))),
                (None, Some(share)) => Some((stage, share)),
                (None, None) => None,
            });
        if let Some((stage, share)) = said
            && share > ceiling
        {
            let message = format!(
                "the ceiling of {} percent is below the {} of the stage `{}`",
                percent_number(ceiling),
                percent_number(share),
                stage.name.value
            );
            self.found.push(Diagnostic::warning(
                "ceiling-below-share",
                &self.state.place,
                message,
            ));
        }
    }

    fn error(&mut self, code: &'static str, message: &str) {
        self.found
            .push(Diagnostic::error(code, &self.state.place, message));
    }
}

fn time(moment: i64) -> String {
    jiff::Timestamp::from_millisecond(moment).map_or_else(|_| moment.to_string(), |time| time.to_string())
}
