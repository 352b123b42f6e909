use super::serve::ServeCompiler;
use crate::engine::Ramp;
use crate::model::{Diagnostic, Percent, Rollout, RolloutState, Stage, Status};
use crate::snapshot::{Encoder, Share, Window};

/// All slots: a ceiling that is none.
const EVERYBODY: Percent = 100_000;

impl ServeCompiler<'_> {
    /// The stage that is in force, and nothing of the others but their rings.
    ///
    /// What is held back is a cap of the share, so that completing a plan moves nobody who is held back.
    pub(super) fn rollout(
        &mut self,
        rollout: &Rollout,
        state: Option<&RolloutState>,
    ) -> Result<Encoder, Diagnostic> {
        let (from, to) = (self.variant(&rollout.from)?, self.variant(&rollout.to)?);
        let mut encoder = Encoder::default();
        let state = match state {
            Some(state) if matches!(state.status, Status::Running | Status::Paused) => state,
            Some(state) if state.status == Status::Completed => {
                if rollout.holdback == 0 {
                    encoder.serve_variant(to);
                    return Ok(encoder);
                }
                let window = Window { from: None, to: None };
                let share = Share::Fixed(EVERYBODY.saturating_sub(rollout.holdback));
                return self.share_of(rollout, &rollout.stages, share, window, None);
            }
            _ => {
                encoder.serve_variant(from);
                return Ok(encoder);
            }
        };
        let current = stage(rollout, state)?;
        let reached = rollout.stages.get(..=current).unwrap_or(&rollout.stages);
        let share = share(rollout, reached, state)?;
        let window = Window {
            from: rollout.start,
            to: rollout.end,
        };
        let name = rollout.stages.get(current).map_or("", |stage| &stage.name.value);
        let number = self.stage_names.len() as u16;
        self.stage_names.push(name.into());
        self.share_of(rollout, reached, share, window, Some(number))
    }

    fn share_of(
        &mut self,
        rollout: &Rollout,
        reached: &[Stage],
        share: Share,
        window: Window,
        stage: Option<u16>,
    ) -> Result<Encoder, Diagnostic> {
        let (from, to) = (self.variant(&rollout.from)?, self.variant(&rollout.to)?);
        let rings = reached.iter().filter_map(|stage| stage.ring.as_ref());
        let ring = self.conditions.any(rings.map(|ring| &ring.condition))?;
        self.conditions.reads.time |=
            matches!(share, Share::Ramp { .. }) || window.from.is_some() || window.to.is_some();
        let hash = self.conditions.hash(rollout.by.as_ref(), &self.flag.salt.value);
        let mut encoder = Encoder::default();
        encoder.serve_rollout(&hash, from, to, rollout.control, stage, window, &ring, share);
        Ok(encoder)
    }
}

/// How many slots a rollout in this state gives `to` at a moment within its window, its rings apart; nothing for a state
/// that cannot be compiled.
#[cfg(feature = "delivery")]
pub(crate) fn share_at(rollout: &Rollout, state: &RolloutState, moment_ms: i64) -> Option<Percent> {
    let share = match state.status {
        Status::Draft | Status::RolledBack => return Some(0),
        Status::Completed => return Some(EVERYBODY.saturating_sub(rollout.holdback)),
        Status::Running | Status::Paused => {
            let current = stage(rollout, state).ok()?;
            share(rollout, rollout.stages.get(..=current)?, state).ok()?
        }
    };
    Some(match share {
        Share::Fixed(share) => share,
        Share::Ramp {
            from,
            to,
            start,
            end,
            ceiling,
        } => Ramp { from, to, start, end }.share_at(moment_ms).min(ceiling),
    })
}

/// The index of the current stage.
fn stage(rollout: &Rollout, state: &RolloutState) -> Result<usize, Diagnostic> {
    let Some(current) = &state.stage else {
        return Err(Diagnostic::error(
            "missing-stage",
            &state.place,
            "a rollout under way needs its `stage`",
        ));
    };
    rollout
        .stages
        .iter()
        .position(|stage| stage.name.value == current.value)
        .ok_or_else(|| {
            Diagnostic::error(
                "unknown-stage",
                &current.place,
                format!("stage `{}` does not exist", current.value),
            )
        })
}

/// What the last of the stages reached comes to under the ceiling; a paused ramp stands still.
fn share(rollout: &Rollout, reached: &[Stage], state: &RolloutState) -> Result<Share, Diagnostic> {
    let open_to = EVERYBODY.saturating_sub(rollout.holdback);
    let ceiling = state.ceiling.unwrap_or(EVERYBODY).min(open_to);
    let missing = |what: &str, message: &str| {
        Diagnostic::error(
            "missing-moment",
            &state.place,
            format!("{message} needs `{what}`"),
        )
    };
    let before = reached.split_last().map_or(&[][..], |(_, before)| before);
    let Some(ramp) = reached.last().and_then(|stage| stage.ramp.as_ref()) else {
        return Ok(Share::Fixed(final_share(reached).min(ceiling)));
    };
    let (from, to) = (ramp.from.unwrap_or_else(|| final_share(before)), ramp.to);
    let (start, end) = ramp.window_ms(state);
    let start = start.ok_or_else(|| missing("enteredAt", "a ramp without a start of its own"))?;
    if end <= start {
        return Err(Diagnostic::error(
            "ramp-backwards",
            &ramp.place,
            "time ramp runs backwards: it ends before the stage was entered",
        ));
    }
    let ramp = Ramp { from, to, start, end };
    if state.status == Status::Paused {
        let paused_at = state
            .paused_at
            .ok_or_else(|| missing("pausedAt", "a paused ramp"))?;
        return Ok(Share::Fixed(ramp.share_at(paused_at).min(ceiling)));
    }
    Ok(Share::Ramp {
        from,
        to,
        start,
        end,
        ceiling,
    })
}

/// The share that stages end with: that of the last one that says any.
fn final_share(stages: &[Stage]) -> Percent {
    let said = stages
        .iter()
        .rev()
        .find_map(|stage| stage.share.or(stage.ramp.as_ref().map(|ramp| ramp.to)));
    said.unwrap_or(0)
}
