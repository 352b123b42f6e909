use super::{Authored, FlagNames, moment, object, percent, range};
use crate::snapshot::{
    Condition, Cursor, Experiment, ExperimentArm, Flag, Hash, Prerequisite, Rollout, Rule, Serve, Share,
    Split, SplitArm, Target,
};
use serde_json::{Map, Value};

impl<'a> Authored<'a> {
    /// What a rule or default serves, as it is written; a plan or experiment as far as it is in force.
    pub(in crate::engine) fn serve(&self, names: &FlagNames<'a>, cursor: &mut Cursor<'a>) -> Option<Value> {
        Some(match Serve::read(cursor)? {
            Serve::Variant(variant) => names.variant(variant).into(),
            Serve::Split(arms) => {
                let Split { hash, mut arms } = Split::read(cursor, arms)?;
                let (mut shares, mut start) = (Map::new(), 0);
                while !arms.is_empty() {
                    let SplitArm { variant, end } = SplitArm::read(&mut arms)?;
                    shares.insert(names.variant(variant).into(), percent(end.checked_sub(start)?));
                    start = end;
                }
                self.hashed(&hash, [("split", Some(shares.into()))])
            }
            Serve::Rollout(bits) => {
                let rollout = self.rollout(names, &Rollout::read(cursor, bits)?)?;
                object([("rollout", Some(rollout))])
            }
            Serve::Experiment(bits) => {
                let experiment = self.experiment(names, &Experiment::read(cursor, bits)?)?;
                object([("experiment", Some(experiment))])
            }
        })
    }

    /// The rules of a flag.
    pub(in crate::engine) fn rules(&self, names: &FlagNames<'a>, flag: &Flag<'a>) -> Option<Vec<Value>> {
        let (mut rules, mut list) = (flag.rules, Vec::new());
        while !rules.is_empty() {
            let Rule {
                mut condition,
                mut serve,
            } = Rule::read(&mut rules)?;
            let condition = if condition.is_empty() {
                None
            } else {
                Some(self.condition(&Condition::read(&mut condition)?)?)
            };
            list.push(object([
                ("name", names.rule(list.len() as u16).map(Value::from)),
                ("if", condition),
                ("serve", Some(self.serve(names, &mut serve)?)),
            ]));
        }
        Some(list)
    }

    /// The prerequisites of a flag: flag to variants.
    pub(in crate::engine) fn prerequisites(&self, flag: &Flag<'a>) -> Option<Map<String, Value>> {
        let (mut prerequisites, mut map) = (flag.prerequisites, Map::new());
        while !prerequisites.is_empty() {
            let Prerequisite { flag, variants } = Prerequisite::read(&mut prerequisites)?;
            let names = FlagNames::read(&Flag::read(self.snapshot.flags().at(flag)?)?);
            let variants: Vec<&str> = variants.iter().map(|variant| names.variant(*variant)).collect();
            map.insert(self.flag(flag).into(), variants.into());
        }
        Some(map)
    }

    /// The targets of a flag: variant to who gets it.
    pub(in crate::engine) fn targets(
        &self,
        names: &FlagNames<'a>,
        flag: &Flag<'a>,
    ) -> Option<Map<String, Value>> {
        let (mut targets, mut map) = (flag.targets, Map::new());
        while !targets.is_empty() {
            let Target {
                variant,
                attribute,
                resource,
            } = Target::read(&mut targets)?;
            let units = self.condition(&Condition::Listed { attribute, resource })?;
            map.insert(names.variant(variant).into(), units);
        }
        Some(map)
    }

    fn rollout(&self, names: &FlagNames<'a>, rollout: &Rollout<'a>) -> Option<Value> {
        let mut ring = rollout.ring;
        let ring = if ring.is_empty() {
            None
        } else {
            Some(self.condition(&Condition::read(&mut ring)?)?)
        };
        let (share, ramp) = match rollout.share {
            Share::Fixed(share) => (Some(percent(share)), None),
            Share::Ramp {
                from,
                to,
                start,
                end,
                ceiling,
            } => {
                let ramp = object([
                    ("from", Some(percent(from))),
                    ("to", Some(percent(to))),
                    ("start", Some(moment(start))),
                    ("end", Some(moment(end))),
                    ("ceiling", Some(percent(ceiling))),
                ]);
                (None, Some(ramp))
            }
        };
        let entries = [
            ("stage", rollout.stage.map(|stage| names.stage(stage).into())),
            ("from", Some(names.variant(rollout.from).into())),
            ("to", Some(names.variant(rollout.to).into())),
            ("start", rollout.window.from.map(moment)),
            ("end", rollout.window.to.map(moment)),
            ("ring", ring),
            ("share", share),
            ("ramp", ramp),
            ("control", Some(rollout.control.into())),
        ];
        Some(self.hashed(&rollout.hash, entries))
    }

    fn experiment(&self, names: &FlagNames<'a>, experiment: &Experiment<'a>) -> Option<Value> {
        let (mut arms, mut lanes) = (Map::new(), Vec::new());
        let mut rest = experiment.arms;
        while !rest.is_empty() {
            let arm = ExperimentArm::read(&mut rest)?;
            let width = arm.lane.1.checked_sub(arm.lane.0)?;
            arms.insert(names.variant(arm.variant).into(), percent(width));
            lanes.push(object([
                ("variant", Some(names.variant(arm.variant).into())),
                ("lane", Some(range(arm.lane.0, arm.lane.1))),
                ("enrolled", Some(range(arm.enrolled.0, arm.enrolled.1))),
            ]));
        }
        let (mut rest, mut holdouts) = (experiment.holdouts, Vec::new());
        while !rest.is_empty() {
            let (hash, width) = (Hash::read(&mut rest)?, rest.u32()?);
            holdouts.push(self.hashed(&hash, [("share", Some(percent(width)))]));
        }
        let layer = experiment
            .layer
            .map(|(hash, from, to)| self.hashed(&hash, [("slots", Some(range(from, to)))]));
        let entries = [
            ("arms", Some(arms.into())),
            ("control", Some(names.variant(experiment.control).into())),
            ("from", Some(names.variant(experiment.from).into())),
            ("start", experiment.window.from.map(moment)),
            ("end", experiment.window.to.map(moment)),
            ("holdouts", (!holdouts.is_empty()).then(|| holdouts.into())),
            ("layer", layer),
            ("lanes", Some(lanes.into())),
        ];
        Some(self.hashed(&experiment.hash, entries))
    }
}
