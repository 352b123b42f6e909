//! What every flag does in every environment: what is served to whom, where plans stand, and what they wait for.
//!
//! [`matrix`] puts together what files say, what `advance` saw, what is published, and when it was; who reads those brings
//! them as [`Facts`]. Nothing is decided here: gates are judged by [`judge`](super::judge), shares are those of the
//! compiler.

mod condition;
mod course;
mod filter;
mod history;
mod matrix;
mod published;
mod served;
mod state;

pub use course::{Course, Gate, LastLook, Missing, Stage};
pub use filter::Filter;
pub use history::LastEntry;
pub use matrix::{Age, Cell, Facts, Matrix, Row, matrix};
pub use published::{Compared, NotCompared, Published, There};
pub use served::{Exit, Portion, Served};
pub use state::State;
