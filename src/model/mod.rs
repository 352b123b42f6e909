#![doc = include_str!("LANGUAGE.md")]

mod change_kind;
mod condition;
mod diagnostic;
mod document;
mod experiment;
mod flag;
mod freeze;
mod governance;
mod hygiene;
mod number;
mod percent;
mod policy;
mod population;
mod project;
mod read;
mod rollout;
pub mod schema;
mod segment;
mod source;

pub use change_kind::ChangeKind;
pub use condition::{Condition, Operator, Path, Percent, Range, Scalar, Test, TypeName, VersionRange};
pub(crate) use diagnostic::quote;
pub use diagnostic::{Diagnostic, Place, Severity, Spanned};
pub use experiment::{Experiment, ExperimentState, Holdout, Layer};
pub use flag::{
    EnvironmentState, Flag, FlagType, OnExpired, Prerequisite, Risk, Rule, Serve, Split, Target, Variant,
};
pub use freeze::Freeze;
pub use governance::{
    ChangePolicy, ChangeRule, Emergency, Governance, KeyRole, Matching, Person, Requirements,
};
pub use hygiene::{Detail, Hygiene, Lifetimes, NeedFlag, References, ReleaseRules, Touch};
pub(crate) use percent::percent_number;
pub use policy::{
    Action, Catastrophic, Checks, ErrorLimit, Harm, Margin, Method, Metric, MetricType,
    MultipleExposuresCheck, NoTrafficCheck, Policy, Role, SampleRatioCheck, Spending,
};
pub use population::{Attribute, Outcome, Population, Values};
pub use project::{Project, SnapshotPolicy};
pub use read::{STANDARD_TEMPLATE, SourceFile, is_key, lists_named, read, read_population};
pub(crate) use read::{alternatives, suggest};
#[cfg(feature = "delivery")]
pub(crate) use read::{apart, says_the_same, says_the_same_beside};
pub use rollout::{Gate, Ramp, Ring, Rollout, RolloutState, Stage, Status, Template};
pub use segment::{HashedIds, Segment, SegmentKind};
pub use source::{Answer, Events, Quantity, Server, Setting, Source, SourceKind, VARIABLES, filled};
