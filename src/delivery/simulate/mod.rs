#![doc = include_str!("SIMULATION.md")]

mod chance;
mod course;
mod crowd;
mod error;
mod fate;
mod look;
mod release;
mod run;
mod simulation;
mod tally;
mod world;

pub use course::{Course, End, Glance, People};
pub use crowd::{Crowd, Described, PIECE};
pub use error::SimulationError;
pub use simulation::{Simulation, Stop};
pub use tally::Reached;
