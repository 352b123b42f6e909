use super::analysis::{SampleRatio, Side};
use super::settings::{AnalyzeError, Kind, Settings};
use crate::delivery::exposure::{Group, Joined};
use crate::delivery::stats::sample_ratio;
use crate::engine::Arm;

impl Side {
    pub(super) fn has(&self, group: &Group) -> bool {
        self.arm == group.arm && self.variant == group.variant
    }
}

/// The sides that groups are on, the control first.
pub(super) fn of(joined: &Joined, settings: &Settings) -> Result<Vec<Side>, AnalyzeError> {
    let mut sides: Vec<Side> = Vec::new();
    for group in &joined.groups {
        let units = group.looks.last().map_or(0, |look| look.units);
        let side = match sides.iter_mut().find(|side| side.has(group)) {
            Some(side) => side,
            None => {
                sides.push(Side {
                    arm: group.arm,
                    variant: group.variant.clone(),
                    units: 0,
                    multiple: 0,
                    stages: Vec::new(),
                });
                let Some(side) = sides.last_mut() else { continue };
                side
            }
        };
        side.units += units;
        side.multiple += group.multiple;
        side.stages.push((group.stage.clone(), units));
    }
    if sides.is_empty() {
        return Err(Kind::NoExposures.into());
    }
    let found = || sides.iter().map(|side| format!("`{}`", side.variant)).collect();
    let is_control = |side: &Side| match &settings.control {
        Some(control) => side.variant == *control && side.arm != Arm::Treatment,
        None => side.arm == Arm::Control,
    };
    let controls = sides.iter().filter(|side| is_control(side)).count();
    match (&settings.control, controls) {
        (Some(control), 0) => {
            let (control, found) = (control.clone(), found());
            return Err(Kind::ControlUnknown { control, found }.into());
        }
        (None, count) if count != 1 && sides.len() > 1 => {
            return Err(Kind::NoControl { found: found() }.into());
        }
        _ => {}
    }
    if sides.len() < 2 {
        return Err(Kind::OneSide.into());
    }
    sides.sort_by(|one, other| {
        let key = |side: &Side| (!is_control(side), side.variant.clone());
        key(one).cmp(&key(other))
    });
    Ok(sides)
}

pub(super) fn ratio(sides: &[Side], settings: &Settings) -> Result<SampleRatio, AnalyzeError> {
    let weight = |side: &Side| {
        if settings.weights.is_empty() {
            return Ok(1.0);
        }
        let mut weights = settings.weights.iter();
        let found = weights.find(|(variant, _)| *variant == side.variant);
        let variant = side.variant.clone();
        found
            .map(|(_, weight)| *weight)
            .ok_or(Kind::WeightMissing { variant })
    };
    let weights = sides.iter().map(weight).collect::<Result<Vec<f64>, Kind>>()?;
    // Who saw both sides was exposed all the same.
    let observed: Vec<f64> = sides
        .iter()
        .map(|side| (side.units + side.multiple) as f64)
        .collect();
    let all: f64 = weights.iter().sum();
    let p_value = sample_ratio::p_value(&observed, &weights)?;
    Ok(SampleRatio {
        designed: weights.iter().map(|weight| weight / all).collect(),
        is_mismatch: p_value < settings.sample_ratio_below,
        p_value,
    })
}
