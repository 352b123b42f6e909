//! From what was measured to *promote*, *hold* or *roll back*, with the reasons.

mod case;
mod decision;
mod look;
mod measurement;

pub use case::{Case, Gate, Lanes, Position};
pub use decision::{Code, Decision, Reason, Standing, Verdict};
pub use look::Look;
pub use measurement::{Counts, Exposed, Measurement, Measurements, Reading};
