//! What an experiment or a rollout did, of joined logs: each side's estimate, its difference from the control, and whether that can be
//! believed.
//!
//! Sides are compared stage by stage, and the differences combined by size, as [`stats`](super::stats) does for rollouts. Every
//! interval is that of a confidence sequence: it holds at all looks together, so that one may look at any time and stop when it
//! says enough. All intervals of an analysis hold together with the confidence that was asked for: it is split over metrics and
//! sides, and once more over segments, as Bonferroni did.

mod analysis;
mod comparing;
mod settings;
mod sides;

pub use analysis::{Analysis, Difference, MetricAnalysis, Segment, SideEstimate, analyze};
pub use comparing::{Decision, Interval};
pub use settings::{AnalyzeError, Settings};
pub use sides::{SampleRatio, Side};
