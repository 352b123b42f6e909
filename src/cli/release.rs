//! Rollouts moved by people and by what was measured.

pub(crate) mod advance;
pub(crate) mod analyze;
pub(crate) mod approve;
pub(crate) mod pause;
pub(crate) mod promote;
pub(crate) mod resume;
pub(crate) mod rollback;
mod source;
pub(crate) mod steer;
