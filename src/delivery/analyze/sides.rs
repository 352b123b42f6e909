use super::settings::{AnalyzeError, Kind, Settings};
use crate::delivery::exposure::{Group, Joined};
use crate::delivery::stats::sample_ratio;
use crate::engine::Arm;

/// Who got one variant.
#[derive(Debug, Clone, PartialEq)]
pub struct Side {
    /// As it was marked.
    pub arm: Arm,
    /// The variant.
    pub variant: String,
    /// How many units are counted.
    pub units: u64,
    /// How many were exposed to another side too, after this one, and are not counted.
    pub multiple: u64,
    /// How many units each stage brought.
    pub stages: Vec<(Option<String>, u64)>,
}

/// Pearson's test of the sides' numbers of units.
#[derive(Debug, Clone, PartialEq)]
pub struct SampleRatio {
    /// By side, the share that it was designed to get.
    pub designed: Vec<f64>,
    /// How probable such numbers are, or less likely ones.
    pub p_value: f64,
    /// Too improbable for any difference to be believed.
    pub is_mismatch: bool,
}

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
