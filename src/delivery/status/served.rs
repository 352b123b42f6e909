//! What is served to whom, by a flag's rules in order and the state of an environment.

use super::condition::{NAMED, by, condition, window};
use crate::compile::share_at;
use crate::delivery::{percent, some_of};
use crate::model::{
    EnvironmentState, Experiment, Flag, Percent, Rollout, RolloutState, Rule, Serve, Spanned, Status,
};

/// All slots.
const EVERYBODY: Percent = 100_000;

/// One exit of a flag, and what comes of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Served {
    /// Which exit it is.
    pub exit: Exit,
    /// Those who get here, in words.
    pub whom: String,
    /// What they get.
    pub what: Vec<Portion>,
}

/// Which exit of a flag it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Exit {
    /// The flag is closed to everybody.
    Off,
    /// Units that are named.
    Target,
    /// A rule, by its number from 0 and its name.
    Rule(usize, Option<String>),
    /// What is left.
    Default,
}

/// A variant, and which part of those who came here get it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Portion {
    /// The variant.
    pub variant: String,
    /// How many of those who are not in a ring before, in slots of 100,000.
    pub share: Percent,
    /// The ring that gets it whole, in words.
    pub ring: Option<String>,
    /// What the share depends on besides: the unit where it is another than the default, a layer, a time.
    pub note: Option<String>,
}

/// A flag in an environment, at a moment.
#[derive(Clone, Copy)]
pub(super) struct Place<'p> {
    pub(super) flag: &'p Flag,
    pub(super) state: Option<&'p EnvironmentState>,
    pub(super) now_ms: i64,
}

impl<'p> Place<'p> {
    /// Everybody gets the off variant.
    pub(super) fn closed(&self) -> Vec<Served> {
        vec![Served {
            exit: Exit::Off,
            whom: "everybody".to_owned(),
            what: vec![self.off()],
        }]
    }

    /// The exits in order.
    pub(super) fn served(&self) -> Vec<Served> {
        let targets = self.flag.targets.iter().map(|target| Served {
            exit: Exit::Target,
            whom: format!("{}{}", some_of(&target.ids, NAMED), by(target.by.as_ref())),
            what: vec![whole(&target.variant.value)],
        });
        let (rules, falls_through) = self.reached();
        let left = |number: usize| match number == 0 && self.flag.targets.is_empty() {
            true => "everybody".to_owned(),
            false => "everybody else".to_owned(),
        };
        let default = falls_through.then(|| Served {
            exit: Exit::Default,
            whom: left(rules.len()),
            what: self.what(self.default()),
        });
        let rules = rules.iter().enumerate().map(|(number, rule)| Served {
            exit: Exit::Rule(number, rule.value.name.as_ref().map(|name| name.value.clone())),
            whom: match &rule.value.condition {
                Some(asked) => condition(&asked.value),
                None => left(number),
            },
            what: self.what(&rule.value.serve.value),
        });
        targets.chain(rules).chain(default).collect()
    }

    /// The plans that rules and default lead to, in the order of the flag's file.
    pub(super) fn plans(&self) -> Vec<&'p str> {
        let (rules, falls_through) = self.reached();
        let serves = rules.iter().map(|rule| &rule.value.serve.value);
        let named: Vec<&str> = serves
            .chain(falls_through.then(|| self.default()))
            .filter_map(|serve| match serve {
                Serve::Rollout(id) => Some(id.as_str()),
                _ => None,
            })
            .collect();
        let plans = self.flag.rollouts.iter().map(|(id, _)| id.value.as_str());
        plans.filter(|id| named.contains(id)).collect()
    }

    /// Where a plan stands here; a draft where the file says nothing.
    pub(super) fn plan_state(&self, id: &str) -> RolloutState {
        let mut states = self.state.iter().flat_map(|state| &state.rollouts);
        let state = states.find(|(name, _)| name.value == id);
        state.map_or_else(RolloutState::draft, |(_, state)| state.clone())
    }

    /// The share that a plan gives `to` now, its rings apart.
    pub(super) fn share(&self, rollout: &Rollout, state: &RolloutState) -> Percent {
        let lasts = state.status.is_under_way();
        match lasts && !within(rollout.start, rollout.end, self.now_ms) {
            true => 0,
            false => share_at(rollout, state, self.now_ms).unwrap_or(0),
        }
    }

    /// The rules that anybody comes to, and whether anybody comes to the default: behind a rule for all nobody does.
    fn reached(&self) -> (&'p [Spanned<Rule>], bool) {
        let own = self.state.and_then(|state| state.rules.as_ref());
        let rules = own.unwrap_or(&self.flag.rules).as_slice();
        let last = rules.iter().position(|rule| rule.value.condition.is_none());
        let reached = last.and_then(|last| rules.get(..=last));
        (reached.unwrap_or(rules), last.is_none())
    }

    fn default(&self) -> &'p Serve {
        let own = self.state.and_then(|state| state.default.as_ref());
        &own.unwrap_or(&self.flag.default).value
    }

    fn off(&self) -> Portion {
        whole(&self.flag.off_variant.value)
    }

    fn what(&self, serve: &Serve) -> Vec<Portion> {
        let off = || self.flag.off_variant.value.clone();
        match serve {
            Serve::Variant(variant) => vec![whole(variant)],
            Serve::Split(split) => {
                let shares = split.shares.iter();
                let note = noted(&by(split.by.as_ref()));
                shares
                    .map(|(variant, share)| portion(&variant.value, *share, note.clone()))
                    .collect()
            }
            Serve::Share {
                to,
                from,
                share,
                by: unit,
                ..
            } => {
                let note = noted(&by(unit.as_ref()));
                let from = from.as_ref().map_or_else(off, |from| from.value.clone());
                parted(&to.value, &from, *share, note)
            }
            Serve::Rollout(id) => match self.flag.rollouts.iter().find(|(name, _)| name.value == *id) {
                Some((_, rollout)) => self.of_plan(rollout, &self.plan_state(id)),
                None => vec![self.off()],
            },
            Serve::Experiment(id) => {
                let found = self.flag.experiments.iter().find(|(name, _)| name.value == *id);
                match found {
                    Some((name, experiment)) => self.of_experiment(&name.value, experiment),
                    None => vec![self.off()],
                }
            }
        }
    }

    fn of_plan(&self, rollout: &Rollout, state: &RolloutState) -> Vec<Portion> {
        let (to, from) = (&rollout.to.value, &rollout.from.value);
        let reached = match state.status {
            Status::Draft | Status::RolledBack => return vec![whole(from)],
            Status::Completed if rollout.holdback == 0 => return vec![whole(to)],
            Status::Completed => rollout.stages.len(),
            Status::Running | Status::Paused if !within(rollout.start, rollout.end, self.now_ms) => {
                let note = Some(window(rollout.start, rollout.end));
                return vec![Portion { note, ..whole(from) }];
            }
            Status::Running | Status::Paused => {
                let current = state.stage.as_ref().map(|stage| stage.value.as_str());
                let mut stages = rollout.stages.iter();
                let number = stages.position(|stage| Some(stage.name.value.as_str()) == current);
                number.map_or(0, |number| number + 1)
            }
        };
        let rings = rollout
            .stages
            .iter()
            .take(reached)
            .filter_map(|stage| stage.ring.as_ref());
        let rings = rings.map(|ring| Portion {
            ring: Some(condition(&ring.condition.value)),
            ..whole(to)
        });
        let note = noted(&by(rollout.by.as_ref()));
        let rest = parted(to, from, self.share(rollout, state), note);
        rings.chain(rest).collect()
    }

    fn of_experiment(&self, id: &str, experiment: &Experiment) -> Vec<Portion> {
        let from = experiment
            .from
            .as_ref()
            .map_or_else(|| self.flag.off_variant.value.clone(), |from| from.value.clone());
        if !within(experiment.start, experiment.end, self.now_ms) {
            let note = Some(window(experiment.start, experiment.end));
            return vec![Portion { note, ..whole(&from) }];
        }
        let mut states = self.state.iter().flat_map(|state| &state.experiments);
        let own = states.find(|(name, _)| name.value == id);
        let coverage = own
            .and_then(|(_, state)| state.coverage)
            .unwrap_or(experiment.coverage);
        let layer = experiment.layer.as_ref().map(|(layer, range)| {
            let width = range.to.saturating_sub(range.from);
            format!(" of the {} that layer {} gives it", percent(width), layer.value)
        });
        let note = noted(&format!(
            "{}{}",
            by(experiment.by.as_ref()),
            layer.unwrap_or_default()
        ));
        let part = |width: Percent| {
            let slots = u64::from(width) * u64::from(coverage) / u64::from(EVERYBODY);
            u32::try_from(slots).unwrap_or(EVERYBODY)
        };
        let mut what: Vec<Portion> = experiment
            .arms
            .iter()
            .map(|(arm, width)| portion(&arm.value, part(*width), note.clone()))
            .collect();
        let inside: Percent = what.iter().map(|portion| portion.share).sum();
        if inside < EVERYBODY {
            what.push(portion(&from, EVERYBODY - inside, None));
        }
        what
    }
}

/// Does a moment lie in a window?
fn within(from: Option<i64>, to: Option<i64>, moment_ms: i64) -> bool {
    from.is_none_or(|from| from <= moment_ms) && to.is_none_or(|to| moment_ms < to)
}

fn whole(variant: &str) -> Portion {
    portion(variant, EVERYBODY, None)
}

fn portion(variant: &str, share: Percent, note: Option<String>) -> Portion {
    Portion {
        variant: variant.to_owned(),
        share,
        ring: None,
        note,
    }
}

/// A share gets one variant, the others another.
fn parted(to: &str, from: &str, share: Percent, note: Option<String>) -> Vec<Portion> {
    match share {
        EVERYBODY => vec![whole(to)],
        0 => vec![whole(from)],
        share => vec![
            portion(to, share, note),
            portion(from, EVERYBODY.saturating_sub(share), None),
        ],
    }
}

fn noted(text: &str) -> Option<String> {
    let text = text.trim();
    (!text.is_empty()).then(|| text.to_owned())
}
