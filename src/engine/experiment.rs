use super::evaluate::Evaluator;
use super::evaluation::{Arm, Exit, Outcome};
use super::observer::Observer;
use crate::snapshot::{Cursor, Experiment, ExperimentArm, Hash};

impl<'a, O: Observer> Evaluator<'a, O> {
    /// Holdouts first, then the layer, then the arms: three hashes that never mix. No outcome when a unit is missing.
    #[inline(never)]
    pub(super) fn experiment(&mut self, cursor: &mut Cursor<'a>, bits: u8) -> Option<Option<Outcome>> {
        let experiment = Experiment::read(cursor, bits)?;
        let outside = Some(Outcome::of(experiment.from, Exit::Experiment));
        if !self.is_under_way(experiment.window) {
            return Some(outside);
        }
        let mut holdouts = experiment.holdouts;
        while !holdouts.is_empty() {
            let (hash, width) = (Hash::read(&mut holdouts)?, holdouts.u32()?);
            let Some(slot) = self.place(hash) else {
                return Some(None);
            };
            if self.is_inside(slot < width) {
                return Some(Some(Outcome::of(experiment.control, Exit::Holdout)));
            }
        }
        if let Some((hash, from, to)) = experiment.layer {
            let Some(slot) = self.place(hash) else {
                return Some(None);
            };
            if !self.is_inside((from..to).contains(&slot)) {
                return Some(outside);
            }
        }
        let Some(slot) = self.place(experiment.hash) else {
            return Some(None);
        };
        let mut arms = experiment.arms;
        while !arms.is_empty() {
            let ExperimentArm {
                variant,
                enrolled: (from, to),
                ..
            } = ExperimentArm::read(&mut arms)?;
            if self.is_inside((from..to).contains(&slot)) {
                self.found.arm = if variant == experiment.control {
                    Arm::Control
                } else {
                    Arm::Treatment
                };
                return Some(Some(Outcome::of(variant, Exit::Experiment)));
            }
        }
        Some(outside)
    }
}
