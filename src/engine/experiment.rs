use super::evaluate::{Evaluator, Served};
use super::evaluation::{Arm, Evaluation, Exit};
use super::observer::Observer;
use crate::snapshot::{Experiment, ExperimentArm, Hash};

impl<'a, O: Observer> Evaluator<'a, O> {
    /// Holdouts first, then the layer, then the arms: three hashes that never mix.
    pub(super) fn experiment(&mut self, experiment: &Experiment<'a>) -> Option<Served> {
        let outside = Evaluation::of(Some(experiment.from), Exit::Experiment);
        if !self.is_under_way(&experiment.window) {
            return Some(Served::Variant(outside));
        }
        let mut holdouts = experiment.holdouts;
        while !holdouts.is_empty() {
            let (hash, width) = (Hash::read(&mut holdouts)?, holdouts.u32()?);
            let Some(slot) = self.slot(&hash) else {
                return Some(Served::UnitMissing);
            };
            if self.is_inside(slot < width) {
                let held = Evaluation::of(Some(experiment.control), Exit::Holdout);
                return Some(Served::Variant(hashed(held, &hash, slot)));
            }
        }
        if let Some((hash, from, to)) = experiment.layer {
            let Some(slot) = self.slot(&hash) else {
                return Some(Served::UnitMissing);
            };
            if !self.is_inside((from..to).contains(&slot)) {
                return Some(Served::Variant(hashed(outside, &hash, slot)));
            }
        }
        let Some(slot) = self.slot(&experiment.hash) else {
            return Some(Served::UnitMissing);
        };
        let outside = hashed(outside, &experiment.hash, slot);
        let mut arms = experiment.arms;
        while !arms.is_empty() {
            let ExperimentArm {
                variant,
                enrolled: (from, to),
                ..
            } = ExperimentArm::read(&mut arms)?;
            if self.is_inside((from..to).contains(&slot)) {
                let arm = if variant == experiment.control {
                    Arm::Control
                } else {
                    Arm::Treatment
                };
                return Some(Served::Variant(Evaluation {
                    variant: Some(variant),
                    arm,
                    ..outside
                }));
            }
        }
        Some(Served::Variant(outside))
    }
}

/// An evaluation that a slot decided.
fn hashed(evaluation: Evaluation, hash: &Hash<'_>, slot: u32) -> Evaluation {
    Evaluation {
        bucket: Some(slot),
        unit: Some(hash.attribute),
        ..evaluation
    }
}
