use super::serve::ServeCompiler;
use crate::model::{Diagnostic, Experiment, Percent};
use crate::snapshot::{Encoder, ExperimentArm, Window};

impl ServeCompiler<'_> {
    /// Each arm its lane; of each lane the part that coverage lets in.
    pub(super) fn experiment(
        &mut self,
        experiment: &Experiment,
        coverage: Option<Percent>,
    ) -> Result<Encoder, Diagnostic> {
        let from = self.variant(experiment.from.as_ref().unwrap_or(&self.flag.off_variant))?;
        let control = self.variant(&experiment.control)?;
        let coverage = coverage.unwrap_or(experiment.coverage);
        let widths: Vec<Percent> = experiment.arms.iter().map(|(_, width)| *width).collect();
        let arms: Result<Vec<ExperimentArm>, Diagnostic> = experiment
            .arms
            .iter()
            .zip(lanes(&widths, coverage))
            .map(|((variant, _), (lane, enrolled))| {
                Ok(ExperimentArm {
                    variant: self.variant(variant)?,
                    lane,
                    enrolled,
                })
            })
            .collect();
        let window = Window {
            from: experiment.start,
            to: experiment.end,
        };
        self.conditions.reads.time |= window.from.is_some() || window.to.is_some();
        let layer_id = experiment.layer.as_ref().map(|(id, _)| id.value.as_str());
        let mut holdouts = Vec::new();
        for (_, holdout) in &self.project.holdouts {
            let applies = holdout
                .layers
                .as_ref()
                .is_none_or(|layers| layers.iter().any(|layer| Some(layer.value.as_str()) == layer_id));
            if applies {
                holdouts.push((
                    self.conditions.hash(holdout.by.as_ref(), &holdout.salt.value),
                    holdout.share,
                ));
            }
        }
        let layer = match &experiment.layer {
            Some((id, range)) => {
                let layer = self
                    .project
                    .layers
                    .iter()
                    .find(|(name, _)| name.value == id.value);
                let (_, layer) = layer.ok_or_else(|| {
                    Diagnostic::error(
                        "unknown-layer",
                        &id.place,
                        format!("layer `{}` does not exist", id.value),
                    )
                })?;
                Some((
                    self.conditions.hash(layer.by.as_ref(), &layer.salt.value),
                    range.from,
                    range.to,
                ))
            }
            None => None,
        };
        let hash = self
            .conditions
            .hash(experiment.by.as_ref(), &self.flag.salt.value);
        let mut encoder = Encoder::default();
        encoder.serve_experiment(&hash, from, control, window, &holdouts, layer.as_ref(), &arms?);
        Ok(encoder)
    }
}

type Slots = (u32, u32);

/// Lanes as wide as the weights, and the part of each that takes part: of two arms from the outer ends inward, of more
/// from the start of each lane. Rounded towards less exposure; changing coverage never changes anybody's arm.
fn lanes(widths: &[Percent], coverage: Percent) -> Vec<(Slots, Slots)> {
    let mut start = 0;
    let mut lanes = Vec::new();
    for (index, width) in widths.iter().enumerate() {
        let end = start + width;
        let part = (u64::from(*width) * u64::from(coverage) / 100_000) as u32;
        let from_the_end = widths.len() == 2 && index == 1;
        let enrolled = if from_the_end {
            (end - part, end)
        } else {
            (start, start + part)
        };
        lanes.push(((start, end), enrolled));
        start = end;
    }
    lanes
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn two_arms_fill_from_the_outer_ends_inward() {
        assert_eq!(
            lanes(&[50_000, 50_000], 20_000),
            [((0, 50_000), (0, 10_000)), ((50_000, 100_000), (90_000, 100_000))]
        );
    }

    #[test]
    fn three_arms_fill_from_the_start_of_their_lanes() {
        assert_eq!(
            lanes(&[33_333, 33_333, 33_334], 10_000),
            [
                ((0, 33_333), (0, 3_333)),
                ((33_333, 66_666), (33_333, 36_666)),
                ((66_666, 100_000), (66_666, 69_999))
            ]
        );
    }
}
