#![doc = include_str!("PRECEDENCE.md")]

mod case;
mod data;
mod decide;
mod decision;
mod exposure;
mod fields;
mod gate;
mod history;
mod judged;
mod look;
mod measurement;
mod metric;
mod position;
mod record;

pub use case::{Case, Gate, Lanes, Position};
pub use decide::{asked, judge};
pub use decision::{Code, Decision, Reason, Standing, Verdict};
pub use look::{Look, Told};
pub use measurement::{Counts, Exposed, Measurement, Measurements, Reading};
pub use record::{DamagedLook, Looks};
