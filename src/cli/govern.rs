//! Controls, visibility and the record: what a change does, whether it may, who did it, and what is in force.

pub(crate) mod audit;
pub(crate) mod behind;
mod changes;
pub(crate) mod check_release;
pub(crate) mod ci_report;
pub(crate) mod dora;
pub(crate) mod gate;
pub(crate) mod plan;
pub(crate) mod refs;
pub(crate) mod stale;
pub(crate) mod status;
mod uses;
