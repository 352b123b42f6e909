use super::course::{Course, End, Glance, People};
use super::crowd::{Crowd, PIECE};
use super::error::SimulationError;
use super::fate::Fates;
use super::look::{look, watched};
use super::simulation::{Simulation, Stop};
use super::tally::{Arms, Tally};
use super::world::World;
use crate::delivery::judge::{Look, Position, Verdict};
use crate::delivery::plan::{Plan, promote, roll_back};
use crate::engine::{Arm, Context};
use crate::model::{RolloutState, Status};
use rayon::prelude::*;
use std::ops::Range;

/// So many pieces are met before what was counted of them is added up: memory does not grow with the number of people.
const PIECES: usize = 4_096;

/// A release under way.
pub(super) struct Release<'s> {
    simulation: &'s Simulation<'s>,
    plan: Plan<'s>,
    fates: Fates,
    size: u64,
    now: World,
    before: World,
    all_at_once: World,
    /// What was counted since the stage was entered.
    arms: Arms,
    people: People,
    history: Vec<Look>,
    glances: Vec<Glance>,
    end: Option<(End, People)>,
}

impl<'s> Release<'s> {
    /// Begins a plan, whatever state it is in.
    pub(super) fn begin(
        simulation: &'s Simulation<'s>,
        plan: Plan<'s>,
        size: u64,
    ) -> Result<Self, SimulationError> {
        if size == 0 {
            return Err(SimulationError::NobodyComes);
        }
        let fates = watched(simulation, plan.rollout)?;
        let draft = Plan {
            state: RolloutState::draft(),
            current: None,
            ..plan
        };
        let first = promote(&draft, None, None, simulation.start_ms).map_err(SimulationError::Plan)?;
        let completed = RolloutState {
            status: Status::Completed,
            ..RolloutState::draft()
        };
        let world = |state| World::new(simulation, draft.id, state, simulation.start_ms);
        Ok(Self {
            now: world(first.clone())?,
            before: world(RolloutState::draft())?,
            all_at_once: world(completed)?,
            arms: Arms::new(fates.len()),
            plan: Plan {
                state: first,
                current: Some(0),
                ..draft
            },
            simulation,
            fates,
            size,
            people: People::default(),
            history: Vec::new(),
            glances: Vec::new(),
            end: None,
        })
    }

    /// How many looks there are until the last person came.
    pub(super) fn looks(&self) -> u64 {
        let population = self.simulation.population;
        let every_ms = population.every_ms.max(1).unsigned_abs();
        population.lasts_ms.unsigned_abs().div_ceil(every_ms)
    }

    /// Meets everybody who comes between a look and the one before.
    pub(super) fn meet<C: Crowd>(
        &mut self,
        crowd: &C,
        number: u64,
        progress: &(dyn Fn(u64) + Sync),
    ) -> Result<(), Stop<C::Failure>> {
        let people = self.came_until(number.saturating_sub(1))..self.came_until(number);
        let mut pieces = pieces(people);
        loop {
            let some: Vec<Range<u64>> = pieces.by_ref().take(PIECES).collect();
            if some.is_empty() {
                return Ok(());
            }
            let tallies: Vec<Result<Tally, C::Failure>> = some
                .into_par_iter()
                .map(|piece| {
                    let mut tally = Tally::new(self.fates.len());
                    let met = piece.end - piece.start;
                    crowd.meet(piece, &mut |person, context| {
                        self.count(person, context, &mut tally);
                    })?;
                    progress(met);
                    Ok(tally)
                })
                .collect();
            for tally in tallies {
                let tally = tally.map_err(Stop::Crowd)?;
                self.people.came += tally.people;
                self.people.reached.add(tally.reached);
                self.people.all_at_once.add(tally.all_at_once);
                self.arms.add(&tally.arms);
            }
        }
    }

    /// Looks at the plan while it is under way, and does what is decided.
    pub(super) fn look(&mut self, number: u64) -> Result<(), SimulationError> {
        if self.end.is_some() {
            return Ok(());
        }
        let now_ms = self.moment(number);
        let after_ms = now_ms.saturating_sub(self.simulation.start_ms);
        let Some(position) = self.position() else {
            return Ok(());
        };
        let decision = look(self.simulation, &position, &self.arms, &mut self.history, now_ms);
        let verdict = decision.verdict;
        self.glances.push(Glance {
            after_ms,
            stage: position.stage,
            share: position.lanes.treatment,
            treatment: self.arms.treatment.units,
            control: self.arms.control.units,
            decision,
            people: self.people,
        });
        let next = match verdict {
            Verdict::Hold => return Ok(()),
            Verdict::Promote => promote(&self.plan, None, None, now_ms),
            Verdict::RollBack => roll_back(&self.plan, None),
        };
        self.enter(next.map_err(SimulationError::Plan)?, now_ms)?;
        let end = match self.plan.state.status {
            Status::Completed => Some(End::Completed { after_ms }),
            Status::RolledBack => Some(End::RolledBack { after_ms }),
            Status::Draft | Status::Running | Status::Paused => None,
        };
        self.end = end.map(|end| (end, self.people));
        Ok(())
    }

    /// What came of it.
    pub(super) fn finish(self) -> Course {
        let (end, by_then) = self.end.unwrap_or((End::UnderWay, self.people));
        Course {
            plan: self.plan.id.to_owned(),
            looks: self.glances,
            end,
            by_then,
            in_all: self.people,
        }
    }

    fn enter(&mut self, state: RolloutState, now_ms: i64) -> Result<(), SimulationError> {
        self.now = World::new(self.simulation, self.plan.id, state.clone(), now_ms)?;
        self.arms = Arms::new(self.fates.len());
        self.plan.current = state.stage.as_ref().and_then(|stage| {
            let mut stages = self.plan.rollout.stages.iter();
            stages.position(|known| known.name.value == stage.value)
        });
        self.plan.state = state;
        Ok(())
    }

    fn position(&self) -> Option<Position> {
        let mut position = Position::of(self.plan.id, self.plan.rollout, &self.plan.state)?;
        if self.simulation.approved {
            position.approvals = (1..=position.gate.approvals)
                .map(|number| format!("simulated {number}"))
                .collect();
        }
        Some(position)
    }

    fn count(&self, person: u64, context: &Context, tally: &mut Tally) {
        let now_ms = self.comes_at(person);
        let seen = self.now.see(context, now_ms);
        let all_at_once = self.all_at_once.see(context, now_ms);
        tally.people += 1;
        let is_new = seen.is_new || all_at_once.is_new;
        // Who has what is new without the plan is neither reached nor hurt by it.
        let has_it_anyway = is_new && self.before.see(context, now_ms).is_new;
        if has_it_anyway || !(is_new || seen.arm == Arm::Control) {
            return;
        }
        let mut arm = match seen.arm {
            Arm::Treatment => Some(&mut tally.arms.treatment),
            Arm::Control => Some(&mut tally.arms.control),
            Arm::None => None,
        };
        if let Some(arm) = &mut arm {
            arm.units += 1;
        }
        let mut is_hurt = false;
        for (metric, fate) in self.fates.of(person).enumerate() {
            is_hurt |= fate.is_worse;
            if let Some(arm) = &mut arm {
                arm.count(metric, if seen.is_new { fate.with } else { fate.without });
            }
        }
        if seen.is_new {
            tally.reached.count(is_hurt);
        }
        if all_at_once.is_new {
            tally.all_at_once.count(is_hurt);
        }
    }

    /// The moment of a look.
    fn moment(&self, number: u64) -> i64 {
        let population = self.simulation.population;
        let after_ms = i64::try_from(number)
            .unwrap_or(i64::MAX)
            .saturating_mul(population.every_ms)
            .min(population.lasts_ms);
        self.simulation.start_ms.saturating_add(after_ms)
    }

    /// How many people have come by a look.
    fn came_until(&self, number: u64) -> u64 {
        let after_ms = self.moment(number).saturating_sub(self.simulation.start_ms);
        // Who comes at the moment of a look comes after it.
        let came = (u128::from(self.size) * u128::from(after_ms.unsigned_abs())).div_ceil(self.lasts_ms());
        u64::try_from(came).unwrap_or(u64::MAX)
    }

    /// When a person comes, in epoch milliseconds.
    fn comes_at(&self, person: u64) -> i64 {
        let after_ms = self.lasts_ms() * u128::from(person) / u128::from(self.size);
        let after_ms = i64::try_from(after_ms).unwrap_or(i64::MAX);
        self.simulation.start_ms.saturating_add(after_ms)
    }

    fn lasts_ms(&self) -> u128 {
        self.simulation.population.lasts_ms.max(1).unsigned_abs().into()
    }
}

/// A range divided at the multiples of [`PIECE`], whatever the number of threads, so that sums are always rounded alike.
fn pieces(people: Range<u64>) -> impl Iterator<Item = Range<u64>> {
    let end_of = |piece: u64| piece.saturating_add(1).saturating_mul(PIECE);
    let numbers = people.start / PIECE..people.end.div_ceil(PIECE);
    numbers.map(move |piece| people.start.max(piece * PIECE)..people.end.min(end_of(piece)))
}
