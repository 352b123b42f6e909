use super::course::Course;
use super::crowd::Crowd;
use super::error::SimulationError;
use super::release::Release;
use crate::delivery::plan::Plan;
use crate::model::{Flag, Population, Project};

/// A plan, and what it is tried on.
#[derive(Debug, Clone, Copy)]
pub struct Simulation<'s> {
    /// The project with the flag.
    pub project: &'s Project,
    /// The flag's key.
    pub flag: &'s str,
    /// The plan's id; needed only where the flag has several.
    pub plan: Option<&'s str>,
    /// The environment whose rules apply.
    pub environment: &'s str,
    /// What happens to people.
    pub population: &'s Population,
    /// By which share what is new changes a metric: 0.2 is 20 % more.
    pub harm: &'s [(String, f64)],
    /// When the plan is begun, in epoch milliseconds.
    pub start_ms: i64,
    /// Everybody who is asked approves at once; otherwise nobody ever does.
    pub approved: bool,
}

/// Why a simulation ends early.
#[derive(Debug)]
pub enum Stop<F> {
    /// It cannot be run.
    Refused(SimulationError),
    /// People could not be read.
    Crowd(F),
}

impl<F> From<SimulationError> for Stop<F> {
    fn from(error: SimulationError) -> Self {
        Self::Refused(error)
    }
}

impl Simulation<'_> {
    /// Tries the plan on a crowd; `progress` is told how many people were met, in any order and from any thread.
    pub fn run<C: Crowd>(
        &self,
        crowd: &C,
        progress: &(dyn Fn(u64) + Sync),
    ) -> Result<Course, Stop<C::Failure>> {
        let plan = Plan::of(self.find()?, self.plan, self.environment).map_err(SimulationError::Plan)?;
        let mut release = Release::begin(self, plan, crowd.size())?;
        for number in 1..=release.looks() {
            release.meet(crowd, number, progress)?;
            release.look(number)?;
        }
        Ok(release.finish())
    }

    fn find(&self) -> Result<&Flag, SimulationError> {
        let flags = &self.project.flags;
        flags
            .iter()
            .find(|flag| flag.key.value == self.flag)
            .ok_or_else(|| SimulationError::UnknownFlag {
                flag: self.flag.to_owned(),
                known: flags.iter().map(|flag| flag.key.value.clone()).collect(),
            })
    }
}
