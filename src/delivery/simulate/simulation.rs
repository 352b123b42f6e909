use super::error::SimulationError;
use crate::model::{Population, Project};

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
    /// By which share what is new changes a metric: 0.2 is 20% more.
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
