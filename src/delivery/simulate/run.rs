use super::course::Course;
use super::crowd::Crowd;
use super::error::SimulationError;
use super::release::Release;
use super::simulation::{Simulation, Stop};
use crate::delivery::plan::Plan;
use crate::model::Flag;

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
