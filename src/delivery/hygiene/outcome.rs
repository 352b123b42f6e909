use super::truth::Truth;
use crate::model::{
    Condition, EnvironmentState, Experiment, Flag, Percent, Place, Project, Rollout, RolloutState,
    SegmentKind, Serve, Spanned, Status,
};

/// Deeper nobody looks: lint refuses what is nested so deep.
const DEEPEST: usize = 32;
const EVERYBODY: Percent = 100_000;

/// From where somebody looks at flags: in an environment, from a moment on, and perhaps from outside of a segment.
#[derive(Debug, Clone, Copy)]
pub struct View<'p> {
    /// The project.
    pub project: &'p Project,
    /// The environment.
    pub environment: &'p str,
    /// Only those who are not in this segment; everybody, where there is none.
    pub outside: Option<&'p str>,
    /// What is over by this moment counts no more, in epoch milliseconds; without one, every moment counts.
    pub now_ms: Option<i64>,
}

/// A variant that somebody may be served, and where that is written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Outcome<'p> {
    /// The variant's name.
    pub variant: &'p str,
    /// What serves it.
    pub place: Place,
}

impl<'p> View<'p> {
    /// Every variant of a flag that anybody may get, now or later, as long as nobody changes a file.
    ///
    /// Never too few: what is not certain is taken for possible. So where all of them are one variant, everybody gets that.
    /// A head may kill the flag all the same, and clients whose snapshot is too old may turn it off.
    pub fn outcomes(&self, flag: &'p Flag) -> Vec<Outcome<'p>> {
        let mut found = Vec::new();
        self.flag(flag, DEEPEST, &mut found);
        found
    }

    /// The one variant that everybody gets, if it is one.
    pub fn only_variant(&self, flag: &'p Flag) -> Option<&'p str> {
        let found = self.outcomes(flag);
        let first = found.first()?.variant;
        found
            .iter()
            .all(|outcome| outcome.variant == first)
            .then_some(first)
    }

    /// Is the flag killed or disabled, now and for good?
    fn is_closed(&self, flag: &Flag) -> bool {
        let over = flag
            .disable_at
            .is_some_and(|at| self.now_ms.is_some_and(|now_ms| at <= now_ms));
        let state = flag.state_in(self.environment);
        over || state.is_none_or(|state| state.killed || !state.enabled)
    }

    fn flag(&self, flag: &'p Flag, deepest: usize, found: &mut Vec<Outcome<'p>>) {
        let off = Outcome {
            variant: &flag.off_variant.value,
            place: flag.off_variant.place.clone(),
        };
        let state = match flag.state_in(self.environment) {
            Some(state) if !self.is_closed(flag) => state,
            _ => return found.push(off),
        };
        let prerequisites = self.prerequisites(flag, deepest);
        if prerequisites != Truth::Always || flag.disable_at.is_some() {
            found.push(off);
        }
        if prerequisites == Truth::Never {
            return;
        }
        for target in flag.targets.iter().filter(|target| !target.ids.is_empty()) {
            found.push(Outcome {
                variant: &target.variant.value,
                place: target.variant.place.clone(),
            });
        }
        let rules = flag.rules_in(self.environment);
        for rule in rules {
            let holds = match &rule.value.condition {
                Some(condition) => self.condition(&condition.value, DEEPEST),
                None => Truth::Always,
            };
            if holds != Truth::Never {
                self.serve(flag, state, &rule.value.serve, found);
            }
            if holds == Truth::Always {
                return;
            }
        }
        self.serve(flag, state, flag.default_in(self.environment), found);
    }

    fn serve(
        &self,
        flag: &'p Flag,
        state: &'p EnvironmentState,
        serve: &'p Spanned<Serve>,
        found: &mut Vec<Outcome<'p>>,
    ) {
        let mut add = |variant: &'p str| {
            found.push(Outcome {
                variant,
                place: serve.place.clone(),
            });
        };
        let off = flag.off_variant.value.as_str();
        match &serve.value {
            Serve::Variant(name) => add(name),
            Serve::Split(split) => {
                let shares = split.shares.iter().filter(|(_, share)| *share > 0);
                shares.for_each(|(variant, _)| add(&variant.value));
                // Who has no unit.
                add(off);
            }
            Serve::Share { to, from, share, .. } => {
                if *share > 0 {
                    add(&to.value);
                }
                if *share < EVERYBODY {
                    add(from.as_ref().map_or(off, |from| &from.value));
                }
                add(off);
            }
            Serve::Rollout(id) => {
                let plan = flag.rollouts.iter().find(|(name, _)| name.value == *id);
                let state = state.rollouts.iter().find(|(name, _)| name.value == *id);
                match plan {
                    Some((_, plan)) => {
                        let served = self.rollout(plan, state.map(|(_, state)| state), off);
                        served.into_iter().for_each(add);
                    }
                    None => add(off),
                }
            }
            Serve::Experiment(id) => {
                let experiment = flag.experiments.iter().find(|(name, _)| name.value == *id);
                let state = state.experiments.iter().find(|(name, _)| name.value == *id);
                let coverage = state.and_then(|(_, state)| state.coverage);
                add(off);
                if let Some((_, experiment)) = experiment {
                    let served = self.experiment(experiment, coverage, off);
                    served.into_iter().for_each(add);
                }
            }
        }
    }

    fn rollout(&self, plan: &'p Rollout, state: Option<&'p RolloutState>, off: &'p str) -> Vec<&'p str> {
        let (from, to) = (plan.from.value.as_str(), plan.to.value.as_str());
        let Some(state) = state else {
            return vec![from];
        };
        let reached = match state.status {
            Status::Draft | Status::RolledBack => return vec![from],
            Status::Completed if plan.holdback == 0 => return vec![to],
            Status::Completed => return vec![from, to, off],
            Status::Running | Status::Paused => {
                let current = state.stage.as_ref();
                let position = plan
                    .stages
                    .iter()
                    .position(|stage| current.is_some_and(|current| current.value == stage.name.value));
                position.unwrap_or(plan.stages.len().saturating_sub(1))
            }
        };
        if self.is_over(plan.end) {
            return vec![from];
        }
        let rings = plan
            .stages
            .iter()
            .take(reached + 1)
            .filter_map(|stage| stage.ring.as_ref());
        let ring = Truth::any(rings.map(|ring| self.condition(&ring.condition.value, DEEPEST)));
        let ceiling = state.ceiling.unwrap_or(EVERYBODY);
        let nobody = plan.highest_share(reached).min(ceiling) == 0;
        match nobody && ring == Truth::Never {
            // Who has no unit gets the off variant.
            true => vec![from, off],
            false => vec![from, to, off],
        }
    }

    fn experiment(
        &self,
        experiment: &'p Experiment,
        coverage: Option<Percent>,
        off: &'p str,
    ) -> Vec<&'p str> {
        let from = experiment.from.as_ref().map_or(off, |from| &from.value);
        let mut served = vec![from];
        if coverage.unwrap_or(experiment.coverage) > 0 && !self.is_over(experiment.end) {
            served.extend(experiment.arms.iter().map(|(arm, _)| arm.value.as_str()));
            // A holdout serves control.
            served.push(&experiment.control.value);
        }
        served
    }

    fn prerequisites(&self, flag: &'p Flag, deepest: usize) -> Truth {
        let Some(deeper) = deepest.checked_sub(1) else {
            return Truth::Maybe;
        };
        Truth::all(flag.prerequisites.iter().map(|prerequisite| {
            let mut flags = self.project.flags.iter();
            let other = flags.find(|other| other.key.value == prerequisite.flag.value);
            let Some(other) = other.filter(|other| !self.is_closed(other)) else {
                return Truth::Never;
            };
            let mut outcomes = Vec::new();
            self.flag(other, deeper, &mut outcomes);
            let wanted = outcomes.iter().filter(|outcome| {
                let mut variants = prerequisite.variants.iter();
                variants.any(|variant| variant.value == outcome.variant)
            });
            match wanted.count() {
                0 => Truth::Never,
                // One that is going to be disabled is not going to be met.
                all if all == outcomes.len() && other.disable_at.is_none() => Truth::Always,
                _ => Truth::Maybe,
            }
        }))
    }

    fn condition(&self, condition: &Condition, deepest: usize) -> Truth {
        let Some(deeper) = deepest.checked_sub(1) else {
            return Truth::Maybe;
        };
        let of = |part: &Spanned<Condition>| self.condition(&part.value, deeper);
        match condition {
            Condition::All(parts) => Truth::all(parts.iter().map(of)),
            Condition::Any(parts) => Truth::any(parts.iter().map(of)),
            Condition::Not(part) => of(part).not(),
            Condition::Segment(name) => self.segment(&name.value, deeper),
            // Who has no unit is in no share, not even in the whole.
            Condition::Percentage { range, .. } if range.from >= range.to => Truth::Never,
            Condition::Window { to, .. } if self.is_over(*to) => Truth::Never,
            Condition::Window { from, to: None } if from.is_none() || self.is_over(*from) => Truth::Always,
            Condition::Percentage { .. } | Condition::Window { .. } | Condition::Attribute { .. } => {
                Truth::Maybe
            }
        }
    }

    fn segment(&self, name: &str, deepest: usize) -> Truth {
        if self.outside == Some(name) {
            return Truth::Never;
        }
        let mut segments = self.project.segments.iter();
        let segment = segments.find(|segment| segment.name.value == name);
        match segment.map(|segment| &segment.kind.value) {
            Some(SegmentKind::Condition(condition)) => self.condition(&condition.value, deepest),
            Some(SegmentKind::Ids { .. } | SegmentKind::Hashed { .. }) => Truth::Maybe,
            None => Truth::Never,
        }
    }

    fn is_over(&self, moment_ms: Option<i64>) -> bool {
        moment_ms.is_some_and(|moment_ms| self.now_ms.is_some_and(|now_ms| moment_ms <= now_ms))
    }
}
