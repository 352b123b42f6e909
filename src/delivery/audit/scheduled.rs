use super::entry::{Actor, ActorKind, Entry};
use super::text::written;
use crate::model::{Condition, EnvironmentState, Flag, Project, Rule, SegmentKind, Serve, Spanned, Status};
use serde_json::json;
use std::collections::BTreeSet;

/// Something that a schedule brought about.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Effect {
    /// When, in epoch milliseconds.
    pub at_ms: i64,
    /// The flag.
    pub flag: String,
    /// What happened.
    pub what: What,
    /// The rollout or experiment by id, or the rule by name or number.
    pub of: Option<String>,
    /// The stage of a rollout.
    pub stage: Option<String>,
}

/// What a schedule brings about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum What {
    /// The ramp of the current stage begins to move.
    RampBegan,
    /// It is where it goes.
    RampEnded,
    /// A rollout that had a `start` begins.
    RolloutStarted,
    /// A rollout that had an `end` is over.
    RolloutEnded,
    /// An experiment that had a `start` begins.
    ExperimentStarted,
    /// An experiment that had an `end` is over.
    ExperimentEnded,
    /// A rule's time window opens.
    WindowOpened,
    /// It closes.
    WindowClosed,
    /// `disableAt` disables the flag.
    FlagDisabled,
}

impl What {
    /// The word for it in an entry.
    pub const fn word(self) -> &'static str {
        match self {
            Self::RampBegan => "ramp-began",
            Self::RampEnded => "ramp-ended",
            Self::RolloutStarted => "rollout-started",
            Self::RolloutEnded => "rollout-ended",
            Self::ExperimentStarted => "experiment-started",
            Self::ExperimentEnded => "experiment-ended",
            Self::WindowOpened => "window-opened",
            Self::WindowClosed => "window-closed",
            Self::FlagDisabled => "flag-disabled",
        }
    }
}

impl Effect {
    /// The entry that tells of it, written down at a moment.
    pub fn entry(&self, environment: &str, now_ms: i64) -> Entry {
        let (name, kind) = ("schedule".to_owned(), ActorKind::Controller);
        let mut entry = Entry::new(now_ms, Actor { name, kind }, "schedule");
        entry.flag = Some(self.flag.clone());
        entry.environment = Some(environment.to_owned());
        entry = entry.with("what", json!(self.what.word()));
        for (name, value) in [("of", &self.of), ("stage", &self.stage)] {
            if let Some(value) = value {
                entry = entry.with(name, json!(value));
            }
        }
        entry.with("effectiveAt", json!(written(self.at_ms)))
    }
}

/// What took effect by schedule in an environment after one moment and up to another, in the order of time, as far as
/// the project's files say it: of flags that are on there, and of what they serve.
pub fn scheduled(project: &Project, environment: &str, from_ms: i64, to_ms: i64) -> Vec<Effect> {
    let mut effects: Vec<Effect> = project
        .flags
        .iter()
        .filter_map(|flag| {
            let state = flag.state_in(environment)?;
            (state.enabled && !state.killed).then(|| Timetable::of(project, flag, state))
        })
        .flat_map(|timetable| timetable.effects)
        .filter(|effect| from_ms < effect.at_ms && effect.at_ms <= to_ms)
        .collect();
    effects.sort_unstable();
    effects.dedup();
    effects
}

/// All that a flag's files say of the times to come, and of those that have been.
struct Timetable<'f> {
    project: &'f Project,
    flag: &'f Flag,
    effects: Vec<Effect>,
}

impl<'f> Timetable<'f> {
    fn of(project: &'f Project, flag: &'f Flag, state: &EnvironmentState) -> Self {
        let mut timetable = Self {
            project,
            flag,
            effects: Vec::new(),
        };
        let rules = state.rules.as_ref().unwrap_or(&flag.rules);
        let default = state.default.as_ref().unwrap_or(&flag.default);
        timetable.rules(rules);
        let serves = rules.iter().map(|rule| &rule.value.serve).chain([default]);
        let serves: Vec<&Serve> = serves.map(|serve| &serve.value).collect();
        timetable.rollouts(state, &serves);
        timetable.experiments(&serves);
        if let Some(disable_at) = flag.disable_at {
            // A flag that is disabled does nothing any more.
            timetable.effects.retain(|effect| effect.at_ms < disable_at);
            timetable.add(Some(disable_at), What::FlagDisabled, None, None);
        }
        timetable
    }

    fn add(&mut self, at_ms: Option<i64>, what: What, of: Option<&str>, stage: Option<&str>) {
        self.effects.extend(at_ms.map(|at_ms| Effect {
            at_ms,
            flag: self.flag.key.value.clone(),
            what,
            of: of.map(str::to_owned),
            stage: stage.map(str::to_owned),
        }));
    }

    fn rollouts(&mut self, state: &EnvironmentState, serves: &[&Serve]) {
        for (id, rollout) in &self.flag.rollouts {
            let is_served = serves
                .iter()
                .any(|serve| matches!(serve, Serve::Rollout(served) if *served == id.value));
            let there = state.rollouts.iter().find(|(name, _)| name.value == id.value);
            let Some((_, there)) = there.filter(|(_, there)| is_served && there.status.is_under_way()) else {
                continue;
            };
            let of = Some(id.value.as_str());
            self.add(rollout.start, What::RolloutStarted, of, None);
            self.add(rollout.end, What::RolloutEnded, of, None);
            let stage = there.stage.as_ref().map(|stage| &stage.value);
            let mut stages = rollout.stages.iter();
            let current = stages.find(|known| Some(&known.name.value) == stage);
            let Some(ramp) = current.and_then(|current| current.ramp.as_ref()) else {
                continue;
            };
            // What is paused stands still; what began with its stage somebody began.
            if there.status == Status::Running {
                let (start, end) = ramp.window_ms(there);
                let entered = there.entered_at.unwrap_or(i64::MIN);
                let within = |moment: &i64| {
                    *moment > entered
                        && rollout.start.is_none_or(|start| start <= *moment)
                        && rollout.end.is_none_or(|end| *moment < end)
                };
                let stage = stage.map(String::as_str);
                self.add(start.filter(within), What::RampBegan, of, stage);
                self.add(Some(end).filter(within), What::RampEnded, of, stage);
            }
        }
    }

    fn experiments(&mut self, serves: &[&Serve]) {
        for (id, experiment) in &self.flag.experiments {
            let is_served = serves
                .iter()
                .any(|serve| matches!(serve, Serve::Experiment(served) if *served == id.value));
            if is_served {
                let of = Some(id.value.as_str());
                self.add(experiment.start, What::ExperimentStarted, of, None);
                self.add(experiment.end, What::ExperimentEnded, of, None);
            }
        }
    }

    fn rules(&mut self, rules: &[Spanned<Rule>]) {
        for (number, rule) in rules.iter().enumerate() {
            let mut windows = Windows {
                project: self.project,
                asked: BTreeSet::new(),
                found: BTreeSet::new(),
            };
            if let Some(condition) = &rule.value.condition {
                windows.of(&condition.value);
            }
            let name = rule.value.name.as_ref().map(|name| name.value.clone());
            let name = name.unwrap_or_else(|| format!("rules[{number}]"));
            for (from, to) in windows.found {
                self.add(from, What::WindowOpened, Some(&name), None);
                self.add(to, What::WindowClosed, Some(&name), None);
            }
        }
    }
}

/// The time windows of a condition, and of the segments that it asks for.
struct Windows<'p> {
    project: &'p Project,
    asked: BTreeSet<&'p str>,
    found: BTreeSet<(Option<i64>, Option<i64>)>,
}

impl Windows<'_> {
    fn of(&mut self, condition: &Condition) {
        match condition {
            Condition::All(parts) | Condition::Any(parts) => {
                parts.iter().for_each(|part| self.of(&part.value));
            }
            Condition::Not(part) => self.of(&part.value),
            Condition::Window { from, to } => drop(self.found.insert((*from, *to))),
            Condition::Segment(name) => {
                let mut segments = self.project.segments.iter();
                let segment = segments.find(|segment| segment.name.value == name.value);
                if let Some(segment) = segment.filter(|segment| self.asked.insert(&segment.name.value))
                    && let SegmentKind::Condition(condition) = &segment.kind.value
                {
                    self.of(&condition.value);
                }
            }
            Condition::Percentage { .. } | Condition::Attribute { .. } => {}
        }
    }
}
